/** Lowering of vector operations: the table of all, and vector constants. */
import type {Value} from '../ir/func.ts';
import type {VectorOp} from '../ir/vector-ops.ts';
import type {X64} from './lower.ts';
import {floatVectors} from './lower-simd-float.ts';
import {integerVectors} from './lower-simd-integer.ts';
import {laneVectors} from './lower-simd-lanes.ts';
import {Pseudo} from './pseudo.ts';
import {type LowerVector, vectorTable} from './vectors.ts';

export function vectorConstant(x: X64, v: Value): void {
  const {l, f} = x;
  const d = l.reg(v);
  const isZero = f.imm(v) === 0;
  const i = l.inst(isZero ? Pseudo.fzero : Pseudo.fconst);
  if (!isZero) l.m.imm[i] = l.m.pool.add(...f.vectorWords(f.imm(v)));
  l.m.remat[d] = i;
  l.def(d);
}

/** Operations whose result is in the flags first (lower.ts). */
type Condition = Extract<VectorOp, `${string}.${'any' | 'all'}_true`>;

const table = {...integerVectors, ...floatVectors, ...laneVectors} satisfies Record<
  Exclude<VectorOp, Condition>,
  LowerVector
>;

export const vectorLowerings = vectorTable(table);
