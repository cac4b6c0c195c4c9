/**
 * Loop-invariant code: a pure value whose operands all come from outside of a loop moves to the end of the block that
 * enters the loop, and from there further out. Constants stay (they are immediates), and so do loads behind a null check.
 * A loop takes no more than a few values, because each occupies a register throughout.
 */

import type {Cfg} from '../analysis/cfg.ts';
import type {Loops} from '../analysis/loops.ts';
import {defineRule} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {FACT, FACTS, Ir, isConstantField, isSpeculativeField} from '../ir/ops.ts';
import type {PassContext} from '../passes.ts';

const {const: CONST, vm_load: VM_LOAD, vm_address: VM_ADDRESS, param: PARAM, extend_u: EXTEND_U, wrap: WRAP} = Ir;
const HOIST = defineRule('licm: out of the loop');
/** Values that one loop may have moved in front of it. */
const LIMIT = 16;

let moved = new Int32Array(64);

export function hoistInvariants(f: Func, {cfg, loops, fuel}: PassContext): void {
  cfg.compute(f);
  loops.compute(f, cfg);
  if (loops.loopCount === 0) return;
  if (moved.length <= f.blockCount) moved = new Int32Array(f.blockCount * 2);
  moved.fill(0, 0, f.blockCount + 1);
  for (let i = 0; i < cfg.blockCount; i++) {
    const b = cfg.at(i);
    if (loops.header(b) === NONE) continue;
    for (let v = f.first(b); v !== NONE; ) {
      const next = f.next(v);
      if (isMovable(f, v)) {
        const place = target(f, cfg, loops, v);
        if (place !== NONE && fuel.allow(HOIST)) move(f, v, place);
      }
      v = next;
    }
  }
}

function isMovable(f: Func, v: Value): boolean {
  const op = f.op(v);
  if (op === VM_LOAD) return isConstantField(f.aux(v)) && isSpeculativeField(f.aux(v));
  return (
    (FACTS[op]! & (FACT.pure | FACT.multiple)) === FACT.pure &&
    op !== CONST &&
    op !== VM_ADDRESS &&
    op !== EXTEND_U &&
    op !== WRAP &&
    op !== PARAM
  );
}

/** Block at whose end the value may stand: in front of the outermost loop in which it does not change. */
function target(f: Func, cfg: Cfg, loops: Loops, v: Value): Block {
  let place: Block = NONE;
  for (let h = loops.header(f.block(v)); h !== NONE; h = loops.outer(h)) {
    if (moved[h]! >= LIMIT || !isInvariant(f, loops, v, h)) break;
    const entry = entryOf(f, cfg, h);
    if (entry === NONE) break;
    moved[h]!++;
    place = entry;
  }
  return place;
}

function isInvariant(f: Func, loops: Loops, v: Value, header: Block): boolean {
  for (let i = 0, count = f.operandCount(v); i < count; i++) {
    const x = f.operand(v, i);
    if (f.op(x) !== CONST && loops.isIn(f.block(x), header)) return false;
  }
  return true;
}

/** The one block that enters a loop, if it does nothing but jump there; NONE when there is none. */
function entryOf(f: Func, cfg: Cfg, header: Block): Block {
  let entry: Block = NONE;
  for (let p = 0; p < cfg.predCount(header); p++) {
    const e = cfg.pred(header, p);
    if (cfg.isBackEdge(f, e)) continue;
    if (entry !== NONE) return NONE;
    entry = f.edgeFrom(e);
  }
  return entry !== NONE && f.edgeCount(f.last(entry)) === 1 ? entry : NONE;
}

/** Moves a value to the end of a block, with copies of the constants that it uses. */
function move(f: Func, v: Value, place: Block): void {
  const end = f.last(place);
  f.setOrigin(f.wasmOffset(v), HOIST);
  for (let i = 0, count = f.operandCount(v); i < count; i++) {
    const x = f.operand(v, i);
    if (f.op(x) !== CONST) continue;
    const copy = f.add(CONST, f.type(x), NONE, NONE, NONE, f.imm(x), f.aux(x));
    f.setOperand(v, i, f.insertBefore(copy, end));
  }
  f.remove(v);
  f.insertBefore(v, end);
  f.setRule(v, HOIST);
}
