/** Lowering of vector operations. */
import {Unsupported} from '#engine/base/errors.ts';
import type {Value} from '../ir/func.ts';
import {type VectorOp, vectorOps} from '../ir/vector-ops.ts';
import type {Arm64, Lower} from './lower.ts';
import {Pseudo} from './pseudo.ts';

const missing: Lower = () => {
  throw new Unsupported('simd');
};

export function vectorConstant({l, f}: Arm64, v: Value): void {
  const d = l.reg(v);
  const isZero = f.imm(v) === 0;
  const i = l.inst(isZero ? Pseudo.fzero : Pseudo.fconst);
  if (!isZero) l.m.imm[i] = l.m.pool.add(...f.vectorWords(f.imm(v)));
  l.m.remat[d] = i;
  l.def(d);
}

export const vectorLowerings = Object.fromEntries(vectorOps.map((name) => [name, missing])) as Readonly<
  Record<VectorOp, Lower>
>;
