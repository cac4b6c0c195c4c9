/**
 * Drops redundant block parameters: those that get the same value along every edge (or themselves, around a loop).
 * Translation gives a join one parameter for each local that its construct assigns; most of them are redundant. Part of
 * SSA construction, hence not optional. Repeats until nothing changes: about once per level of loops.
 */
import type {Cfg} from '../analysis/cfg.ts';
import {type Block, ENTRY, type Func, NONE, type Value} from '../ir/func.ts';
import type {PassContext} from '../passes.ts';
import {Forward} from './forward.ts';

const forward = new Forward();

export function dropRedundantParams(f: Func, {cfg}: PassContext): void {
  cfg.compute(f);
  forward.reset(f);
  let dropped = false;
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < cfg.blockCount; i++) if (findRedundant(f, cfg, cfg.at(i))) changed = true;
    dropped ||= changed;
  }
  if (!dropped) return;
  for (let i = 0; i < cfg.blockCount; i++) {
    dropParams(f, cfg, cfg.at(i), (param) => !forward.isReplaced(param));
  }
  forward.resolveAll(f);
}

/** Marks the redundant parameters of a block as replaced; says whether there was a new one. */
function findRedundant(f: Func, cfg: Cfg, b: Block): boolean {
  if (b === ENTRY) return false;
  let found = false;
  for (let i = 0, count = f.paramCount(b); i < count; i++) {
    const param = f.param(b, i);
    if (forward.isReplaced(param)) continue;
    const only = onlyArgument(f, cfg, b, i, param);
    if (only === NONE) continue;
    forward.set(param, only);
    found = true;
  }
  return found;
}

/** The one value that all edges give to a parameter, NONE when there are several. */
function onlyArgument(f: Func, cfg: Cfg, b: Block, index: number, param: Value): Value {
  let only: Value = NONE;
  for (let p = 0, count = cfg.predCount(b); p < count; p++) {
    const x = forward.find(f.arg(cfg.pred(b, p), index));
    if (x === param || x === only) continue;
    if (only !== NONE) return NONE;
    only = x;
  }
  return only;
}

/** Removes the parameters that are not kept, and the arguments for them. */
export function dropParams(f: Func, cfg: Cfg, b: Block, keep: (param: Value) => boolean): void {
  const count = f.paramCount(b);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const param = f.param(b, i);
    if (b !== ENTRY && !keep(param)) continue;
    if (kept !== i) {
      f.moveParam(b, kept, param);
      for (let p = 0, preds = cfg.predCount(b); p < preds; p++)
        f.setArg(cfg.pred(b, p), kept, f.arg(cfg.pred(b, p), i));
    }
    kept++;
  }
  if (kept === count) return;
  f.truncateParams(b, kept);
  for (let p = 0, preds = cfg.predCount(b); p < preds; p++) f.truncateArgs(cfg.pred(b, p), kept);
}
