/** The calls of a case: every entry a few times with different arguments, which reach more of its branches. */
import type {WireValue} from '#engine/base/wire-value.ts';
import {FUNCREF, isRef, type ValueType} from '#engine/wasm/types.ts';
import type {FunctionPlan, ModuleBuilder} from './module.ts';
import {poolValue} from './swarm.ts';
import {drawValue, wireValue} from './values.ts';

const words = new Int32Array(4);

/** An argument of a type: the pool, an edge, anything; references are null or of the host. */
export function drawArgument(m: ModuleBuilder, type: ValueType): WireValue {
  const {rng} = m;
  if (isRef(type)) return type === FUNCREF || rng.oneIn(2) ? {kind: 'null'} : {kind: 'extern', id: rng.below(8)};
  if (rng.oneIn(4)) poolValue(m.swarm, rng, type, words);
  else drawValue(rng, type, words);
  return wireValue(type, words);
}

/** Adds a call of an exported function. */
export function addCall(m: ModuleBuilder, name: string, plan: FunctionPlan, args?: readonly WireValue[]): void {
  const lanes = m.nanLanes.get(plan.index);
  const call = {module: m.position, name, args: args ?? plan.params.map((type) => drawArgument(m, type))};
  m.calls.push(lanes === undefined ? call : {...call, lanes});
}

/** Calls every export two to four times, in a random order, unless a scenario has said what to call. */
export function drawCalls(m: ModuleBuilder): void {
  if (m.calls.length > 0) return;
  for (const {name, plan} of m.exported) for (let i = m.rng.between(2, 4); i > 0; i--) addCall(m, name, plan);
  m.rng.shuffle(m.calls);
}
