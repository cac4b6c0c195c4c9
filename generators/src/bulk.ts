/**
 * Bulk memory and table instructions and growth. Lengths are bounded by masks; guarded ones stay in bounds: memory in its
 * smallest size, tables in their writable elements, segments in their length (0 for those that may be dropped).
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {type AddressType, FUNCREF, I32, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from './body.ts';
import {anyIndex, indexConstant, indexOps, maskedIndex, narrower} from './index-type.ts';
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
  'ref.is_null': IS_NULL,
} = Op;
const NEAR = [0xff, 0xff, 0x3ff, 0x3fff] as const;
const LENGTHS = [0xf, 0x1f, 0x7f] as const;

const isWild = (b: Body): boolean => b.swarm.unguarded > 0 && b.rng.percent(b.swarm.unguarded);

/** A value below the mask + 1, or any when unguarded. */
function boundedValue(b: Body, address: AddressType, mask: number, depth: number): void {
  if (isWild(b)) anyIndex(b, address, Math.min(depth, 2));
  else maskedIndex(b, address, mask, Math.min(depth, 2));
}

type Make = (b: Body, depth: number) => boolean;

/** Index of a memory, -1 when there is none. */
const drawMemory = ({rng, m}: Body): number => (m.memories.length === 0 ? -1 : rng.below(m.memories.length));
const addressOf = ({m}: Body, memory: number): AddressType => m.memories[memory]!.type.address;

function fill(b: Body, depth: number): boolean {
  const memory = drawMemory(b);
  if (memory < 0) return false;
  const address = addressOf(b, memory);
  boundedValue(b, address, b.rng.pick(NEAR), depth);
  b.expression(I32, 1);
  boundedValue(b, address, b.rng.pick(LENGTHS), depth);
  b.code.index(FILL, memory);
  return true;
}

/** Between memories too, of different address types: the length has the narrower one. */
function copy(b: Body, depth: number): boolean {
  const target = drawMemory(b);
  if (target < 0) return false;
  const source = drawMemory(b);
  const addresses = [addressOf(b, target), addressOf(b, source)] as const;
  for (const address of addresses) boundedValue(b, address, b.rng.pick(NEAR), depth);
  boundedValue(b, narrower(...addresses), b.rng.pick(LENGTHS), depth);
  b.code.pair(COPY, target, source);
  return true;
}

function init(b: Body, depth: number): boolean {
  const {data} = b.m;
  const memory = drawMemory(b);
  if (memory < 0 || data.length === 0) return false;
  const index = b.rng.below(data.length);
  const {
    segment: {bytes},
    droppable,
  } = data[index]!;
  const wild = isWild(b);
  const start = droppable ? 0 : b.rng.below(bytes.length + 1);
  const length = droppable ? 0 : b.rng.below(bytes.length - start + 1);
  boundedValue(b, addressOf(b, memory), 0xff, depth);
  b.code
    .i32(wild ? start + 1 : start)
    .i32(wild ? bytes.length : length)
    .pair(INIT, index, memory);
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
function writableIndex(b: Body, {writable, type: {address}}: TablePlan, room: number, depth: number): void {
  if (isWild(b)) return anyIndex(b, address, Math.min(depth, 2));
  maskedIndex(b, address, room > 1 ? WRITABLE / 2 - 1 : WRITABLE - 1, Math.min(depth, 2));
  if (writable > 0) indexConstant(b.code, address, writable).op(indexOps[address].add);
}

function tableFill(b: Body, depth: number): boolean {
  const index = drawTable(b);
  if (index < 0) return false;
  const table = b.m.tables[index]!;
  writableIndex(b, table, 4, depth);
  b.expression(table.type.element, 1);
  boundedValue(b, table.type.address, 3, 1);
  b.code.index(TABLE_FILL, index);
  return true;
}

function tableCopy(b: Body, depth: number): boolean {
  const {tables} = b.m;
  const target = drawTable(b);
  if (target < 0) return false;
  const source = drawTable(b, tables[target]!.type.element);
  const addresses = [tables[target]!.type.address, tables[source]!.type.address] as const;
  writableIndex(b, tables[target]!, 4, depth);
  boundedValue(b, addresses[1], 3, depth);
  boundedValue(b, narrower(...addresses), 3, 1);
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

/** What a memory or table tells about itself: sizes have the type of its indices. */
export function query(b: Body, type: ValueType, depth: number): boolean {
  const {rng, m} = b;
  const isOfType = ({type: {address}}: {readonly type: {readonly address: AddressType}}): boolean =>
    indexOps[address].type === type;
  const memories = indicesOf(m.memories, isOfType);
  const references = b.swarm.features.has('reference-types') && m.tables.length > 0;
  const tables = references ? indicesOf(m.tables, isOfType) : [];
  const kind = rng.below(references ? 6 : 3);
  if (kind < 2 && memories.length > 0) b.code.index(SIZE, rng.pick(memories));
  else if (kind === 2 && memories.length > 0) growMemory(b, depth, rng.pick(memories));
  else if (kind === 3 && tables.length > 0) b.code.index(TABLE_SIZE, rng.pick(tables));
  else if (kind === 4 && tables.length > 0) growTable(b, depth, rng.pick(tables));
  else if (kind === 5 && type === I32) {
    b.expression(m.tables[drawTable(b)]!.type.element, depth - 1);
    b.code.op(IS_NULL);
  } else return false;
  return true;
}

function indicesOf<T>(items: readonly T[], test: (item: T) => boolean): number[] {
  return items.map((_, index) => index).filter((index) => test(items[index]!));
}

/** More pages than any memory may have, as 32 and as 64 bits. */
const IMPOSSIBLE = [2 ** 48, 2 ** 52, -1, -(2 ** 32)] as const;

/** memory.grow by little, or by anything, which mostly fails; the maximum of the memory makes both sure. */
export function growMemory(b: Body, depth: number, memory: number): void {
  const {growable, type} = b.m.memories[memory]!;
  if (!growable) indexConstant(b.code, type.address, b.rng.pick([0, ...IMPOSSIBLE]));
  else if (b.rng.oneIn(3)) anyIndex(b, type.address, Math.min(depth - 1, 2));
  else indexConstant(b.code, type.address, b.rng.pick([0, 0, 1, 1, 2, -1, 0x10000]));
  b.code.index(GROW, memory);
}

function growTable(b: Body, depth: number, index: number): void {
  const {element, address} = b.m.tables[index]!.type;
  b.expression(element, depth - 1);
  indexConstant(b.code, address, b.rng.pick([0, 1, 1, 2, 4, -1])).index(TABLE_GROW, index);
}

/** table.get of a table of this element type. */
export function tableGet(b: Body, type: ValueType, depth: number): boolean {
  const index = drawTable(b, type);
  if (index < 0) return false;
  boundedValue(b, b.m.tables[index]!.type.address, WRITABLE - 1, depth - 1);
  b.code.index(TABLE_GET, index);
  return true;
}
