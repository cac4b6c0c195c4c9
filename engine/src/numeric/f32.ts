/**
 * f32 instructions, named as the mnemonics without `f32.` (spec section 4.3.3). Arithmetic works on JS numbers that are
 * f32 values, where any NaN stands for the canonical one; rounding the double result is correct for + - * / and sqrt.
 * `abs`, `neg` and `copysign` keep NaN payloads and therefore work on signed 32-bit patterns.
 */
import * as f64 from './f64.ts';

const SIGN = -0x80000000;

export {ceil, eq, floor, ge, gt, le, lt, max, min, ne, nearest, trunc} from './f64.ts';

export const abs = (bits: number): number => bits & ~SIGN;
export const neg = (bits: number): number => bits ^ SIGN;
export const copysign = (bits: number, sign: number): number => (bits & ~SIGN) | (sign & SIGN);

export const sqrt = (a: number): number => Math.fround(f64.sqrt(a));
export const add = (a: number, b: number): number => Math.fround(a + b);
export const sub = (a: number, b: number): number => Math.fround(a - b);
export const mul = (a: number, b: number): number => Math.fround(a * b);
export const div = (a: number, b: number): number => Math.fround(a / b);
