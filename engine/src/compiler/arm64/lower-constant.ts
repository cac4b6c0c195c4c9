/** Constants of vector registers: zero, one instruction where there is one, else a load from the pool. All can be computed again. */
import type {Lowering} from '../backend/lower.ts';
import type {Builder} from './builder.ts';
import {Pseudo} from './pseudo.ts';
import {rules} from './rules.ts';
import {type VectorImmediate, vectorImmediate} from './vector-immediates.ts';

/** The instruction for a constant of one, two or four words. What stands above a scalar does not matter. */
export function constantInstruction(words: readonly number[]): VectorImmediate | null {
  if (words.length === 4) return vectorImmediate(words);
  const [low, high = low] = words as [number, number?];
  return vectorImmediate([low, words[1] ?? 0, 0, 0]) ?? vectorImmediate([low, high, low, high]);
}

/** d := a constant of one word (f32), two (f64) or four, the low one first. */
export function defineConstant(
  {l, b}: {readonly l: Lowering; readonly b: Builder},
  d: number,
  words: readonly number[],
): void {
  if (words.every((word) => word === 0)) {
    l.m.remat[d] = l.inst(Pseudo.fzero);
    return l.def(d);
  }
  const found = constantInstruction(words);
  if (found !== null && l.allow(words.length === 4 ? rules.vectorImmediate : rules.floatImmediate)) {
    l.m.remat[d] = b.none(found.row, d, found.first, found.second);
    return;
  }
  const i = l.inst(Pseudo.fconst);
  l.m.imm[i] = l.m.pool.add(...words);
  l.m.remat[d] = i;
  l.def(d);
}
