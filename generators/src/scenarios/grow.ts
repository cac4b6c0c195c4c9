/**
 * Growth, then access (shape S10): the memory or a table grows in a loop, in a callee or in a host function, between
 * accesses whose base and size an engine may have kept; the new bytes are read and written, up to the last one.
 */
import type {HostAction} from '#engine/runtime/host-script.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {isAtomic, type Place, sizeInBytes, widthOf} from '../address.ts';
import type {Body} from '../body.ts';
import {continueLoop, openLoop} from '../control.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry, openBody} from '../func.ts';
import {addHostFunction} from '../imports.ts';
import {indexConstant, indexOps} from '../index-type.ts';
import {typeSlot} from '../instruction.ts';
import {addGrowingMemories} from '../memory.ts';
import type {FunctionPlan, ModuleBuilder} from '../module.ts';
import {emit} from '../simple.ts';
import {plain} from './plain.ts';

const {
  'memory.grow': GROW,
  call: CALL,
  'table.grow': TABLE_GROW,
  'table.size': TABLE_SIZE,
  'table.get': TABLE_GET,
  'table.set': TABLE_SET,
  drop: DROP,
} = Op;

export function grow(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return plain(m);
  const {rng} = m;
  drawOutside(m);
  addGrowingMemories(m);
  const actions: HostAction[] = [
    {kind: 'grow', memory: rng.below(m.memories.length), pages: rng.between(0, 1)},
    ...(rng.oneIn(2) ? [{kind: 'log'} as const] : []),
  ];
  const host = addHostFunction(m, [], [], actions);
  drawInside(m, rng.between(1, 2));
  const callee = defineGrower(m);
  for (let i = rng.between(1, 2); i > 0; i--) {
    addEntry(m, [I32, I64], [I64], {instructions: 200, trips: 16}, (b) => {
      const accumulator = b.addReserved(I64);
      const trips = rng.between(2, 4);
      access(b, accumulator);
      const counter = openLoop(b, trips);
      for (let k = rng.between(1, 3); k > 0; k--) {
        growSomehow(b, [host, callee], accumulator);
        access(b, accumulator);
        if (m.tables.length > 1) growTable(b, accumulator);
      }
      continueLoop(b, counter, 0);
      b.trips /= trips;
      b.close();
      b.code.get(accumulator);
    });
  }
}

function defineGrower(m: ModuleBuilder): FunctionPlan {
  const plan = m.plan([], []);
  const b = openBody(m, plan, {instructions: 60, trips: 2});
  b.takeFuel();
  b.dispose(growBy(b, m.rng.between(0, 1)));
  b.statement(2);
  m.define(plan, b.finish());
  return plan;
}

function growSomehow(b: Body, callees: readonly FunctionPlan[], accumulator: number): void {
  if (b.rng.oneIn(2)) b.code.index(CALL, b.rng.pick(callees).index);
  else b.fold(growBy(b, b.rng.pick([0, 1, 1, -1])), accumulator);
}

/** memory.grow of some memory; returns the type of what it leaves. */
function growBy(b: Body, pages: number): ValueType {
  const memory = b.rng.below(b.m.memories.length);
  const {address} = b.m.memories[memory]!.type;
  indexConstant(b.code, address, pages).index(GROW, memory);
  return indexOps[address].type;
}

/** An address at the end of the memory as it is now. */
function endAddress(b: Body, width: number, memory: number): void {
  const {address} = b.m.memories[memory]!.type;
  const back = width + (b.rng.oneIn(2) ? 0 : b.rng.below(16));
  sizeInBytes(b, memory);
  indexConstant(b.code, address, back).op(indexOps[address].sub);
}

/** A store and a load at the end or at the old addresses. */
function access(b: Body, accumulator: number): void {
  const {rng, swarm} = b;
  const type = rng.pick(swarm.numberTypes);
  const stores = swarm.stores[typeSlot(type)]!.filter(isPlain);
  const loads = swarm.producers[typeSlot(type)]!.filter((op) => widthOf(op) > 0 && isPlain(op));
  if (stores.length > 0) {
    const op = rng.pick(stores);
    const place = placeOf(b, widthOf(op));
    b.expression(type, 2);
    emit(b, op, place);
  }
  if (loads.length === 0) return;
  const op = rng.pick(loads);
  emit(b, op, placeOf(b, widthOf(op)));
  b.fold(type, accumulator);
}

/** Not an access of a lane, and not atomic: any address will do. */
const isPlain = (op: number): boolean =>
  !isAtomic(op) && !(op >= Op['v128.load8_lane'] && op <= Op['v128.store64_lane']);

function placeOf(b: Body, width: number): Place {
  const memory = b.rng.below(b.m.memories.length);
  if (b.rng.oneIn(4)) indexConstant(b.code, b.m.memories[memory]!.type.address, b.rng.below(256));
  else endAddress(b, width, memory);
  return {memory, offset: 0};
}

function growTable(b: Body, accumulator: number): void {
  const {code, rng, m} = b;
  const index = rng.below(m.tables.length);
  const {element: type, address} = m.tables[index]!.type;
  const ops = indexOps[address];
  b.expression(type, 1);
  indexConstant(code, address, rng.between(0, 2)).index(TABLE_GROW, index);
  b.fold(ops.type, accumulator);
  indexConstant(code.index(TABLE_SIZE, index), address, 1).op(ops.sub);
  if (rng.oneIn(2)) {
    code.index(TABLE_GET, index);
    b.fold(type, accumulator);
  } else if (type === m.tables[0]!.type.element) code.op(DROP);
  else {
    b.expression(type, 1);
    code.index(TABLE_SET, index);
  }
}
