/**
 * f64 instructions, named as the mnemonics without `f64.` (spec section 4.3.3). Arithmetic works on JS numbers, where any
 * NaN stands for the canonical one. `abs`, `neg` and `copysign` keep NaN payloads and therefore work on bits (bigint).
 */
const SIGN = -(2n ** 63n);
const bool = (claim: boolean): number => (claim ? 1 : 0);

export const eq = (a: number, b: number): number => bool(a === b);
export const ne = (a: number, b: number): number => bool(a !== b);
export const lt = (a: number, b: number): number => bool(a < b);
export const gt = (a: number, b: number): number => bool(a > b);
export const le = (a: number, b: number): number => bool(a <= b);
export const ge = (a: number, b: number): number => bool(a >= b);

export const abs = (bits: bigint): bigint => bits & ~SIGN;
export const neg = (bits: bigint): bigint => bits ^ SIGN;
export const copysign = (bits: bigint, sign: bigint): bigint => (bits & ~SIGN) | (sign & SIGN);

export const ceil = (a: number): number => Math.ceil(a);
export const floor = (a: number): number => Math.floor(a);
export const trunc = (a: number): number => Math.trunc(a);

/** Rounds to an integer, ties to even: adding 2^52 leaves no bits behind the point. Keeps the sign of zero. */
export function nearest(a: number): number {
  if (a >= 0x10000000000000 || a <= -0x10000000000000 || a === 0) return a;
  return a < 0 ? -(0x10000000000000 - a - 0x10000000000000) : a + 0x10000000000000 - 0x10000000000000;
}

export const sqrt = (a: number): number => Math.sqrt(a);
export const add = (a: number, b: number): number => a + b;
export const sub = (a: number, b: number): number => a - b;
export const mul = (a: number, b: number): number => a * b;
export const div = (a: number, b: number): number => a / b;
export const min = (a: number, b: number): number => Math.min(a, b);
export const max = (a: number, b: number): number => Math.max(a, b);
