/**
 * Tables. Table 0 begins with the dispatch region: runs of helpers of one type, which nothing overwrites, so that
 * call_indirect with an index inside a run never traps. The rest of every table may be written.
 */

import {FUNC_ELEMENTS} from '#engine/binary/sections.ts';
import {EXTERNREF, FUNCREF, type TableType, type ValueType} from '#engine/wasm/types.ts';
import type {FunctionPlan, ModuleBuilder} from './module.ts';
import {offsetExpression} from './module.ts';

/** Elements that may be written, at the end of a table's initial size; a power of two. */
export const WRITABLE = 8;

/** `count` (a power of two) slots of table 0 from `base` hold helpers of one type. */
export interface DispatchRun {
  readonly base: number;
  readonly count: number;
  readonly plan: FunctionPlan;
}

export interface TablePlan {
  readonly type: TableType;
  /** First element that may be written; WRITABLE of them exist from the start. */
  readonly writable: number;
  readonly runs: readonly DispatchRun[];
}

function tableType({rng, swarm}: ModuleBuilder, element: ValueType, min: number, max: number): TableType {
  const address = swarm.features.has('memory64') && rng.oneIn(2) ? 'i64' : 'i32';
  return {element, limits: {min: BigInt(min), max: BigInt(max)}, address};
}

/** Runs over the helpers' types, and the function in each slot. */
function drawRuns(m: ModuleBuilder): {runs: DispatchRun[]; slots: number[]} {
  const runs: DispatchRun[] = [];
  const slots: number[] = [];
  for (const plan of m.helpers) {
    if (runs.some((run) => run.plan.typeIndex === plan.typeIndex)) continue;
    const same = m.helpers.filter(({typeIndex}) => typeIndex === plan.typeIndex);
    const count = 1 << m.rng.below(3);
    runs.push({base: slots.length, count, plan});
    for (let i = 0; i < count; i++) slots.push(m.rng.pick(same).index);
  }
  return {runs, slots};
}

function addElements(
  m: ModuleBuilder,
  functions: readonly number[],
  mode: 'passive' | 'declarative' | {table: number; at: number},
): void {
  const length = functions.length;
  const items = {kind: 'functions', functions} as const;
  if (typeof mode === 'string') {
    m.elements.push({
      segment: {mode: {kind: mode}, type: FUNC_ELEMENTS, items},
      droppable: mode !== 'passive' || m.rng.oneIn(4),
      length,
    });
    return;
  }
  const offset = offsetExpression(m.tables[mode.table]!.type.address, mode.at);
  m.elements.push({
    segment: {mode: {kind: 'active', index: mode.table, offset}, type: FUNC_ELEMENTS, items},
    droppable: true,
    length,
  });
}

/** Element segments for tables that are imported: own helpers in the part of table 0 that may be written. */
export function drawLinkedElements(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  const indices = m.helpers.map(({index}) => index);
  const some = Array.from({length: rng.between(1, 4)}, () => rng.pick(indices));
  addElements(m, some, {table: 0, at: m.tables[0]!.writable + rng.below(WRITABLE - 4)});
  if (swarm.features.has('bulk-memory')) addElements(m, some, 'passive');
  if (swarm.features.has('reference-types')) addElements(m, indices, 'declarative');
}

/** Draws tables and element segments. Helpers must be planned. */
export function drawTables(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  const {runs, slots} = drawRuns(m);
  const size = slots.length + WRITABLE;
  m.tables.push({type: tableType(m, FUNCREF, size, size + rng.below(9)), writable: slots.length, runs});
  if (slots.length > 0) addElements(m, slots, {table: 0, at: 0});
  if (m.helpers.length === 0) return;
  const indices = m.helpers.map(({index}) => index);
  addElements(
    m,
    Array.from({length: rng.between(1, 4)}, () => rng.pick(indices)),
    {table: 0, at: slots.length},
  );
  if (swarm.features.has('bulk-memory'))
    addElements(
      m,
      Array.from({length: rng.between(1, 5)}, () => rng.pick(indices)),
      'passive',
    );
  if (!swarm.features.has('reference-types')) return;
  addElements(m, indices, 'declarative');
  m.tables.push({type: tableType(m, EXTERNREF, WRITABLE, WRITABLE + rng.below(5)), writable: 0, runs: []});
  if (rng.oneIn(2))
    m.tables.push({type: tableType(m, FUNCREF, WRITABLE, WRITABLE + rng.below(5)), writable: 0, runs: []});
}
