/**
 * Vector constants that one instruction makes: movi, mvni and fmov. One table of forms, tried in order; each form says what
 * its eight bits become in every lane. A constant is four words, the low one first; scalars are given in all lanes.
 */
import {floatImmediate32, floatImmediate64} from './immediates.ts';
import {Inst, type InstName} from './insts.ts';

/** A row whose operands are a register and these numbers, in the order of its text. */
export interface VectorImmediate {
  readonly row: number;
  readonly first: number;
  readonly second: number;
}

/** The lane of all that equals a 64-bit pattern of two words, or -1 where lanes of `bits` differ. */
function laneOf(low: number, high: number, bits: 8 | 16 | 32): number {
  if (low !== high) return -1;
  if (bits === 32) return low >>> 0;
  const mask = 2 ** bits - 1;
  const lane = low & mask;
  return Math.imul(lane, 0xffffffff / mask) === low ? lane : -1;
}

/**
 * Integer forms: eight bits shifted into a lane, with zeros or ones behind them, perhaps all inverted. `rows` are those of
 * the whole register and of its low half, with zero above it.
 */
interface Shifted {
  readonly rows: readonly [whole: InstName, half: InstName];
  readonly bits: 8 | 16 | 32;
  readonly isInverted: boolean;
  readonly fillsOnes: boolean;
  readonly shifts: readonly number[];
}

// biome-ignore format: a table
const forms: readonly Shifted[] = [
  {rows: ['movi.16b', 'movi.8b'],         bits: 8,  isInverted: false, fillsOnes: false, shifts: [0]},
  {rows: ['movi.8h', 'movi.4h'],          bits: 16, isInverted: false, fillsOnes: false, shifts: [0, 8]},
  {rows: ['mvni.8h', 'mvni.4h'],          bits: 16, isInverted: true,  fillsOnes: false, shifts: [0, 8]},
  {rows: ['movi.4s', 'movi.2s'],          bits: 32, isInverted: false, fillsOnes: false, shifts: [0, 8, 16, 24]},
  {rows: ['mvni.4s', 'mvni.2s'],          bits: 32, isInverted: true,  fillsOnes: false, shifts: [0, 8, 16, 24]},
  {rows: ['movi.4s msl', 'movi.2s msl'],  bits: 32, isInverted: false, fillsOnes: true,  shifts: [8, 16]},
  {rows: ['mvni.4s msl', 'mvni.2s msl'],  bits: 32, isInverted: true,  fillsOnes: true,  shifts: [8, 16]},
];

function shifted(low: number, high: number, half: 0 | 1): VectorImmediate | null {
  for (const {rows, bits, isInverted, fillsOnes, shifts} of forms) {
    const lane = laneOf(low, high, bits);
    if (lane < 0) continue;
    const value = isInverted ? (lane ^ (2 ** bits - 1)) >>> 0 : lane;
    for (const shift of shifts) {
      const first = (value >>> shift) & 0xff;
      const fill = fillsOnes ? 2 ** shift - 1 : 0;
      if (first * 2 ** shift + fill === value) return {row: Inst[rows[half]], first, second: shift};
    }
  }
  return null;
}

/** Eight bits, each of which becomes a byte of ones or zeros; -1 when there is another byte. */
function byteMask(low: number, high: number): number {
  let mask = 0;
  for (let byte = 0; byte < 8; byte++) {
    const value = ((byte < 4 ? low : high) >>> (8 * (byte & 3))) & 0xff;
    if (value !== 0 && value !== 0xff) return -1;
    mask |= (value & 1) << byte;
  }
  return mask;
}

const one = (row: InstName, first: number): VectorImmediate | null =>
  first < 0 ? null : {row: Inst[row], first, second: 0};

/** Forms of 64 bits, twice or (`half`) with zero above them. */
function pattern(low: number, high: number, half: 0 | 1): VectorImmediate | null {
  return (
    shifted(low, high, half) ??
    one(half === 0 ? 'movi.2d' : 'movi.d', byteMask(low, high)) ??
    (low === high ? one(half === 0 ? 'fmov.4s i' : 'fmov.2s i', floatImmediate32(low)) : null) ??
    one(half === 0 ? 'fmov.2d i' : 'fmov.d i', floatImmediate64(low, high))
  );
}

/** The instruction that makes a constant of four words; null when there is none. */
export function vectorImmediate(words: readonly number[]): VectorImmediate | null {
  const [w0, w1, w2, w3] = words.map((word) => word | 0) as [number, number, number, number];
  if (w0 === w2 && w1 === w3) return pattern(w0, w1, 0);
  if (w2 !== 0 || w3 !== 0) return null;
  return pattern(w0, w1, 1) ?? (w1 === 0 ? one('fmov.s i', floatImmediate32(w0)) : null);
}
