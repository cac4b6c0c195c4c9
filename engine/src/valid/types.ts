/**
 * Validates the type section (spec section 3.2): references in range, sub types below their supertypes.
 */
import {Invalid} from '../base/errors.ts';
import type {FeatureSet} from '../wasm/features.ts';
import type {Module} from '../wasm/module.ts';
import {canonicalType, matchesComposite, typeIds} from '../wasm/subtyping.ts';
import {heapOf, isConcrete, isPacked, isRef, type SubType, typeName, V128, type ValueType} from '../wasm/types.ts';
import type {Cursor} from './cursor.ts';
import {featureOfType, require} from './gates.ts';
import {subtype, unknown} from './messages.ts';

/** Throws Invalid unless every type of the module is valid; the module's types are canonical afterwards. */
export function checkTypes(module: Module, features: FeatureSet, cursor: Cursor): void {
  for (const {start, length} of module.recGroups) {
    cursor.at('type', start);
    if (length !== 1) require(features, 'gc', 'a recursive group');
    for (let i = start; i < start + length; i++) {
      cursor.at('type', i);
      checkReferences(module.types[i]!, i, start + length, features);
    }
  }
  const ids = typeIds(module);
  for (let i = 0; i < module.types.length; i++) {
    cursor.at('type', i);
    checkSupertypes(module.types[i]!, i, ids);
  }
}

/** Types refer to types of their group and of groups before; supertypes stand before their sub types. */
function checkReferences(
  {final, supertypes, composite}: SubType,
  index: number,
  end: number,
  features: FeatureSet,
): void {
  if (!final || supertypes.length > 0 || composite.kind !== 'func') require(features, 'gc', `type ${index}`);
  if (supertypes.length > 1) throw new Invalid(`sub type ${index} has ${supertypes.length} supertypes`, null);
  for (const supertype of supertypes) if (supertype >= index) throw new Invalid(unknown('type', supertype), null);
  switch (composite.kind) {
    case 'func':
      for (const type of composite.params) checkReference(type, end, features);
      for (const type of composite.results) checkReference(type, end, features);
      if (composite.results.length > 1) require(features, 'multi-value', 'a function type with several results');
      return;
    case 'struct':
      for (const {type} of composite.fields) checkReference(type, end, features);
      return;
    case 'array':
      checkReference(composite.element.type, end, features);
  }
}

function checkReference(type: ValueType, end: number, features: FeatureSet): void {
  if (isPacked(type)) return;
  if (!isRef(type) && type !== V128) return;
  require(features, featureOfType(type), typeName(type));
  if (!isRef(type)) return;
  const heap = heapOf(type);
  if (isConcrete(heap) && heap >= end) throw new Invalid(unknown('type', heap), null);
}

function checkSupertypes({supertypes}: SubType, index: number, ids: Int32Array): void {
  for (const supertype of supertypes) {
    const sup = canonicalType(ids[supertype]!);
    if (sup.final || !matchesComposite(canonicalType(ids[index]!).composite, sup.composite))
      throw new Invalid(subtype(index, supertype), null);
  }
}
