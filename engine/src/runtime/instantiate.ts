/**
 * Instantiation up to the start function (spec section 4.7.3): `link` matches imports and makes the instance, which has
 * no effect on anything else; `initialise` runs the active segments, whose writes persist when a later one traps.
 */
import {assert, present} from '../base/assert.ts';
import {Unlinkable} from '../base/errors.ts';
import {functionTypeIndices, type Import, type ImportType, type Module, type SegmentMode} from '../wasm/module.ts';
import {
  canonicalGlobal,
  canonicalTable,
  canonicalType,
  isSubtype,
  matchesGlobal,
  matchesMemory,
  matchesTable,
  typeIds,
} from '../wasm/subtyping.ts';
import type {FuncType, Limits} from '../wasm/types.ts';
import {initMemory, initTable} from './bulk.ts';
import {evaluate} from './const-expr.ts';
import {Tag} from './exception.ts';
import {Func} from './func.ts';
import {Global} from './global.ts';
import {type Extern, Instance} from './instance.ts';
import {Memory} from './memory.ts';
import {Table} from './table.ts';
import {asRef, type Ref, type Value} from './values.ts';

/** Finds what an import asks for; undefined when there is no such thing. */
export type Resolve = (wanted: Import) => Extern | undefined;

export interface Sizes {
  /** Largest memory in bytes; growth beyond it fails. */
  readonly maxMemoryBytes?: number | undefined;
  /** Largest table in elements; growth beyond it fails. */
  readonly maxTableElements?: number | undefined;
}

function funcTypeOf(id: number): FuncType {
  const {composite} = canonicalType(id);
  assert(composite.kind === 'func', 'a function type');
  return composite;
}

/** Limits as importers see them: the size that the object has now. */
const now = (limits: Limits, size: number): Limits => ({min: BigInt(size), max: limits.max});

/** Whether an object is what an import asks for (spec section 3.3.17 and 4.5.3). */
function fits(extern: Extern, wanted: ImportType, ids: Int32Array): boolean {
  switch (wanted.kind) {
    case 'func':
      return extern instanceof Func && isSubtype(extern.typeId, ids[wanted.type]!);
    case 'table':
      return (
        extern instanceof Table &&
        matchesTable(
          {...extern.type, limits: now(extern.type.limits, extern.elements.length)},
          canonicalTable(wanted.table, ids),
        )
      );
    case 'memory':
      return (
        extern instanceof Memory &&
        matchesMemory({...extern.type, limits: now(extern.type.limits, extern.pages)}, wanted.memory)
      );
    case 'global':
      return extern instanceof Global && matchesGlobal(extern.type, canonicalGlobal(wanted.global, ids));
    case 'tag':
      return extern instanceof Tag && extern.typeId === ids[wanted.tag.type];
  }
}

function addImport(instance: Instance, extern: Extern): void {
  if (extern instanceof Func) instance.funcs.push(extern);
  else if (extern instanceof Table) instance.tables.push(extern);
  else if (extern instanceof Memory) instance.memories.push(extern);
  else if (extern instanceof Global) instance.globals.push(extern);
  else instance.tags.push(extern);
}

function resolveImports(instance: Instance, resolve: Resolve): void {
  for (const wanted of instance.module.imports) {
    const extern = resolve(wanted);
    if (extern === undefined) throw new Unlinkable(`unknown import ${wanted.module}.${wanted.name}`);
    if (!fits(extern, wanted.type, instance.typeIds))
      throw new Unlinkable(`incompatible import type ${wanted.module}.${wanted.name}`);
    addImport(instance, extern);
  }
}

function addDefinitions(instance: Instance, sizes: Sizes): void {
  const {module, typeIds: ids} = instance;
  const types = functionTypeIndices(module);
  for (let index = instance.funcs.length; index < types.length; index += 1) {
    const id = ids[types[index]!]!;
    instance.funcs.push(new Func(funcTypeOf(id), id, instance, index, null));
  }
  for (const type of module.memories) instance.memories.push(new Memory(type, sizes.maxMemoryBytes));
  for (const {type} of module.tags) instance.tags.push(new Tag(funcTypeOf(ids[type]!), ids[type]!));
  for (const {type, init} of module.globals)
    instance.globals.push(new Global(canonicalGlobal(type, ids), evaluate(init, instance)));
  for (const {type, init} of module.tables) {
    const value = init === null ? null : asRef(evaluate(init, instance));
    instance.tables.push(new Table(canonicalTable(type, ids), value, sizes.maxTableElements));
  }
}

function addSegments(instance: Instance): void {
  for (const {items} of instance.module.elements) {
    instance.elements.push(
      items.kind === 'functions'
        ? items.functions.map((index): Ref => instance.funcs[index]!)
        : items.expressions.map((expression) => asRef(evaluate(expression, instance))),
    );
  }
  for (const {bytes} of instance.module.data) instance.data.push(bytes);
}

function externAt(instance: Instance, kind: ImportType['kind'], index: number): Extern {
  const space = {
    func: instance.funcs,
    table: instance.tables,
    memory: instance.memories,
    global: instance.globals,
    tag: instance.tags,
  }[kind];
  return present(space[index], `${kind} ${index}`);
}

/** Makes an instance of a valid module. Throws Unlinkable, and RangeError where a memory or table is above the limits. */
export function link(module: Module, resolve: Resolve, sizes: Sizes): Instance {
  const instance = new Instance(module, typeIds(module));
  resolveImports(instance, resolve);
  addDefinitions(instance, sizes);
  addSegments(instance);
  for (const {name, kind, index} of module.exports) instance.exports.set(name, externAt(instance, kind, index));
  return instance;
}

/** Unsigned value of an offset expression, as a number: exact where it can be in bounds. */
const offsetOf = (mode: Extract<SegmentMode, {kind: 'active'}>, instance: Instance): number =>
  Number(evaluate(mode.offset, instance) as Value & bigint);

/** Copies the active segments, element segments first, and drops them with the declarative ones. Throws Trap. */
export function initialise(instance: Instance): void {
  const {module} = instance;
  module.elements.forEach(({mode}, i) => {
    if (mode.kind === 'passive') return;
    const items = instance.elements[i]!;
    if (mode.kind === 'active')
      initTable(instance.tables[mode.index]!, items, offsetOf(mode, instance), 0, items.length);
    instance.elements[i] = [];
  });
  module.data.forEach(({mode}, i) => {
    if (mode.kind !== 'active') return;
    const bytes = instance.data[i]!;
    initMemory(instance.memories[mode.index]!, bytes, offsetOf(mode, instance), 0, bytes.length);
    instance.data[i] = NO_BYTES;
  });
}

const NO_BYTES = new Uint8Array(0);
