/**
 * The instruction cursor: steps through an expression and leaves the immediates of the current instruction in plain
 * fields. Nothing is allocated per instruction; lists stand in arrays that the next instruction overwrites. Used by
 * validator, interpreter preparation and compiler front end. The object form is in instructions.ts.
 *
 * Fields by immediate (wasm/immediates.ts); those that the current instruction does not have hold old values:
 *   label func type table memory global local data elem tag field count
 *                  `index`; in instructions with two of them, the second in file order is `index2`
 *   i32            `i32`                          i64, f64  `low`, `high` (bits)        f32  `low` (bits)
 *   memarg         `align` (log2), `low` and `high` (offset), `memory`
 *   v128, lanes    `bytesAt`: position of the 16 bytes in `bytes`                       lane  `lane`
 *   label_table    `labels[0 .. labelCount - 1]`, the default label last
 *   block_type     `blockType`: see below          value_types  `valueTypes`            heap_type  `heap`
 *   cast           `castFlags` (bit 0, 1: source, target nullable), `index` (label), `heap` (source), `heap2` (target)
 *   catches        `catches[3 * i ...]` = kind, tag, label for i < catchCount; the tag of kinds 2 and 3 is 0
 */
import {ByteReader} from '../base/bytes.ts';
import {INVALID, OPCODE_COUNT, PAGE_BASE, PAGE_PREFIX} from '../wasm/columns.ts';
import type {Expression} from '../wasm/module.ts';
import {Op} from '../wasm/opcodes.ts';
import {type BlockType, BOTTOM, Heap, type HeapType, type ValueType} from '../wasm/types.ts';
import {failAt, isDescriptorOpcode} from './descriptors.ts';
import {everything, type Grammar, Shape} from './grammar.ts';
import {messages} from './messages.ts';
import {readHeapType, readValueType} from './types.ts';

const NONE = Shape['none'],
  INDEX = Shape['index'],
  I32_CONST = Shape['i32'],
  MEMARG = Shape['memarg'];
const BLOCK = Shape['block_type'],
  INDEX_PAIR = Shape['index index'],
  I64_CONST = Shape['i64'],
  F32_CONST = Shape['f32'];
const F64_CONST = Shape['f64'],
  LABEL_TABLE = Shape['label_table'],
  VALUE_TYPES = Shape['value_types'];
const HEAP_TYPE = Shape['heap_type'],
  CAST = Shape['cast'],
  TRY_TABLE = Shape['block_type catches'];
const BYTES16 = Shape['16 bytes'],
  LANE = Shape['lane'],
  MEMARG_LANE = Shape['memarg lane'],
  ZERO = Shape['zero'];
const PAGE_SIZE = 0x200;
const {
  block: BLOCK_OP,
  loop: LOOP,
  if: IF,
  try_table: TRY_TABLE_OP,
  try: TRY,
  delegate: DELEGATE,
  else: ELSE,
  end: END,
} = Op;
/** Opcodes that no page holds; INVALID in every grammar. */
const NO_OPCODE = OPCODE_COUNT - 1;

/** A block type as one number: a type index, or -1 - value type, where no value (BOTTOM) gives -1. */
export const EMPTY_BLOCK = -1;

/** The block type that stands for one result. */
export const blockOfValue = (type: ValueType): number => -1 - type;
/** The only result of a negative block type, BOTTOM when there is none. */
export const valueOfBlock = (blockType: number): ValueType => (-1 - blockType) as ValueType;

/** A block type number as an object. */
export function blockTypeOf(blockType: number): BlockType {
  if (blockType >= 0) return {kind: 'type', index: blockType};
  const type = valueOfBlock(blockType);
  return type === BOTTOM ? {kind: 'empty'} : {kind: 'value', type};
}

/** Most expressions have no label table and no catch clause. */
const NO_WORDS = new Uint32Array(0);

export class CodeReader extends ByteReader {
  readonly grammar: Grammar;
  private readonly shapes: Uint8Array;
  /** Opcode of the current instruction (wasm/opcodes.ts). */
  op = 0;
  /** Position of the current instruction in `bytes`. */
  start = 0;
  index = 0;
  index2 = 0;
  i32 = 0;
  align = 0;
  memory = 0;
  bytesAt = 0;
  lane = 0;
  labels = NO_WORDS;
  labelCount = 0;
  blockType = EMPTY_BLOCK;
  readonly valueTypes: ValueType[] = [];
  heap: HeapType = Heap.any;
  heap2: HeapType = Heap.any;
  castFlags = 0;
  catches = NO_WORDS;
  catchCount = 0;

  /** Stands before the first instruction. Without a grammar every instruction is known. */
  constructor(expression: Expression, grammar: Grammar = everything) {
    super(expression.bytes, expression.offset);
    this.grammar = grammar;
    this.shapes = grammar.shapes;
  }

  /** Stands before the first instruction of another expression: cheaper than another reader. */
  open(expression: Expression): void {
    this.bytes = expression.bytes;
    this.base = expression.offset;
    this.pos = 0;
  }

  /** Offset of the current instruction from the start of the module. */
  get offset(): number {
    return this.base + this.start;
  }

  /** The memory offset of the current instruction as a number; exact below 2^53. */
  get memoryOffset(): number {
    return (this.high >>> 0) * 0x1_0000_0000 + (this.low >>> 0);
  }

  /** Reads the next instruction and returns its opcode; throws Malformed. Ask `isAtEnd` before. */
  next(): number {
    const shape = this.opcode();
    if (shape === INDEX) this.index = this.u32();
    else if (shape !== NONE) this.immediates(shape);
    return this.op;
  }

  /** Steps over the next instruction and returns its opcode. The immediates are not checked: decoded code only. */
  skip(): number {
    const shape = this.opcode();
    if (shape !== NONE) this.skipImmediates(shape);
    if (this.pos > this.bytes.length) this.fail(messages.unexpectedEnd, this.bytes.length);
    return this.op;
  }

  /** Reads the opcode; returns the shape of its immediates. */
  private opcode(): number {
    const {bytes, pos, shapes} = this;
    if (pos >= bytes.length) this.fail(messages.unexpectedEnd);
    const first = bytes[pos]!;
    this.start = pos;
    this.pos = pos + 1;
    this.op = first;
    const shape = shapes[first]!;
    return shape === INVALID ? this.prefixedOpcode(first) : shape;
  }

  /** No one-byte opcode: the code follows its prefix byte. */
  private prefixedOpcode(first: number): number {
    const pageBase = PAGE_BASE[first];
    if (pageBase === undefined) return this.illegal();
    const code = this.u32();
    this.op = code < PAGE_SIZE ? pageBase + code : NO_OPCODE;
    const shape = this.shapes[this.op]!;
    return shape === INVALID ? this.illegal() : shape;
  }

  private illegal(): never {
    const {start} = this;
    const words = [...this.bytes.subarray(start, this.pos)].map((byte) => byte.toString(16).padStart(2, '0'));
    failAt(this, this.grammar, `${messages.illegalOpcode} ${words.join(' ')}`, start, isDescriptorOpcode(this.op));
  }

  private immediates(shape: number): void {
    switch (shape) {
      case I32_CONST:
        this.i32 = this.s32();
        return;
      case MEMARG:
        this.memarg();
        return;
      case BLOCK:
        this.readBlockType();
        return;
      case INDEX_PAIR:
        this.index = this.u32();
        this.index2 = this.u32();
        return;
      case I64_CONST:
        this.s64Halves();
        return;
      case F32_CONST:
        this.low = this.fixed32();
        return;
      case F64_CONST:
        this.fixed64();
        return;
      case LABEL_TABLE:
        this.readLabels();
        return;
      case VALUE_TYPES:
        this.readValueTypes();
        return;
      case HEAP_TYPE:
        this.heap = readHeapType(this, this.grammar);
        return;
      case CAST:
        this.readCast();
        return;
      case TRY_TABLE:
        this.readBlockType();
        this.readCatches();
        return;
      case BYTES16:
        this.bytesAt = this.take(16);
        return;
      case LANE:
        this.lane = this.u8();
        return;
      case MEMARG_LANE:
        this.memarg();
        this.lane = this.u8();
        return;
      case ZERO:
        if (this.u8() !== 0) this.fail(messages.zeroByte, this.pos - 1);
        return;
      default:
        throw new RangeError(`shape ${shape}`);
    }
  }

  /** Alignment exponent below 64; bit 6 says that a memory index follows (spec section 5.4.6). */
  private memarg(): void {
    const start = this.pos;
    const flags = this.u32();
    if (flags >= 0x80) this.fail(messages.memopFlags, start);
    this.align = flags & 0x3f;
    this.memory = 0;
    if (flags >= 0x40) {
      if (!this.grammar.features.has('multi-memory')) this.fail(messages.memopFlags, start);
      this.memory = this.u32();
    }
    this.u64Halves();
  }

  private readBlockType(): void {
    const byte = this.peek();
    if (byte === 0x40) {
      this.pos++;
      this.blockType = EMPTY_BLOCK;
    } else if (byte > 0x40 && byte < 0x80) {
      this.blockType = blockOfValue(readValueType(this, this.grammar));
    } else {
      const start = this.pos;
      this.blockType = this.s33();
      if (this.blockType < 0 || !this.grammar.features.has('multi-value')) this.fail(messages.valueType, start);
    }
  }

  /** A count of things of at least one byte each. */
  private count(): number {
    const count = this.u32();
    if (count > this.remaining) this.fail(messages.unexpectedEnd, this.bytes.length);
    return count;
  }

  private readLabels(): void {
    const count = this.count() + 1;
    if (count > this.labels.length) this.labels = new Uint32Array(count * 2);
    this.labelCount = count;
    for (let i = 0; i < count; i++) this.labels[i] = this.u32();
  }

  private readValueTypes(): void {
    const count = this.count();
    this.valueTypes.length = 0;
    for (let i = 0; i < count; i++) this.valueTypes.push(readValueType(this, this.grammar));
  }

  private readCast(): void {
    this.castFlags = this.u8();
    if (this.castFlags > 3) this.fail(messages.castFlags, this.pos - 1);
    this.index = this.u32();
    this.heap = readHeapType(this, this.grammar);
    this.heap2 = readHeapType(this, this.grammar);
  }

  private readCatches(): void {
    const count = this.count();
    if (count * 3 > this.catches.length) this.catches = new Uint32Array(count * 6);
    this.catchCount = count;
    for (let i = 0; i < count; i++) {
      const kind = this.u8();
      if (kind > 3) this.fail(messages.catchClause, this.pos - 1);
      this.catches[3 * i] = kind;
      this.catches[3 * i + 1] = kind < 2 ? this.u32() : 0;
      this.catches[3 * i + 2] = this.u32();
    }
  }

  private skipImmediates(shape: number): void {
    switch (shape) {
      case INDEX:
      case I32_CONST:
      case I64_CONST:
        this.skipLeb();
        return;
      case INDEX_PAIR:
        this.skipLeb();
        this.skipLeb();
        return;
      case MEMARG:
        this.skipMemarg();
        return;
      case MEMARG_LANE:
        this.skipMemarg();
        this.pos++;
        return;
      case F32_CONST:
        this.pos += 4;
        return;
      case F64_CONST:
        this.pos += 8;
        return;
      case BYTES16:
        this.pos += 16;
        return;
      case LANE:
      case ZERO:
        this.pos++;
        return;
      case BLOCK:
        this.skipType();
        return;
      case HEAP_TYPE:
        this.skipLeb();
        return;
      case LABEL_TABLE:
        for (let i = this.count(); i >= 0; i--) this.skipLeb();
        return;
      case VALUE_TYPES:
        for (let i = this.count(); i > 0; i--) this.skipType();
        return;
      case CAST:
        this.pos++;
        this.skipLeb();
        this.skipLeb();
        this.skipLeb();
        return;
      case TRY_TABLE:
        this.skipType();
        this.readCatches();
        return;
      default:
        throw new RangeError(`shape ${shape}`);
    }
  }

  private skipLeb(): void {
    const {bytes} = this;
    let {pos} = this;
    while (bytes[pos++]! >= 0x80);
    this.pos = pos;
  }

  private skipMemarg(): void {
    const hasMemory = (this.bytes[this.pos]! & 0x40) !== 0;
    this.skipLeb();
    if (hasMemory) this.skipLeb();
    this.skipLeb();
  }

  /** A block or value type: one LEB, and a heap type after the prefixes 0x63 and 0x64. */
  private skipType(): void {
    const byte = this.bytes[this.pos]!;
    this.skipLeb();
    if (byte === 0x63 || byte === 0x64) this.skipLeb();
  }
}

/** The prefix byte (0 when there is none) and the code after it of an opcode. */
export function opcodeParts(op: number): {prefix: number; code: number} {
  return {prefix: PAGE_PREFIX[op >>> 9] ?? 0, code: op & (PAGE_SIZE - 1)};
}

/**
 * Reads one expression from the cursor's position to its final `end`; returns whether an instruction named a data
 * segment, which asks for a data count section. Checks what the grammar says about nesting (spec section 5.4.1).
 */
export function scanExpression(reader: CodeReader): boolean {
  let depth = 1;
  let namesData = false;
  /** Per open block, whether it is an `if` that may still have its `else`. */
  const canElse: boolean[] = [false];
  while (depth > 0) {
    const op = reader.next();
    switch (op) {
      case BLOCK_OP:
      case LOOP:
      case TRY:
      case TRY_TABLE_OP:
        canElse[depth++] = false;
        break;
      case IF:
        canElse[depth++] = true;
        break;
      case ELSE:
        if (!canElse[depth - 1]) reader.fail(messages.endExpected, reader.start);
        canElse[depth - 1] = false;
        break;
      case END:
      case DELEGATE:
        depth--;
        break;
      default:
        if (op >= PAGE_SIZE && NAMES_DATA[op] === 1) namesData = true;
    }
  }
  return namesData;
}

const NAMES_DATA = new Uint8Array(OPCODE_COUNT);
for (const op of [Op['memory.init'], Op['data.drop'], Op['array.new_data'], Op['array.init_data']]) NAMES_DATA[op] = 1;
