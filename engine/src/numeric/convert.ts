/**
 * Conversions, named as the mnemonics with `.` written `_` (spec section 4.3.4). i32 are signed numbers, i64 signed
 * bigints, floats JS numbers; reinterpretation is the identity on bits and stands in semantics.ts.
 */
import {trap} from '../base/trap.ts';

const TWO_31 = 2 ** 31;
const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;

/** The integer part of `a`, which must lie strictly between the bounds; traps otherwise. */
function truncate(a: number, below: number, above: number): number {
  if (Number.isNaN(a)) trap('invalid-conversion');
  const integer = Math.trunc(a);
  if (integer < below || integer >= above) trap('integer-overflow');
  return integer;
}

/** The integer part of `a` moved into [below, above]; NaN gives 0. */
function saturate(a: number, below: number, above: number): number {
  if (Number.isNaN(a)) return 0;
  return Math.min(Math.max(Math.trunc(a), below), above);
}

const signed64 = (a: bigint): bigint => BigInt.asIntN(64, a);

export const i32_wrap_i64 = (a: bigint): number => Number(BigInt.asIntN(32, a));
export const i64_extend_i32_s = (a: number): bigint => BigInt(a);
export const i64_extend_i32_u = (a: number): bigint => BigInt(a >>> 0);

export const i32_trunc_f64_s = (a: number): number => truncate(a, -TWO_31, TWO_31) | 0;
export const i32_trunc_f64_u = (a: number): number => truncate(a, 0, TWO_32) | 0;
export const i32_trunc_f32_s = i32_trunc_f64_s;
export const i32_trunc_f32_u = i32_trunc_f64_u;
export const i64_trunc_f64_s = (a: number): bigint => BigInt(truncate(a, -TWO_63, TWO_63));
export const i64_trunc_f64_u = (a: number): bigint => signed64(BigInt(truncate(a, 0, TWO_64)));
export const i64_trunc_f32_s = i64_trunc_f64_s;
export const i64_trunc_f32_u = i64_trunc_f64_u;

export const i32_trunc_sat_f64_s = (a: number): number => saturate(a, -TWO_31, TWO_31 - 1) | 0;
export const i32_trunc_sat_f64_u = (a: number): number => saturate(a, 0, TWO_32 - 1) | 0;
export const i32_trunc_sat_f32_s = i32_trunc_sat_f64_s;
export const i32_trunc_sat_f32_u = i32_trunc_sat_f64_u;

/** The bound 2^63 is no f64 minus one, so it is clamped as an integer. */
export function i64_trunc_sat_f64_s(a: number): bigint {
  const integer = BigInt(saturate(a, -TWO_63, TWO_63));
  return integer === 2n ** 63n ? 2n ** 63n - 1n : integer;
}
export function i64_trunc_sat_f64_u(a: number): bigint {
  const integer = BigInt(saturate(a, 0, TWO_64));
  return integer === 2n ** 64n ? -1n : signed64(integer);
}
export const i64_trunc_sat_f32_s = i64_trunc_sat_f64_s;
export const i64_trunc_sat_f32_u = i64_trunc_sat_f64_u;

/** Rounds once: bits that f32 cannot see are first gathered into one sticky bit, so that the double is exact. */
function roundToF32(a: bigint): number {
  if (a > -(2n ** 53n) && a < 2n ** 53n) return Math.fround(Number(a));
  return Math.fround(Number(((a >> 11n) | ((a & 0x7ffn) === 0n ? 0n : 1n)) << 11n));
}

export const f32_convert_i32_s = (a: number): number => Math.fround(a);
export const f32_convert_i32_u = (a: number): number => Math.fround(a >>> 0);
export const f32_convert_i64_s = (a: bigint): number => roundToF32(a);
export const f32_convert_i64_u = (a: bigint): number => roundToF32(BigInt.asUintN(64, a));
export const f64_convert_i32_s = (a: number): number => a;
export const f64_convert_i32_u = (a: number): number => a >>> 0;
export const f64_convert_i64_s = (a: bigint): number => Number(a);
export const f64_convert_i64_u = (a: bigint): number => Number(BigInt.asUintN(64, a));
export const f32_demote_f64 = (a: number): number => Math.fround(a);
export const f64_promote_f32 = (a: number): number => a;
