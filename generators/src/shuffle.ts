/**
 * Lanes of shuffles and indices of swizzles: the patterns that instruction selectors know (identity, broadcast, rotation
 * over both operands, interleaving, unpacking, reversal inside wider lanes), near misses of them, and anything.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {V128} from '#engine/wasm/types.ts';
import type {Code} from './code.ts';
import type {Rng} from './random.ts';

type Pattern = (i: number) => number;

const {'i8x16.swizzle': SWIZZLE, 'i8x16.relaxed_swizzle': RELAXED_SWIZZLE} = Op;

/** Bytes per lane. */
const WIDTHS = [1, 2, 4, 8] as const;

/** Each makes a pattern; all lanes are below 32. */
const patterns: readonly ((rng: Rng) => Pattern)[] = [
  identity,
  broadcast,
  rotation,
  interleaving,
  evenOrOdd,
  reversal,
  wideLanes,
];

function identity(rng: Rng): Pattern {
  const base = rng.below(2) * 16;
  return (i) => base + i;
}

function broadcast(rng: Rng): Pattern {
  const width = rng.pick(WIDTHS);
  const base = rng.below(32 / width) * width;
  return (i) => base + (i % width);
}

function rotation(rng: Rng): Pattern {
  const by = rng.below(32);
  return (i) => (i + by) % 32;
}

/** Lanes of both operands in turn, from the low or the high half. */
function interleaving(rng: Rng): Pattern {
  const width = rng.pick(WIDTHS);
  const from = rng.below(2) * 8;
  return (i) => {
    const lane = Math.floor(i / width);
    return from + (lane >> 1) * width + (i % width) + (lane & 1) * 16;
  };
}

/** Every second lane of both operands. */
function evenOrOdd(rng: Rng): Pattern {
  const width = rng.pick(WIDTHS);
  const odd = rng.below(2) * width;
  return (i) => Math.floor(i / width) * 2 * width + odd + (i % width);
}

/** Bytes in reverse order inside lanes of 2 to 16 bytes. */
function reversal(rng: Rng): Pattern {
  const last = rng.pick([1, 3, 7, 15]);
  const base = rng.below(2) * 16;
  return (i) => base + (i ^ last);
}

/** Whole lanes of 2 to 8 bytes in any order. */
function wideLanes(rng: Rng): Pattern {
  const width = rng.pick([2, 4, 8]);
  const lanes = Array.from({length: 16 / width}, () => rng.below(32 / width) * width);
  return (i) => lanes[Math.floor(i / width)]! + (i % width);
}

/** The lane of each byte of a shuffle. One pattern in five has one lane wrong, one shuffle in four has none. */
export function drawShuffle(rng: Rng): Pattern {
  if (rng.oneIn(4)) {
    const lanes = Array.from({length: 16}, () => rng.below(32));
    return (i) => lanes[i]!;
  }
  const pattern = rng.pick(patterns)(rng);
  if (!rng.oneIn(5)) return pattern;
  const missed = rng.below(16);
  const lane = rng.below(32);
  return (i) => (i === missed ? lane : pattern(i));
}

/** Whether the last operand holds the indices of lanes. */
export const isSwizzle = (op: number): boolean => op === SWIZZLE || op === RELAXED_SWIZZLE;

const bytes = new Uint8Array(16);
const words = new Int32Array(bytes.buffer);

/** A constant of indices: a shuffle of one operand, with a few beyond the last lane. */
export function swizzleConstant(rng: Rng, code: Code): void {
  const pattern = drawShuffle(rng);
  for (let i = 0; i < 16; i++)
    bytes[i] = rng.oneIn(8) ? rng.pick([15, 16, 17, 0x7f, 0x80, 0x8f, 0xff]) : pattern(i) & 15;
  code.constant(V128, words);
}
