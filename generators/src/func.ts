/**
 * Functions: helpers (called by bodies, take fuel) and entries (called by the host, fill the fuel up). Their bodies are
 * statements and then the results.
 */
import {isRef, V128, type ValueType} from '#engine/wasm/types.ts';
import {Body, type BodyLimits, type Grammar} from './body.ts';
import {callForgotten, tailCall} from './call.ts';
import {expression} from './expression.ts';
import {typeSlot} from './instruction.ts';
import type {FunctionPlan, ModuleBuilder} from './module.ts';
import {statement} from './statement.ts';
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

/** The results of a body. `nan`: floats may be any NaN; vectors never, their lanes are compared bit by bit. */
export function makeResults(b: Body, depth: number, nan = false): void {
  if (tailCall(b, depth)) return;
  for (const type of b.results) b.expression(type, depth, nan && type !== V128);
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
  for (let local = b.params.length; local < b.locals.length; local++) {
    const type = b.locals[local]!;
    if (isRef(type) || !b.writable[typeSlot(type)]!.includes(local) || b.rng.oneIn(4)) continue;
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
  return addEntry(m, params, drawEntryResults(m), {instructions, trips: 48}, (b) => {
    drawLocals(b, rng.between(1, 4));
    b.statements(rng.between(2, 6), swarm.depth);
    callForgotten(b);
    flushLocals(b);
    makeResults(b, swarm.depth, swarm.rawNans);
  });
}
