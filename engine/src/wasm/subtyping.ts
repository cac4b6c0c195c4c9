/**
 * Canonical types and matching (spec sections 3.1.2, 3.3 and 4.5.3).
 *
 * Every defined type has a canonical id: one number for equivalent types of all modules of the process. A value type is
 * canonical when its concrete heap types are canonical ids instead of type indices; everything below compares canonical
 * types. The registry behind it only grows; `forgetTypesAbove` empties it.
 */
import {assert} from '../base/assert.ts';
import {Unsupported} from '../base/errors.ts';
import type {Module} from './module.ts';
import {
  type AbstractHeapType,
  BOTTOM,
  type CompositeType,
  concreteHeap,
  type FieldType,
  type GlobalType,
  Heap,
  type HeapType,
  heapOf,
  heapTypes,
  isNullable,
  isRef,
  type Limits,
  type MemoryType,
  type RecGroup,
  refType,
  type SubType,
  type TableType,
  type ValueType,
} from './types.ts';

/** A defined type with canonical ids in all its types. */
export interface CanonicalType {
  readonly id: number;
  readonly final: boolean;
  readonly composite: CompositeType;
  /** Number of proper supertypes. */
  readonly depth: number;
  /** Canonical ids of the proper supertypes, the root first: the display of constant-time casts. */
  readonly ancestors: Int32Array;
}

/** The deepest chain of supertypes that is accepted: the limit of the JavaScript API, which V8 has too. */
export const MAX_DEPTH = 63;

let canonicalTypes: CanonicalType[] = [];
let firstIdOfGroup = new Map<string, number>();
let idsOfModule = new WeakMap<Module, Int32Array>();

/** The type with this canonical id. */
export function canonicalType(id: number): CanonicalType {
  const type = canonicalTypes[id];
  assert(type !== undefined, `canonical type ${id}`);
  return type;
}

/**
 * Empties the registry when it holds more types than this. Ids of before mean nothing afterwards, so call it only when no
 * module of before is in use: between cases.
 */
export function forgetTypesAbove(count: number): void {
  if (canonicalTypes.length <= count) return;
  canonicalTypes = [];
  firstIdOfGroup = new Map();
  idsOfModule = new WeakMap();
}

/**
 * Canonical id of every type index of a module; computed once a module.
 * Type indices must be in range and supertypes must come first; the validator checks that before.
 * Throws Unsupported when a chain of supertypes is longer than MAX_DEPTH.
 */
export function typeIds(module: Module): Int32Array {
  const known = idsOfModule.get(module);
  if (known !== undefined) return known;
  const ids = new Int32Array(module.types.length);
  for (const group of module.recGroups) canonicaliseGroup(module.types, group, ids);
  idsOfModule.set(module, ids);
  return ids;
}

function canonicaliseGroup(types: readonly SubType[], group: RecGroup, ids: Int32Array): void {
  const key = groupKey(types, group, ids);
  const known = firstIdOfGroup.get(key);
  const first = known ?? canonicalTypes.length;
  for (let i = 0; i < group.length; i++) ids[group.start + i] = first + i;
  if (known !== undefined) return;
  for (let i = 0; i < group.length; i++) addType(first + i, types[group.start + i]!, ids);
  firstIdOfGroup.set(key, first);
}

const NO_ANCESTORS = new Int32Array(0);

function addType(id: number, type: SubType, ids: Int32Array): void {
  const parent = type.supertypes.length === 0 ? undefined : canonicalTypes[ids[type.supertypes[0]!]!];
  assert(type.supertypes.length === 0 || parent !== undefined, 'supertypes come before their sub types');
  const ancestors = parent === undefined ? NO_ANCESTORS : Int32Array.of(...parent.ancestors, parent.id);
  if (ancestors.length > MAX_DEPTH) {
    canonicalTypes.length = id;
    throw new Unsupported(`chains of more than ${MAX_DEPTH} supertypes`);
  }
  canonicalTypes[id] = {
    id,
    final: type.final,
    composite: canonicalComposite(type.composite, ids),
    depth: ancestors.length,
    ancestors,
  };
}

/** Text that equivalent groups share: references into the group are relative, all others are canonical ids. */
function groupKey(types: readonly SubType[], {start, length}: RecGroup, ids: Int32Array): string {
  let key = '';
  for (let i = start; i < start + length; i++) {
    const {final, supertypes, composite} = types[i]!;
    key += final ? 'F' : 'S';
    for (const supertype of supertypes) key += `${heapKey(supertype, start, ids)},`;
    if (composite.kind === 'func') {
      key += 'f';
      for (const type of composite.params) key += valueKey(type, start, ids);
      key += '>';
      for (const type of composite.results) key += valueKey(type, start, ids);
    } else if (composite.kind === 'struct') {
      key += 's';
      for (const field of composite.fields) key += fieldKey(field, start, ids);
    } else key += `a${fieldKey(composite.element, start, ids)}`;
    key += ';';
  }
  return key;
}

function heapKey(heap: HeapType | number, start: number, ids: Int32Array): string {
  if (heap < 0) return `${heap}`;
  return heap >= start ? `r${heap - start}` : `c${ids[heap]}`;
}

const valueKey = (type: ValueType, start: number, ids: Int32Array): string =>
  isRef(type) ? `${type & 1}${heapKey(heapOf(type), start, ids)},` : `t${type},`;

const fieldKey = ({type, mutable}: FieldType, start: number, ids: Int32Array): string =>
  (mutable ? 'm' : '') + valueKey(type, start, ids);

function canonicalComposite(composite: CompositeType, ids: Int32Array): CompositeType {
  const value = (type: ValueType): ValueType => canonicalValue(type, ids);
  const field = ({type, mutable}: FieldType): FieldType => ({type: value(type), mutable});
  switch (composite.kind) {
    case 'func':
      return {kind: 'func', params: composite.params.map(value), results: composite.results.map(value)};
    case 'struct':
      return {kind: 'struct', fields: composite.fields.map(field)};
    case 'array':
      return {kind: 'array', element: field(composite.element)};
  }
}

/** A heap type of a module in canonical form. */
export function canonicalHeap(heap: HeapType, ids: Int32Array): HeapType {
  if (heap < 0) return heap;
  const id = ids[heap];
  assert(id !== undefined, `type index ${heap}`);
  return concreteHeap(id);
}

/** A value type of a module in canonical form. */
export function canonicalValue(type: ValueType, ids: Int32Array): ValueType {
  if (!isRef(type)) return type;
  const heap = heapOf(type);
  return heap < 0 ? type : refType(canonicalHeap(heap, ids), (type & 1) === 1);
}

/** A table type of a module in canonical form. */
export const canonicalTable = (table: TableType, ids: Int32Array): TableType => ({
  ...table,
  element: canonicalValue(table.element, ids),
});

/** A global type of a module in canonical form. */
export const canonicalGlobal = (global: GlobalType, ids: Int32Array): GlobalType => ({
  ...global,
  type: canonicalValue(global.type, ids),
});

/** The bottom heap type: what references of unreachable code refer to. Matches every heap type; never written. */
export const BOTTOM_HEAP = -0x3f as HeapType;

const parents: Readonly<Record<AbstractHeapType, readonly AbstractHeapType[]>> = {
  any: [],
  extern: [],
  func: [],
  exn: [],
  eq: ['any'],
  i31: ['eq', 'any'],
  struct: ['eq', 'any'],
  array: ['eq', 'any'],
  none: ['i31', 'struct', 'array', 'eq', 'any'],
  noextern: ['extern'],
  nofunc: ['func'],
  noexn: ['exn'],
};

/** ABOVE[-sub]: bit set of the abstract heap types (by -code) that a type matches, itself included. */
const ABOVE = new Int32Array(32);
for (const name of Object.keys(heapTypes) as AbstractHeapType[]) {
  for (const parent of [name, ...parents[name]]) ABOVE[-heapTypes[name].code]! |= 1 << -heapTypes[parent].code;
}
const abstractOfKind = {func: Heap.func, struct: Heap.struct, array: Heap.array} as const satisfies Record<
  CompositeType['kind'],
  HeapType
>;

/** The abstract heap type right above a defined type: func, struct or array. */
export const abstractOf = (id: number): HeapType => abstractOfKind[canonicalTypes[id]!.composite.kind];

/** Whether a defined type is a sub type of another one (or the same), by their canonical ids. Constant time. */
export function isSubtype(sub: number, sup: number): boolean {
  if (sub === sup) return true;
  const {depth} = canonicalTypes[sup]!;
  const {ancestors} = canonicalTypes[sub]!;
  return depth < ancestors.length && ancestors[depth] === sup;
}

/** Heap type matching (spec section 3.3.3). */
export function matchesHeap(sub: HeapType, sup: HeapType): boolean {
  if (sub === sup || sub === BOTTOM_HEAP) return true;
  if (sup >= 0) return sub >= 0 ? isSubtype(sub, sup) : sub === bottomOf(abstractOf(sup));
  return (ABOVE[-(sub >= 0 ? abstractOf(sub) : sub)]! & (1 << -sup)) !== 0;
}

/** Value type matching (spec section 3.3.4); the bottom type matches everything. */
export function matches(sub: ValueType, sup: ValueType): boolean {
  if (sub === sup) return true;
  if (!isRef(sub) || !isRef(sup)) return sub === BOTTOM;
  if (isNullable(sub) && !isNullable(sup)) return false;
  return matchesHeap(heapOf(sub), heapOf(sup));
}

/** The greatest heap type above a heap type: any, func, extern or exn. */
export function topOf(heap: HeapType): HeapType {
  const above = ABOVE[-(heap >= 0 ? abstractOf(heap) : heap)]!;
  for (const top of [Heap.any, Heap.func, Heap.extern, Heap.exn]) if ((above & (1 << -top)) !== 0) return top;
  return BOTTOM_HEAP;
}

/** The least heap type below a heap type: none, nofunc, noextern or noexn. */
export function bottomOf(heap: HeapType): HeapType {
  switch (topOf(heap)) {
    case Heap.any:
      return Heap.none;
    case Heap.func:
      return Heap.nofunc;
    case Heap.extern:
      return Heap.noextern;
    default:
      return Heap.noexn;
  }
}

/** Result type matching: element by element (spec section 3.3.5). */
export function matchesAll(sub: readonly ValueType[], sup: readonly ValueType[]): boolean {
  return sub.length === sup.length && sub.every((type, i) => matches(type, sup[i]!));
}

/** Field type matching (spec section 3.3.8): mutable fields are invariant. */
export function matchesField(sub: FieldType, sup: FieldType): boolean {
  if (sub.mutable !== sup.mutable) return false;
  return sup.mutable ? sub.type === sup.type : matches(sub.type, sup.type);
}

/** Composite type matching (spec section 3.3.7). */
export function matchesComposite(sub: CompositeType, sup: CompositeType): boolean {
  if (sub.kind === 'func' && sup.kind === 'func')
    return matchesAll(sup.params, sub.params) && matchesAll(sub.results, sup.results);
  if (sub.kind === 'array' && sup.kind === 'array') return matchesField(sub.element, sup.element);
  if (sub.kind === 'struct' && sup.kind === 'struct') {
    return (
      sub.fields.length >= sup.fields.length && sup.fields.every((field, i) => matchesField(sub.fields[i]!, field))
    );
  }
  return false;
}

/** Limits matching (spec section 3.3.10). */
export function matchesLimits(sub: Limits, sup: Limits): boolean {
  return sub.min >= sup.min && (sup.max === null || (sub.max !== null && sub.max <= sup.max));
}

/** Table type matching (spec section 3.3.14). */
export function matchesTable(sub: TableType, sup: TableType): boolean {
  return sub.address === sup.address && sub.element === sup.element && matchesLimits(sub.limits, sup.limits);
}

/** Memory type matching (spec section 3.3.13). */
export function matchesMemory(sub: MemoryType, sup: MemoryType): boolean {
  return (
    sub.address === sup.address &&
    sub.shared === sup.shared &&
    sub.pageSizeLog2 === sup.pageSizeLog2 &&
    matchesLimits(sub.limits, sup.limits)
  );
}

/** Global type matching (spec section 3.3.12): mutable globals are invariant. */
export function matchesGlobal(sub: GlobalType, sup: GlobalType): boolean {
  return matchesField(sub, sup);
}
