/**
 * i64 instructions on signed 64-bit bigints, named as the mnemonics without `i64.` (spec section 4.3.2). Comparisons and
 * tests give the numbers 0 or 1. Division traps. The reference for i64-halves.ts, which the interpreter runs on.
 */
import {trap} from '../base/trap.ts';
import * as i32 from './i32.ts';

const MIN = -(2n ** 63n);
const bool = (claim: boolean): number => (claim ? 1 : 0);
const signed = (a: bigint): bigint => BigInt.asIntN(64, a);
const unsigned = (a: bigint): bigint => BigInt.asUintN(64, a);
const low = (a: bigint): number => Number(BigInt.asIntN(32, a));
const high = (a: bigint): number => Number(BigInt.asIntN(32, a >> 32n));

export const eqz = (a: bigint): number => bool(a === 0n);
export const eq = (a: bigint, b: bigint): number => bool(a === b);
export const ne = (a: bigint, b: bigint): number => bool(a !== b);
export const lt_s = (a: bigint, b: bigint): number => bool(a < b);
export const lt_u = (a: bigint, b: bigint): number => bool(unsigned(a) < unsigned(b));
export const gt_s = (a: bigint, b: bigint): number => bool(a > b);
export const gt_u = (a: bigint, b: bigint): number => bool(unsigned(a) > unsigned(b));
export const le_s = (a: bigint, b: bigint): number => bool(a <= b);
export const le_u = (a: bigint, b: bigint): number => bool(unsigned(a) <= unsigned(b));
export const ge_s = (a: bigint, b: bigint): number => bool(a >= b);
export const ge_u = (a: bigint, b: bigint): number => bool(unsigned(a) >= unsigned(b));

export const clz = (a: bigint): bigint => BigInt(high(a) === 0 ? 32 + i32.clz(low(a)) : i32.clz(high(a)));
export const ctz = (a: bigint): bigint => BigInt(low(a) === 0 ? 32 + i32.ctz(high(a)) : i32.ctz(low(a)));
export const popcnt = (a: bigint): bigint => BigInt(i32.popcnt(low(a)) + i32.popcnt(high(a)));

export const add = (a: bigint, b: bigint): bigint => signed(a + b);
export const sub = (a: bigint, b: bigint): bigint => signed(a - b);
export const mul = (a: bigint, b: bigint): bigint => signed(a * b);

export function div_s(a: bigint, b: bigint): bigint {
  if (b === 0n) trap('integer-divide-by-zero');
  if (a === MIN && b === -1n) trap('integer-overflow');
  return a / b;
}
export function div_u(a: bigint, b: bigint): bigint {
  if (b === 0n) trap('integer-divide-by-zero');
  return signed(unsigned(a) / unsigned(b));
}
export function rem_s(a: bigint, b: bigint): bigint {
  if (b === 0n) trap('integer-divide-by-zero');
  return a % b;
}
export function rem_u(a: bigint, b: bigint): bigint {
  if (b === 0n) trap('integer-divide-by-zero');
  return signed(unsigned(a) % unsigned(b));
}

export const and = (a: bigint, b: bigint): bigint => a & b;
export const or = (a: bigint, b: bigint): bigint => a | b;
export const xor = (a: bigint, b: bigint): bigint => a ^ b;
export const shl = (a: bigint, b: bigint): bigint => signed(a << (b & 63n));
export const shr_s = (a: bigint, b: bigint): bigint => a >> (b & 63n);
export const shr_u = (a: bigint, b: bigint): bigint => signed(unsigned(a) >> (b & 63n));
export const rotl = (a: bigint, b: bigint): bigint => signed((a << (b & 63n)) | (unsigned(a) >> (64n - (b & 63n))));
export const rotr = (a: bigint, b: bigint): bigint => signed((unsigned(a) >> (b & 63n)) | (a << (64n - (b & 63n))));

export const extend8_s = (a: bigint): bigint => BigInt.asIntN(8, a);
export const extend16_s = (a: bigint): bigint => BigInt.asIntN(16, a);
export const extend32_s = (a: bigint): bigint => BigInt.asIntN(32, a);

/** Both halves of a 128-bit result, low first. */
export type Wide = readonly [bigint, bigint];
const wide = (a: bigint): Wide => [signed(a), signed(a >> 64n)];
const join = (lo: bigint, hi: bigint): bigint => unsigned(lo) | (hi << 64n);

export const add128 = (al: bigint, ah: bigint, bl: bigint, bh: bigint): Wide => wide(join(al, ah) + join(bl, bh));
export const sub128 = (al: bigint, ah: bigint, bl: bigint, bh: bigint): Wide => wide(join(al, ah) - join(bl, bh));
export const mul_wide_s = (a: bigint, b: bigint): Wide => wide(a * b);
export const mul_wide_u = (a: bigint, b: bigint): Wide => wide(unsigned(a) * unsigned(b));
