/**
 * Numbers out of references, and writes through them. A reference is made where it is needed: constructed, taken from a
 * local (with another one at hand when that is null), or cast down from a type above. Guarded ones do not trap: indices are
 * taken modulo the length, and no array is empty.
 */
import {writeHeapType} from '#engine/binary/types.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {
  ANYREF,
  concreteHeap,
  FUNCREF,
  Heap,
  type HeapType,
  heapOf,
  I32,
  isNullable,
  isPacked,
  isRef,
  refType,
  type SubType,
  sizeOf,
  type ValueType,
} from '#engine/wasm/types.ts';
import {fieldsOf, isBelow, nonNullable, nullable, unpacked} from './aggregate-types.ts';
import type {Body, Label} from './body.ts';

const {block: BLOCK, br: BR, drop: DROP, 'i32.and': AND, 'i32.rem_u': REM_U} = Op;
const {'struct.new': STRUCT_NEW, 'struct.new_default': STRUCT_NEW_DEFAULT, 'struct.set': STRUCT_SET} = Op;
const {'array.new': ARRAY_NEW, 'array.new_default': ARRAY_NEW_DEFAULT, 'array.new_fixed': ARRAY_NEW_FIXED} = Op;
const {'array.new_data': NEW_DATA, 'array.new_elem': NEW_ELEM, 'array.set': ARRAY_SET, 'array.len': LEN} = Op;
const {'array.fill': ARRAY_FILL, 'array.copy': ARRAY_COPY} = Op;
const {'array.init_data': INIT_DATA, 'array.init_elem': INIT_ELEM, 'ref.eq': REF_EQ, 'ref.is_null': IS_NULL} = Op;
const {'ref.as_non_null': AS_NON_NULL, br_on_null: BR_ON_NULL, br_on_non_null: BR_ON_NON_NULL} = Op;
const {br_on_cast: BR_ON_CAST, br_on_cast_fail: BR_ON_CAST_FAIL, 'ref.i31': REF_I31} = Op;
const {'any.convert_extern': ANY_OF_EXTERN, 'extern.convert_any': EXTERN_OF_ANY} = Op;

const structGet = [Op['struct.get'], Op['struct.get_s'], Op['struct.get_u']] as const;
const arrayGet = [Op['array.get'], Op['array.get_s'], Op['array.get_u']] as const;
const i31Get = [Op['i31.get_s'], Op['i31.get_u']] as const;
const MOST_LOCALS = 5;
const LENGTHS = [1, 2, 4, 8] as const;

const typesOf = (b: Body): readonly SubType[] => b.m.types.aggregates.types;
const isWild = (b: Body): boolean => b.swarm.unguarded > 0 && b.rng.percent(b.swarm.unguarded);

/** A label that no branch of a statement goes to: its operands are references, which statements do not make. */
const shut: Label = {types: [], counter: -1, isLoop: true};

const openShut = (b: Body, result: ValueType): void => b.open(BLOCK, [], [result], shut);

/** A field that can be read as a value of some type. */
interface Place {
  readonly type: number;
  readonly field: number;
}

function places(b: Body, wanted: (type: ValueType, mutable: boolean) => boolean, kind: 'struct' | 'array'): Place[] {
  return typesOf(b).flatMap((sub, type) =>
    sub.composite.kind !== kind
      ? []
      : fieldsOf(sub).flatMap((item, field) => (wanted(item.type, item.mutable) ? [{type, field}] : [])),
  );
}

// ---- references

/** A local for references to a type, new or known. */
function localFor(b: Body, type: number): number {
  const known = b.references.get(nullable(type)) ?? [];
  const all = [...b.references.values()].reduce((sum, list) => sum + list.length, 0);
  if (known.length > 0 && (all >= MOST_LOCALS || !b.rng.oneIn(3))) return b.rng.pick(known);
  return b.addLocal(nullable(type));
}

/** Locals whose references are of this type or below it. */
function localsBelow(b: Body, type: number): number[] {
  return [...b.references].flatMap(([held, locals]) => {
    const heap = heapOf(held);
    return heap >= 0 && isNullable(held) && isBelow(typesOf(b), heap, type) ? locals : [];
  });
}

/** A type that is this one or a sub type of it. */
function below(b: Body, type: number): number {
  const types = typesOf(b);
  return b.rng.pick(types.flatMap((_, index) => (isBelow(types, index, type) ? [index] : [])));
}

/** Leaves `(ref type)`. */
export function reference(b: Body, type: number, depth: number): void {
  const {code, rng} = b;
  const locals = localsBelow(b, type);
  const kind = rng.below(10);
  if (locals.length > 0 && kind < 5) {
    if (isWild(b)) {
      code.get(rng.pick(locals)).op(AS_NON_NULL);
      return;
    }
    openShut(b, nonNullable(type));
    code.get(rng.pick(locals)).index(BR_ON_NON_NULL, 0);
    construct(b, type, 0);
    b.close();
  } else if (kind < 7 && depth > 0 && !b.exhausted) castDown(b, type, depth - 1);
  else construct(b, below(b, type), depth - 1);
}

/** A reference of a type above (or any, through extern and back) that is cast to what it is. */
function castDown(b: Body, type: number, depth: number): void {
  const {code, rng} = b;
  const above = typesOf(b)[type]!.supertypes[0];
  const abstract = typesOf(b)[type]!.composite.kind === 'struct' ? Heap.struct : Heap.array;
  const statics = [ANYREF, refType(Heap.eq, true), refType(abstract, false)];
  openShut(b, above !== undefined && rng.oneIn(2) ? nullable(above) : rng.pick(statics));
  construct(b, below(b, type), depth);
  b.close();
  if (rng.oneIn(4)) code.op(EXTERN_OF_ANY).op(ANY_OF_EXTERN);
  const keepsNull = rng.oneIn(3);
  code.op(keepsNull ? Op['ref.cast_null'] : Op['ref.cast']);
  writeHeapType(code, concreteHeap(type));
  if (keepsNull) code.op(AS_NON_NULL);
}

/** A new object of exactly this type. */
function construct(b: Body, type: number, depth: number): void {
  const {composite} = typesOf(b)[type]!;
  if (composite.kind === 'array') return constructArray(b, type, composite.element.type, depth);
  if (depth <= 0 || b.exhausted || b.rng.oneIn(5)) {
    b.code.index(STRUCT_NEW_DEFAULT, type);
    return;
  }
  for (const field of fieldsOf(typesOf(b)[type]!)) item(b, field.type, Math.min(depth - 1, 2));
  b.code.index(STRUCT_NEW, type);
}

/** A value for a field or an element. */
function item(b: Body, type: ValueType, depth: number): void {
  if (!isRef(type)) return b.expression(unpacked(type), depth);
  if (type === FUNCREF) return b.leaf(FUNCREF);
  if (depth > 0 && b.rng.oneIn(2)) return reference(b, heapOf(type), depth - 1);
  b.code.refNull(b.rng.oneIn(3) ? Heap.none : heapOf(type));
}

function constructArray(b: Body, type: number, element: ValueType, depth: number): void {
  const {code, rng} = b;
  const kind = rng.below(5);
  if (kind === 0 && fromSegment(b, type, element, NEW_DATA, NEW_ELEM)) return;
  if (depth <= 0 || b.exhausted || kind === 1) {
    code.i32(rng.pick(LENGTHS)).index(ARRAY_NEW_DEFAULT, type);
  } else if (kind === 2) {
    item(b, element, Math.min(depth - 1, 2));
    code.i32(rng.pick(LENGTHS)).index(ARRAY_NEW, type);
  } else {
    const count = rng.between(1, 4);
    for (let i = 0; i < count; i++) item(b, element, Math.min(depth - 1, 1));
    code.pair(ARRAY_NEW_FIXED, type, count);
  }
}

/** Offset, length and the instruction that reads a passive segment; false when none has what is wanted. */
function fromSegment(b: Body, type: number, element: ValueType, data: number, elem: number, most = 8): boolean {
  const {m, rng, code} = b;
  const size = isRef(element) ? 1 : sizeOf(element);
  if (isRef(element) && element !== FUNCREF) return false;
  const list = isRef(element)
    ? m.elements.map(({droppable, length, segment}) => (droppable || segment.mode.kind !== 'passive' ? 0 : length))
    : m.data.map(({droppable, segment}) => (droppable || segment.mode.kind !== 'passive' ? 0 : segment.bytes.length));
  const fitting = list.flatMap((length, index) => (length >= size ? [index] : []));
  if (fitting.length === 0) return false;
  const index = rng.pick(fitting);
  const count = Math.min(most, rng.between(1, Math.floor(list[index]! / size)));
  code.i32(rng.below(list[index]! - count * size + 1) + (isWild(b) ? 40 : 0)).i32(count);
  code.pair(isRef(element) ? elem : data, type, index);
  return true;
}

// ---- numbers

/** One value of a number or vector type. */
export function aggregateValue(b: Body, type: ValueType, depth: number): boolean {
  if (isRef(type) || typesOf(b).length === 0) return false;
  const kind = b.rng.below(12);
  if (type === I32 && kind < 4) return question(b, depth);
  const structs = places(b, (field) => unpacked(field) === type, 'struct');
  const arrays = places(b, (field) => unpacked(field) === type, 'array');
  if (structs.length > 0 && kind < 6) return branchOnCast(b, b.rng.pick(structs), type, depth);
  if (structs.length > 0 && kind < 7) return branchOnNull(b, b.rng.pick(structs), type, depth);
  if (arrays.length > 0 && (kind < 9 || structs.length === 0)) return readElement(b, b.rng.pick(arrays), depth);
  if (structs.length === 0) return false;
  const place = b.rng.pick(structs);
  reference(b, place.type, depth - 1);
  readField(b, place);
  return true;
}

/** `get` of what is packed says how it is extended. */
function getter<T>(b: Body, type: ValueType, [plain, signed, unsigned]: readonly [T, T, T]): T {
  if (!isPacked(type)) return plain;
  return b.rng.oneIn(2) ? signed : unsigned;
}

function readField(b: Body, {type, field}: Place): void {
  b.code.pair(getter(b, fieldsOf(typesOf(b)[type]!)[field]!.type, structGet), type, field);
}

/** Array and index on the stack; the array is in a scratch local too. */
function arrayAndIndex(b: Body, type: number, depth: number): number {
  const local = b.addReserved(nullable(type));
  reference(b, type, depth - 1);
  b.code.tee(local);
  index(b, local, depth);
  return local;
}

/** An index of the array in a local; an array of no elements has none, but there are none. */
function index(b: Body, local: number, depth: number): void {
  b.expression(I32, Math.min(depth - 1, 1));
  if (isWild(b)) b.code.i32(15).op(AND);
  else b.code.get(local).op(LEN).op(REM_U);
}

function readElement(b: Body, {type}: Place, depth: number): boolean {
  arrayAndIndex(b, type, depth);
  b.code.index(getter(b, fieldsOf(typesOf(b)[type]!)[0]!.type, arrayGet), type);
  return true;
}

/** An i32 that says something about references. */
function question(b: Body, depth: number): boolean {
  const {code, rng} = b;
  const type = rng.below(typesOf(b).length);
  switch (rng.below(6)) {
    case 0: {
      const arrays = places(b, () => true, 'array');
      reference(b, rng.pick(arrays).type, depth - 1);
      code.op(LEN);
      return true;
    }
    case 1:
      b.expression(I32, depth - 1);
      code.op(REF_I31).op(rng.pick(i31Get));
      return true;
    case 2:
      anyI31(b, depth);
      return true;
    case 3:
      sameness(b, type, depth);
      return true;
    case 4:
      maybeNull(b, type, depth);
      code.op(IS_NULL);
      return true;
    default:
      test(b, type, depth);
      return true;
  }
}

/** An i31 that has forgotten that it is one. */
function anyI31(b: Body, depth: number): void {
  const {code, rng} = b;
  openShut(b, ANYREF);
  b.expression(I32, depth - 1);
  code.op(REF_I31);
  b.close();
  if (rng.oneIn(3)) code.op(EXTERN_OF_ANY).op(ANY_OF_EXTERN);
  code.op(Op['ref.cast']);
  writeHeapType(code, Heap.i31);
  code.op(rng.pick(i31Get));
}

/** Identity: of a reference and itself, or of two. */
function sameness(b: Body, type: number, depth: number): void {
  const {code, rng} = b;
  if (rng.oneIn(2)) {
    const local = localFor(b, type);
    code.get(local);
    if (rng.oneIn(2)) code.get(local);
    else code.get(localFor(b, rng.below(typesOf(b).length)));
  } else {
    maybeNull(b, type, depth - 1);
    maybeNull(b, type, 0);
  }
  code.op(REF_EQ);
}

/** A reference of the type, a null, or what a local has. */
function maybeNull(b: Body, type: number, depth: number): void {
  const kind = b.rng.below(5);
  if (kind === 0) b.code.refNull(b.rng.oneIn(2) ? Heap.none : concreteHeap(type));
  else if (kind < 3) b.code.get(localFor(b, type));
  else reference(b, type, depth - 1);
}

const abstractTargets: readonly HeapType[] = [Heap.eq, Heap.struct, Heap.array, Heap.i31, Heap.none, Heap.any];

/** `ref.test` of a reference against a type that may or may not be its own. */
function test(b: Body, type: number, depth: number): void {
  const {code, rng} = b;
  openShut(b, ANYREF);
  maybeNull(b, below(b, type), depth - 1);
  b.close();
  code.op(rng.oneIn(2) ? Op['ref.test'] : Op['ref.test_null']);
  writeHeapType(code, rng.oneIn(4) ? rng.pick(abstractTargets) : target(b, type));
}

/** A type that casts of this one ask for: above, below, itself, or one that looks alike. */
function target(b: Body, type: number): HeapType {
  const types = typesOf(b);
  const related = types.flatMap((_, other) =>
    isBelow(types, other, type) || isBelow(types, type, other) ? [other] : [],
  );
  return concreteHeap(b.rng.oneIn(3) ? b.rng.below(types.length) : b.rng.pick(related));
}

/** The root of a type's chain. */
function rootOf(types: readonly SubType[], type: number): number {
  const above = types[type]!.supertypes[0];
  return above === undefined ? type : rootOf(types, above);
}

/**
 * (block (result t) (block (result sub) ref br_on_cast 0 drop other br 1) get), or the same by br_on_cast_fail. What is cast
 * has the static type of the chain's root, or any.
 */
function branchOnCast(b: Body, place: Place, type: ValueType, depth: number): boolean {
  const {code, rng} = b;
  const types = typesOf(b);
  const root = rootOf(types, place.type);
  const source = rng.oneIn(3) ? Heap.any : concreteHeap(root);
  const isFail = rng.oneIn(2);
  b.open(BLOCK, [], [type], shut);
  openShut(b, isFail ? refType(source, true) : nonNullable(place.type));
  maybeNull(b, below(b, root), depth - 1);
  code.op(isFail ? BR_ON_CAST_FAIL : BR_ON_CAST).u8(1);
  code.u32(0);
  writeHeapType(code, source);
  writeHeapType(code, concreteHeap(place.type));
  if (isFail) readField(b, place);
  else {
    code.op(DROP);
    b.expression(type, Math.min(depth - 1, 1));
  }
  code.index(BR, 1);
  b.close();
  if (isFail) {
    code.op(DROP);
    b.expression(type, Math.min(depth - 1, 1));
  } else readField(b, place);
  b.close();
  return true;
}

/** (block (result t) (block ref br_on_null 0 get br 1) other) */
function branchOnNull(b: Body, place: Place, type: ValueType, depth: number): boolean {
  const {code} = b;
  b.open(BLOCK, [], [type], shut);
  b.open(BLOCK, [], [], shut);
  maybeNull(b, place.type, depth - 1);
  code.index(BR_ON_NULL, 0);
  readField(b, place);
  code.index(BR, 1);
  b.close();
  b.expression(type, Math.min(depth - 1, 2));
  b.close();
  return true;
}

// ---- writes

/** A write through a reference, or to a local that holds one. */
export function aggregateStatement(b: Body, depth: number): boolean {
  if (typesOf(b).length === 0) return false;
  const kind = b.rng.below(10);
  const structs = places(b, (_, mutable) => mutable, 'struct');
  const arrays = places(b, (_, mutable) => mutable, 'array');
  if (kind < 3 && structs.length > 0) return writeField(b, b.rng.pick(structs), depth);
  if (kind < 7 && arrays.length > 0) return writeArray(b, b.rng.pick(arrays), depth);
  const type = b.rng.below(typesOf(b).length);
  maybeNull(b, below(b, type), depth);
  b.code.set(localFor(b, type));
  return true;
}

function writeField(b: Body, {type, field}: Place, depth: number): boolean {
  const {type: held} = fieldsOf(typesOf(b)[type]!)[field]!;
  reference(b, type, depth - 1);
  item(b, held, Math.min(depth - 1, 2));
  b.code.pair(STRUCT_SET, type, field);
  return true;
}

function writeArray(b: Body, {type}: Place, depth: number): boolean {
  const {code, rng} = b;
  const {type: element} = fieldsOf(typesOf(b)[type]!)[0]!;
  const kind = rng.below(6);
  const local = arrayAndIndex(b, type, depth);
  if (kind === 0) {
    item(b, element, 1);
    code.i32(rng.below(2)).index(ARRAY_FILL, type);
  } else if (kind === 1) {
    code.get(local);
    index(b, local, depth);
    code.i32(rng.below(2)).pair(ARRAY_COPY, type, type);
  } else if (kind < 4 && fromSegment(b, type, element, INIT_DATA, INIT_ELEM, 1)) return true;
  else {
    item(b, element, Math.min(depth - 1, 2));
    code.index(ARRAY_SET, type);
  }
  return true;
}
