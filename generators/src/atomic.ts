/**
 * Atomic accesses: aligned unless the case may trap; compare-and-exchange often expects what is there; waits that nobody
 * ends time out at once, and unshared memories, where they trap, are left to cases that may trap.
 */
import {NAME, SIGNATURE} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import type {ValueType} from '#engine/wasm/types.ts';
import {address, alignedAddress, type Place, widthOf} from './address.ts';
import type {Body} from './body.ts';
import {indexOps} from './index-type.ts';
import {naturalAlign} from './instruction.ts';

const {
  'atomic.fence': FENCE,
  'memory.atomic.notify': NOTIFY,
  'memory.atomic.wait32': WAIT32,
  'memory.atomic.wait64': WAIT64,
  'i32.atomic.load': LOAD,
  'i64.atomic.load': LOAD64,
} = Op;

/** Whether the instruction waits: it may only stand where it ends. */
export const isWait = (op: number): boolean => op === WAIT32 || op === WAIT64;

/** For each instruction that compares memory with its first operand: the load that reads what it expects. */
const expectedBy = new Map<number, number>([
  [WAIT32, LOAD],
  [WAIT64, LOAD64],
]);
for (let op = 0; op < NAME.length; op++) {
  const match = /^(i32|i64)\.atomic\.rmw(\d*)\.cmpxchg(_u)?$/.exec(NAME[op] ?? '');
  if (match !== null) expectedBy.set(op, Op[`${match[1]}.atomic.load${match[2]}${match[3] ?? ''}` as keyof typeof Op]);
}

/** Timeouts in nanoseconds after which a wait that nobody ends is over at once. */
const TIMEOUTS = [0, 0, 1, 1000, 20_000] as const;

/** Writes an atomic access with its operands. */
export function atomicAccess(b: Body, op: number, depth: number): void {
  const found = isWait(op) ? waitingPlace(b) : b.rng.below(b.m.memories.length);
  const actual = found < 0 ? NOTIFY : op;
  const memory = Math.max(found, 0);
  const place = isMisaligned(b)
    ? address(b, widthOf(actual), depth, memory)
    : alignedAddress(b, widthOf(actual), depth, memory);
  operandsBehind(b, actual, place, depth);
  emitAtomic(b, actual, place);
}

const isMisaligned = (b: Body): boolean => b.swarm.unguarded > 0 && b.rng.percent(b.swarm.unguarded);

/** A memory on which a wait does not trap; -1 when there is none. */
function waitingPlace(b: Body): number {
  const {memories} = b.m;
  if (isMisaligned(b)) return b.rng.below(memories.length);
  const shared = memories.map((_, index) => index).filter((index) => memories[index]!.type.shared);
  return shared.length === 0 ? -1 : b.rng.pick(shared);
}

/** The operands behind the address, which is on the stack. */
export function operandsBehind(b: Body, op: number, place: Place, depth: number): void {
  const [, ...types] = SIGNATURE[op]!.operands as readonly ValueType[];
  const load = expectedBy.get(op);
  let at = 0;
  if (load !== undefined && b.rng.oneIn(2)) {
    const local = b.scratch(indexOps[b.m.memories[place.memory]!.type.address].type);
    b.code.tee(local).get(local);
    emitAtomic(b, load, place);
    at = 1;
  }
  for (; at < types.length; at++) {
    if (isWait(op) && at === 1) b.code.i64(b.rng.pick(TIMEOUTS), 0);
    else b.expression(types[at]!, depth);
  }
}

/** The opcode and its memory operand. */
export function emitAtomic(b: Body, op: number, {memory, offset}: Place): void {
  b.code.op(op).memarg(naturalAlign(op), offset, memory);
}

/** `atomic.fence`. */
export function fence(b: Body): void {
  b.code.op(FENCE).u8(0);
}
