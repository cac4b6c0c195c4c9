/**
 * The same place in several memories (shapes S11, S15): stores, loads and copies at one address and offset in every
 * memory, whatever the type of its addresses, with growth of one between accesses to another, so that an engine that
 * confuses their bases, sizes or address widths shows it.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {isAtomic, type Place, WIDE_OFFSETS, wideConstant, widthOf} from '../address.ts';
import type {Body} from '../body.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {indexConstant, indexFromI32, indexOps, narrower} from '../index-type.ts';
import {IMMEDIATES, Immediates, typeSlot} from '../instruction.ts';
import {addGrowingMemories, drawPlan} from '../memory.ts';
import type {ModuleBuilder} from '../module.ts';
import {emit} from '../simple.ts';
import {plain} from './plain.ts';

const {
  'memory.copy': COPY,
  'memory.fill': FILL,
  'memory.grow': GROW,
  'memory.size': SIZE,
  'i32.and': AND,
  'i64.add': ADD64,
  'i64.shr_u': SHR64_U,
} = Op;

/** Parameters of every entry: an address and a value. */
const PARAMS: readonly ValueType[] = [I32, I64];

export function memories(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return plain(m);
  const {rng, swarm} = m;
  drawOutside(m);
  addGrowingMemories(m);
  if (swarm.features.has('multi-memory')) for (let i = rng.between(1, 2); i > 0; i--) m.memories.push(drawPlan(m));
  drawInside(m, 1);
  for (let i = rng.between(2, 3); i > 0; i--) {
    addEntry(m, PARAMS, [I64], {instructions: 250, trips: 1}, (b) => {
      const accumulator = b.addReserved(I64);
      const offset = rng.pick([0, 0, 8, 0xff, 0x7ff0]);
      for (let k = rng.between(4, 8); k > 0; k--) step(b, offset, accumulator);
      b.code.get(accumulator);
    });
  }
}

function step(b: Body, offset: number, accumulator: number): void {
  const {rng, swarm} = b;
  const bulk = swarm.features.has('bulk-memory') ? 2 : 0;
  switch (rng.weighted([5, 5, bulk, bulk, 1, swarm.unguarded > 0 ? 1 : 0])) {
    case 0:
      return storeAt(b, offset);
    case 1:
      return loadAt(b, offset, accumulator);
    case 2:
      return copy(b);
    case 3:
      return fill(b);
    case 4:
      return growth(b, accumulator);
    default:
      return beyond(b, accumulator);
  }
}

/** The parameter as an address of some memory, the same in all. */
function place(b: Body, offset: number): Place {
  const memory = b.rng.below(b.m.memories.length);
  pointer(b, memory);
  return {memory, offset};
}

function pointer(b: Body, memory: number): void {
  indexFromI32(b.code.get(0).i32(0xff).op(AND), b.m.memories[memory]!.type.address);
}

const isPlain = (op: number): boolean => !isAtomic(op) && IMMEDIATES[op] === Immediates.memarg;

function storeAt(b: Body, offset: number): void {
  const type = b.rng.pick(b.swarm.numberTypes);
  const ops = b.swarm.stores[typeSlot(type)]!.filter(isPlain);
  if (ops.length === 0) return;
  const op = b.rng.pick(ops);
  const where = place(b, offset);
  b.expression(type, 1);
  emit(b, op, where);
}

function loadAt(b: Body, offset: number, accumulator: number): void {
  const type = b.rng.pick(b.swarm.numberTypes);
  const ops = b.swarm.producers[typeSlot(type)]!.filter((op) => widthOf(op) > 0 && isPlain(op));
  if (ops.length === 0) return;
  emit(b, b.rng.pick(ops), place(b, offset));
  b.fold(type, accumulator);
}

/** From one memory to another or to itself, where the ranges overlap. */
function copy(b: Body): void {
  const {rng, m} = b;
  const target = rng.below(m.memories.length);
  const source = rng.below(m.memories.length);
  const addresses = [m.memories[target]!.type.address, m.memories[source]!.type.address] as const;
  pointer(b, target);
  indexConstant(b.code, addresses[0], rng.below(16)).op(indexOps[addresses[0]].add);
  pointer(b, source);
  indexConstant(b.code, narrower(...addresses), rng.pick([0, 1, 7, 16, 33, 64]));
  b.code.pair(COPY, target, source);
}

function fill(b: Body): void {
  const memory = b.rng.below(b.m.memories.length);
  pointer(b, memory);
  b.code.i32(b.rng.next());
  indexConstant(b.code, b.m.memories[memory]!.type.address, b.rng.pick([0, 1, 8, 31]));
  b.code.index(FILL, memory);
}

function growth(b: Body, accumulator: number): void {
  const memory = b.rng.below(b.m.memories.length);
  const {growable, type} = b.m.memories[memory]!;
  if (growable && b.rng.oneIn(2)) indexConstant(b.code, type.address, b.rng.below(2)).index(GROW, memory);
  else b.code.index(SIZE, memory);
  b.fold(indexOps[type.address].type, accumulator);
}

/** An address of which only the low 32 bits are in bounds: traps. */
function beyond(b: Body, accumulator: number): void {
  const {memories} = b.m;
  const memory = memories.findIndex(({type}) => type.address === 'i64');
  if (memory < 0 || !b.rng.oneIn(3)) return;
  b.code.get(1).i64(40, 0).op(SHR64_U);
  wideConstant(b, b.rng.pick(WIDE_OFFSETS));
  b.code.op(ADD64);
  emit(b, Op['i64.load'], {memory, offset: b.rng.pick(WIDE_OFFSETS)});
  b.fold(I64, accumulator);
}
