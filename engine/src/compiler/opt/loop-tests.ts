/**
 * A loop that compares its counter after it has computed the next one keeps two values alive where one would do. Whether
 * x equals j is whether x + k equals j + k: the comparison takes the next one, and both share a register.
 */
import {defineRule} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {I32} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';
import {constant} from './fold.ts';

const {const: CONST, iadd: IADD, ieq: IEQ, ine: INE} = Ir;
const NEXT = defineRule('loop-tests: comparison of the next value');

export function compareNext(f: Func, {cfg, dominators, fuel}: PassContext): void {
  cfg.compute(f);
  const next = nextValues();
  if (next.size === 0) return;
  dominators.compute(f, cfg);
  const made = new Set<Value>();
  for (let i = 0; i < cfg.blockCount; i++) {
    const b = dominators.at(i);
    for (let v = f.first(b); v !== NONE; v = f.next(v)) {
      made.add(v);
      if (f.op(v) === IEQ || f.op(v) === INE) visit(v, b);
    }
  }

  function visit(v: Value, b: Block): void {
    const step = next.get(f.a(v));
    if (step === undefined || f.op(f.b(v)) !== CONST || !made.has(step) || !dominators.dominates(f.block(step), b))
      return;
    if (!fuel.allow(NEXT)) return;
    const sum = integer(f.b(v)) + integer(f.b(step));
    f.setOrigin(f.wasmOffset(v), NEXT);
    const value = f.type(step) === I32 ? Number(BigInt.asIntN(32, sum)) : BigInt.asIntN(64, sum);
    f.setA(v, step);
    f.setB(v, f.insertBefore(constant(f, f.type(step), value), v));
    f.setRule(v, NEXT);
  }

  function integer(v: Value): bigint {
    return f.type(v) === I32 ? BigInt(f.imm(v)) : f.imm64(v);
  }

  /** By parameter of a loop: what all ways back bring, where that is the parameter plus a constant. */
  function nextValues(): Map<Value, Value> {
    const found = new Map<Value, Value>();
    for (let i = 0; i < cfg.blockCount; i++) {
      const b = cfg.at(i);
      for (let p = 0, count = f.paramCount(b); p < count; p++) {
        const step = stepOf(b, p);
        if (step !== NONE) found.set(f.param(b, p), step);
      }
    }
    return found;
  }

  function stepOf(b: Block, p: number): Value {
    let step: Value = NONE;
    for (let e = 0; e < cfg.predCount(b); e++) {
      const edge = cfg.pred(b, e);
      if (!cfg.isBackEdge(f, edge)) continue;
      const v = f.arg(edge, p);
      if (f.op(v) !== IADD || f.a(v) !== f.param(b, p) || f.op(f.b(v)) !== CONST) return NONE;
      if (step !== NONE && step !== v) return NONE;
      step = v;
    }
    return step;
  }
}
