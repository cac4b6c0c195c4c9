/**
 * The vector page: vectors in memory, single lanes, shuffles. `runVector` executes one instruction on the memory in use
 * and returns the index of the next. Labels are numbers counted from the start of the page, for the reason that run.ts
 * gives; run.test.ts checks them. A destination may overlap the address, and a vector beside it: both are read first.
 */
import {Bug} from '../base/assert.ts';
import {trap} from '../base/trap.ts';
import {extractLane, replaceLane, shuffle} from '../numeric/v128-lanes.ts';
import type {Memory} from '../runtime/memory.ts';
import {machine} from './machine.ts';
import {VECTOR_START as START, wordNames} from './words.ts';

const {ints: I, code: C, lanes: L} = machine;
const {i8, i16} = L;
const VECTOR_START = START;

/** Where an access of `width` bytes starts; traps when it is not within the memory. */
function at(memory: Memory, slot: number, offset: number, width: number): number {
  const start = (I[slot]! >>> 0) + (offset >>> 0);
  if (start + width > memory.byteLength) trap('memory-out-of-bounds');
  return start;
}

function put(x: number, a: number, b: number, c: number, d: number): void {
  I[x] = a;
  I[(x + 1) | 0] = b;
  I[(x + 2) | 0] = c;
  I[(x + 3) | 0] = d;
}

function copy(x: number, y: number): void {
  put(x, I[y]!, I[(y + 1) | 0]!, I[(y + 2) | 0]!, I[(y + 3) | 0]!);
}

/** Eight lanes of 16 bits, as words. */
function put16(x: number, view: DataView, start: number, read: (view: DataView, start: number) => number): void {
  for (let i = 0; i < 4; i += 1) I[x + i] = (read(view, start + 2 * i) & 0xffff) | (read(view, start + 2 * i + 1) << 16);
}
const int8 = (view: DataView, start: number): number => view.getInt8(start);
const uint8 = (view: DataView, start: number): number => view.getUint8(start);

export function runVector(pc: number, fp: number, memory: Memory): number {
  const x = (fp + C[pc + 1]!) | 0;
  const y = (fp + C[pc + 2]!) | 0;
  const z = (fp + C[pc + 3]!) | 0;
  // The third operand word of most is an offset or a lane.
  const n = C[pc + 3]!;
  const {view} = memory;
  switch (C[pc]! - VECTOR_START) {
    case 0: /* v128.load8x8_s */ put16(x, view, at(memory, y, n, 8), int8); return pc + 4;
    case 1: /* v128.load8x8_u */ put16(x, view, at(memory, y, n, 8), uint8); return pc + 4;
    case 2: /* v128.load16x4_s */ {
      const start = at(memory, y, n, 8);
      for (let i = 0; i < 4; i += 1) I[x + i] = view.getInt16(start + 2 * i, true);
      return pc + 4;
    }
    case 3: /* v128.load16x4_u */ {
      const start = at(memory, y, n, 8);
      for (let i = 0; i < 4; i += 1) I[x + i] = view.getUint16(start + 2 * i, true);
      return pc + 4;
    }
    case 4: /* v128.load32x2_s */ {
      const start = at(memory, y, n, 8);
      const a = view.getInt32(start, true);
      const b = view.getInt32(start + 4, true);
      put(x, a, a >> 31, b, b >> 31);
      return pc + 4;
    }
    case 5: /* v128.load32x2_u */ {
      const start = at(memory, y, n, 8);
      put(x, view.getInt32(start, true), 0, view.getInt32(start + 4, true), 0);
      return pc + 4;
    }
    case 6: /* v128.load8_splat */ {
      const a = Math.imul(view.getUint8(at(memory, y, n, 1)), 0x01010101);
      put(x, a, a, a, a);
      return pc + 4;
    }
    case 7: /* v128.load16_splat */ {
      const a = Math.imul(view.getUint16(at(memory, y, n, 2), true), 0x00010001);
      put(x, a, a, a, a);
      return pc + 4;
    }
    case 8: /* v128.load32_splat */ {
      const a = view.getInt32(at(memory, y, n, 4), true);
      put(x, a, a, a, a);
      return pc + 4;
    }
    case 9: /* v128.load64_splat */ {
      const start = at(memory, y, n, 8);
      const low = view.getInt32(start, true);
      const high = view.getInt32(start + 4, true);
      put(x, low, high, low, high);
      return pc + 4;
    }
    case 10: /* v128.load32_zero */ put(x, view.getInt32(at(memory, y, n, 4), true), 0, 0, 0); return pc + 4;
    case 11: /* v128.load64_zero */ {
      const start = at(memory, y, n, 8);
      put(x, view.getInt32(start, true), view.getInt32(start + 4, true), 0, 0);
      return pc + 4;
    }
    case 12: /* v128.load8_lane */ {
      const value = view.getInt8(at(memory, y, C[pc + 4]!, 1));
      copy(x, z);
      i8[4 * x + C[pc + 5]!] = value;
      return pc + 6;
    }
    case 13: /* v128.load16_lane */ {
      const value = view.getInt16(at(memory, y, C[pc + 4]!, 2), true);
      copy(x, z);
      i16[2 * x + C[pc + 5]!] = value;
      return pc + 6;
    }
    case 14: /* v128.load32_lane */ {
      const value = view.getInt32(at(memory, y, C[pc + 4]!, 4), true);
      copy(x, z);
      I[x + C[pc + 5]!] = value;
      return pc + 6;
    }
    case 15: /* v128.load64_lane */ {
      const start = at(memory, y, C[pc + 4]!, 8);
      copy(x, z);
      const to = x + 2 * C[pc + 5]!;
      I[to] = view.getInt32(start, true);
      I[to + 1] = view.getInt32(start + 4, true);
      return pc + 6;
    }
    case 16: /* v128.store8_lane */ view.setInt8(at(memory, x, n, 1), i8[4 * y + C[pc + 4]!]!); return pc + 5;
    case 17: /* v128.store16_lane */ view.setInt16(at(memory, x, n, 2), i16[2 * y + C[pc + 4]!]!, true); return pc + 5;
    case 18: /* v128.store32_lane */ view.setInt32(at(memory, x, n, 4), I[y + C[pc + 4]!]!, true); return pc + 5;
    case 19: /* v128.store64_lane */ {
      const start = at(memory, x, n, 8);
      const from = y + 2 * C[pc + 4]!;
      view.setInt32(start, I[from]!, true);
      view.setInt32(start + 4, I[from + 1]!, true);
      return pc + 5;
    }
    case 20: /* i8x16.extract_lane_s */ extractLane['i8x16.extract_lane_s'](L, x, y, n); return pc + 4;
    case 21: /* i8x16.extract_lane_u */ extractLane['i8x16.extract_lane_u'](L, x, y, n); return pc + 4;
    case 22: /* i16x8.extract_lane_s */ extractLane['i16x8.extract_lane_s'](L, x, y, n); return pc + 4;
    case 23: /* i16x8.extract_lane_u */ extractLane['i16x8.extract_lane_u'](L, x, y, n); return pc + 4;
    case 24: /* i32x4.extract_lane */ extractLane['i32x4.extract_lane'](L, x, y, n); return pc + 4;
    case 25: /* i64x2.extract_lane */ extractLane['i64x2.extract_lane'](L, x, y, n); return pc + 4;
    case 26: /* i8x16.replace_lane */ replaceLane['i8x16.replace_lane'](L, x, y, z, C[pc + 4]!); return pc + 5;
    case 27: /* i16x8.replace_lane */ replaceLane['i16x8.replace_lane'](L, x, y, z, C[pc + 4]!); return pc + 5;
    case 28: /* i32x4.replace_lane */ replaceLane['i32x4.replace_lane'](L, x, y, z, C[pc + 4]!); return pc + 5;
    case 29: /* i64x2.replace_lane */ replaceLane['i64x2.replace_lane'](L, x, y, z, C[pc + 4]!); return pc + 5;
    case 30: /* i8x16.shuffle */ shuffle(L, x, y, z, C, pc + 4); return pc + 8;
    default: throw new Bug(`word ${wordNames[C[pc]!] ?? C[pc]}`);
  }
}
