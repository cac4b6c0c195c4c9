/**
 * The code of one function while it is made: instructions go straight into bytes (there is no tree), operands first.
 * `count` counts instructions. Nothing is allocated per instruction.
 */
import {ByteWriter} from '#engine/base/bytes.ts';
import {writeHeapType, writeValueType} from '#engine/binary/types.ts';
import {PAGE_PREFIX} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {F32, F64, type HeapType, I32, I64, V128, type ValueType} from '#engine/wasm/types.ts';
import type {Words} from './values.ts';

const {
  'i32.const': I32_CONST,
  'i64.const': I64_CONST,
  'f32.const': F32_CONST,
  'f64.const': F64_CONST,
  'v128.const': V128_CONST,
  'local.get': LOCAL_GET,
  'local.set': LOCAL_SET,
  'local.tee': LOCAL_TEE,
  'global.get': GLOBAL_GET,
  'global.set': GLOBAL_SET,
  br_table: BR_TABLE,
  select_t: SELECT_T,
  'ref.null': REF_NULL,
} = Op;

export class Code extends ByteWriter {
  /** Instructions written so far. */
  count = 0;

  override clear(): void {
    super.clear();
    this.count = 0;
  }

  /** The opcode alone. */
  op(op: number): this {
    this.count++;
    if (op < 0x200) this.u8(op);
    else {
      this.u8(PAGE_PREFIX[op >>> 9]!);
      this.u32(op & 0x1ff);
    }
    return this;
  }

  /** An instruction with one index. */
  index(op: number, index: number): this {
    this.op(op).u32(index);
    return this;
  }

  /** An instruction with two indices. */
  pair(op: number, first: number, second: number): this {
    this.index(op, first).u32(second);
    return this;
  }

  get(local: number): this {
    return this.index(LOCAL_GET, local);
  }
  set(local: number): this {
    return this.index(LOCAL_SET, local);
  }
  tee(local: number): this {
    return this.index(LOCAL_TEE, local);
  }
  globalGet(global: number): this {
    return this.index(GLOBAL_GET, global);
  }
  globalSet(global: number): this {
    return this.index(GLOBAL_SET, global);
  }

  i32(value: number): this {
    this.op(I32_CONST).s32(value);
    return this;
  }

  i64(low: number, high: number): this {
    this.op(I64_CONST);
    this.s64Words(low, high);
    return this;
  }

  /** A constant of a number or vector type from its words. */
  constant(type: ValueType, words: Words, at = 0): this {
    switch (type) {
      case I32:
        return this.i32(words[at]!);
      case I64:
        return this.i64(words[at]!, words[at + 1]!);
      case F32:
        this.op(F32_CONST).fixed32(words[at]!);
        return this;
      case F64:
        this.op(F64_CONST);
        break;
      case V128:
        this.op(V128_CONST);
        break;
      default:
        throw new RangeError(`no constant of type ${type}`);
    }
    const end = at + (type === V128 ? 4 : 2);
    for (let i = at; i < end; i++) this.fixed32(words[i]!);
    return this;
  }

  refNull(heap: HeapType): this {
    this.op(REF_NULL);
    writeHeapType(this, heap);
    return this;
  }

  selectTyped(type: ValueType): this {
    this.op(SELECT_T).u32(1);
    writeValueType(this, type);
    return this;
  }

  /** block, loop or if; `type`: a type index, or -1 - value type, or -1 for none (binary/code.ts). */
  structured(op: number, type: number): this {
    this.op(op);
    if (type >= 0) this.s33(type);
    else if (type === -1) this.u8(0x40);
    else writeValueType(this, (-1 - type) as ValueType);
    return this;
  }

  /** br_table; the default label stands last. */
  table(labels: readonly number[]): this {
    this.op(BR_TABLE).u32(labels.length - 1);
    for (const label of labels) this.u32(label);
    return this;
  }

  /** Memory operand; offsets from 2^32 on are bigints. */
  memarg(align: number, offset: number | bigint, memory = 0): void {
    this.u8(memory === 0 ? align : align | 0x40);
    if (memory > 0) this.u32(memory);
    if (typeof offset === 'bigint') this.u64(offset);
    else this.u32(offset);
  }

  /** Signed LEB128 of a 64-bit integer in halves. */
  private s64Words(low: number, high: number): void {
    let l = low,
      h = high;
    while (!((h === 0 && l >= 0 && l < 0x40) || (h === -1 && l < 0 && l >= -0x40))) {
      this.u8((l & 0x7f) | 0x80);
      l = (l >>> 7) | (h << 25);
      h >>= 7;
    }
    this.u8(l & 0x7f);
  }
}
