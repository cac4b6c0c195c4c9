/** What every module has before its entries: imports, memory, globals, helpers, tables, segments, start function. */

import {isNumeric} from '#engine/wasm/types.ts';
import {drawData} from './data.ts';
import {drawTags} from './exceptions.ts';
import {defineHelpers, openBody, planHelpers} from './func.ts';
import {drawGlobals} from './global.ts';
import {drawImports} from './imports.ts';
import {drawMemory} from './memory.ts';
import type {ModuleBuilder} from './module.ts';
import {drawTables} from './table.ts';
import {drawTypedTables} from './typed-table.ts';

/** The part before functions; a scenario may add host imports or fix the memory between the two. */
export function drawOutside(m: ModuleBuilder): void {
  drawImports(m);
  drawMemory(m);
  drawGlobals(m);
  drawTags(m);
}

/** Helpers, tables and segments. Nothing may be imported after it. */
export function drawInside(m: ModuleBuilder, helpers: number): void {
  planHelpers(m, helpers);
  drawTables(m);
  drawTypedTables(m);
  drawData(m);
  defineHelpers(m);
  addCallback(m);
  if (m.rng.oneIn(10)) addStart(m);
}

/** Exports a helper that the host can call back, when there is one of number types. */
export function addCallback(m: ModuleBuilder): void {
  const callback = m.helpers.find(({params, results}) => [...params, ...results].every(isNumeric));
  const hasHost = m.host.length > 0 || (m.before?.host.length ?? 0) > 0;
  if (callback !== undefined && hasHost) m.exported.push({name: 'c0', plan: callback});
}

function addStart(m: ModuleBuilder): void {
  const plan = m.plan([], []);
  const b = openBody(m, plan, {instructions: 30, trips: 4});
  b.fillFuel(8);
  b.statements(2, 3);
  m.define(plan, b.finish());
  m.start = plan.index;
}
