/**
 * Atomic accesses of every width that meet in a few words of one memory, among plain ones: what one leaves, the next one
 * finds, so that a wrong width, extension or order shows in the results and in the memory. One entry in four does not
 * align its address, and traps.
 */
import {FEATURE, NAME, SIGNATURE} from '#engine/wasm/columns.ts';
import {Op, type Opcode} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Place, widthOf} from '../address.ts';
import {emitAtomic, fence, isWait, operandsBehind} from '../atomic.ts';
import type {Body} from '../body.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {indexConstant, indexFromI32, indexOps} from '../index-type.ts';
import type {ModuleBuilder} from '../module.ts';
import {emit} from '../simple.ts';
import {plain} from './plain.ts';

/** All atomic accesses. */
const accesses = NAME.flatMap((_, op) => (FEATURE[op] === 'threads' && widthOf(op) > 0 ? [op as Opcode] : []));

export function atomics(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory || !m.swarm.features.has('threads')) return plain(m);
  const {rng} = m;
  drawOutside(m);
  drawInside(m, 1);
  for (let i = rng.between(2, 4); i > 0; i--) {
    const memory = rng.below(m.memories.length);
    const isAligned = !rng.oneIn(4);
    addEntry(m, [I32, I64, I64], [I64], {instructions: 300, trips: 1}, (b) => {
      const accumulator = b.addReserved(I64);
      for (let k = rng.between(4, 10); k > 0; k--) step(b, memory, isAligned, accumulator);
      b.code.get(accumulator);
    });
  }
}

function step(b: Body, memory: number, isAligned: boolean, accumulator: number): void {
  const {rng} = b;
  if (rng.oneIn(8)) return fence(b);
  if (rng.oneIn(6)) return plainAccess(b, memory, accumulator);
  const op = usable(b, rng.pick(accesses), memory);
  const place = placeOf(b, memory, isAligned ? widthOf(op) : 1);
  operandsBehind(b, op, place, 2);
  emitAtomic(b, op, place);
  fold(b, SIGNATURE[op]!.results, accumulator);
}

/** Waits trap on memories that are not shared: notify stands for them. */
function usable(b: Body, op: Opcode, memory: number): Opcode {
  return isWait(op) && !b.m.memories[memory]!.type.shared ? Op['memory.atomic.notify'] : op;
}

/** One of sixteen bytes from the parameter, aligned. */
function placeOf(b: Body, memory: number, align: number): Place {
  const {address} = b.m.memories[memory]!.type;
  indexFromI32(b.code.get(0), address);
  indexConstant(b.code, address, 15 & -align).op(indexOps[address].and);
  return {memory, offset: b.rng.pick([64, 64, 72])};
}

/** A plain store or load of the same bytes. */
function plainAccess(b: Body, memory: number, accumulator: number): void {
  const place = placeOf(b, memory, 1);
  if (b.rng.oneIn(2)) {
    b.expression(I32, 1);
    emit(b, Op['i32.store8'], place);
  } else {
    emit(b, Op['i64.load'], place);
    b.fold(I64, accumulator);
  }
}

function fold(b: Body, results: readonly ValueType[], accumulator: number): void {
  for (const type of results) b.fold(type, accumulator);
}
