/**
 * Branch simplification: branches on constants and on `eqz`, traps that always happen, empty blocks on the way. Blocks
 * that become unreachable are made dead; `joinBlocks` makes one of two that always follow each other.
 */
import type {Cfg} from '../analysis/cfg.ts';
import {defineRule, type Fuel} from '../fuel.ts';
import {type Block, type Edge, ENTRY, type Func, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {VOID} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';

const {const: CONST, jump: JUMP, br_if: BR_IF, br_table: BR_TABLE, trap_if: TRAP_IF, trap: TRAP, ieqz: IEQZ} = Ir;
const KNOWN_BRANCH = defineRule('branch: known condition');
const KNOWN_TRAP = defineRule('branch: trap that always happens');
const SWAP = defineRule('branch: eqz exchanges the targets');
const SAME_TARGETS = defineRule('branch: both ways lead to one block');
const THREAD = defineRule('branch: past an empty block');
const JOIN = defineRule('branch: block joined to its only predecessor');

export function simplifyBranches(f: Func, {cfg, fuel}: PassContext): void {
  for (let b = 1; b <= f.blockCount; b++) if (!f.isDead(b as Block)) simplifyEnd(f, fuel, b as Block);
  cfg.compute(f);
  for (let i = 0; i < cfg.blockCount; i++) threadEdges(f, fuel, cfg.at(i));
  cfg.compute(f);
  killUnreachable(f, cfg);
}

function simplifyEnd(f: Func, fuel: Fuel, b: Block): void {
  cutAtTrap(f, fuel, b);
  const end = f.last(b);
  if (f.op(end) === BR_IF) simplifyIf(f, fuel, b, end);
  else if (f.op(end) === BR_TABLE) simplifyTable(f, fuel, b, end);
}

/** What stands behind a trap that always happens cannot be reached. */
function cutAtTrap(f: Func, fuel: Fuel, b: Block): void {
  for (let v = f.first(b); v !== NONE; v = f.next(v)) {
    if (f.op(v) !== TRAP_IF || f.op(f.a(v)) !== CONST || f.imm(f.a(v)) === 0) continue;
    if (!fuel.allow(KNOWN_TRAP)) return;
    while (f.last(b) !== v) f.remove(f.last(b));
    f.setOrigin(f.wasmOffset(v), KNOWN_TRAP);
    f.append(b, f.add(TRAP, VOID, NONE, NONE, NONE, f.imm(v)));
    f.remove(v);
    return;
  }
}

function simplifyIf(f: Func, fuel: Fuel, b: Block, end: Value): void {
  const condition = f.a(end);
  const [then, otherwise] = [f.edge(end, 0), f.edge(end, 1)];
  if (f.op(condition) === CONST) {
    if (fuel.allow(KNOWN_BRANCH)) jumpInstead(f, b, end, f.imm(condition) !== 0 ? then : otherwise, KNOWN_BRANCH);
  } else if (sameEdges(f, then, otherwise)) {
    if (fuel.allow(SAME_TARGETS)) jumpInstead(f, b, end, then, SAME_TARGETS);
  } else if (f.op(condition) === IEQZ && f.type(f.a(condition)) === 1 && fuel.allow(SWAP)) {
    exchange(f, then, otherwise);
    f.setA(end, f.a(condition));
    f.setRule(end, SWAP);
    simplifyIf(f, fuel, b, end);
  }
}

function simplifyTable(f: Func, fuel: Fuel, b: Block, end: Value): void {
  const index = f.a(end);
  const count = f.edgeCount(end);
  if (f.op(index) === CONST) {
    if (!fuel.allow(KNOWN_BRANCH)) return;
    jumpInstead(f, b, end, f.edge(end, Math.min(f.imm(index) >>> 0, count - 1)), KNOWN_BRANCH);
    return;
  }
  for (let i = 1; i < count; i++) if (!sameEdges(f, f.edge(end, 0), f.edge(end, i))) return;
  if (fuel.allow(SAME_TARGETS)) jumpInstead(f, b, end, f.edge(end, 0), SAME_TARGETS);
}

function sameEdges(f: Func, e: Edge, other: Edge): boolean {
  if (f.edgeTarget(e) !== f.edgeTarget(other)) return false;
  for (let i = 0; i < f.argCount(e); i++) if (f.arg(e, i) !== f.arg(other, i)) return false;
  return true;
}

/** Replaces a terminator by a jump along one of its edges. */
function jumpInstead(f: Func, b: Block, end: Value, e: Edge, rule: number): void {
  f.setOrigin(f.wasmOffset(end), rule);
  f.beginEdges();
  f.copyArgs(f.pushEdge(f.edgeTarget(e)), e);
  const jump = f.addTerminator(JUMP);
  f.remove(end);
  f.append(b, jump);
}

function exchange(f: Func, e: Edge, other: Edge): void {
  const target = f.edgeTarget(e);
  f.setEdgeTarget(e, f.edgeTarget(other));
  f.setEdgeTarget(other, target);
  f.exchangeArgs(e, other);
}

/** Leads edges past blocks that only jump on, as long as the arguments can be said at the edge. */
function threadEdges(f: Func, fuel: Fuel, b: Block): void {
  const end = f.last(b);
  for (let i = 0, count = f.edgeCount(end); i < count; i++) {
    const e = f.edge(end, i);
    for (let steps = 0; steps < 8; steps++) {
      const through = f.edgeTarget(e);
      const jump = f.first(through);
      if (f.op(jump) !== JUMP || through === b || f.edgeTarget(f.edge(jump, 0)) === through) break;
      if (f.paramCount(through) > 0 || !fuel.allow(THREAD)) break;
      f.setEdgeTarget(e, f.edgeTarget(f.edge(jump, 0)));
      f.copyArgs(e, f.edge(jump, 0));
    }
  }
}

function killUnreachable(f: Func, cfg: Cfg): void {
  for (let b = 1; b <= f.blockCount; b++) if (!cfg.isReachable(b as Block) && !f.isDead(b as Block)) f.kill(b as Block);
}

/** A block whose only way in is the jump of another one, and which has no parameters, goes to the end of that one. */
export function joinBlocks(f: Func, {cfg, fuel}: PassContext): void {
  cfg.compute(f);
  for (let i = cfg.blockCount - 1; i >= 0; i--) {
    const b = cfg.at(i);
    if (b === ENTRY || cfg.predCount(b) !== 1 || f.paramCount(b) > 0) continue;
    const before = f.edgeFrom(cfg.pred(b, 0));
    if (f.op(f.last(before)) !== JUMP || !fuel.allow(JOIN)) continue;
    f.remove(f.last(before));
    f.moveAll(b, before);
  }
}
