/**
 * The vector page: vectors in memory, single lanes, shuffles. `runVector` executes one instruction on the memory in use
 * and returns the index of the next. A destination may overlap an address or a vector, so memory is read first.
 */
import {assert} from '../base/assert.ts';
import {trap} from '../base/trap.ts';
import {shuffle} from '../numeric/v128-bits.ts';
import type {Memory} from '../runtime/memory.ts';
import {machine} from './machine.ts';
import {LENGTH, Word, wordNames} from './words.ts';

const {ints: I, code: C, lanes: L} = machine;

const {
  'v128.load8x8_s': LOAD8X8_S, 'v128.load8x8_u': LOAD8X8_U, 'v128.load16x4_s': LOAD16X4_S, 'v128.load16x4_u': LOAD16X4_U,
  'v128.load32x2_s': LOAD32X2_S, 'v128.load32x2_u': LOAD32X2_U, 'v128.load8_splat': LOAD8_SPLAT,
  'v128.load16_splat': LOAD16_SPLAT, 'v128.load32_splat': LOAD32_SPLAT, 'v128.load64_splat': LOAD64_SPLAT,
  'v128.load32_zero': LOAD32_ZERO, 'v128.load64_zero': LOAD64_ZERO,
  'v128.load8_lane': LOAD8_LANE, 'v128.load16_lane': LOAD16_LANE, 'v128.load32_lane': LOAD32_LANE, 'v128.load64_lane': LOAD64_LANE,
  'v128.store8_lane': STORE8_LANE, 'v128.store16_lane': STORE16_LANE, 'v128.store32_lane': STORE32_LANE, 'v128.store64_lane': STORE64_LANE,
  'i8x16.extract_lane_s': EXTRACT8_S, 'i8x16.extract_lane_u': EXTRACT8_U, 'i16x8.extract_lane_s': EXTRACT16_S,
  'i16x8.extract_lane_u': EXTRACT16_U, 'i32x4.extract_lane': EXTRACT32, 'i64x2.extract_lane': EXTRACT64,
  'i8x16.replace_lane': REPLACE8, 'i16x8.replace_lane': REPLACE16, 'i32x4.replace_lane': REPLACE32, 'i64x2.replace_lane': REPLACE64,
  'i8x16.shuffle': SHUFFLE,
} = Word;

/** Where an access of `width` bytes starts; traps when it is not within the memory. */
function at(memory: Memory, slot: number, offset: number, width: number): number {
  const start = (I[slot]! >>> 0) + (offset >>> 0);
  if (start + width > memory.byteLength) trap('memory-out-of-bounds');
  return start;
}

function put64(slot: number, low: number, high: number): void {
  I[slot] = low;
  I[slot + 1] = high;
}

export function runVector(pc: number, fp: number, memory: Memory): number {
  const op = C[pc]!;
  const x = fp + C[pc + 1]!;
  const y = fp + C[pc + 2]!;
  const z = fp + C[pc + 3]!;
  const lane = C[pc + 3]!;
  switch (op) {
    case EXTRACT8_S: I[x] = L.i8[4 * y + lane]!; break;
    case EXTRACT8_U: I[x] = L.u8[4 * y + lane]!; break;
    case EXTRACT16_S: I[x] = L.i16[2 * y + lane]!; break;
    case EXTRACT16_U: I[x] = L.u16[2 * y + lane]!; break;
    case EXTRACT32: I[x] = I[y + lane]!; break;
    case EXTRACT64: put64(x, I[y + 2 * lane]!, I[y + 2 * lane + 1]!); break;
    case REPLACE8: case REPLACE16: case REPLACE32: case REPLACE64: replaceLane(op, x, y, z, C[pc + 4]!); break;
    case SHUFFLE: shuffle(L, x, y, z, new Uint8Array(C.buffer, 4 * (pc + 4), 16)); break;
    case LOAD8_LANE: case LOAD16_LANE: case LOAD32_LANE: case LOAD64_LANE: loadLane(op, memory, x, y, z, C[pc + 4]!, C[pc + 5]!); break;
    case STORE8_LANE: case STORE16_LANE: case STORE32_LANE: case STORE64_LANE: storeLane(op, memory, x, y, C[pc + 3]!, C[pc + 4]!); break;
    default: load(op, memory, x, y, C[pc + 3]!);
  }
  return pc + LENGTH[op]!;
}

function replaceLane(op: number, x: number, y: number, z: number, lane: number): void {
  const low = I[z]!;
  const high = I[z + 1]!;
  I.copyWithin(x, y, y + 4);
  switch (op) {
    case REPLACE8: L.i8[4 * x + lane] = low; return;
    case REPLACE16: L.i16[2 * x + lane] = low; return;
    case REPLACE32: I[x + lane] = low; return;
    default: put64(x + 2 * lane, low, high);
  }
}

/** The copy may overwrite the address, which is used before. */
function loadLane(op: number, memory: Memory, x: number, address: number, vector: number, offset: number, lane: number): void {
  const width = op === LOAD8_LANE ? 1 : op === LOAD16_LANE ? 2 : op === LOAD32_LANE ? 4 : 8;
  const start = at(memory, address, offset, width);
  I.copyWithin(x, vector, vector + 4);
  for (let i = 0; i < width; i += 1) L.u8[4 * x + width * lane + i] = memory.bytes[start + i]!;
}

function storeLane(op: number, memory: Memory, address: number, vector: number, offset: number, lane: number): void {
  const width = op === STORE8_LANE ? 1 : op === STORE16_LANE ? 2 : op === STORE32_LANE ? 4 : 8;
  const start = at(memory, address, offset, width);
  for (let i = 0; i < width; i += 1) memory.bytes[start + i] = L.u8[4 * vector + width * lane + i]!;
}

function load(op: number, memory: Memory, x: number, address: number, offset: number): void {
  const {view} = memory;
  switch (op) {
    case LOAD8X8_S: case LOAD8X8_U: case LOAD16X4_S: case LOAD16X4_U: case LOAD32X2_S: case LOAD32X2_U:
      return widen(op, view, at(memory, address, offset, 8), x);
    case LOAD8_SPLAT: L.i8.fill(view.getInt8(at(memory, address, offset, 1)), 4 * x, 4 * x + 16); return;
    case LOAD16_SPLAT: L.i16.fill(view.getInt16(at(memory, address, offset, 2), true), 2 * x, 2 * x + 8); return;
    case LOAD32_SPLAT: I.fill(view.getInt32(at(memory, address, offset, 4), true), x, x + 4); return;
    case LOAD64_SPLAT: {
      const start = at(memory, address, offset, 8);
      put64(x, view.getInt32(start, true), view.getInt32(start + 4, true));
      I.copyWithin(x + 2, x, x + 2);
      return;
    }
    case LOAD32_ZERO:
      put64(x, view.getInt32(at(memory, address, offset, 4), true), 0);
      put64(x + 2, 0, 0);
      return;
    case LOAD64_ZERO: {
      const start = at(memory, address, offset, 8);
      put64(x, view.getInt32(start, true), view.getInt32(start + 4, true));
      put64(x + 2, 0, 0);
      return;
    }
    default: assert(false, `word ${wordNames[op] ?? op}`);
  }
}

/** Eight bytes as lanes twice as wide. */
function widen(op: number, view: DataView, start: number, x: number): void {
  switch (op) {
    case LOAD8X8_S: for (let i = 0; i < 8; i += 1) L.i16[2 * x + i] = view.getInt8(start + i); return;
    case LOAD8X8_U: for (let i = 0; i < 8; i += 1) L.i16[2 * x + i] = view.getUint8(start + i); return;
    case LOAD16X4_S: for (let i = 0; i < 4; i += 1) I[x + i] = view.getInt16(start + 2 * i, true); return;
    case LOAD16X4_U: for (let i = 0; i < 4; i += 1) I[x + i] = view.getUint16(start + 2 * i, true); return;
    default:
      for (let i = 0; i < 2; i += 1) {
        const low = view.getInt32(start + 4 * i, true);
        put64(x + 2 * i, low, op === LOAD32X2_S ? low >> 31 : 0);
      }
  }
}
