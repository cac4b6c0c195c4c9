/**
 * Literals of the text format as bits, rounded once (spec section 6.3): JS would read a hexadecimal float not at all and
 * round a decimal f32 twice.
 */
const FORMATS = {
  f32: {precision: 24, minExponent: -126, bias: 127n, width: 32n},
  f64: {precision: 53, minExponent: -1022, bias: 1023n, width: 64n},
} as const;

export type FloatKind = keyof typeof FORMATS;

/** Bits of an integer literal, unsigned, below 2^width. */
export function integerBits(text: string, width: number): bigint {
  const digits = text.replaceAll('_', '').replace(/^[+-]/, '');
  const magnitude = BigInt(digits);
  return BigInt.asUintN(width, text.startsWith('-') ? -magnitude : magnitude);
}

const exponentMask = (kind: FloatKind): bigint => {
  const {precision, width} = FORMATS[kind];
  return ((1n << (width - BigInt(precision))) - 1n) << BigInt(precision - 1);
};

/** Bits of a NaN with this payload. */
const nanBits = (kind: FloatKind, payload: bigint): bigint => exponentMask(kind) | payload;

/** The highest bit of the fraction: payload of the canonical NaN, set in all arithmetic ones. */
export const quietBit = (kind: FloatKind): bigint => 1n << BigInt(FORMATS[kind].precision - 2);

/** Bits of a float literal: decimal, hexadecimal, `inf`, `nan`, `nan:0x...`, with a sign. Throws SyntaxError. */
export function floatBits(text: string, kind: FloatKind): bigint {
  const sign = text.startsWith('-') ? 1n << (FORMATS[kind].width - 1n) : 0n;
  const literal = text.replaceAll('_', '').replace(/^[+-]/, '');
  if (literal === 'inf') return sign | exponentMask(kind);
  if (literal === 'nan') return sign | nanBits(kind, quietBit(kind));
  if (literal.startsWith('nan:0x')) return sign | nanBits(kind, BigInt(literal.slice(4)));
  const [numerator, denominator] = rational(literal);
  return sign | rounded(numerator, denominator, kind);
}

const HEX = /^0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i;
const DECIMAL = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** The exact value of a finite literal as a fraction. */
function rational(literal: string): [bigint, bigint] {
  const isHex = literal.startsWith('0x');
  const match = (isHex ? HEX : DECIMAL).exec(literal);
  if (match === null) throw new SyntaxError(`not a float: ${literal}`);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt((isHex ? '0x0' : '0') + whole + fraction);
  const power = Number(exponent) - fraction.length * (isHex ? 4 : 1);
  const scale = (isHex ? 2n : 10n) ** BigInt(Math.abs(power));
  return power >= 0 ? [digits * scale, 1n] : [digits, scale];
}

const bitLength = (value: bigint): number => value.toString(2).length;

/** Round to nearest, ties to even, once. Works on positive fractions; gives the bits without sign. */
function rounded(numerator: bigint, denominator: bigint, kind: FloatKind): bigint {
  if (numerator === 0n) return 0n;
  const {precision, minExponent, bias} = FORMATS[kind];
  let exponent = bitLength(numerator) - bitLength(denominator);
  const isLess =
    exponent >= 0 ? numerator < denominator << BigInt(exponent) : numerator << BigInt(-exponent) < denominator;
  if (isLess) exponent--;
  const unit = Math.max(exponent, minExponent) - (precision - 1);
  const dividend = unit < 0 ? numerator << BigInt(-unit) : numerator;
  const divisor = unit > 0 ? denominator << BigInt(unit) : denominator;
  let quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) quotient++;
  const hidden = 1n << BigInt(precision - 1);
  if (quotient < hidden) return quotient;
  const bits = ((BigInt(unit + precision - 1) + bias) << BigInt(precision - 1)) + (quotient - hidden);
  return bits < exponentMask(kind) ? bits : exponentMask(kind);
}
