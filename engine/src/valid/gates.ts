/**
 * Feature gates: what a feature set lets a module use, but for instructions (code.ts).
 */
import {Invalid} from '../base/errors.ts';
import type {Feature, FeatureSet} from '../wasm/features.ts';
import {type Module, memoryTypes, tableTypes, tagTypes} from '../wasm/module.ts';
import {type AbstractHeapType, heapName, heapOf, isNullable, isRef, V128, type ValueType} from '../wasm/types.ts';
import type {Cursor} from './cursor.ts';
import {disabled} from './messages.ts';

/** Throws Invalid unless the feature is there. `what` is what needs it. */
export function require(features: FeatureSet, feature: Feature, what: string, offset: number | null = null): void {
  if (!features.has(feature)) throw new Invalid(disabled(what, feature), offset);
}

const featureOfHeap = {
  func: 'reference-types',
  extern: 'reference-types',
  exn: 'exceptions',
  noexn: 'exceptions',
  any: 'gc',
  eq: 'gc',
  i31: 'gc',
  struct: 'gc',
  array: 'gc',
  none: 'gc',
  nofunc: 'gc',
  noextern: 'gc',
} as const satisfies Record<AbstractHeapType, Feature>;

/** The feature that a value type belongs to. */
export function featureOfType(type: ValueType): Feature {
  if (!isRef(type)) return type === V128 ? 'simd' : 'mvp';
  const name = heapName(heapOf(type));
  return name === undefined || (!isNullable(type) && featureOfHeap[name] === 'reference-types')
    ? 'function-references'
    : featureOfHeap[name];
}

/** Throws Invalid when a section of the module needs a feature that is not there. Types and code are checked apart. */
export function checkModuleFeatures(module: Module, features: FeatureSet, cursor: Cursor): void {
  for (const [i, {type}] of module.imports.entries()) {
    cursor.at('import', i);
    if (type.kind === 'global' && type.global.mutable)
      require(features, 'mutable-globals', 'import of a mutable global');
  }
  for (const [i, {address}] of tableTypes(module).entries()) {
    cursor.atIndex('table', i);
    if (i > 0) require(features, 'reference-types', 'a second table');
    if (address === 'i64') require(features, 'memory64', 'a table of 64-bit addresses');
  }
  for (const [i, {init}] of module.tables.entries()) {
    cursor.at('table', i);
    if (init !== null) require(features, 'function-references', 'a table with an initialiser');
  }
  for (const [i, {address, shared, pageSizeLog2}] of memoryTypes(module).entries()) {
    cursor.atIndex('memory', i);
    if (i > 0) require(features, 'multi-memory', 'a second memory');
    if (address === 'i64') require(features, 'memory64', 'a memory of 64-bit addresses');
    if (shared) require(features, 'threads', 'a shared memory');
    if (pageSizeLog2 !== 16) require(features, 'custom-page-sizes', 'a page size');
  }
  cursor.atIndex('tag', 0);
  if (tagTypes(module).length > 0) require(features, 'exceptions', 'a tag');
  checkSegmentFeatures(module, features, cursor);
}

function checkSegmentFeatures({data, dataCount, elements}: Module, features: FeatureSet, cursor: Cursor): void {
  cursor.at('dataCount', 0);
  if (dataCount !== null) require(features, 'bulk-memory', 'a data count');
  for (const [i, {mode}] of data.entries()) {
    cursor.at('data', i);
    if (mode.kind !== 'active') require(features, 'bulk-memory', 'a passive data segment');
  }
  for (const [i, {mode, items}] of elements.entries()) {
    cursor.at('element', i);
    if (mode.kind !== 'active') require(features, 'bulk-memory', 'a passive element segment');
    if (items.kind === 'expressions') require(features, 'bulk-memory', 'an element segment of expressions');
  }
}
