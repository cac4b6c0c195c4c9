/** Host functions that a module imports from `host`: number types only, so that every engine can make their results. */
import type {HostAction, HostFunction} from '#engine/runtime/host-script.ts';
import {F32, F64, I32, I64, isNumeric, V128, type ValueType} from '#engine/wasm/types.ts';
import type {FunctionPlan, ModuleBuilder} from './module.ts';
import {drawTypeList} from './types.ts';

export interface HostFunctionPlan extends FunctionPlan {
  readonly name: string;
  /** What it does; null: drawn by host.ts. */
  readonly actions: readonly HostAction[] | null;
}

const hostNames = new Map([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
] as const);

/** Name of a number type in host scripts. */
export function hostType(type: ValueType): HostFunction['params'][number] {
  return hostNames.get(type as typeof I32)!;
}

/** Adds one host import. No function may be planned yet. */
export function addHostFunction(
  m: ModuleBuilder,
  params: readonly ValueType[],
  results: readonly ValueType[],
  actions: readonly HostAction[] | null = null,
): HostFunctionPlan {
  const index = m.host.length;
  const number = (m.before?.host.length ?? 0) + index;
  const plan = {index, name: `h${number}`, typeIndex: m.types.index(params, results), params, results, actions};
  m.host.push(plan);
  return plan;
}

/** Up to three host imports. */
export function drawImports(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  const numbers = swarm.numberTypes.filter((type) => type !== V128 && isNumeric(type));
  for (let i = rng.below(3); i > 0; i--) {
    const most = swarm.features.has('multi-value') && rng.oneIn(4) ? 3 : 1;
    addHostFunction(m, drawTypeList(rng, numbers, 0, 4), drawTypeList(rng, numbers, 0, most));
  }
}
