/**
 * Fused multiply-add, exact: the product and the sum are integers times a power of two, and rounding happens once
 * (IEEE 754-2019, 5.4.1). Far too slow for an interpreter: this is for those who ask what a fusing engine may return.
 */
import {f64ToBits} from './bits.ts';

interface Format {
  /** Bits of the significand, the leading one included. */
  readonly precision: number;
  /** Exponent of the smallest subnormal. */
  readonly least: number;
}

export const F32: Format = {precision: 24, least: -149};
export const F64: Format = {precision: 53, least: -1074};

/** A finite f64 as `integer * 2 ** exponent`. */
function split(value: number): {integer: bigint; exponent: number} {
  const bits = BigInt.asUintN(64, f64ToBits(value));
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return {integer: bits >> 63n === 1n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075};
}

/** The float nearest to `integer * 2 ** exponent`, ties to even; the integer is not zero. */
function round(integer: bigint, exponent: number, {precision, least}: Format): number {
  const magnitude = integer < 0n ? -integer : integer;
  const sign = integer < 0n ? -1 : 1;
  const shift = Math.max(magnitude.toString(2).length - precision, least - exponent, 0);
  const kept = magnitude >> BigInt(shift);
  const twiceRest = (magnitude - (kept << BigInt(shift))) << 1n;
  const unit = 1n << BigInt(shift);
  const up = twiceRest > unit || (twiceRest === unit && (kept & 1n) === 1n);
  return sign * Number(up ? kept + 1n : kept) * 2 ** (exponent + shift);
}

/** a * b + c rounded once to the format, of which all three are values; every NaN is NaN. */
export function fma(a: number, b: number, c: number, format: Format): number {
  // Products that are zero, infinite or NaN are exact; others cannot change an infinity or a NaN.
  if (a === 0 || b === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return a * b + c;
  if (!Number.isFinite(c)) return c;
  const x = split(a);
  const y = split(b);
  const z = split(c);
  const exponent = Math.min(x.exponent + y.exponent, z.exponent);
  const product = (x.integer * y.integer) << BigInt(x.exponent + y.exponent - exponent);
  const sum = product + (z.integer << BigInt(z.exponent - exponent));
  if (sum === 0n) return 0;
  const result = round(sum, exponent, format);
  return format === F32 ? Math.fround(result) : result;
}
