/**
 * Instructions as objects: for generators, reducers, printers and tests. Engines use the cursor in code.ts.
 * Both directions follow the immediates of the opcode table: nothing here names an instruction.
 */
import {assert} from '../base/assert.ts';
import {ByteWriter, s64Of, u64Of} from '../base/bytes.ts';
import {FORMAT, formats, NAME} from '../wasm/columns.ts';
import type {Immediate} from '../wasm/immediates.ts';
import type {Expression} from '../wasm/module.ts';
import {type ImmediatesOf, type Mnemonic, Op, type Opcode} from '../wasm/opcodes.ts';
import type {BlockType, HeapType, ValueType} from '../wasm/types.ts';
import {blockTypeOf, CodeReader, opcodeParts} from './code.ts';
import {writeHeapType, writeValueType} from './types.ts';

/** Alignment exponent, offset (u64) and memory index of a memory instruction. */
export interface MemArg {
  readonly align: number;
  readonly offset: bigint;
  readonly memory: number;
}
/** Immediate of br_on_cast and br_on_cast_fail. */
export interface Cast {
  readonly label: number;
  readonly source: HeapType;
  readonly sourceNullable: boolean;
  readonly target: HeapType;
  readonly targetNullable: boolean;
}
/** Handler of try_table; `tag` is null for `catch_all` and `catch_all_ref`. */
export interface CatchClause {
  readonly tag: number | null;
  /** Whether the exception itself is passed too: `catch_ref`, `catch_all_ref`. */
  readonly ref: boolean;
  readonly label: number;
}

/** What stands for each kind of immediate. Floats are bits; `label_table` ends with the default label. */
interface ImmediateValues {
  label: number;
  func: number;
  type: number;
  table: number;
  memory: number;
  global: number;
  local: number;
  data: number;
  elem: number;
  tag: number;
  field: number;
  count: number;
  lane: number;
  zero: 0;
  i32: number;
  i64: bigint;
  f32: number;
  f64: bigint;
  v128: Uint8Array;
  lanes: Uint8Array;
  label_table: readonly number[];
  memarg: MemArg;
  block_type: BlockType;
  value_types: readonly ValueType[];
  heap_type: HeapType;
  cast: Cast;
  catches: readonly CatchClause[];
}
export type ImmediateValue = ImmediateValues[Immediate];

/** The values that a mnemonic takes, as a tuple: `[number]` for `local.get`, `[]` for `i32.add`. */
export type ValuesOf<M extends Mnemonic> = ValuesOfList<ImmediatesOf<M>>;
type ValuesOfList<L extends readonly Immediate[]> = {[K in keyof L]: ImmediateValues[L[K]]};

/** One instruction; `values` has one entry per immediate of the row, in its order. */
export interface Instruction {
  readonly op: Opcode;
  readonly values: readonly ImmediateValue[];
}

/** An instruction by its mnemonic: `instruction('i32.load', {align: 2, offset: 0n, memory: 0})`. */
export function instruction<M extends Mnemonic>(mnemonic: M, ...values: ValuesOf<M>): Instruction {
  return {op: Op[mnemonic], values: values as readonly ImmediateValue[]};
}

/** Mnemonic of an opcode that has a row. */
export function mnemonicOf(op: number): Mnemonic {
  const name = NAME[op];
  assert(name !== undefined, `opcode ${op} has no row`);
  return name;
}

/** The kinds of the immediates of an opcode. */
export const immediatesOf = (op: number): readonly Immediate[] => formats[FORMAT[op]!]!;

/** All instructions of an expression, its final `end` included; throws Malformed. */
export function instructions(expression: Expression): Instruction[] {
  const reader = new CodeReader(expression);
  const list: Instruction[] = [];
  while (!reader.isAtEnd) {
    reader.next();
    list.push(currentInstruction(reader));
  }
  return list;
}

/** The instruction on which a cursor stands. */
export function currentInstruction(reader: CodeReader): Instruction {
  const op = reader.op as Opcode;
  return {op, values: immediatesOf(op).map((kind, position) => valueAt(reader, kind, position))};
}

function valueAt(reader: CodeReader, kind: Immediate, position: number): ImmediateValue {
  switch (kind) {
    case 'label':
    case 'func':
    case 'type':
    case 'table':
    case 'memory':
    case 'global':
    case 'local':
    case 'data':
    case 'elem':
    case 'tag':
    case 'field':
    case 'count':
      return position === 0 ? reader.index : reader.index2;
    case 'lane':
      return reader.lane;
    case 'zero':
      return 0;
    case 'i32':
      return reader.i32;
    case 'i64':
      return s64Of(reader.low, reader.high);
    case 'f32':
      return reader.low >>> 0;
    case 'f64':
      return u64Of(reader.low, reader.high);
    case 'v128':
    case 'lanes':
      return reader.bytes.slice(reader.bytesAt, reader.bytesAt + 16);
    case 'label_table':
      return [...reader.labels.subarray(0, reader.labelCount)];
    case 'memarg':
      return {align: reader.align, offset: u64Of(reader.low, reader.high), memory: reader.memory};
    case 'block_type':
      return blockTypeOf(reader.blockType);
    case 'value_types':
      return [...reader.valueTypes];
    case 'heap_type':
      return reader.heap;
    case 'cast':
      return castOf(reader);
    case 'catches':
      return catchesOf(reader);
    default:
      return kind satisfies never;
  }
}

function castOf({castFlags, index, heap, heap2}: CodeReader): Cast {
  return {
    label: index,
    source: heap,
    sourceNullable: (castFlags & 1) !== 0,
    target: heap2,
    targetNullable: (castFlags & 2) !== 0,
  };
}

function catchesOf({catches, catchCount}: CodeReader): CatchClause[] {
  return Array.from({length: catchCount}, (_, i) => {
    const kind = catches[3 * i]!;
    return {tag: kind < 2 ? catches[3 * i + 1]! : null, ref: (kind & 1) !== 0, label: catches[3 * i + 2]!};
  });
}

/** Appends instructions to growing bytes. */
export class InstructionWriter extends ByteWriter {
  /** Appends an instruction by its mnemonic. */
  emit<M extends Mnemonic>(mnemonic: M, ...values: ValuesOf<M>): this {
    return this.put({op: Op[mnemonic], values: values as readonly ImmediateValue[]});
  }

  /** Appends an instruction. */
  put({op, values}: Instruction): this {
    const {prefix, code} = opcodeParts(op);
    if (prefix !== 0) this.u8(prefix);
    if (prefix !== 0) this.u32(code);
    else this.u8(code);
    const kinds = immediatesOf(op);
    assert(kinds.length === values.length, `${mnemonicOf(op)} takes ${kinds.length} immediates, not ${values.length}`);
    for (let i = 0; i < kinds.length; i++) writeImmediate(this, kinds[i]!, values[i]!);
    return this;
  }
}

/** The bytes of a list of instructions, all LEBs in their shortest form. */
export function encodeInstructions(list: readonly Instruction[]): Uint8Array {
  const writer = new InstructionWriter();
  for (const item of list) writer.put(item);
  return writer.toBytes();
}

/** An expression of our own making: `end` is appended. */
export function expressionOf(list: readonly Instruction[]): Expression {
  return {bytes: encodeInstructions([...list, instruction('end')]), offset: 0};
}

function writeImmediate(writer: ByteWriter, kind: Immediate, value: ImmediateValue): void {
  switch (kind) {
    case 'label':
    case 'func':
    case 'type':
    case 'table':
    case 'memory':
    case 'global':
    case 'local':
    case 'data':
    case 'elem':
    case 'tag':
    case 'field':
    case 'count':
      return writer.u32(value as number);
    case 'lane':
    case 'zero':
      return writer.u8(value as number);
    case 'i32':
      return writer.s32(value as number);
    case 'i64':
      return writer.s64(value as bigint);
    case 'f32':
      return writer.fixed32(value as number);
    case 'f64':
      return writer.fixed64(value as bigint);
    case 'v128':
    case 'lanes':
      return writer.append(value as Uint8Array);
    case 'label_table':
      return writeLabels(writer, value as readonly number[]);
    case 'memarg':
      return writeMemArg(writer, value as MemArg);
    case 'block_type':
      return writeBlockType(writer, value as BlockType);
    case 'value_types':
      return writeValueTypes(writer, value as readonly ValueType[]);
    case 'heap_type':
      return writeHeapType(writer, value as HeapType);
    case 'cast':
      return writeCast(writer, value as Cast);
    case 'catches':
      return writeCatches(writer, value as readonly CatchClause[]);
    default:
      return kind satisfies never;
  }
}

function writeLabels(writer: ByteWriter, labels: readonly number[]): void {
  assert(labels.length > 0, 'a label table has a default label');
  writer.u32(labels.length - 1);
  for (const label of labels) writer.u32(label);
}

function writeMemArg(writer: ByteWriter, {align, offset, memory}: MemArg): void {
  assert(align >= 0 && align < 0x40, `alignment exponent ${align}`);
  writer.u32(memory === 0 ? align : align | 0x40);
  if (memory !== 0) writer.u32(memory);
  writer.u64(offset);
}

function writeBlockType(writer: ByteWriter, type: BlockType): void {
  if (type.kind === 'empty') writer.u8(0x40);
  else if (type.kind === 'value') writeValueType(writer, type.type);
  else writer.s33(type.index);
}

function writeValueTypes(writer: ByteWriter, types: readonly ValueType[]): void {
  writer.u32(types.length);
  for (const type of types) writeValueType(writer, type);
}

function writeCast(writer: ByteWriter, cast: Cast): void {
  writer.u8((cast.sourceNullable ? 1 : 0) | (cast.targetNullable ? 2 : 0));
  writer.u32(cast.label);
  writeHeapType(writer, cast.source);
  writeHeapType(writer, cast.target);
}

function writeCatches(writer: ByteWriter, clauses: readonly CatchClause[]): void {
  writer.u32(clauses.length);
  for (const {tag, ref, label} of clauses) {
    writer.u8((tag === null ? 2 : 0) | (ref ? 1 : 0));
    if (tag !== null) writer.u32(tag);
    writer.u32(label);
  }
}
