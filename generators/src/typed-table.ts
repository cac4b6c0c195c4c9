/**
 * Tables of references to one function type, whose elements are never anything else: an expression initialises them, and
 * only helpers of the type are written. They stand after the other tables; a linked module imports those of the first.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import type {TableType, ValueType} from '#engine/wasm/types.ts';
import {nonNullable, nullable} from './aggregate-types.ts';
import type {Body} from './body.ts';
import {callWithOperands, keepResult} from './call.ts';
import {indexConstant, indexOps, maskedIndex} from './index-type.ts';
import {constantExpression, type FunctionPlan, type ModuleBuilder} from './module.ts';

const {'ref.func': REF_FUNC, 'table.get': GET, 'table.set': SET, 'table.fill': FILL, 'table.grow': GROW} = Op;
const {'table.size': SIZE, 'table.copy': COPY, 'table.init': INIT, call_ref: CALL_REF, call_indirect: INDIRECT} = Op;
const {return_call_ref: RETURN_CALL_REF, return_call_indirect: RETURN_INDIRECT} = Op;
/** Elements that exist from the start; a power of two. */
const SIZE_AT_START = 4;

export interface TypedTablePlan {
  readonly type: TableType;
  /** The function that every element holds at first; its type is that of the table. */
  readonly plan: FunctionPlan;
  /** Element segment with references of the type, -1: none. */
  readonly segment: number;
  readonly init: Uint8Array;
}

/** Draws a few typed tables. Helpers must be planned, other tables stand. */
export function drawTypedTables(m: ModuleBuilder): void {
  const {rng, swarm} = m;
  if (!swarm.features.has('function-references') || m.helpers.length === 0) return;
  for (let i = rng.below(3); i > 0; i--) {
    const plan = rng.pick(m.helpers);
    const element = rng.oneIn(2) ? nullable(plan.typeIndex) : nonNullable(plan.typeIndex);
    const address = swarm.features.has('memory64') && rng.oneIn(2) ? 'i64' : 'i32';
    const limits = {min: BigInt(SIZE_AT_START), max: BigInt(SIZE_AT_START + rng.below(6))};
    const init = constantExpression((code) => code.index(REF_FUNC, plan.index));
    m.typedTables.push({type: {element, limits, address}, plan, segment: drawSegment(m, plan), init});
  }
}

/** A passive segment of expressions; -1 where none is drawn. */
function drawSegment(m: ModuleBuilder, plan: FunctionPlan): number {
  if (!m.swarm.features.has('bulk-memory') || m.rng.oneIn(2)) return -1;
  const length = m.rng.between(1, 3);
  const expressions = Array.from({length}, () => ({
    bytes: constantExpression((code) => code.index(REF_FUNC, m.rng.pick(alike(m, plan)).index)),
    offset: 0,
  }));
  const segment = {
    mode: {kind: 'passive'},
    type: nonNullable(plan.typeIndex),
    items: {kind: 'expressions', expressions},
  } as const;
  return m.elements.push({segment, droppable: false, length}) - 1;
}

const alike = (m: ModuleBuilder, {typeIndex}: FunctionPlan): readonly FunctionPlan[] =>
  m.helpers.filter((other) => other.typeIndex === typeIndex);

/** A table, and its index in the module. */
function drawTable(b: Body, wanted: (table: TypedTablePlan) => boolean): {table: TypedTablePlan; index: number} | null {
  const fitting = b.m.typedTables.filter(wanted);
  if (fitting.length === 0) return null;
  const table = b.rng.pick(fitting);
  return {table, index: b.m.tables.length + b.m.typedTables.indexOf(table)};
}

/** A call through a typed table that leaves one value of this type. */
export function typedCallValue(b: Body, type: ValueType, depth: number): boolean {
  const drawn = drawTable(b, ({plan}) => plan.results.includes(type));
  if (drawn === null || !b.callsAllowed || b.exhausted) return false;
  through(b, drawn, depth, CALL_REF, INDIRECT);
  keepResult(b, drawn.table.plan.results, type);
  return true;
}

/** Ends the body with a tail call through a typed table. */
export function typedTailCall(b: Body, depth: number): boolean {
  const same = ({plan: {results}}: TypedTablePlan): boolean =>
    results.length === b.results.length && results.every((type, i) => type === b.results[i]);
  const drawn = drawTable(b, same);
  if (drawn === null) return false;
  through(b, drawn, depth, RETURN_CALL_REF, RETURN_INDIRECT);
  return true;
}

function through(
  b: Body,
  {table: {type, plan}, index}: {table: TypedTablePlan; index: number},
  depth: number,
  byReference: number,
  indirect: number,
): void {
  callWithOperands(b, plan, depth, () => {
    maskedIndex(b, type.address, SIZE_AT_START - 1, Math.min(depth - 1, 2));
    if (b.rng.oneIn(2)) b.code.pair(indirect, plan.typeIndex, index);
    else b.code.index(GET, index).index(byReference, plan.typeIndex);
  });
}

/** A write to a typed table, or what it tells of its size. */
export function typedTableStatement(b: Body, depth: number): boolean {
  const drawn = drawTable(b, () => true);
  if (drawn === null) return false;
  const {
    table: {type, plan, segment},
    index,
  } = drawn;
  const {code, rng, m} = b;
  const start = (): void => maskedIndex(b, type.address, SIZE_AT_START - 1, Math.min(depth - 1, 2));
  const value = (): unknown => code.index(REF_FUNC, rng.pick(alike(m, plan)).index);
  const hasBulk = b.swarm.features.has('bulk-memory');
  switch (rng.below(hasBulk ? 6 : 4)) {
    case 0:
      value();
      indexConstant(code, type.address, rng.below(3)).index(GROW, index);
      b.dispose(indexOps[type.address].type);
      break;
    case 1:
      code.index(SIZE, index);
      b.dispose(indexOps[type.address].type);
      break;
    case 2:
      indexConstant(code, type.address, rng.below(3));
      value();
      indexConstant(code, type.address, rng.below(2)).index(FILL, index);
      break;
    case 4:
      for (let i = 0; i < 3; i++) indexConstant(code, type.address, rng.below(3));
      code.pair(COPY, index, index);
      break;
    case 5:
      if (segment < 0) return false;
      start();
      code.i32(0).i32(rng.below(2)).pair(INIT, segment, index);
      break;
    default:
      start();
      value();
      code.index(SET, index);
  }
  return true;
}
