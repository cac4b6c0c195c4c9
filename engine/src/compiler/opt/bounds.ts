/**
 * Removes bounds checks that another one has made: the same address in the same memory, at least as far, on every way
 * here. A memory never shrinks, so it does not matter which length the earlier check has seen, nor what ran in between.
 */
import {defineRule} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {FieldClass, Ir} from '../ir/ops.ts';
import type {PassContext} from '../passes.ts';
import {Forward} from './forward.ts';

const {bound: BOUND, vm_load: VM_LOAD} = Ir;
const CHECKED = defineRule('bounds: checked before');

/** A check that was seen, by the address that it checks. */
interface Check {
  readonly bound: Value;
  readonly block: Block;
  /** The pointer to the memory's descriptor. */
  readonly memory: Value;
  /** Bytes from the address on that are in bounds. */
  readonly extent: number;
}

const extentOf = (f: Func, bound: Value): number => (f.aux(bound) >>> 0) + f.imm(bound);

/** The pointer through which the length was loaded; NONE when it is something else. */
function memoryOf(f: Func, bound: Value): Value {
  const length = f.b(bound);
  return f.op(length) === VM_LOAD && f.aux(length) === FieldClass.memory_length ? f.a(length) : NONE;
}

/** Needs `gvn` before: the same address and the same memory are the same value then. */
export function dropCheckedBounds(f: Func, {cfg, dominators, fuel}: PassContext): void {
  if (!hasBounds(f)) return;
  cfg.compute(f);
  dominators.compute(f, cfg);
  const forward = new Forward();
  forward.reset(f);
  const seen = new Map<Value, Check[]>();
  for (let i = 0; i < cfg.blockCount; i++) {
    const b = dominators.at(i);
    for (let v = f.first(b); v !== NONE; ) {
      const next = f.next(v);
      forward.resolve(f, v);
      if (f.op(v) === BOUND) visit(v, b);
      v = next;
    }
  }
  forward.resolveAll(f); // edges to loops were seen before

  function visit(v: Value, block: Block): void {
    const memory = memoryOf(f, v);
    if (memory === NONE) return;
    const [address, extent] = [f.a(v), extentOf(f, v)];
    const checks = (seen.get(address) ?? []).filter((check) => dominators.dominates(check.block, block));
    const known = checks.find((check) => check.memory === memory && check.extent >= extent);
    if (known !== undefined && fuel.allow(CHECKED)) {
      forward.set(v, known.bound);
      f.remove(v);
    } else checks.push({bound: v, block, memory, extent});
    seen.set(address, checks);
  }
}

function hasBounds(f: Func): boolean {
  for (let b = 1; b <= f.blockCount; b++)
    for (let v = f.first(b as Block); v !== NONE; v = f.next(v)) if (f.op(v) === BOUND) return true;
  return false;
}
