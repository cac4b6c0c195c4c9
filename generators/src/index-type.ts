/**
 * Addresses and table indices of either width: the type that a memory or table asks for, constants of it, and the
 * instructions that compute it.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {type AddressType, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from './body.ts';
import type {Code} from './code.ts';

const {'i64.extend_i32_u': EXTEND_U, 'i64.extend_i32_s': EXTEND_S} = Op;

// biome-ignore format: a table
export const indexOps = {
  i32: {
    type: I32, and: Op['i32.and'], add: Op['i32.add'], sub: Op['i32.sub'], shl: Op['i32.shl'],
    load8: Op['i32.load8_u'], load16: Op['i32.load16_u'],
  },
  i64: {
    type: I64, and: Op['i64.and'], add: Op['i64.add'], sub: Op['i64.sub'], shl: Op['i64.shl'],
    load8: Op['i64.load8_u'], load16: Op['i64.load16_u'],
  },
} as const satisfies Record<AddressType, {type: ValueType; [op: string]: number}>;

/** The type of lengths that must suit both: 32 bits unless both have 64 (spec section 3.4.6, memory.copy). */
export const narrower = (left: AddressType, right: AddressType): AddressType =>
  left === 'i64' && right === 'i64' ? 'i64' : 'i32';

/** A constant; `value` is an integer below 2^53 in magnitude, 64 bits wide or taken modulo 2^32. */
export function indexConstant(code: Code, address: AddressType, value: number): Code {
  return address === 'i32' ? code.i32(value | 0) : code.i64(value | 0, Math.floor(value / 2 ** 32) | 0);
}

/** An index of any value: 64-bit ones may come from 32 bits. */
export function anyIndex(b: Body, address: AddressType, depth: number): void {
  if (address === 'i32') return b.expression(I32, depth);
  if (!b.rng.oneIn(3)) return b.expression(I64, depth);
  b.expression(I32, depth);
  b.code.op(b.rng.oneIn(2) ? EXTEND_U : EXTEND_S);
}

/** An index from 0 to the mask, which is 2^n - 1 or has zeros below. */
export function maskedIndex(b: Body, address: AddressType, mask: number, depth: number): void {
  anyIndex(b, address, depth);
  indexConstant(b.code, address, mask).op(indexOps[address].and);
}

/** Makes an index of the i32 on the stack. */
export function indexFromI32(code: Code, address: AddressType): Code {
  return address === 'i32' ? code : code.op(EXTEND_U);
}
