/**
 * Functions: helpers (called by bodies, take fuel) and entries (called by the host, fill the fuel up). Their bodies are
 * statements and then the results.
 */
import {isRef, V128, type ValueType} from '#engine/wasm/types.ts';
import {Body, type BodyLimits, type Grammar} from './body.ts';
import {callForgotten, tailCall} from './call.ts';
import type {NanLanes} from './case.ts';
import {expression} from './expression.ts';
import {lanesOf, NAN_SHAPE, typeSlot} from './instruction.ts';
import type {FunctionPlan, ModuleBuilder} from './module.ts';
import {simple} from './simple.ts';
import {statement} from './statement.ts';
import {typedTailCall} from './typed-table.ts';
import {drawResults, drawTypeList} from './types.ts';

const grammar: Grammar = {expression, statement};

/** Helper calls that one entry may make, in whatever way they nest. */
const FUEL_UNITS = 24;

/** Starts a body of a planned function; `define` it when it is finished. */
export function openBody(m: ModuleBuilder, plan: FunctionPlan, limits: BodyLimits): Body {
  return new Body(m, grammar, plan.params, plan.results, limits);
}

/** Locals beyond the parameters, most of them with a value from the start. */
export function drawLocals(b: Body, count: number): void {
  for (let i = 0; i < count; i++) {
    const type = b.rng.pick(b.swarm.anyTypes);
    if (b.rng.oneIn(3)) b.addLocal(type);
    else {
      b.expression(type, 1);
      b.code.set(b.addLocal(type));
    }
  }
}

function endsInTailCall(b: Body, depth: number): boolean {
  if (b.swarm.features.has('tail-calls') && b.rng.oneIn(4) && typedTailCall(b, depth)) return true;
  return tailCall(b, depth);
}

/** The results of a body; all NaNs are canonical. */
function makeResults(b: Body, depth: number): void {
  if (endsInTailCall(b, depth)) return;
  for (const type of b.results) b.expression(type, depth);
}

/** The results of a body that may be any NaN; says what the lanes of vectors are then. */
function makeRawResults(b: Body, depth: number): readonly NanLanes[] {
  if (endsInTailCall(b, depth)) return [];
  return b.results.map((type) => {
    if (type === V128) return rawVector(b, depth);
    b.expression(type, depth, true);
    return null;
  });
}

/** A vector, where possible the result of a float instruction as it is. */
function rawVector(b: Body, depth: number): NanLanes {
  const ops = b.swarm.producers[typeSlot(V128)]!.filter((op) => NAN_SHAPE[op] !== 0);
  if (ops.length === 0) {
    b.expression(V128, depth);
    return null;
  }
  const op = b.rng.pick(ops);
  simple(b, op, depth, true);
  return lanesOf(op);
}

/** Plans helpers; bodies come when tables stand. */
export function planHelpers(m: ModuleBuilder, count: number): void {
  for (let i = 0; i < count; i++) {
    const params = drawTypeList(m.rng, m.swarm.anyTypes, 0, 4);
    m.helpers.push(m.plan(params, drawResults(m.rng, m.swarm)));
  }
}

/** The bodies of all helpers: short, with few loops, so that 24 of them cost little. */
export function defineHelpers(m: ModuleBuilder): void {
  for (const plan of m.helpers) {
    if (plan.index < m.importCount) continue;
    const b = openBody(m, plan, {instructions: m.rng.between(20, 60), trips: 12});
    b.callsAllowed = m.rng.oneIn(2);
    b.takeFuel();
    drawLocals(b, m.rng.below(3));
    b.statements(m.rng.below(3), 3);
    flushLocals(b);
    makeResults(b, 3);
    m.define(plan, b.finish());
  }
}

/** An exported function that only the host calls. `make` writes all of it but the fuel and the end. */
export function addEntry(
  m: ModuleBuilder,
  params: readonly ValueType[],
  results: readonly ValueType[],
  limits: BodyLimits,
  make: (b: Body) => void,
): FunctionPlan {
  const plan = m.plan(params, results);
  const b = openBody(m, plan, limits);
  b.fillFuel(FUEL_UNITS);
  make(b);
  m.define(plan, b.finish());
  m.exported.push({name: `f${m.exported.length}`, plan});
  return plan;
}

/** Sinks what the locals hold at the end, so that what was computed into them is observed. */
function flushLocals(b: Body): void {
  for (let local = 0; local < b.locals.length; local++) {
    const type = b.locals[local]!;
    if (isRef(type) || !b.writable[typeSlot(type)]!.includes(local)) continue;
    b.code.get(local);
    b.sink(type);
  }
}

/** Results of an entry; often those of a helper, where it may end in a tail call. */
function drawEntryResults({rng, swarm, helpers}: ModuleBuilder): readonly ValueType[] {
  if (swarm.features.has('tail-calls') && helpers.length > 0 && rng.oneIn(2)) return rng.pick(helpers).results;
  return drawResults(rng, swarm);
}

/** An entry of random statements and results. */
export function addRandomEntry(m: ModuleBuilder, instructions: number): FunctionPlan {
  const {rng, swarm} = m;
  const params = drawTypeList(rng, swarm.anyTypes, 1, 5);
  let lanes: readonly NanLanes[] = [];
  const plan = addEntry(m, params, drawEntryResults(m), {instructions, trips: 48}, (b) => {
    drawLocals(b, rng.between(1, 4));
    b.statements(rng.between(2, 6), swarm.depth);
    callForgotten(b);
    flushLocals(b);
    if (swarm.rawNans) lanes = makeRawResults(b, swarm.depth);
    else makeResults(b, swarm.depth);
  });
  if (lanes.some((lane) => lane !== null)) m.nanLanes.set(plan.index, lanes);
  return plan;
}
