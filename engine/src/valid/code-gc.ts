/**
 * Validates the instructions of the garbage-collection proposal that have immediates or convert references: structures,
 * arrays, casts, i31 (spec sections 3.3.5 to 3.3.8). Part of the switch in code.ts.
 */
import {Bug} from '../base/assert.ts';
import {Op} from '../wasm/opcodes.ts';
import {matches, topOf} from '../wasm/subtyping.ts';
import {
  type ArrayType,
  type FieldType,
  Heap,
  heapOf,
  I32,
  isDefaultable,
  isNullable,
  isPacked,
  isRef,
  refType,
  type ValueType,
} from '../wasm/types.ts';
import type {CodeValidator} from './code.ts';
import {popThree, requireData} from './code-memory.ts';
import {messages, unknown} from './messages.ts';
import {nonNull} from './stack.ts';

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

const ARRAYREF = refType(Heap.array, true),
  I31REF = refType(Heap.i31, true),
  I31 = refType(Heap.i31, false);
const ANYREF = refType(Heap.any, true),
  EXTERNREF = refType(Heap.extern, true);

/** Checks one instruction of the page. */
export function aggregate(code: CodeValidator, op: number): void {
  const {stack, reader} = code;
  switch (op) {
    case STRUCT_NEW:
      return structNew(code);
    case STRUCT_NEW_DEFAULT:
      return structNewDefault(code);
    case STRUCT_GET:
    case STRUCT_GET_S:
    case STRUCT_GET_U:
      return structGet(code, op === STRUCT_GET);
    case STRUCT_SET:
      return structSet(code);
    case ARRAY_NEW:
      stack.popExpected(I32);
      stack.popExpected(unpacked(array(code).element));
      pushNew(code);
      return;
    case ARRAY_NEW_DEFAULT:
      return arrayNewDefault(code);
    case ARRAY_NEW_FIXED:
      return arrayNewFixed(code);
    case ARRAY_NEW_DATA:
      numericArray(code);
      requireData(code, reader.index2);
      popPair(code);
      pushNew(code);
      return;
    case ARRAY_NEW_ELEM:
      arrayElements(code, array(code));
      popPair(code);
      pushNew(code);
      return;
    case ARRAY_GET:
    case ARRAY_GET_S:
    case ARRAY_GET_U:
      return arrayGet(code, op === ARRAY_GET);
    case ARRAY_SET:
      return arraySet(code);
    case ARRAY_LEN:
      stack.popExpected(ARRAYREF);
      stack.pushOperand(I32);
      return;
    case ARRAY_FILL:
      return arrayFill(code);
    case ARRAY_COPY:
      return arrayCopy(code);
    case ARRAY_INIT_DATA:
      mutableArray(code);
      numericArray(code);
      requireData(code, reader.index2);
      arrayInit(code);
      return;
    case ARRAY_INIT_ELEM:
      arrayElements(code, mutableArray(code));
      arrayInit(code);
      return;
    case REF_TEST:
    case REF_TEST_NULL:
      popCastOperand(code, op === REF_TEST_NULL);
      stack.pushOperand(I32);
      return;
    case REF_CAST:
    case REF_CAST_NULL:
      return stack.pushOperand(popCastOperand(code, op === REF_CAST_NULL));
    case BR_ON_CAST:
    case BR_ON_CAST_FAIL:
      return branchOnCast(code, op === BR_ON_CAST);
    case ANY_CONVERT_EXTERN:
      return stack.pushOperand(refType(Heap.any, isNullable(stack.popExpected(EXTERNREF))));
    case EXTERN_CONVERT_ANY:
      return stack.pushOperand(refType(Heap.extern, isNullable(stack.popExpected(ANYREF))));
    case REF_I31:
      stack.popExpected(I32);
      stack.pushOperand(I31);
      return;
    case I31_GET_S:
    case I31_GET_U:
      stack.popExpected(I31REF);
      stack.pushOperand(I32);
      return;
    default:
      throw new Bug(`opcode ${op} is no aggregate instruction`);
  }
}

/** The type of a field's value on the operand stack. */
const unpacked = ({type}: FieldType): ValueType => (isPacked(type) ? I32 : type);

const array = (code: CodeValidator): ArrayType => code.context.arrayType(code.reader.index, code.offset);

function mutableArray(code: CodeValidator): ArrayType {
  const type = array(code);
  if (!type.element.mutable) code.stack.fail(messages.immutableArray);
  return type;
}

function numericArray(code: CodeValidator): void {
  if (isRef(array(code).element.type)) code.stack.fail(messages.arrayData);
}

/** Checks that the elements of the instruction's segment fit an array. */
function arrayElements(code: CodeValidator, {element}: ArrayType): void {
  code.requireMatch(code.context.element(code.reader.index2, code.offset), element.type);
}

/** Pops the nullable reference to the instruction's aggregate. */
const popAggregate = (code: CodeValidator): ValueType => code.stack.popExpected(code.typeRef(code.reader.index, true));

/** Pushes the reference to a new aggregate. */
const pushNew = (code: CodeValidator): void => code.stack.pushOperand(code.typeRef(code.reader.index, false));

function popPair(code: CodeValidator): void {
  code.stack.popExpected(I32);
  code.stack.popExpected(I32);
}

function structNew(code: CodeValidator): void {
  const {fields} = code.context.structType(code.reader.index, code.offset);
  for (let i = fields.length - 1; i >= 0; i--) code.stack.popExpected(unpacked(fields[i]!));
  pushNew(code);
}

function structNewDefault(code: CodeValidator): void {
  const {fields} = code.context.structType(code.reader.index, code.offset);
  for (const {type} of fields) requireDefault(code, type);
  pushNew(code);
}

function requireDefault(code: CodeValidator, type: ValueType): void {
  if (!isDefaultable(type))
    code.stack.fail(`${messages.typeMismatch}: ${code.stack.typeName(type)} has no default value`);
}

function field(code: CodeValidator): FieldType {
  const {index, index2} = code.reader;
  const found = code.context.structType(index, code.offset).fields[index2];
  return found ?? code.stack.fail(unknown('field', index2));
}

/** Packed fields are read with a sign, others without. */
function requirePlain(code: CodeValidator, {type}: FieldType, isPlain: boolean): void {
  if (isPacked(type) === isPlain)
    code.stack.fail(`${messages.typeMismatch}: the field is ${isPlain ? '' : 'not '}packed`);
}

function structGet(code: CodeValidator, isPlain: boolean): void {
  const type = field(code);
  requirePlain(code, type, isPlain);
  popAggregate(code);
  code.stack.pushOperand(unpacked(type));
}

function structSet(code: CodeValidator): void {
  const type = field(code);
  if (!type.mutable) code.stack.fail(messages.immutableField);
  code.stack.popExpected(unpacked(type));
  popAggregate(code);
}

function arrayNewDefault(code: CodeValidator): void {
  requireDefault(code, array(code).element.type);
  code.stack.popExpected(I32);
  pushNew(code);
}

function arrayNewFixed(code: CodeValidator): void {
  const {
    stack,
    reader: {index2: count},
  } = code;
  const type = unpacked(array(code).element);
  /* In unreachable code operands end; the rest of the count is bottom. */
  for (let i = 0; i < count && (stack.height > stack.base || !stack.isUnreachable); i++) stack.popExpected(type);
  pushNew(code);
}

function arrayGet(code: CodeValidator, isPlain: boolean): void {
  const {element} = array(code);
  requirePlain(code, element, isPlain);
  code.stack.popExpected(I32);
  popAggregate(code);
  code.stack.pushOperand(unpacked(element));
}

function arraySet(code: CodeValidator): void {
  const {element} = mutableArray(code);
  code.stack.popExpected(unpacked(element));
  code.stack.popExpected(I32);
  popAggregate(code);
}

function arrayFill(code: CodeValidator): void {
  const {element} = mutableArray(code);
  code.stack.popExpected(I32);
  code.stack.popExpected(unpacked(element));
  code.stack.popExpected(I32);
  popAggregate(code);
}

function arrayCopy(code: CodeValidator): void {
  const {stack, context, reader, offset} = code;
  const target = mutableArray(code).element.type;
  const source = context.arrayType(reader.index2, offset).element.type;
  if (!matches(source, target)) stack.fail(messages.arrayTypes);
  stack.popExpected(I32);
  stack.popExpected(I32);
  stack.popExpected(code.typeRef(reader.index2, true));
  stack.popExpected(I32);
  popAggregate(code);
}

/** Operands of array.init_*: the array, the index there, the offset in the segment, the length. */
function arrayInit(code: CodeValidator): void {
  popThree(code, I32, I32, I32);
  popAggregate(code);
}

/** Pops a reference of the hierarchy of the target type; returns the target type. */
function popCastOperand(code: CodeValidator, nullable: boolean): ValueType {
  const target = code.reference(code.reader.heap, nullable);
  code.stack.popExpected(refType(topOf(heapOf(target)), true));
  return target;
}

function branchOnCast(code: CodeValidator, branchesOnSuccess: boolean): void {
  const {stack, reader} = code;
  const source = code.reference(reader.heap, (reader.castFlags & 1) !== 0);
  const target = code.reference(reader.heap2, (reader.castFlags & 2) !== 0);
  code.requireMatch(target, source);
  const rest = isNullable(target) ? nonNull(source) : source;
  const types = stack.labelTypes(reader.index);
  if (types.length === 0) stack.fail(`${messages.typeMismatch}: the label takes no reference`);
  stack.popExpected(source);
  stack.pushOperand(branchesOnSuccess ? target : rest);
  stack.popOperands(types);
  for (let i = 0; i < types.length - 1; i++) stack.pushOperand(types[i]!);
  stack.pushOperand(branchesOnSuccess ? rest : target);
}
