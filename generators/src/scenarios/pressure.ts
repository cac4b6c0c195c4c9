/**
 * Register pressure (shape S4): 20 to 40 values of mixed types live at once, on the operand stack or in locals, around
 * a call or a branch, then used in reverse order. All of them end in one i64.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Body, blockLabel} from '../body.ts';
import {callStatement} from '../call.ts';
import {rareCondition} from '../control.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import type {ModuleBuilder} from '../module.ts';
import {drawTypeList} from '../types.ts';

const {block: BLOCK, br_if: BR_IF} = Op;

export function pressure(m: ModuleBuilder): void {
  const {rng} = m;
  drawOutside(m);
  drawInside(m, rng.between(1, 2));
  const types = [...m.swarm.numberTypes, I32, I64];
  for (let i = rng.between(1, 2); i > 0; i--) {
    const params = drawTypeList(rng, types, 2, 6);
    addEntry(m, params, [I64], {instructions: 400, trips: 4}, (b) => {
      const live = drawTypeList(rng, types, 18, 36);
      if (rng.oneIn(2)) onStack(b, live);
      else inLocals(b, live);
    });
  }
}

/** Something that needs registers of its own while the others are live. */
function disturb(b: Body): void {
  const kind = b.rng.below(3);
  if (kind === 0 && callStatement(b, 2)) return;
  if (kind === 1) {
    b.open(BLOCK, [], [], blockLabel([]));
    rareCondition(b, 2);
    b.code.index(BR_IF, 0);
    b.statement(2);
    b.close();
  } else b.statement(3);
}

function onStack(b: Body, live: readonly ValueType[]): void {
  const accumulator = b.addReserved(I64);
  const at = b.rng.below(live.length);
  live.forEach((type, i) => {
    b.expression(type, b.rng.between(1, 2));
    if (i === at) disturb(b);
  });
  disturb(b);
  for (const type of live.toReversed()) b.fold(type, accumulator);
  b.code.get(accumulator);
}

function inLocals(b: Body, live: readonly ValueType[]): void {
  const accumulator = b.addReserved(I64);
  const locals = live.map((type) => {
    b.expression(type, b.rng.between(1, 2));
    const local = b.addReserved(type);
    b.code.set(local);
    return local;
  });
  disturb(b);
  for (let i = live.length - 1; i >= 0; i--) {
    b.code.get(locals[i]!);
    b.fold(live[i]!, accumulator);
  }
  b.code.get(accumulator);
}
