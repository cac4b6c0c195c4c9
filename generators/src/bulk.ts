/**
 * Bulk memory and table instructions and growth. Lengths are bounded by masks; guarded ones stay in bounds: memory in its
 * smallest size, tables in their writable elements, segments in their length (0 for those that may be dropped).
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {FUNCREF, I32, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from './body.ts';
import {type TablePlan, WRITABLE} from './table.ts';

const {
  'memory.fill': FILL,
  'memory.copy': COPY,
  'memory.init': INIT,
  'data.drop': DATA_DROP,
  'memory.grow': GROW,
  'memory.size': SIZE,
  'table.fill': TABLE_FILL,
  'table.copy': TABLE_COPY,
  'table.init': TABLE_INIT,
  'elem.drop': ELEM_DROP,
  'table.grow': TABLE_GROW,
  'table.size': TABLE_SIZE,
  'table.get': TABLE_GET,
  'table.set': TABLE_SET,
  'i32.and': AND,
  'i32.add': ADD,
  'ref.is_null': IS_NULL,
} = Op;
const NEAR = [0xff, 0xff, 0x3ff, 0x3fff] as const;
const LENGTHS = [0xf, 0x1f, 0x7f] as const;

const isWild = (b: Body): boolean => b.swarm.unguarded > 0 && b.rng.percent(b.swarm.unguarded);

/** An i32 below the mask + 1, or any when unguarded. */
function maskedValue(b: Body, mask: number, depth: number): void {
  b.expression(I32, Math.min(depth, 2));
  if (!isWild(b)) b.code.i32(mask).op(AND);
}

type Make = (b: Body, depth: number) => boolean;

function fill(b: Body, depth: number): boolean {
  if (b.m.memory === null) return false;
  maskedValue(b, b.rng.pick(NEAR), depth);
  b.expression(I32, 1);
  maskedValue(b, b.rng.pick(LENGTHS), depth);
  b.code.index(FILL, 0);
  return true;
}

function copy(b: Body, depth: number): boolean {
  if (b.m.memory === null) return false;
  for (let i = 0; i < 2; i++) maskedValue(b, b.rng.pick(NEAR), depth);
  maskedValue(b, b.rng.pick(LENGTHS), depth);
  b.code.pair(COPY, 0, 0);
  return true;
}

function init(b: Body, depth: number): boolean {
  const {data, memory} = b.m;
  if (memory === null || data.length === 0) return false;
  const index = b.rng.below(data.length);
  const {
    segment: {bytes},
    droppable,
  } = data[index]!;
  const wild = isWild(b);
  const start = droppable ? 0 : b.rng.below(bytes.length + 1);
  const length = droppable ? 0 : b.rng.below(bytes.length - start + 1);
  maskedValue(b, 0xff, depth);
  b.code
    .i32(wild ? start + 1 : start)
    .i32(wild ? bytes.length : length)
    .pair(INIT, index, 0);
  return true;
}

function dataDrop(b: Body): boolean {
  const index = b.m.data.findIndex(({droppable}) => droppable);
  if (index < 0) return false;
  b.code.index(DATA_DROP, index);
  return true;
}

/** Index of a table that may be written, by element type when one is given. */
function drawTable(b: Body, type?: ValueType): number {
  const fitting = b.m.tables.map((_, i) => i).filter((i) => type === undefined || b.m.tables[i]!.type.element === type);
  return fitting.length === 0 ? -1 : b.rng.pick(fitting);
}

/** An index of the writable elements that leaves `room` elements after it. */
function writableIndex(b: Body, {writable}: TablePlan, room: number, depth: number): void {
  const {code} = b;
  b.expression(I32, Math.min(depth, 2));
  if (isWild(b)) return;
  code.i32(room > 1 ? WRITABLE / 2 - 1 : WRITABLE - 1).op(AND);
  if (writable > 0) code.i32(writable).op(ADD);
}

function tableFill(b: Body, depth: number): boolean {
  const index = drawTable(b);
  if (index < 0) return false;
  const table = b.m.tables[index]!;
  writableIndex(b, table, 4, depth);
  b.expression(table.type.element, 1);
  maskedValue(b, 3, 1);
  b.code.index(TABLE_FILL, index);
  return true;
}

function tableCopy(b: Body, depth: number): boolean {
  const target = drawTable(b);
  if (target < 0) return false;
  const source = drawTable(b, b.m.tables[target]!.type.element);
  writableIndex(b, b.m.tables[target]!, 4, depth);
  maskedValue(b, 3, depth);
  maskedValue(b, 3, 1);
  b.code.pair(TABLE_COPY, target, source);
  return true;
}

function tableInit(b: Body, depth: number): boolean {
  const {elements, tables} = b.m;
  if (elements.length === 0 || tables.length === 0) return false;
  const index = b.rng.below(elements.length);
  const {length, droppable} = elements[index]!;
  const table = drawTable(b, FUNCREF);
  const start = droppable ? 0 : b.rng.below(length + 1);
  const count = droppable ? 0 : Math.min(4, b.rng.below(length - start + 1));
  writableIndex(b, tables[table]!, 4, depth);
  b.code.i32(start).i32(count).pair(TABLE_INIT, index, table);
  return true;
}

function elemDrop(b: Body): boolean {
  const index = b.m.elements.findIndex(({droppable}) => droppable);
  if (index < 0) return false;
  b.code.index(ELEM_DROP, index);
  return true;
}

function tableSet(b: Body, depth: number): boolean {
  const index = drawTable(b);
  if (index < 0) return false;
  const table = b.m.tables[index]!;
  writableIndex(b, table, 1, depth);
  b.expression(table.type.element, 2);
  b.code.index(TABLE_SET, index);
  return true;
}

const bulkMemory: readonly Make[] = [fill, copy, init, dataDrop, tableInit, elemDrop, tableCopy];
/** `table.fill` and `table.set` came with reference types. */
const referenceTypes: readonly Make[] = [tableFill, tableSet];

/** One bulk statement of the enabled features. */
export function bulkStatement(b: Body, depth: number): boolean {
  const {features} = b.swarm;
  const choices = [
    ...(features.has('bulk-memory') ? bulkMemory : []),
    ...(features.has('reference-types') ? referenceTypes : []),
  ];
  return choices.length > 0 && b.rng.pick(choices)(b, depth);
}

/** An i32 that a memory or table tells about itself. */
export function queryI32(b: Body, depth: number): boolean {
  const {code, rng, m} = b;
  const references = b.swarm.features.has('reference-types') && m.tables.length > 0;
  const kind = rng.below(references ? 6 : 3);
  if (kind < 2 && m.memory !== null) code.index(SIZE, 0);
  else if (kind === 2 && m.memory !== null) growMemory(b, depth);
  else if (!references) return false;
  else if (kind === 3) code.index(TABLE_SIZE, drawTable(b));
  else if (kind === 4) growTable(b, depth);
  else {
    b.expression(b.m.tables[drawTable(b)]!.type.element, depth - 1);
    code.op(IS_NULL);
  }
  return true;
}

/** memory.grow by little, or by anything, which mostly fails; the maximum of the memory makes both sure. */
export function growMemory(b: Body, depth: number): void {
  if (b.rng.oneIn(3)) b.expression(I32, Math.min(depth - 1, 2));
  else b.code.i32(b.rng.pick([0, 0, 1, 1, 2, -1, 0x10000]));
  b.code.index(GROW, 0);
}

function growTable(b: Body, depth: number): void {
  const index = drawTable(b);
  b.expression(b.m.tables[index]!.type.element, depth - 1);
  b.code.i32(b.rng.pick([0, 1, 1, 2, 4, -1])).index(TABLE_GROW, index);
}

/** table.get of a table of this element type. */
export function tableGet(b: Body, type: ValueType, depth: number): boolean {
  const index = drawTable(b, type);
  if (index < 0) return false;
  b.expression(I32, Math.min(depth - 1, 2));
  if (!isWild(b)) b.code.i32(WRITABLE - 1).op(AND);
  b.code.index(TABLE_GET, index);
  return true;
}
