/**
 * Wide signatures (shape S9): functions and host imports with 10 to 40 parameters of mixed types, called directly,
 * indirectly and by the host, with arguments that are permutations of the caller's own parameters.
 */

import {Op} from '#engine/wasm/opcodes.ts';
import {I64, V128, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from '../body.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry, openBody} from '../func.ts';
import {addHostFunction} from '../imports.ts';
import {typeSlot} from '../instruction.ts';
import type {FunctionPlan, ModuleBuilder} from '../module.ts';
import {drawTypeList} from '../types.ts';

const {call: CALL} = Op;

export function wide(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  drawOutside(m);
  const scalars = swarm.numberTypes.filter((type) => type !== V128);
  if (rng.oneIn(2))
    addHostFunction(m, drawTypeList(rng, scalars, 8, 20), drawTypeList(rng, scalars, 1, mostResults(m, 6)));
  drawInside(m, 1);
  const callees = [defineWide(m), defineWide(m)];
  for (let i = rng.between(1, 2); i > 0; i--) {
    const params = drawTypeList(rng, swarm.numberTypes, 3, 24);
    addEntry(m, params, [I64], {instructions: 400, trips: 8}, (b) => {
      const accumulator = b.addReserved(I64);
      for (const callee of rng.shuffle([...callees, ...m.host])) call(b, callee, accumulator);
      b.code.get(accumulator);
    });
  }
}

const mostResults = (m: ModuleBuilder, most: number): number => (m.swarm.features.has('multi-value') ? most : 1);

/** A function that mixes its parameters and returns some of them. */
function defineWide(m: ModuleBuilder): FunctionPlan {
  const {rng, swarm} = m;
  const params = drawTypeList(rng, swarm.numberTypes, 10, 40);
  const results = Array.from({length: rng.between(1, mostResults(m, 12))}, () => rng.pick(params));
  const plan = m.plan(params, results);
  const b = openBody(m, plan, {instructions: 200, trips: 2});
  b.takeFuel();
  b.statements(rng.below(2), 2);
  for (const type of results) b.expression(type, rng.below(2));
  m.define(plan, b.finish());
  return plan;
}

/** A call whose arguments are mostly locals, each of whose results is used. */
function call(b: Body, {index, params, results}: FunctionPlan, accumulator: number): void {
  for (const type of params) argument(b, type);
  b.code.index(CALL, index);
  for (const type of results.toReversed()) b.fold(type, accumulator);
}

function argument(b: Body, type: ValueType): void {
  const locals = b.readable[typeSlot(type)]!;
  if (locals.length > 0 && !b.rng.oneIn(4)) b.code.get(b.rng.pick(locals));
  else b.expression(type, 1);
}
