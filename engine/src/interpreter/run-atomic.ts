/**
 * The page of atomic accesses (threads proposal). Every access is checked for alignment, then for bounds; it is atomic
 * on shared memories, and an ordinary access on others. `runAtomic` works on the memory in use.
 */
import {assert} from '../base/assert.ts';
import {trap} from '../base/trap.ts';
import type {Memory} from '../runtime/memory.ts';
import {Mode, machine as m } from './machine.ts';
import {LENGTH, Word, wordNames} from './words.ts';

const {ints: I, code: C} = m;

const {
  'atomic.load': LOAD, 'atomic.store': STORE, 'atomic.rmw': RMW, 'atomic.cmpxchg': CMPXCHG, 'atomic.notify': NOTIFY, 'atomic.wait': WAIT,
} = Word;

/** Operations of `atomic.rmw`, in the order of the opcodes. */
export const rmwOperations = ['add', 'sub', 'and', 'or', 'xor', 'xchg'] as const;

/** In metered mode a thread that waits longer than this is out of fuel: nobody may be there to wake it up. */
const METERED_WAIT_MS = 100;

/** Where an access starts; traps when it is not aligned or not within the memory. */
function at(memory: Memory, slot: number, offset: number, width: number): number {
  const start = (I[slot]! >>> 0) + (offset >>> 0);
  if (start % width !== 0) trap('unaligned-atomic');
  if (start + width > memory.byteLength && !(memory.refresh() && start + width <= memory.byteLength)) trap('memory-out-of-bounds');
  return start;
}

const get64 = (slot: number): bigint => BigInt(I[slot]! >>> 0) | (BigInt(I[slot + 1]!) << 32n);

function put64(slot: number, value: bigint): void {
  I[slot] = Number(BigInt.asIntN(32, value));
  I[slot + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

/** A result narrower than its slot is zero-extended. */
function put(slot: number, value: number): void {
  I[slot] = value;
  I[slot + 1] = 0;
}

/** The view and index of an access below 64 bits. */
function narrow(memory: Memory, start: number, width: number): readonly [Uint8Array | Uint16Array | Int32Array, number] {
  const {u8, u16, i32} = memory.atomics;
  if (width === 1) return [u8, start];
  return width === 2 ? [u16, start / 2] : [i32, start / 4];
}

export function runAtomic(pc: number, fp: number, memory: Memory): number {
  const op = C[pc]!;
  const x = fp + C[pc + 1]!;
  const y = fp + C[pc + 2]!;
  const z = fp + C[pc + 3]!;
  const length = LENGTH[op]!;
  // The last two words are the offset and the width; an operation stands before them.
  const offset = C[pc + length - 2]!;
  const width = C[pc + length - 1]!;
  switch (op) {
    case LOAD: load(x, memory, at(memory, y, offset, width), width); break;
    case STORE: store(memory, at(memory, x, offset, width), width, y); break;
    case RMW: rmw(x, memory, at(memory, y, offset, width), width, z, C[pc + 4]!); break;
    case CMPXCHG: cmpxchg(x, memory, at(memory, y, offset, width), width, z, fp + C[pc + 4]!); break;
    case NOTIFY: notify(x, memory, at(memory, y, offset, width), I[z]! >>> 0); break;
    case WAIT: wait(x, memory, at(memory, y, offset, width), width, z, get64(fp + C[pc + 4]!)); break;
    default: assert(false, `word ${wordNames[op] ?? op}`);
  }
  return pc + length;
}

function load(slot: number, memory: Memory, start: number, width: number): void {
  if (width === 8) return put64(slot, Atomics.load(memory.atomics.i64, start / 8));
  put(slot, Atomics.load(...narrow(memory, start, width)));
}

function store(memory: Memory, start: number, width: number, value: number): void {
  if (width === 8) Atomics.store(memory.atomics.i64, start / 8, get64(value));
  else Atomics.store(...narrow(memory, start, width), I[value]!);
}

function rmw(slot: number, memory: Memory, start: number, width: number, value: number, operation: number): void {
  const name = rmwOperations[operation]!;
  const method = name === 'xchg' ? 'exchange' : name;
  if (width === 8) return put64(slot, Atomics[method](memory.atomics.i64, start / 8, get64(value)));
  put(slot, Atomics[method](...narrow(memory, start, width), I[value]!));
}

/** Below the width of the type, the expected value is wrapped before it is compared. */
function cmpxchg(slot: number, memory: Memory, start: number, width: number, expected: number, replacement: number): void {
  if (width === 8) {
    return put64(slot, Atomics.compareExchange(memory.atomics.i64, start / 8, get64(expected), get64(replacement)));
  }
  const [view, index] = narrow(memory, start, width);
  put(slot, Atomics.compareExchange(view, index, I[expected]!, I[replacement]!));
}

function notify(slot: number, memory: Memory, start: number, count: number): void {
  put(slot, memory.type.shared ? Atomics.notify(memory.atomics.i32, start / 4, count) : 0);
}

const results = {ok: 0, 'not-equal': 1, 'timed-out': 2} as const;

/** `timeout` is in nanoseconds, negative: for ever. */
function wait(slot: number, memory: Memory, start: number, width: number, expected: number, timeout: bigint): void {
  if (!memory.type.shared) trap('expected-shared-memory');
  const asked = timeout < 0n ? Number.POSITIVE_INFINITY : Number(timeout) / 1e6;
  const limit = m.mode === Mode.metered ? METERED_WAIT_MS : Number.POSITIVE_INFINITY;
  const ms = Math.min(asked, limit);
  const {i32, i64} = memory.atomics;
  const result = width === 8 ? Atomics.wait(i64, start / 8, get64(expected), ms) : Atomics.wait(i32, start / 4, I[expected]!, ms);
  if (result === 'timed-out' && asked > limit) trap('out-of-fuel');
  put(slot, results[result]);
}
