/**
 * Structures, arrays, i31 and casts (spec section 4.6.4) on objects as runtime/layout.ts lays them out. Tests are straight
 * code: what is no object is replaced by one of no type (`VmContext.nothing`), so that its header may be read, and equal
 * tests are equal values. Null checks are explicit; static types of operands leave out those that cannot fail.
 */
import {Unsupported} from '#engine/base/errors.ts';
import {trapCode} from '#engine/base/traps.ts';
import {
  type Builtin,
  FuncRef,
  HeapObject,
  TypeDesc,
  TypeKind,
  typeDescOffset,
  typeIdOffset,
  VmContext,
} from '#engine/runtime/layout.ts';
import {type StructLayout, storageBytes, structLayout} from '#engine/runtime/object-layout.ts';
import {FEATURE} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {canonicalHeap, canonicalType, matchesHeap, topOf} from '#engine/wasm/subtyping.ts';
import {
  type ArrayType,
  F32,
  F64,
  type FieldType,
  Heap,
  type HeapType,
  heapOf,
  I8,
  I16,
  I32,
  I64,
  isNullable,
  refType,
  type StructType,
  V128,
  type ValueType,
} from '#engine/wasm/types.ts';
import {NONE, type Value} from '../ir/func.ts';
import {FieldClass, type FieldClassName, Ir, type OpCode} from '../ir/ops.ts';
import {I32 as IR_I32, I64 as IR_I64, irType, REF, VOID} from '../ir/types.ts';
import * as control from './control.ts';
import {callBuiltin} from './memory.ts';
import {NO_TYPE, type State} from './state.ts';

const {
  'struct.new': STRUCT_NEW,
  'struct.new_default': STRUCT_NEW_DEFAULT,
  'struct.get': STRUCT_GET,
  'struct.get_s': STRUCT_GET_S,
  'struct.get_u': STRUCT_GET_U,
  'struct.set': STRUCT_SET,
  'array.new': ARRAY_NEW,
  'array.new_default': ARRAY_NEW_DEFAULT,
  'array.new_fixed': ARRAY_NEW_FIXED,
  'array.new_data': ARRAY_NEW_DATA,
  'array.new_elem': ARRAY_NEW_ELEM,
  'array.get': ARRAY_GET,
  'array.get_s': ARRAY_GET_S,
  'array.get_u': ARRAY_GET_U,
  'array.set': ARRAY_SET,
  'array.len': ARRAY_LEN,
  'array.fill': ARRAY_FILL,
  'array.copy': ARRAY_COPY,
  'array.init_data': ARRAY_INIT_DATA,
  'array.init_elem': ARRAY_INIT_ELEM,
  'ref.test': REF_TEST,
  'ref.test_null': REF_TEST_NULL,
  'ref.cast': REF_CAST,
  'ref.cast_null': REF_CAST_NULL,
  br_on_cast: BR_ON_CAST,
  br_on_cast_fail: BR_ON_CAST_FAIL,
  'any.convert_extern': ANY_CONVERT_EXTERN,
  'extern.convert_any': EXTERN_CONVERT_ANY,
  'ref.i31': REF_I31,
  'i31.get_s': I31_GET_S,
  'i31.get_u': I31_GET_U,
} = Op;
const {
  bitcast: BITCAST,
  extend_u: EXTEND_U,
  iadd: IADD,
  iand: IAND,
  ior: IOR,
  ieq: IEQ,
  ieqz: IEQZ,
  ige_u: IGE_U,
  igt_u: IGT_U,
  ine: INE,
  ishl: ISHL,
  ishr_s: ISHR_S,
  ishr_u: ISHR_U,
  select: SELECT,
  wrap: WRAP,
  vm_load: VM_LOAD,
  vm_load8_s: VM_LOAD8_S,
  vm_load8_u: VM_LOAD8_U,
  vm_load16_s: VM_LOAD16_S,
  vm_load16_u: VM_LOAD16_U,
  vm_store: VM_STORE,
  vm_store8: VM_STORE8,
  vm_store16: VM_STORE16,
} = Ir;
const NULL_STRUCTURE = trapCode('null-structure');
const NULL_ARRAY = trapCode('null-array');
const NULL_I31 = trapCode('null-i31');
const ARRAY_OUT_OF_BOUNDS = trapCode('array-out-of-bounds');
const CAST_FAILURE = trapCode('cast-failure');
const LOWEST_SHIFT = Math.log2(HeapObject.lowest);

// ---- types of modules

const structLayouts = new WeakMap<StructType, StructLayout>();

function layoutOf(type: StructType): StructLayout {
  let layout = structLayouts.get(type);
  if (layout === undefined) structLayouts.set(type, (layout = structLayout(type.fields)));
  return layout;
}

const structType = (s: State, index: number): StructType => s.facts.module.types[index]!.composite as StructType;
const arrayType = (s: State, index: number): ArrayType => s.facts.module.types[index]!.composite as ArrayType;
/** The type of a new object. */
const exactly = (index: number): ValueType => refType(index as HeapType, false);

function fieldClass({mutable}: FieldType, offset: number): FieldClassName {
  return mutable ? `field${((offset >> 3) & 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}` : 'object';
}

const elementClasses: Readonly<Record<number, FieldClassName>> = {
  [I8]: 'elements8',
  [I16]: 'elements16',
  [I32]: 'elements32',
  [I64]: 'elements64',
  [F32]: 'elements_f32',
  [F64]: 'elements_f64',
  [V128]: 'elements_v128',
};

function elementClass({type, mutable}: FieldType): FieldClassName {
  if (!mutable) return 'object';
  return elementClasses[type] ?? 'elements_ref';
}

// ---- fields

/** Loads a field or element; packed ones with the extension that the instruction asks for. */
function loadField(
  s: State,
  {type}: FieldType,
  pointer: Value,
  offset: number,
  field: FieldClassName,
  signed: boolean,
): void {
  let op: OpCode = VM_LOAD;
  if (type === I8) op = signed ? VM_LOAD8_S : VM_LOAD8_U;
  if (type === I16) op = signed ? VM_LOAD16_S : VM_LOAD16_U;
  const result = op === VM_LOAD ? irType(type) : IR_I32;
  s.pushTyped(s.emit(op, result, pointer, NONE, NONE, offset, FieldClass[field]), type);
}

function storeField(
  s: State,
  {type}: FieldType,
  pointer: Value,
  value: Value,
  offset: number,
  field: FieldClassName,
): void {
  const op = type === I8 ? VM_STORE8 : type === I16 ? VM_STORE16 : VM_STORE;
  s.emit(op, VOID, pointer, value, NONE, offset, FieldClass[field]);
}

/** Pops a reference that must not be null. */
function popNonNull(s: State, trap: number): Value {
  const type = s.topType;
  const reference = s.pop();
  if (type === NO_TYPE || isNullable(type)) s.trapIf(s.emit(IEQZ, IR_I32, reference), trap);
  return reference;
}

const typePointer = (s: State, index: number): Value =>
  s.vmLoad(IR_I64, s.vmctx, typeDescOffset(s.facts.layout, index), 'constant');

// ---- structures

/** An object of the type with its fields still to be stored. */
function makeObject(s: State, builtin: Builtin, index: number, operands: readonly Value[]): Value {
  return callBuiltin(s, builtin, [typePointer(s, index), ...operands]);
}

function initialiseHeader(s: State, object: Value, index: number): void {
  s.emit(VM_STORE, VOID, object, typePointer(s, index), NONE, HeapObject.type, FieldClass.object);
}

function structNew(s: State): void {
  const {index} = s.reader;
  const {fields} = structType(s, index);
  const {offsets} = layoutOf(structType(s, index));
  const first = s.height - fields.length;
  const object = makeObject(s, 'structNew', index, []);
  initialiseHeader(s, object, index);
  fields.forEach((field, i) => {
    storeField(s, field, object, s.stack[first + i] as Value, offsets[i]!, fieldClass(field, offsets[i]!));
  });
  s.height = first;
  s.pushTyped(object, exactly(index));
}

function structNewDefault(s: State): void {
  const {index} = s.reader;
  s.pushTyped(makeObject(s, 'structNewDefault', index, []), exactly(index));
}

function structGet(s: State, signed: boolean): void {
  const {index, index2} = s.reader;
  const field = structType(s, index).fields[index2]!;
  const offset = layoutOf(structType(s, index)).offsets[index2]!;
  loadField(s, field, popNonNull(s, NULL_STRUCTURE), offset, fieldClass(field, offset), signed);
}

function structSet(s: State): void {
  const {index, index2} = s.reader;
  const field = structType(s, index).fields[index2]!;
  const offset = layoutOf(structType(s, index)).offsets[index2]!;
  const value = s.pop();
  storeField(s, field, popNonNull(s, NULL_STRUCTURE), value, offset, fieldClass(field, offset));
}

// ---- arrays

/** Leaves a value where builtins take it from. */
function toScratch(s: State, value: Value): void {
  s.emit(VM_STORE, VOID, s.vmctx, value, NONE, VmContext.scratch, FieldClass.scratch);
}

function arrayNew(s: State): void {
  const {index} = s.reader;
  const length = s.pop();
  toScratch(s, s.pop());
  s.pushTyped(makeObject(s, 'arrayNew', index, [length]), exactly(index));
}

function arrayNewDefault(s: State): void {
  const {index} = s.reader;
  const length = s.pop();
  s.pushTyped(makeObject(s, 'arrayNewDefault', index, [length]), exactly(index));
}

function arrayNewFixed(s: State): void {
  const {index, index2: length} = s.reader;
  const {element} = arrayType(s, index);
  const first = s.height - length;
  const array = makeObject(s, 'arrayNewDefault', index, [s.i32(length)]);
  const [bytes, field] = [storageBytes(element.type), elementClass(element)];
  for (let i = 0; i < length; i++)
    storeField(s, element, array, s.stack[first + i] as Value, HeapObject.elements + i * bytes, field);
  s.height = first;
  s.pushTyped(array, exactly(index));
}

function arrayNewFrom(s: State, builtin: 'arrayNewData' | 'arrayNewElem'): void {
  const {index, index2: segment} = s.reader;
  const length = s.pop();
  const offset = s.pop();
  s.pushTyped(makeObject(s, builtin, index, [s.i32(segment), offset, length]), exactly(index));
}

const lengthOf = (s: State, array: Value): Value => s.vmLoad(IR_I32, array, HeapObject.length, 'object');

/** Pops index and array; the address of the element, without `HeapObject.elements`. */
function popElement(s: State, {type}: FieldType): Value {
  const index = s.pop();
  const array = popNonNull(s, NULL_ARRAY);
  s.trapIf(s.emit(IGE_U, IR_I32, index, lengthOf(s, array)), ARRAY_OUT_OF_BOUNDS);
  const shift = Math.log2(storageBytes(type));
  const index64 = s.emit(EXTEND_U, IR_I64, index);
  const scaled = shift === 0 ? index64 : s.emit(ISHL, IR_I64, index64, s.i64(shift));
  return s.emit(IADD, IR_I64, s.emit(BITCAST, IR_I64, array), scaled);
}

function arrayGet(s: State, signed: boolean): void {
  const {element} = arrayType(s, s.reader.index);
  loadField(s, element, popElement(s, element), HeapObject.elements, elementClass(element), signed);
}

function arraySet(s: State): void {
  const {element} = arrayType(s, s.reader.index);
  const value = s.pop();
  storeField(s, element, popElement(s, element), value, HeapObject.elements, elementClass(element));
}

function arrayLen(s: State): void {
  s.push(lengthOf(s, popNonNull(s, NULL_ARRAY)));
}

function arrayFill(s: State): void {
  const length = s.pop();
  const value = s.pop();
  const index = s.pop();
  const array = popNonNull(s, NULL_ARRAY);
  toScratch(s, value);
  callBuiltin(s, 'arrayFill', [array, index, length]);
}

/** The target is looked at first: when both are null it is the one that traps. */
function arrayCopy(s: State): void {
  const length = s.pop();
  const fromIndex = s.pop();
  const [from, fromType] = [s.stack[s.height - 1] as Value, s.topType];
  s.height -= 1;
  const toIndex = s.pop();
  const to = popNonNull(s, NULL_ARRAY);
  s.pushTyped(from, fromType);
  popNonNull(s, NULL_ARRAY);
  callBuiltin(s, 'arrayCopy', [to, toIndex, from, fromIndex, length]);
}

function arrayInit(s: State, builtin: 'arrayInitData' | 'arrayInitElem'): void {
  const segment = s.reader.index2;
  const length = s.pop();
  const offset = s.pop();
  const index = s.pop();
  callBuiltin(s, builtin, [popNonNull(s, NULL_ARRAY), s.i32(segment), index, offset, length]);
}

// ---- i31

function i31New(s: State): void {
  const tagged = s.emit(IOR, IR_I32, s.emit(ISHL, IR_I32, s.pop(), s.i32(1)), s.i32(1));
  s.pushTyped(s.emit(BITCAST, REF, s.emit(EXTEND_U, IR_I64, tagged)), refType(Heap.i31, false));
}

function i31Get(s: State, signed: boolean): void {
  const bits = s.emit(WRAP, IR_I32, s.emit(BITCAST, IR_I64, popNonNull(s, NULL_I31)));
  s.push(s.emit(signed ? ISHR_S : ISHR_U, IR_I32, bits, s.i32(1)));
}

// ---- casts

/** Whether a value of a static type belongs to a heap type when it is not null. */
function isKnownToMatch(s: State, type: ValueType, heap: HeapType): boolean {
  const {typeIds} = s.facts;
  return type !== NO_TYPE && matchesHeap(canonicalHeap(heapOf(type), typeIds), canonicalHeap(heap, typeIds));
}

/** Whether a reference of this static type is null, a structure or an array: nothing that is tagged. */
function isObjectType(s: State, type: ValueType): boolean {
  return isKnownToMatch(s, type, Heap.struct) || isKnownToMatch(s, type, Heap.array);
}

const notNull = (s: State, reference: Value): Value => s.emit(IEQZ, IR_I32, s.emit(IEQZ, IR_I32, reference));
const bitsOf = (s: State, reference: Value): Value => s.emit(BITCAST, IR_I64, reference);

/** The reference, or the object of no type when it is none that has a header. */
function somethingWithHeader(s: State, reference: Value, type: ValueType, isFunction: boolean): Value {
  if (type !== NO_TYPE && !isNullable(type) && (isFunction || isObjectType(s, type))) return reference;
  const nothing = s.vmLoad(REF, s.vmctx, VmContext.nothing, 'constant');
  if (isFunction || isObjectType(s, type))
    return s.emit(SELECT, REF, s.emit(IEQZ, IR_I32, reference), nothing, reference);
  const high = s.emit(ISHR_U, IR_I64, bitsOf(s, reference), s.i64(LOWEST_SHIFT));
  return s.emit(SELECT, REF, s.emit(IEQZ, IR_I32, high), nothing, reference);
}

/** Whether the type behind a pointer to its descriptor is type `index` or below: its display has it at its depth. */
export function isBelow(s: State, descriptor: Value, index: number): Value {
  const {depth} = canonicalType(s.facts.typeIds[index]!);
  const expected = s.vmLoad(IR_I32, s.vmctx, typeIdOffset(s.facts.layout, index), 'constant');
  let display = descriptor;
  let offset = TypeDesc.display + 4 * depth;
  if (depth >= TypeDesc.displayMin) {
    const length = s.vmLoad(IR_I32, descriptor, TypeDesc.displayLength, 'object');
    const isThere = s.emit(IGT_U, IR_I32, length, s.i32(depth));
    display = s.emit(IADD, IR_I64, descriptor, s.emit(SELECT, IR_I64, isThere, s.i64(4 * depth), s.i64(0)));
    offset = TypeDesc.display;
  }
  return s.emit(IEQ, IR_I32, s.vmLoad(IR_I32, display, offset, 'object'), expected);
}

/** Whether a reference that may be anything of its hierarchy is of a defined type. */
function isOfDefinedType(s: State, reference: Value, type: ValueType, index: number): Value {
  const {final, composite} = s.facts.module.types[index]!;
  if (composite.kind === 'func') {
    const descriptor = s.vmLoad(IR_I64, somethingWithHeader(s, reference, type, true), FuncRef.type, 'func_ref');
    return isBelow(s, descriptor, index);
  }
  const descriptor = s.vmLoad(IR_I64, somethingWithHeader(s, reference, type, false), HeapObject.type, 'object');
  return final ? s.emit(IEQ, IR_I32, descriptor, typePointer(s, index)) : isBelow(s, descriptor, index);
}

function isOfKind(s: State, reference: Value, type: ValueType, kind: number): Value {
  const descriptor = s.vmLoad(IR_I64, somethingWithHeader(s, reference, type, false), HeapObject.type, 'object');
  return s.emit(IEQ, IR_I32, s.vmLoad(IR_I32, descriptor, TypeDesc.kind, 'object'), s.i32(kind));
}

const lowBits = (s: State, reference: Value, mask: number): Value =>
  s.emit(IAND, IR_I32, s.emit(WRAP, IR_I32, bitsOf(s, reference)), s.i32(mask));

/** i32 1 when the reference is not null and of the heap type, else 0. */
function isOf(s: State, reference: Value, type: ValueType, heap: HeapType): Value {
  if (isKnownToMatch(s, type, heap)) return isNullable(type) ? notNull(s, reference) : s.i32(1);
  if (heap >= 0) return isOfDefinedType(s, reference, type, heap);
  switch (heap) {
    case Heap.i31:
      return lowBits(s, reference, 1);
    case Heap.eq: // not a host reference
      return s.emit(IAND, IR_I32, s.emit(INE, IR_I32, lowBits(s, reference, 3), s.i32(2)), notNull(s, reference));
    case Heap.struct:
      return isOfKind(s, reference, type, TypeKind.struct);
    case Heap.array:
      return isOfKind(s, reference, type, TypeKind.array);
    default:
      return topOf(heap) === heap ? notNull(s, reference) : s.i32(0);
  }
}

/** i32 1 when the reference is of `(ref null? heap)`, else 0. */
function test(s: State, reference: Value, type: ValueType, heap: HeapType, nullable: boolean): Value {
  if (!nullable) return isOf(s, reference, type, heap);
  if (isKnownToMatch(s, type, heap)) return s.i32(1);
  const result = isOf(s, reference, type, heap);
  if (type !== NO_TYPE && !isNullable(type)) return result;
  return s.emit(IOR, IR_I32, result, s.emit(IEQZ, IR_I32, reference));
}

function refTest(s: State, nullable: boolean): void {
  const type = s.topType;
  const reference = s.pop();
  s.push(test(s, reference, type, s.reader.heap, nullable));
}

function refCast(s: State, nullable: boolean): void {
  const {heap} = s.reader;
  const type = s.topType;
  const reference = s.pop();
  s.trapIf(s.emit(IEQZ, IR_I32, test(s, reference, type, heap, nullable)), CAST_FAILURE);
  s.pushTyped(reference, refType(heap, nullable && (type === NO_TYPE || isNullable(type))));
}

/** The reference stays on the stack on both ways. */
function branchOnCast(s: State, onFailure: boolean): void {
  const {heap2: heap, castFlags} = s.reader;
  const nullable = (castFlags & 2) !== 0;
  const type = s.topType;
  const reference = s.stack[s.height - 1] as Value;
  const condition = test(s, reference, type, heap, nullable);
  if (!onFailure) return control.branchIf(s, condition);
  control.branchUnless(s, condition);
  s.pop();
  s.pushTyped(reference, refType(heap, nullable));
}

/** Both hierarchies have the same representation. */
function convert(s: State, to: typeof Heap.any | typeof Heap.extern): void {
  const type = s.topType;
  s.pushTyped(s.pop(), refType(to, type === NO_TYPE || isNullable(type)));
}

/** Whether an instruction belongs to this file. */
export const isGc = (opcode: number): boolean => FEATURE[opcode] === 'gc';

export function gcInstruction(s: State, opcode: number): void {
  // biome-ignore format: one instruction a line
  switch (opcode) {
    case STRUCT_NEW: return structNew(s);
    case STRUCT_NEW_DEFAULT: return structNewDefault(s);
    case STRUCT_GET: case STRUCT_GET_U: return structGet(s, false);
    case STRUCT_GET_S: return structGet(s, true);
    case STRUCT_SET: return structSet(s);
    case ARRAY_NEW: return arrayNew(s);
    case ARRAY_NEW_DEFAULT: return arrayNewDefault(s);
    case ARRAY_NEW_FIXED: return arrayNewFixed(s);
    case ARRAY_NEW_DATA: return arrayNewFrom(s, 'arrayNewData');
    case ARRAY_NEW_ELEM: return arrayNewFrom(s, 'arrayNewElem');
    case ARRAY_GET: case ARRAY_GET_U: return arrayGet(s, false);
    case ARRAY_GET_S: return arrayGet(s, true);
    case ARRAY_SET: return arraySet(s);
    case ARRAY_LEN: return arrayLen(s);
    case ARRAY_FILL: return arrayFill(s);
    case ARRAY_COPY: return arrayCopy(s);
    case ARRAY_INIT_DATA: return arrayInit(s, 'arrayInitData');
    case ARRAY_INIT_ELEM: return arrayInit(s, 'arrayInitElem');
    case REF_TEST: return refTest(s, false);
    case REF_TEST_NULL: return refTest(s, true);
    case REF_CAST: return refCast(s, false);
    case REF_CAST_NULL: return refCast(s, true);
    case BR_ON_CAST: return branchOnCast(s, false);
    case BR_ON_CAST_FAIL: return branchOnCast(s, true);
    case ANY_CONVERT_EXTERN: return convert(s, Heap.any);
    case EXTERN_CONVERT_ANY: return convert(s, Heap.extern);
    case REF_I31: return i31New(s);
    case I31_GET_S: return i31Get(s, true);
    case I31_GET_U: return i31Get(s, false);
    default: throw new Unsupported('gc', s.reader.offset);
  }
}
