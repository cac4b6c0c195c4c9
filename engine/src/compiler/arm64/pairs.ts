/**
 * Two loads, or two stores, of neighbouring places as one instruction. Both have the same base and size; neither of them is
 * indexed. What each does alone, the pair does, unless the first overwrites what the second needs: the caller asks `pairOf`.
 */
import {Address, Inst, type InstName} from './insts.ts';
import {ZR} from './regs.ts';

/** Bytes by the letter of a row. */
const sizes = {w: 4, x: 8, s: 4, d: 8, q: 16} as const;

/** A load or store at a base plus an offset in bytes. */
export interface Access {
  readonly row: number;
  readonly register: number;
  readonly base: number;
  readonly offset: number;
}

export interface Pair {
  readonly row: number;
  readonly first: number;
  readonly second: number;
  readonly offset: number;
}

interface Single {
  readonly pair: number;
  readonly bytes: number;
  readonly isLoad: boolean;
}

/** By row. */
const singles: (Single | undefined)[] = [];
for (const [letter, bytes] of Object.entries(sizes)) {
  for (const [word, pair] of [
    ['ldr', 'ldp'],
    ['str', 'stp'],
  ] as const) {
    const single = {pair: Inst[`${pair}.${letter}` as InstName], bytes, isLoad: word === 'ldr'};
    for (const shape of [Address.scaled, Address.unscaled])
      singles[Inst[`${word}.${letter}` as InstName] + shape] = single;
  }
}

/** Whether a row is of the kind that may be half of a pair. */
export const isPairable = (row: number): boolean => singles[row] !== undefined;
export const isLoad = (row: number): boolean => singles[row]?.isLoad === true;

/** What does first and then second; null when no instruction does. */
export function pairOf(first: Access, second: Access): Pair | null {
  const single = singles[first.row];
  if (single === undefined || singles[second.row]?.pair !== single.pair || first.base !== second.base) return null;
  const {pair, bytes} = single;
  if (Math.abs(first.offset - second.offset) !== bytes) return null;
  if (single.isLoad && (first.register === second.register || isOverwritten(first))) return null;
  const [low, high] = first.offset < second.offset ? [first, second] : [second, first];
  if (low.offset % bytes !== 0 || low.offset < -64 * bytes || low.offset > 63 * bytes) return null;
  return {row: pair, first: low.register, second: high.register, offset: low.offset};
}

/** Whether a load changes the base of the next one; number 31 is the stack pointer as base, nothing as target. */
const isOverwritten = ({register, base}: Access): boolean => register === base && base !== ZR;
