/**
 * Constants that fit into instructions: logical immediates (a run of ones, rotated, repeated), arithmetic immediates,
 * floats of eight bits. Each function gives the field, or -1 when the constant cannot be said; 64-bit values are two words.
 */

/** Ones in a word. */
function ones(word: number): number {
  let w = word - ((word >>> 1) & 0x55555555);
  w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
  return Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
const lowestOne = (word: number): number => 31 - Math.clz32(word & -word);

/** Start of the only run of ones in a pair of words, -1 when there are several; the value is not 0. */
function runStart(low: number, high: number): number {
  const start = low === 0 ? 32 + lowestOne(high) : lowestOne(low);
  const end = high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
  return end - start === ones(low) + ones(high) ? start : -1;
}

/** immr:imms of an element of `size` bits (2 to 64) whose bits are low and high; -1 when they are no rotated run. */
function element(low: number, high: number, size: number): number {
  const maskLow = size >= 32 ? -1 : (1 << size) - 1;
  const maskHigh = size === 64 ? -1 : 0;
  const count = ones(low) + ones(high);
  if (count === 0 || count === size) return -1;
  let start = runStart(low, high);
  if (start < 0) {
    // The run goes around the end: the zeros are a run.
    const zeros = runStart(~low & maskLow, ~high & maskHigh);
    if (zeros < 0) return -1;
    start = zeros + size - count;
  }
  const rotation = (size - start) & (size - 1);
  return (rotation << 6) | (0x3f & ~(2 * size - 1)) | (count - 1);
}

/** N:immr:imms of a 64-bit logical immediate, -1 when it is none. */
export function logicalImmediate(low: number, high: number): number {
  if ((low | 0) !== (high | 0)) {
    const field = element(low, high, 64);
    return field < 0 ? -1 : field | 0x1000;
  }
  return logicalImmediate32(low);
}

/** immr:imms of a 32-bit logical immediate, -1 when it is none. */
export function logicalImmediate32(word: number): number {
  let size = 32;
  let value = word;
  while (size > 2) {
    const half = size >> 1;
    const mask = (1 << half) - 1;
    if ((value & mask) !== ((value >>> half) & mask)) break;
    size = half;
    value &= mask;
  }
  return element(value, 0, size);
}

/** The 64-bit value of N:immr:imms as [low, high]; undefined where the field is reserved. */
export function logicalValue(field: number): readonly [number, number] | undefined {
  const [n, immr, imms] = [field >> 12, (field >> 6) & 0x3f, field & 0x3f];
  const size = 1 << (31 - Math.clz32((n << 6) | (~imms & 0x3f)));
  const run = imms & (size - 1);
  if (size < 2 || run === size - 1) return undefined;
  let value = 0n;
  for (let bit = 0; bit <= run; bit++) value |= 1n << BigInt((bit - (immr & (size - 1)) + size) % size);
  for (let width = size; width < 64; width *= 2) value |= value << BigInt(width);
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

/** Whether a value is what add, sub, cmp and cmn take: 12 bits, perhaps shifted by 12. */
export function isArithmeticImmediate(value: number): boolean {
  return (value & ~0xfff) === 0 || (value & ~0xfff000) === 0;
}

/** The eight bits of fmov for an f32, -1 when it is none: sign, 3 bits of exponent, 4 of fraction. */
export function floatImmediate32(bits: number): number {
  const exponent = (bits >>> 25) & 0x3f;
  if ((bits & 0x7ffff) !== 0 || (exponent !== 0x20 && exponent !== 0x1f)) return -1;
  return ((bits >>> 24) & 0x80) | ((bits >>> 19) & 0x7f);
}

/** The same for an f64 of two words. */
export function floatImmediate64(low: number, high: number): number {
  const exponent = (high >>> 22) & 0x1ff;
  if (low !== 0 || (high & 0xffff) !== 0 || (exponent !== 0x100 && exponent !== 0xff)) return -1;
  return ((high >>> 24) & 0x80) | ((high >>> 16) & 0x7f);
}

/** The number that the eight bits of fmov mean. */
export function floatValue(imm8: number): number {
  const exponent = ((imm8 >> 4) & 7) ^ 4;
  const value = (1 + (imm8 & 15) / 16) * 2 ** (exponent - 3);
  return imm8 >= 0x80 ? -value : value;
}
