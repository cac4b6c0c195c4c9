/**
 * Addresses of memory accesses, with the offset immediate that goes with them. Guarded ones stay inside the smallest
 * size of the memory by a mask, so that the access is real and most accesses fall into one window and meet each other.
 */

import {WIDTH} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {I32} from '#engine/wasm/types.ts';
import type {Body} from './body.ts';
import {WINDOW_BYTES} from './data.ts';
import {naturalAlign} from './instruction.ts';

const {
  'i32.and': AND,
  'i32.shl': SHL,
  'i32.load8_u': LOAD8_U,
  'i32.load16_u': LOAD16_U,
  'i32.sub': SUB,
  'memory.size': SIZE,
} = Op;
const MASKS = [0x3f, 0x7f, 0x78, 0xff, 0xf0, 0x7ff, 0x3ffc] as const;

/** Writes an address for an access of `width` bytes; returns the offset immediate. */
export function address(b: Body, width: number, depth: number): number {
  const {rng} = b;
  if (b.swarm.unguarded > 0 && rng.percent(b.swarm.unguarded)) return wild(b, width, depth);
  const kind = rng.below(16);
  if (kind < 4) return constantAddress(b, width);
  if (kind < 12) return masked(b, width, depth);
  if (kind < 14) return scaled(b, width, depth);
  return kind === 14 ? loaded(b, width) : atEnd(b, width);
}

/** An offset that keeps addresses up to `most` inside the smallest memory. */
function offsetFor(b: Body, width: number, most: number): number {
  const room = b.m.memoryBytes - most - width;
  const kind = b.rng.below(8);
  if (kind < 3) return 0;
  if (kind < 6) return Math.min(room, b.rng.below(WINDOW_BYTES));
  return kind === 6 ? b.rng.below(room + 1) : room;
}

function constantAddress(b: Body, width: number): number {
  const at = b.rng.oneIn(4) ? b.rng.below(b.m.memoryBytes - width + 1) : b.rng.below(WINDOW_BYTES);
  b.code.i32(at);
  return b.rng.oneIn(2) ? 0 : offsetFor(b, width, at);
}

function masked(b: Body, width: number, depth: number): number {
  const mask = b.rng.pick(MASKS);
  b.expression(I32, depth);
  b.code.i32(mask).op(AND);
  return offsetFor(b, width, mask);
}

/** (x & mask) << scale: the shape of an indexed access. */
function scaled(b: Body, width: number, depth: number): number {
  const scale = b.rng.between(1, 3);
  b.expression(I32, depth);
  b.code.i32(0xff).op(AND).i32(scale).op(SHL);
  return offsetFor(b, width, 0xff << scale);
}

/** An address read from memory. */
function loaded(b: Body, width: number): number {
  const isByte = b.rng.oneIn(2);
  b.code
    .i32(b.rng.below(WINDOW_BYTES))
    .op(isByte ? LOAD8_U : LOAD16_U)
    .memarg(0, 0);
  if (!isByte) b.code.i32(0x7fff).op(AND);
  return offsetFor(b, width, 0x7fff);
}

/** The last bytes of the memory at its present size (shape S6). */
function atEnd(b: Body, width: number): number {
  const back = width + (b.rng.oneIn(2) ? 0 : b.rng.below(8));
  if (b.rng.oneIn(2)) {
    b.code.i32(b.m.memoryBytes - back);
    return 0;
  }
  b.code.index(SIZE, 0).i32(16).op(SHL).i32(back).op(SUB);
  return 0;
}

/** Any address, any offset: mostly out of bounds. */
function wild(b: Body, width: number, depth: number): number {
  const kind = b.rng.below(4);
  if (kind === 0) {
    b.code.i32(b.m.memoryBytes - b.rng.below(width + 1));
    return b.rng.below(2);
  }
  b.expression(I32, depth);
  if (kind === 1) return b.rng.pick([0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff]);
  return kind === 2 ? b.m.memoryBytes - width : 0;
}

/** Alignment exponent of an access: natural most of the time, else anything below. */
export function alignOf(b: Body, op: number): number {
  const natural = naturalAlign(op);
  return b.rng.oneIn(4) ? b.rng.below(natural + 1) : natural;
}

/** Bytes that an instruction accesses. */
export const widthOf = (op: number): number => WIDTH[op]!;
