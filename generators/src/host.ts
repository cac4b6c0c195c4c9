/** The host script of a case: what the imported functions do when they are called, and their results' seed. */
import type {HostAction, HostFunction, HostScript} from '#engine/runtime/host-script.ts';
import {drawArgument} from './calls.ts';
import {WINDOW_BYTES} from './data.ts';
import {type HostFunctionPlan, hostType} from './imports.ts';
import type {ModuleBuilder} from './module.ts';

const drawMemoryIndex = ({rng, memories}: ModuleBuilder): number => rng.below(Math.max(memories.length, 1));

/** Grows a memory by a page or not at all; by nothing where one page too many would not fail. */
function growth(m: ModuleBuilder): HostAction {
  const memory = drawMemoryIndex(m);
  const pages = m.rng.below(2);
  return {kind: 'grow', memory, pages: m.memories[memory]?.growable === false ? 0 : pages};
}

function drawAction(
  m: ModuleBuilder,
  callback: {name: string; plan: HostFunctionPlan | {params: HostFunctionPlan['params']}} | undefined,
): HostAction {
  const {rng} = m;
  const kind = rng.below(m.swarm.unguarded > 0 ? 12 : 11);
  if (kind < 5) return {kind: 'log'};
  if (kind < 8) {
    const word = (): bigint => BigInt(rng.next() >>> 0);
    return {
      kind: 'write',
      memory: drawMemoryIndex(m),
      address: rng.below(WINDOW_BYTES),
      width: rng.pick([1, 2, 4, 8]),
      value: word() | (word() << 32n),
    };
  }
  if (kind === 8) return growth(m);
  if (kind < 11 && callback !== undefined) {
    return {
      kind: 'call',
      name: callback.name,
      args: callback.plan.params.map((type) => drawArgument(m, type)),
      depth: rng.between(1, 2),
    };
  }
  return kind === 11 ? {kind: 'trap', after: rng.between(1, 4)} : {kind: 'log'};
}

/** The script for the imports of all modules. Calls back go to the last one, `m`. */
export function drawHost(m: ModuleBuilder): HostScript {
  const {rng} = m;
  const callback = m.exported.find(({name}) => name === 'c0');
  const plans = [...(m.before?.host ?? []), ...m.host];
  const functions = plans.map(
    (plan): HostFunction => ({
      name: plan.name,
      params: plan.params.map(hostType),
      results: plan.results.map(hostType),
      actions: plan.actions ?? Array.from({length: rng.between(1, 2)}, () => drawAction(m, callback)),
    }),
  );
  return {seed: rng.next() >>> 0, functions};
}
