/**
 * Addresses of memory accesses, with the memory and the offset immediate that go with them. Guarded ones stay inside the
 * smallest size of the memory by a mask, so that the access is real and most accesses fall into one window and meet each
 * other, in the same place of every memory.
 */

import {FEATURE, WIDTH} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import type {Body} from './body.ts';
import {WINDOW_BYTES} from './data.ts';
import {anyIndex, indexConstant, indexOps, maskedIndex} from './index-type.ts';
import {naturalAlign} from './instruction.ts';
import type {MemoryPlan} from './memory.ts';

const {'memory.size': SIZE} = Op;
const MASKS = [0x3f, 0x7f, 0x78, 0xff, 0xf0, 0x7ff, 0x3ffc] as const;

/** Where an access goes, besides the address on the stack. */
export interface Place {
  readonly memory: number;
  readonly offset: number | bigint;
}

/** The place of accesses that write their own address into memory 0. */
export const inMemory0 = (offset: number): Place => ({memory: 0, offset});

/** One access whose address is made: `align` divides the address and the offset; 1: any. */
interface Access {
  readonly memory: number;
  readonly plan: MemoryPlan;
  readonly width: number;
  readonly align: number;
}

/** Writes an address for an access of `width` bytes to some memory, or to the given one. */
export function address(b: Body, width: number, depth: number, memory = b.rng.below(b.m.memories.length)): Place {
  return placed(b, {memory, plan: b.m.memories[memory]!, width, align: 1}, depth);
}

/** As `address`, divisible by the width, as atomic accesses must be. */
export function alignedAddress(b: Body, width: number, depth: number, memory: number): Place {
  return placed(b, {memory, plan: b.m.memories[memory]!, width, align: width}, depth);
}

function placed(b: Body, access: Access, depth: number): Place {
  const {rng} = b;
  const {memory} = access;
  if (b.swarm.unguarded > 0 && rng.percent(b.swarm.unguarded)) return {memory, offset: wild(b, access, depth)};
  const kind = rng.below(16);
  if (kind < 4) return {memory, offset: constantAddress(b, access)};
  if (kind < 12) return {memory, offset: masked(b, access, depth)};
  if (kind < 14) return {memory, offset: scaled(b, access, depth)};
  return {memory, offset: kind === 14 ? loaded(b, access) : atEnd(b, access)};
}

const down = (value: number, {align}: Access): number => value - (value % align);

/** An offset that keeps addresses up to `most` inside the smallest memory. */
function offsetFor(b: Body, access: Access, most: number): number {
  const room = access.plan.bytes - most - access.width;
  if (room <= 0) return 0;
  const kind = b.rng.below(8);
  if (kind < 3) return 0;
  if (kind < 6) return down(Math.min(room, b.rng.below(WINDOW_BYTES)), access);
  return down(kind === 6 ? b.rng.below(room + 1) : room, access);
}

function constantAddress(b: Body, access: Access): number {
  const {plan, width} = access;
  const at = down(
    b.rng.oneIn(4) ? b.rng.below(Math.max(1, plan.bytes - width + 1)) : b.rng.below(WINDOW_BYTES),
    access,
  );
  indexConstant(b.code, plan.type.address, at);
  return b.rng.oneIn(2) ? 0 : offsetFor(b, access, at);
}

function masked(b: Body, access: Access, depth: number): number {
  const most = b.rng.pick(MASKS);
  maskedIndex(b, access.plan.type.address, most & -access.align, depth);
  return offsetFor(b, access, most);
}

/** (x & mask) << scale: the shape of an indexed access. */
function scaled(b: Body, access: Access, depth: number): number {
  const {address: type} = access.plan.type;
  const scale = access.align > 1 ? 31 - Math.clz32(access.align) : b.rng.between(1, 3);
  maskedIndex(b, type, 0xff, depth);
  indexConstant(b.code, type, scale).op(indexOps[type].shl);
  return offsetFor(b, access, 0xff << scale);
}

/** An address read from memory. */
function loaded(b: Body, access: Access): number {
  const {address: type} = access.plan.type;
  const ops = indexOps[type];
  const isByte = b.rng.oneIn(2);
  indexConstant(b.code, type, b.rng.below(WINDOW_BYTES)).op(isByte ? ops.load8 : ops.load16);
  b.code.memarg(0, 0, access.memory);
  if (!isByte || access.align > 1) indexConstant(b.code, type, 0x7fff & -access.align).op(ops.and);
  return offsetFor(b, access, 0x7fff);
}

/** The last bytes of the memory at its present size (shape S6). */
function atEnd(b: Body, access: Access): number {
  const {plan, width, align} = access;
  const {address: type} = plan.type;
  const back = width + (b.rng.oneIn(2) ? 0 : b.rng.below(8) & -align);
  if (b.rng.oneIn(2)) {
    indexConstant(b.code, type, down(plan.bytes - back, access));
    return 0;
  }
  sizeInBytes(b, access.memory);
  indexConstant(b.code, type, back).op(indexOps[type].sub);
  if (align > 1) indexConstant(b.code, type, -align).op(indexOps[type].and);
  return 0;
}

/** The present size of a memory in bytes, on the stack. 4 GiB wrap to 0. */
export function sizeInBytes(b: Body, memory: number): void {
  const {address: type, pageSizeLog2} = b.m.memories[memory]!.type;
  b.code.index(SIZE, memory);
  if (pageSizeLog2 > 0) indexConstant(b.code, type, pageSizeLog2).op(indexOps[type].shl);
}

const WILD_OFFSETS = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff] as const;
/** Offsets and addresses with which 64-bit sums overflow or lose their upper half (shape S15). */
export const WIDE_OFFSETS: readonly bigint[] = [
  0n,
  1n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x1_0000_0010n,
  0x2_0000_0000n,
  2n ** 48n,
  2n ** 63n - 8n,
  2n ** 63n,
  2n ** 64n - 65536n,
  2n ** 64n - 8n,
  2n ** 64n - 1n,
];

/** Any address, any offset: mostly out of bounds. */
function wild(b: Body, {plan, width}: Access, depth: number): number | bigint {
  const {address: type} = plan.type;
  const kind = b.rng.below(4);
  if (kind === 0) {
    indexConstant(b.code, type, plan.bytes - b.rng.below(width + 1));
    return b.rng.below(2);
  }
  if (type === 'i64' && b.rng.oneIn(3)) wideConstant(b, b.rng.pick(WIDE_OFFSETS) + BigInt(b.rng.pick([0, 0, 16, 64])));
  else anyIndex(b, type, depth);
  if (kind === 1) return type === 'i64' ? b.rng.pick(WIDE_OFFSETS) : b.rng.pick(WILD_OFFSETS);
  return kind === 2 ? plan.bytes - width : 0;
}

/** An i64 constant, modulo 2^64. */
export function wideConstant(b: Body, value: bigint): void {
  b.code.i64(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
}

/** Whether the instruction is an atomic access: its alignment immediate must be natural and its address aligned. */
export const isAtomic = (op: number): boolean => FEATURE[op] === 'threads';

/** Alignment exponent of an access: natural most of the time, else anything below; always natural for atomic ones. */
export function alignOf(b: Body, op: number): number {
  const natural = naturalAlign(op);
  return !isAtomic(op) && b.rng.oneIn(4) ? b.rng.below(natural + 1) : natural;
}

/** Bytes that an instruction accesses. */
export const widthOf = (op: number): number => WIDTH[op]!;
