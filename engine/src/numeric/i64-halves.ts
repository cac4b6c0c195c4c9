/**
 * i64 arithmetic on two signed 32-bit halves, without bigints: what the interpreter runs on. A function with a 64-bit
 * result writes it to `out[at]` (low) and `out[at + 1]` (high). Tested against i64.ts. `out` may hold the operands.
 */
import {trap} from '../base/trap.ts';

const TWO_32 = 0x100000000;
/** High halves below this make the whole value exact in a double. */
const EXACT_HIGH = 0x200000;

const set = (out: Int32Array, at: number, low: number, high: number): void => {
  out[at] = low;
  out[at + 1] = high;
};

export function mul(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number): void {
  const high = mulHigh(al, bl);
  out[at] = Math.imul(al, bl);
  out[at + 1] = (high + Math.imul(al, bh) + Math.imul(ah, bl)) | 0;
}

/** High 32 bits of the unsigned product of two 32-bit words. No sum below overflows 32 bits. */
export function mulHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const t = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const u = (Math.imul(a0, b1) + (t & 0xffff)) | 0;
  return (Math.imul(a1, b1) + (t >>> 16) + (u >>> 16)) | 0;
}

export function shl(out: Int32Array, at: number, al: number, ah: number, count: number): void {
  const n = count & 31;
  if ((count & 32) !== 0) set(out, at, 0, al << n);
  else if (n === 0) set(out, at, al, ah);
  else set(out, at, al << n, (ah << n) | (al >>> (32 - n)));
}

export function shr_s(out: Int32Array, at: number, al: number, ah: number, count: number): void {
  const n = count & 31;
  if ((count & 32) !== 0) set(out, at, ah >> n, ah >> 31);
  else if (n === 0) set(out, at, al, ah);
  else set(out, at, (al >>> n) | (ah << (32 - n)), ah >> n);
}

export function shr_u(out: Int32Array, at: number, al: number, ah: number, count: number): void {
  const n = count & 31;
  if ((count & 32) !== 0) set(out, at, ah >>> n, 0);
  else if (n === 0) set(out, at, al, ah);
  else set(out, at, (al >>> n) | (ah << (32 - n)), ah >>> n);
}

export function rotl(out: Int32Array, at: number, al: number, ah: number, count: number): void {
  const n = count & 31;
  const swap = (count & 32) !== 0;
  const low = swap ? ah : al;
  const high = swap ? al : ah;
  if (n === 0) set(out, at, low, high);
  else set(out, at, (low << n) | (high >>> (32 - n)), (high << n) | (low >>> (32 - n)));
}

export function rotr(out: Int32Array, at: number, al: number, ah: number, count: number): void {
  rotl(out, at, al, ah, -count);
}

export const clz = (al: number, ah: number): number => (ah === 0 ? 32 + Math.clz32(al) : Math.clz32(ah));

export function ctz(al: number, ah: number): number {
  if (al !== 0) return 31 - Math.clz32(al & -al);
  return ah === 0 ? 64 : 63 - Math.clz32(ah & -ah);
}

export const lt_s = (al: number, ah: number, bl: number, bh: number): boolean =>
  ah < bh || (ah === bh && al >>> 0 < bl >>> 0);
export const lt_u = (al: number, ah: number, bl: number, bh: number): boolean =>
  ah >>> 0 < bh >>> 0 || (ah === bh && al >>> 0 < bl >>> 0);

export function div_u(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number): void {
  if ((bl | bh) === 0) trap('integer-divide-by-zero');
  divide(out, at, al, ah, bl, bh, false);
}

export function rem_u(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number): void {
  if ((bl | bh) === 0) trap('integer-divide-by-zero');
  divide(out, at, al, ah, bl, bh, true);
}

export function div_s(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number): void {
  if ((bl | bh) === 0) trap('integer-divide-by-zero');
  if ((bl & bh) === -1 && al === 0 && ah === -TWO_32 / 2) trap('integer-overflow');
  divideMagnitudes(out, at, al, ah, bl, bh, false);
  if ((ah ^ bh) < 0) negate(out, at);
}

export function rem_s(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number): void {
  if ((bl | bh) === 0) trap('integer-divide-by-zero');
  divideMagnitudes(out, at, al, ah, bl, bh, true);
  if (ah < 0) negate(out, at);
}

function negate(out: Int32Array, at: number): void {
  const low = out[at]!;
  out[at] = -low;
  out[at + 1] = low === 0 ? -out[at + 1]! : ~out[at + 1]!;
}

function divideMagnitudes(
  out: Int32Array,
  at: number,
  al: number,
  ah: number,
  bl: number,
  bh: number,
  rem: boolean,
): void {
  const xl = ah < 0 ? -al | 0 : al;
  const xh = ah < 0 ? (al === 0 ? -ah | 0 : ~ah) : ah;
  const yl = bh < 0 ? -bl | 0 : bl;
  const yh = bh < 0 ? (bl === 0 ? -bh | 0 : ~bh) : bh;
  divide(out, at, xl, xh, yl, yh, rem);
}

/** Unsigned quotient or remainder; the divisor is not zero. */
function divide(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number, rem: boolean): void {
  if (ah >>> 0 < EXACT_HIGH && bh >>> 0 < EXACT_HIGH) divideExact(out, at, al, ah, bl, bh, rem);
  else if (bh === 0) divideByWord(out, at, al >>> 0, ah >>> 0, bl >>> 0, rem);
  else divideLarge(out, at, al, ah, bl, bh, rem);
}

/** Both below 2^53: the double quotient, rounded down, is the quotient. */
function divideExact(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number, rem: boolean): void {
  const a = ah * TWO_32 + (al >>> 0);
  const b = bh * TWO_32 + (bl >>> 0);
  const value = rem ? a % b : Math.floor(a / b);
  set(out, at, value | 0, (value / TWO_32) | 0);
}

/** Schoolbook division by one word in digits of 16 bits: every intermediate is below 2^48. */
function divideByWord(out: Int32Array, at: number, al: number, ah: number, b: number, rem: boolean): void {
  const qh = Math.floor(ah / b);
  const x = (ah % b) * 0x10000 + (al >>> 16);
  const y = (x % b) * 0x10000 + (al & 0xffff);
  if (rem) set(out, at, (y % b) | 0, 0);
  else set(out, at, (Math.floor(x / b) * 0x10000 + Math.floor(y / b)) | 0, qh | 0);
}

/** Divisor of 33 bits or more: the double estimate less one is at most the quotient and misses it by two at most. */
function divideLarge(out: Int32Array, at: number, al: number, ah: number, bl: number, bh: number, rem: boolean): void {
  const a = (ah >>> 0) * TWO_32 + (al >>> 0);
  const b = (bh >>> 0) * TWO_32 + (bl >>> 0);
  let q = Math.max(0, Math.floor(a / b) - 1);
  const pl = Math.imul(q, bl);
  const ph = (mulHigh(q, bl) + Math.imul(q, bh)) | 0;
  let rl = (al - pl) | 0;
  let rh = (ah - ph - (al >>> 0 < pl >>> 0 ? 1 : 0)) | 0;
  while (!lt_u(rl, rh, bl, bh)) {
    const borrow = rl >>> 0 < bl >>> 0 ? 1 : 0;
    rl = (rl - bl) | 0;
    rh = (rh - bh - borrow) | 0;
    q += 1;
  }
  if (rem) set(out, at, rl, rh);
  else set(out, at, q | 0, 0);
}

export const toF64_s = (low: number, high: number): number => high * TWO_32 + (low >>> 0);
export const toF64_u = (low: number, high: number): number => (high >>> 0) * TWO_32 + (low >>> 0);

/** Rounds once: what f32 cannot see is gathered into one sticky bit, so that the double is exact. */
const sticky = (low: number): number => ((low & ~0x7ff) | ((low & 0x7ff) === 0 ? 0 : 0x800)) >>> 0;

export function toF32_s(low: number, high: number): number {
  const exact = high < EXACT_HIGH && high >= -EXACT_HIGH;
  return Math.fround(high * TWO_32 + (exact ? low >>> 0 : sticky(low)));
}
export function toF32_u(low: number, high: number): number {
  const exact = high >>> 0 < EXACT_HIGH;
  return Math.fround((high >>> 0) * TWO_32 + (exact ? low >>> 0 : sticky(low)));
}

/** Writes an integer of magnitude below 2^64. */
function fromInteger(out: Int32Array, at: number, integer: number): void {
  out[at] = integer | 0;
  out[at + 1] = Math.floor(integer / TWO_32) | 0;
}

export function trunc_s(out: Int32Array, at: number, value: number): void {
  if (Number.isNaN(value)) trap('invalid-conversion');
  if (value >= 2 ** 63 || value < -(2 ** 63)) trap('integer-overflow');
  fromInteger(out, at, Math.trunc(value));
}
export function trunc_u(out: Int32Array, at: number, value: number): void {
  if (Number.isNaN(value)) trap('invalid-conversion');
  if (value >= 2 ** 64 || value <= -1) trap('integer-overflow');
  fromInteger(out, at, Math.trunc(value));
}
export function trunc_sat_s(out: Int32Array, at: number, value: number): void {
  if (Number.isNaN(value)) set(out, at, 0, 0);
  else if (value >= 2 ** 63) set(out, at, -1, 0x7fffffff);
  else if (value < -(2 ** 63)) set(out, at, 0, -0x80000000);
  else fromInteger(out, at, Math.trunc(value));
}
export function trunc_sat_u(out: Int32Array, at: number, value: number): void {
  if (Number.isNaN(value) || value <= 0) set(out, at, 0, 0);
  else if (value >= 2 ** 64) set(out, at, -1, -1);
  else fromInteger(out, at, Math.trunc(value));
}
