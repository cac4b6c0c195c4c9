/**
 * i32 instructions on signed 32-bit numbers, named as the mnemonics without `i32.` (spec section 4.3.2). Comparisons and
 * tests give 0 or 1. Division traps.
 */
import {trap} from '../base/trap.ts';

const MIN = -0x80000000;
const bool = (claim: boolean): number => (claim ? 1 : 0);

export const eqz = (a: number): number => bool(a === 0);
export const eq = (a: number, b: number): number => bool(a === b);
export const ne = (a: number, b: number): number => bool(a !== b);
export const lt_s = (a: number, b: number): number => bool(a < b);
export const lt_u = (a: number, b: number): number => bool(a >>> 0 < b >>> 0);
export const gt_s = (a: number, b: number): number => bool(a > b);
export const gt_u = (a: number, b: number): number => bool(a >>> 0 > b >>> 0);
export const le_s = (a: number, b: number): number => bool(a <= b);
export const le_u = (a: number, b: number): number => bool(a >>> 0 <= b >>> 0);
export const ge_s = (a: number, b: number): number => bool(a >= b);
export const ge_u = (a: number, b: number): number => bool(a >>> 0 >= b >>> 0);

export const clz = (a: number): number => Math.clz32(a);
export const ctz = (a: number): number => (a === 0 ? 32 : 31 - Math.clz32(a & -a));

/** Number of bits set, by adding neighbours in parallel. */
export function popcnt(a: number): number {
  const pairs = a - ((a >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export const add = (a: number, b: number): number => (a + b) | 0;
export const sub = (a: number, b: number): number => (a - b) | 0;
export const mul = (a: number, b: number): number => Math.imul(a, b);

export function div_s(a: number, b: number): number {
  if (b === 0) trap('integer-divide-by-zero');
  if (a === MIN && b === -1) trap('integer-overflow');
  return (a / b) | 0;
}
export function div_u(a: number, b: number): number {
  if (b === 0) trap('integer-divide-by-zero');
  return ((a >>> 0) / (b >>> 0)) | 0;
}
export function rem_s(a: number, b: number): number {
  if (b === 0) trap('integer-divide-by-zero');
  return (a % b) | 0;
}
export function rem_u(a: number, b: number): number {
  if (b === 0) trap('integer-divide-by-zero');
  return ((a >>> 0) % (b >>> 0)) | 0;
}

export const and = (a: number, b: number): number => a & b;
export const or = (a: number, b: number): number => a | b;
export const xor = (a: number, b: number): number => a ^ b;
export const shl = (a: number, b: number): number => a << b;
export const shr_s = (a: number, b: number): number => a >> b;
export const shr_u = (a: number, b: number): number => (a >>> b) | 0;
export const rotl = (a: number, b: number): number => (a << b) | (a >>> -b);
export const rotr = (a: number, b: number): number => (a >>> b) | (a << -b);

export const extend8_s = (a: number): number => (a << 24) >> 24;
export const extend16_s = (a: number): number => (a << 16) >> 16;
