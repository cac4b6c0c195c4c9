/**
 * Values between stack slots and the cells of structures and arrays (runtime/gc.ts). The kind of a cell says how it is
 * read; the words of an instruction hold it as a number.
 */
import type {ArrayInstance, Cell} from '../runtime/gc.ts';
import {F64, I8, I16, I64, isRef, V128, type ValueType} from '../wasm/types.ts';
import {machine} from './machine.ts';

const {ints: I, refs: R} = machine;

export const CellKind = {
  word: 0,
  signed8: 1,
  unsigned8: 2,
  signed16: 3,
  unsigned16: 4,
  pair: 5,
  quad: 6,
  ref: 7,
} as const;
export type CellKind = (typeof CellKind)[keyof typeof CellKind];
const {
  signed8: SIGNED8,
  unsigned8: UNSIGNED8,
  signed16: SIGNED16,
  unsigned16: UNSIGNED16,
  pair: PAIR,
  quad: QUAD,
} = CellKind;

/** Cells of a value of each kind. */
export const CELLS = [1, 1, 1, 1, 1, 2, 4, 1] as const;

/** The kind of a storage type; packed ones are read zero-extended unless `isSigned`. */
export function cellKind(type: ValueType, isSigned = false): CellKind {
  if (isRef(type)) return CellKind.ref;
  if (type === I8) return isSigned ? SIGNED8 : UNSIGNED8;
  if (type === I16) return isSigned ? SIGNED16 : UNSIGNED16;
  if (type === V128) return QUAD;
  return type === I64 || type === F64 ? PAIR : CellKind.word;
}

/** Brings a number out of cells into a slot. */
export function load(cells: readonly Cell[], at: number, kind: number, slot: number): void {
  const word = cells[at] as number;
  switch (kind) {
    case SIGNED8:
      I[slot] = (word << 24) >> 24;
      return;
    case UNSIGNED8:
      I[slot] = word & 0xff;
      return;
    case SIGNED16:
      I[slot] = (word << 16) >> 16;
      return;
    case UNSIGNED16:
      I[slot] = word & 0xffff;
      return;
    case PAIR:
    case QUAD:
      for (let i = 0, n = CELLS[kind]; i < n; i += 1) I[slot + i] = cells[at + i] as number;
      return;
    default:
      I[slot] = word;
  }
}

/** Brings a number from a slot into cells. */
export function store(cells: Cell[], at: number, kind: number, slot: number): void {
  cells[at] = I[slot]!;
  for (let i = 1, n = CELLS[kind as CellKind]; i < n; i += 1) cells[at + i] = I[slot + i]!;
}

/** Cells of values that stand one after the other from two slots on; kinds in order. */
export function gather(kinds: readonly CellKind[], slot: number, refSlot: number): Cell[] {
  const cells: Cell[] = [];
  let at = slot;
  let refAt = refSlot;
  for (const kind of kinds) {
    if (kind === CellKind.ref) cells.push(R[refAt++]!);
    else {
      store(cells, cells.length, kind, at);
      at += kind === QUAD ? 4 : 2;
    }
  }
  return cells;
}

/** Writes `count` copies of the value of one element to an array, whose bounds are checked. */
export function fill({cells}: ArrayInstance, at: number, count: number, value: readonly Cell[]): void {
  const n = value.length;
  if (n === 1) cells.fill(value[0]!, at, at + count);
  else for (let i = at * n, end = (at + count) * n; i < end; i += 1) cells[i] = value[i % n]!;
}
