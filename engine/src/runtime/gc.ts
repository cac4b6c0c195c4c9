/**
 * Structures and arrays of the garbage-collected heap: JS objects, collected by the host's collector (spec section 4.2.13).
 *
 * Values live in cells: i32, f32 bits and packed fields take one (a signed 32-bit number, of which packed fields use the
 * low bits), i64 and f64 two (low half first), v128 four, references one as they are.
 */
import {trap} from '../base/trap.ts';
import {F64, type FieldType, I8, I16, I64, isRef, V128, type ValueType} from '../wasm/types.ts';
import {Limits} from './layout.ts';
import type {TypeId} from './types.ts';
import {asBits, type Ref, type Value} from './values.ts';

export type Cell = Ref;

export class StructInstance {
  readonly typeId: TypeId;
  readonly cells: Cell[];
  constructor(typeId: TypeId, cells: Cell[]) {
    this.typeId = typeId;
    this.cells = cells;
  }
}

export class ArrayInstance {
  readonly typeId: TypeId;
  /** Number of elements. */
  readonly length: number;
  readonly cells: Cell[];
  constructor(typeId: TypeId, length: number, cells: Cell[]) {
    this.typeId = typeId;
    this.length = length;
    this.cells = cells;
  }
}

/** Cells that a value of this storage type takes. */
export function cellCount(type: ValueType): number {
  if (type === I64 || type === F64) return 2;
  return type === V128 ? 4 : 1;
}

/** Where the cells of each field start, and how many there are in all. */
export function fieldCells(fields: readonly FieldType[]): {readonly starts: readonly number[]; readonly count: number} {
  let count = 0;
  const starts = fields.map(({type}) => {
    const start = count;
    count += cellCount(type);
    return start;
  });
  return {starts, count};
}

/** Cells of default values: null and zero. */
export function defaultCells(fields: readonly FieldType[]): Cell[] {
  return fields.flatMap(({type}) => (isRef(type) ? [null] : new Array<Cell>(cellCount(type)).fill(0)));
}

/** The cells of a boundary value. */
export function toCells(type: ValueType, value: Value): Cell[] {
  if (isRef(type)) return [value as Ref];
  const bits = asBits(value);
  return Array.from({length: cellCount(type)}, (_, i) => Number(BigInt.asIntN(32, bits >> BigInt(32 * i))));
}

/** An array of `length` times the same cells. Traps when it is too large. */
export function repeated(typeId: TypeId, length: number, cells: readonly Cell[]): ArrayInstance {
  if (length * cells.length > Limits.arrayCells) trap('allocation-too-large');
  if (cells.length === 1) return new ArrayInstance(typeId, length, new Array<Cell>(length).fill(cells[0]!));
  return new ArrayInstance(
    typeId,
    length,
    Array.from({length: length * cells.length}, (_, i) => cells[i % cells.length]!),
  );
}

/** Bytes of an element in a data segment. */
export function elementBytes(type: ValueType): number {
  switch (cellCount(type)) {
    case 1:
      return type === I8 ? 1 : type === I16 ? 2 : 4;
    case 2:
      return 8;
    default:
      return 16;
  }
}

/** Reads `count` elements of a numeric type from bytes into cells from `at` on. */
export function readElements(
  cells: Cell[],
  at: number,
  type: ValueType,
  bytes: Uint8Array,
  from: number,
  count: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = elementBytes(type);
  if (width === 1) for (let i = 0; i < count; i += 1) cells[at + i] = view.getInt8(from + i);
  else if (width === 2) for (let i = 0; i < count; i += 1) cells[at + i] = view.getInt16(from + 2 * i, true);
  else
    for (let i = 0, words = (count * width) / 4; i < words; i += 1) cells[at + i] = view.getInt32(from + 4 * i, true);
}
