/**
 * Dead code: removes what neither has an effect nor feeds one, block parameters around loops included. Roots are stores,
 * calls, traps and terminators; a load from linear memory is one, because it may trap. Loads from the vmctx are not.
 */

import {defineRule} from '../fuel.ts';
import {type Block, ENTRY, type Func, NONE, type Value} from '../ir/func.ts';
import {FACT, FACTS, Ir} from '../ir/ops.ts';
import type {PassContext} from '../passes.ts';
import {dropParams} from './params.ts';

const {param: PARAM} = Ir;
const ROOTS = FACT.traps | FACT.writes | FACT.call | FACT.terminator;
const DEAD = defineRule('dce: unused value');

let live = new Uint8Array(256);
let work = new Int32Array(256);

export function removeDeadCode(f: Func, {cfg, fuel}: PassContext): void {
  cfg.compute(f);
  if (!fuel.allow(DEAD)) return;
  const length = f.valueCount + 1;
  if (live.length < length) [live, work] = [new Uint8Array(length * 2), new Int32Array(length * 2)];
  live.fill(0, 0, length);
  let count = 0;
  const mark = (v: Value): void => {
    if (live[v] === 1) return;
    live[v] = 1;
    work[count++] = v;
  };
  for (let i = 0; i < cfg.blockCount; i++) {
    for (let v = f.first(cfg.at(i)); v !== NONE; v = f.next(v)) if ((FACTS[f.op(v)]! & ROOTS) !== 0) mark(v);
  }
  while (count > 0) {
    const v = work[--count] as Value;
    if (f.op(v) !== PARAM) {
      for (let i = 0, operands = f.operandCount(v); i < operands; i++) mark(f.operand(v, i));
    } else if (f.block(v) !== ENTRY) {
      const b = f.block(v);
      for (let p = 0, preds = cfg.predCount(b); p < preds; p++) mark(f.arg(cfg.pred(b, p), f.imm(v)));
    }
  }
  for (let i = 0; i < cfg.blockCount; i++) {
    sweep(f, cfg.at(i));
    dropParams(f, cfg, cfg.at(i), (param) => live[param] === 1);
  }
}

function sweep(f: Func, b: Block): void {
  for (let v = f.last(b); v !== NONE; ) {
    const before = f.prev(v);
    if (live[v] === 0) f.remove(v);
    v = before;
  }
}
