/** Calls: helpers, host imports, and call_indirect into the dispatch region of table 0. */
import {Op} from '#engine/wasm/opcodes.ts';
import type {ValueType} from '#engine/wasm/types.ts';
import {nullable} from './aggregate-types.ts';
import type {Body} from './body.ts';
import {anyIndex, indexConstant, indexOps, maskedIndex} from './index-type.ts';
import type {FunctionPlan} from './module.ts';
import type {DispatchRun} from './table.ts';

const {return_call: RETURN_CALL, return_call_indirect: RETURN_CALL_INDIRECT} = Op;
const {call: CALL, call_indirect: CALL_INDIRECT, call_ref: CALL_REF, return_call_ref: RETURN_CALL_REF} = Op;
const {'ref.func': REF_FUNC, 'ref.as_non_null': AS_NON_NULL, drop: DROP} = Op;

/** Candidates among planned functions; `type`: a result that is wanted, null: anything. */
function candidates<T extends FunctionPlan>(list: readonly T[], type: ValueType | null): readonly T[] {
  return type === null ? list : list.filter(({results}) => results.includes(type));
}

function mayCall(b: Body): boolean {
  return b.callsAllowed && !b.exhausted;
}

/** A direct call that leaves one value of this type. */
export function callValue(b: Body, type: ValueType, depth: number): boolean {
  const plan = target(b, type);
  if (plan === null) return false;
  callWith(b, plan, depth);
  keepResult(b, plan.results, type);
  return true;
}

/** A direct call of which every result goes somewhere. */
export function callStatement(b: Body, depth: number): boolean {
  const plan = target(b, null);
  if (plan === null) return false;
  callWith(b, plan, depth);
  for (const result of plan.results.toReversed()) b.dispose(result);
  return true;
}

function target(b: Body, type: ValueType | null): FunctionPlan | null {
  if (!mayCall(b)) return null;
  const {m, rng} = b;
  const list = candidates(rng.oneIn(4) ? m.host : m.helpers, type);
  return list.length === 0 ? null : rng.pick(list);
}

/** Arguments and the call. */
export function callWith(b: Body, plan: FunctionPlan, depth: number): void {
  makeArguments(b, plan.params, depth);
  b.code.index(CALL, plan.index);
  b.m.called.add(plan.index);
}

/** Calls up to two helpers that no body has called so far, so that their code runs. */
export function callForgotten(b: Body): void {
  const forgotten = b.m.helpers.filter(({index}) => !b.m.called.has(index)).slice(0, 2);
  for (const plan of forgotten) {
    callWith(b, plan, 2);
    for (const result of plan.results.toReversed()) b.dispose(result);
  }
}

function makeArguments(b: Body, params: readonly ValueType[], depth: number): void {
  const argumentDepth = Math.min(depth - 1, params.length > 3 ? 1 : 2);
  for (const param of params) b.expression(param, argumentDepth);
}

/** Arguments of a function, then what else the call takes and the call. */
export function callWithOperands(b: Body, plan: FunctionPlan, depth: number, call: () => void): void {
  makeArguments(b, plan.params, depth);
  call();
}

/** Leaves one result of the wanted type; the others go elsewhere. */
export function keepResult(b: Body, results: readonly ValueType[], type: ValueType): void {
  const kept = results.lastIndexOf(type);
  for (let i = results.length - 1; i > kept; i--) b.dispose(results[i]!);
  if (kept === 0) return;
  const local = b.addReserved(type);
  b.code.set(local);
  for (let i = kept - 1; i >= 0; i--) b.dispose(results[i]!);
  b.code.get(local);
}

/** Ends the body with return_call or return_call_indirect when something returns what it must return. */
export function tailCall(b: Body, depth: number): boolean {
  const {m, rng} = b;
  if (!b.swarm.features.has('tail-calls') || rng.oneIn(2)) return false;
  const direct = [...m.helpers, ...m.host].filter(({results}) => sameTypes(results, b.results));
  const runs = m.tables[0]?.runs.filter(({plan}) => sameTypes(plan.results, b.results)) ?? [];
  if (runs.length > 0 && rng.oneIn(2)) {
    const run = rng.pick(runs);
    makeArguments(b, run.plan.params, depth);
    slotIndex(b, run, depth);
    b.code.pair(RETURN_CALL_INDIRECT, run.plan.typeIndex, 0);
    return true;
  }
  if (direct.length === 0) return false;
  const plan = rng.pick(direct);
  makeArguments(b, plan.params, depth);
  if (b.swarm.features.has('function-references') && m.helpers.includes(plan) && rng.oneIn(2)) {
    functionReference(b, plan);
    b.code.index(RETURN_CALL_REF, plan.typeIndex);
    m.called.add(plan.index);
    return true;
  }
  b.code.index(RETURN_CALL, plan.index);
  m.called.add(plan.index);
  return true;
}

const sameTypes = (left: readonly ValueType[], right: readonly ValueType[]): boolean =>
  left.length === right.length && left.every((type, i) => type === right[i]);

/** call_indirect to a slot of the right type; in cases that may trap, sometimes to any slot. */
export function indirectValue(b: Body, type: ValueType, depth: number): boolean {
  const runs = b.m.tables[0]?.runs.filter(({plan}) => plan.results.includes(type)) ?? [];
  if (runs.length === 0 || !mayCall(b)) return false;
  const run = b.rng.pick(runs);
  indirectWith(b, run, depth);
  keepResult(b, run.plan.results, type);
  return true;
}

/** Arguments, index and the indirect call. */
export function indirectWith(b: Body, run: DispatchRun, depth: number): void {
  makeArguments(b, run.plan.params, depth);
  slotIndex(b, run, depth);
  b.code.pair(CALL_INDIRECT, run.plan.typeIndex, 0);
}

/** call_ref of a helper, whose reference comes straight from ref.func or out of a local. */
export function callReference(b: Body, type: ValueType, depth: number): boolean {
  const list = candidates(b.m.helpers, type);
  if (list.length === 0 || !mayCall(b)) return false;
  const plan = b.rng.pick(list);
  makeArguments(b, plan.params, depth);
  functionReference(b, plan);
  b.code.index(CALL_REF, plan.typeIndex);
  b.m.called.add(plan.index);
  keepResult(b, plan.results, type);
  return true;
}

/** A reference to the function, which is not null though its type may say otherwise. */
function functionReference(b: Body, {index, typeIndex}: FunctionPlan): void {
  const {code, rng} = b;
  if (rng.oneIn(2)) {
    code.index(REF_FUNC, index);
    return;
  }
  const local = b.addReserved(nullable(typeIndex));
  code.index(REF_FUNC, index).tee(local);
  if (rng.oneIn(2)) code.op(DROP).get(local);
  if (rng.oneIn(3)) code.op(AS_NON_NULL);
}

function slotIndex(b: Body, {base, count}: DispatchRun, depth: number): void {
  const {code, rng} = b;
  const {address} = b.m.tables[0]!.type;
  if (b.swarm.unguarded > 0 && rng.percent(b.swarm.unguarded)) return anyIndex(b, address, Math.min(depth - 1, 2));
  if (count === 1 || rng.oneIn(4)) {
    indexConstant(code, address, base + rng.below(count));
    return;
  }
  maskedIndex(b, address, count - 1, Math.min(depth - 1, 2));
  if (base > 0) indexConstant(code, address, base).op(indexOps[address].add);
}
