/**
 * Edge values: the constants with which instructions go wrong, per type, and constants relative to an instruction
 * (shape S2): shift counts around the width, divisors of sign and power, limits of conversions.
 * 64-bit values are pairs of 32-bit halves (low, high), so that drawing one allocates nothing.
 */
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import {NAME} from '#engine/wasm/columns.ts';
import {F32, F64, I32, I64, V128, type ValueType} from '#engine/wasm/types.ts';
import type {Rng} from './random.ts';

/** Bits of a number or vector value: 32-bit words, low word first; only as many as the type has are used. */
export type Words = Int32Array;

// biome-ignore format: a table of bits
const I32_EDGES = Int32Array.of(
  0, 1, -1, 2, -2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x10001,
  0x7fffffff, -0x80000000, -0x7fffffff, 0x55555555, 0x33333333, 0x0f0f0f0f, 0x00ff00ff, -128, -129, -32768, -32769, 0x40000000,
  0x01000000, 0x00ffffff, 0x12345678,
);
/** Pairs low, high. */
// biome-ignore format: a table of bits
const I64_EDGES = Int32Array.of(
  0, 0, 1, 0, -1, -1, 2, 0, -2, -1, 31, 0, 32, 0, 33, 0, 63, 0, 64, 0, 65, 0, 0x7f, 0, 0x80, 0, 0xff, 0, 0x8000, 0, 0xffff, 0,
  0x7fffffff, 0, -0x80000000, 0, -1, 0, 0, 1, 1, 1, -0x80000000, -1, 0x7fffffff, -1, -1, 0x7fffffff, 0, -0x80000000,
  1, -0x80000000, 0, 0x40000000, 0x55555555, 0x55555555, -1, 0x1fffff, 0, 0x200000, 1, 0x200000, 0x12345678, -0x6edcba99,
  1, 0x7fffff40, -128, -1, -32769, -1, 0, -1,
);
// biome-ignore format: a table of bits
const F32_EDGES = Int32Array.of(
  0, -0x80000000, 0x3f800000, -0x40800000, 0x3f000000, -0x41000000, 0x3fc00000, 0x40200000, -0x3fe00000, 0x4b000000, 0x4b000001,
  0x4b7fffff, 0x4effffff, 0x4f000000, 0x4f7fffff, 0x4f800000, -0x31000000, -0x30ffffff, 0x5effffff, 0x5f000000, 0x5f7fffff,
  0x5f800000, -0x21000000, -0x20ffffff, 1, -0x7fffffff, 0x007fffff, 0x00800000, 0x7f7fffff, -0x00800001, 0x7f800000, -0x00800000,
  0x7fc00000, -0x00400000, 0x7fa00000, -0x005fffff, 0x7f800001, 0x3f7fffff, -0x40800001, 0x40490fdb,
);
/** Pairs low, high. */
// biome-ignore format: a table of bits
const F64_EDGES = Int32Array.of(
  0, 0, 0, -0x80000000, 0, 0x3ff00000, 0, -0x40100000, 0, 0x3fe00000, 0, -0x40200000, 0, 0x3ff80000, 0, 0x40040000,
  0, 0x43300000, 1, 0x43300000, -1, 0x433fffff, -0x400000, 0x41dfffff, -0x200000, 0x41dfffff, 0, 0x41e00000,
  0, -0x3e200000, 0x100000, -0x3e200000, 0x200000, -0x3e200000, -0x200000, 0x41efffff, -0x100000, 0x41efffff, 0, 0x41f00000,
  -1, 0x43dfffff, 0, 0x43e00000, 0, -0x3c200000, 1, -0x3c200000, -1, 0x43efffff, 0, 0x43f00000,
  1, 0, 0, 0x00100000, -1, 0x000fffff, -1, 0x7fefffff, 0, 0x7ff00000, 0, -0x00100000, 0, 0x7ff80000, 0, -0x00080000,
  0, 0x7ff40000, 1, -0x000c0000, 1, 0x7ff00000, 0, 0x36a00000, -0x20000000, 0x380fffff, -0x20000000, 0x47efffff,
  -0x10000000, 0x47efffff, -1, -0x40100001, 0x54442d18, 0x400921fb,
);

/** Number of 32-bit words of a number or vector type. */
export function wordsOf(type: ValueType): number {
  if (type === V128) return 4;
  return type === I64 || type === F64 ? 2 : 1;
}

function edgePair(rng: Rng, edges: Int32Array, out: Words, at: number): void {
  const pick = rng.below(edges.length >> 1) * 2;
  out[at] = edges[pick]!;
  out[at + 1] = edges[pick + 1]!;
}

/** An edge value of a type into out[at ...]. */
export function edgeValue(rng: Rng, type: ValueType, out: Words, at = 0): void {
  switch (type) {
    case I32:
      out[at] = I32_EDGES[rng.below(I32_EDGES.length)]!;
      return;
    case F32:
      out[at] = F32_EDGES[rng.below(F32_EDGES.length)]!;
      return;
    case I64:
      edgePair(rng, I64_EDGES, out, at);
      return;
    case F64:
      edgePair(rng, F64_EDGES, out, at);
      return;
    default:
      return edgeLanes(rng, out, at);
  }
}

const LANE_BYTES = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x40, 15, 16, 17] as const;

const LANE_WORDS = [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, 0xff, 0x100, 0x4000, 0xc000] as const;

/** All bits alike but those of one byte: lanes that only an instruction of the right width tells apart. */
function oneLaneDiffers(rng: Rng, out: Words, at: number): void {
  out.fill(rng.pick([0, -1, 0x01010101, 0x7f7f7f7f, -0x7f7f7f80]), at, at + 4);
  out[at + rng.below(4)]! ^= rng.pick([1, 0x80, 0xff, 0x7f]) << (8 * rng.below(4));
}

function edgeLanes(rng: Rng, out: Words, at: number): void {
  const shape = rng.below(7);
  if (shape === 6) return oneLaneDiffers(rng, out, at);
  for (let i = 0; i < 4; i++) {
    if (shape === 0) out[at + i] = I32_EDGES[rng.below(I32_EDGES.length)]!;
    else if (shape === 1) out[at + i] = F32_EDGES[rng.below(F32_EDGES.length)]!;
    else if (shape === 2) edgePair(rng, I64_EDGES, out, at + (i & 2));
    else if (shape === 3) edgePair(rng, F64_EDGES, out, at + (i & 2));
    else if (shape === 4) out[at + i] = rng.pick(LANE_WORDS) | (rng.pick(LANE_WORDS) << 16);
    else
      out[at + i] =
        rng.pick(LANE_BYTES) |
        (rng.pick(LANE_BYTES) << 8) |
        (rng.pick(LANE_BYTES) << 16) |
        (rng.pick(LANE_BYTES) << 24);
  }
}

/** A value of a type: edges, small integers (and floats of them), or uniform bits. */
export function drawValue(rng: Rng, type: ValueType, out: Words, at = 0): void {
  const kind = rng.below(8);
  if (kind < 4) return edgeValue(rng, type, out, at);
  if (kind < 6) return smallValue(rng, type, out, at);
  for (let i = wordsOf(type) - 1; i >= 0; i--) out[at + i] = rng.next();
}

const float = new Float64Array(1);
const floatWords = new Int32Array(float.buffer);
const single = new Float32Array(1);
const singleWord = new Int32Array(single.buffer);

function smallValue(rng: Rng, type: ValueType, out: Words, at: number): void {
  const small = rng.between(-40, 40);
  switch (type) {
    case I32:
      out[at] = small;
      return;
    case I64:
      out[at] = small;
      out[at + 1] = small >> 31;
      return;
    case F32:
      single[0] = small / 4;
      out[at] = singleWord[0]!;
      return;
    case F64:
      float[0] = small / 4;
      out[at] = floatWords[0]!;
      out[at + 1] = floatWords[1]!;
      return;
    default:
      out.fill(small & 0xff, at, at + 4);
  }
}

/** A number value for a call from words. */
export function wireValue(type: ValueType, words: Words): WireValue {
  const word = (i: number): bigint => BigInt(words[i]! >>> 0);
  switch (type) {
    case I32:
      return numeric('i32', word(0));
    case F32:
      return numeric('f32', word(0));
    case I64:
      return numeric('i64', word(0) | (word(1) << 32n));
    case F64:
      return numeric('f64', word(0) | (word(1) << 32n));
    default:
      return numeric('v128', word(0) | (word(1) << 32n) | (word(2) << 64n) | (word(3) << 96n));
  }
}

/** Boundary constants of the second operand, by what the instruction does with it. */
const shiftCounts = (width: number): readonly number[] => [
  0,
  1,
  width / 2,
  width - 1,
  width,
  width + 1,
  -1,
  2 * width,
  7,
  8,
  16,
  24,
];
// biome-ignore format: a list of numbers
const DIVISORS = [1, -1, 2, -2, 3, 7, 8, -8, 10, 16, 0x10000, 0x40000000, 0x7fffffff, -0x80000000, 0, -3, 5, 1000] as const;
// biome-ignore format: a list of numbers
const ADDENDS = [0, 1, -1, 2, 4, 8, 127, 128, -128, -129, 0x7fffffff, -0x80000000, 0x1000, 0xfff] as const;
// biome-ignore format: a list of numbers
const MASKS = [0, -1, 1, 0xff, 0xffff, 0x7fffffff, -0x80000000, -0x100, 0xfff, 0xf, -0x10000, 0x7f, 0x80] as const;
// biome-ignore format: a list of numbers
const FACTORS = [0, 1, -1, 2, 3, 4, 5, 7, 8, 9, 10, -2, 0x10000, 0x7fffffff, -0x80000000, 31, 33] as const;
// biome-ignore format: a list of numbers
const COMPARED = [0, 1, -1, 0x7fffffff, -0x80000000, 0x80, 0xff, -0x7fffffff, 2] as const;

/** What the suffix of an integer mnemonic says about useful right operands. */
function boundaryList(suffix: string, width: number): readonly number[] | undefined {
  if (/^(shl|shr_[su]|rot[lr])$/.test(suffix)) return shiftCounts(width);
  if (/^(div|rem)_[su]$/.test(suffix)) return DIVISORS;
  if (/^(add|sub)/.test(suffix)) return ADDENDS;
  if (/^(and|or|xor)$/.test(suffix)) return MASKS;
  if (suffix === 'mul') return FACTORS;
  if (/^(eq|ne|[lg][te]_[su])$/.test(suffix)) return COMPARED;
  return undefined;
}

const boundaryCache = new Map<number, readonly number[] | null>();

/** Boundary constants of an integer instruction's right operand (S2), null when it has none of its own. */
export function boundariesOf(op: number): readonly number[] | null {
  const known = boundaryCache.get(op);
  if (known !== undefined) return known;
  const [shape = '', suffix = ''] = (NAME[op] ?? '').split('.');
  const width = {i32: 32, i64: 64, i8x16: 8, i16x8: 16, i32x4: 32, i64x2: 64}[shape];
  const list = (width === undefined ? undefined : boundaryList(suffix, width)) ?? null;
  boundaryCache.set(op, list);
  return list;
}

/** All edge values of a type, for sweeps: word groups of `wordsOf(type)`. */
export function edgesOf(type: ValueType): Int32Array {
  switch (type) {
    case I32:
      return I32_EDGES;
    case I64:
      return I64_EDGES;
    case F32:
      return F32_EDGES;
    default:
      return F64_EDGES;
  }
}
