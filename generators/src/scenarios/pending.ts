/**
 * Pending reads (shape S8): local.get leaves a local's old value on the operand stack while local.set and local.tee
 * change it, in straight line, in a block, an if, a loop and on its way back.
 */
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {type Body, blockLabel} from '../body.ts';
import {condition, continueLoop, openLoop, rareCondition} from '../control.ts';
import {drawInside, drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {typeSlot} from '../instruction.ts';
import type {ModuleBuilder} from '../module.ts';
import {drawTypeList} from '../types.ts';

const {block: BLOCK, if: IF, else: ELSE, br_if: BR_IF} = Op;

export function pending(m: ModuleBuilder): void {
  const {rng} = m;
  drawOutside(m);
  drawInside(m, rng.below(2));
  for (let i = rng.between(2, 3); i > 0; i--) {
    const params = drawTypeList(rng, m.swarm.numberTypes, 2, 4);
    addEntry(m, params, [I64], {instructions: 250, trips: 32}, (b) => {
      b.addLocal(rng.pick(m.swarm.numberTypes));
      const accumulator = b.addReserved(I64);
      for (let k = rng.between(2, 4); k > 0; k--) round(b, accumulator);
      b.code.get(accumulator);
    });
  }
}

/** Reads some locals, writes them, reads again; then all of it is used. */
function round(b: Body, accumulator: number): void {
  const locals = [...b.locals.keys()].filter((local) => b.writable[typeSlot(b.locals[local]!)]!.includes(local));
  const read: ValueType[] = [];
  for (let i = b.rng.between(1, 4); i > 0; i--) {
    const local = b.rng.pick(locals);
    b.code.get(local);
    read.push(b.locals[local]!);
    if (b.rng.oneIn(2)) write(b, local);
  }
  nested(b, locals);
  for (let i = b.rng.between(1, 2); i > 0; i--) {
    const local = b.rng.pick(locals);
    b.code.get(local);
    read.push(b.locals[local]!);
  }
  for (const type of read.toReversed()) b.fold(type, accumulator);
}

/** local.set, or local.tee whose value is set again elsewhere. */
function write(b: Body, local: number): void {
  const type = b.locals[local]!;
  b.expression(type, 2);
  if (b.rng.oneIn(2)) b.code.set(local);
  else {
    b.code.tee(local);
    b.dispose(type);
  }
}

/** Writes inside a structured instruction, while values are pending outside. */
function nested(b: Body, locals: readonly number[]): void {
  const {rng} = b;
  switch (rng.below(4)) {
    case 0:
      b.open(BLOCK, [], [], blockLabel([]));
      write(b, rng.pick(locals));
      rareCondition(b, 1);
      b.code.index(BR_IF, 0);
      write(b, rng.pick(locals));
      b.close();
      return;
    case 1:
      condition(b, 1);
      b.open(IF, [], [], blockLabel([]));
      write(b, rng.pick(locals));
      if (rng.oneIn(2)) {
        b.code.op(ELSE);
        write(b, rng.pick(locals));
      }
      b.close();
      return;
    case 2:
      return inLoop(b, locals);
    default:
      write(b, rng.pick(locals));
  }
}

function inLoop(b: Body, locals: readonly number[]): void {
  const trips = b.rng.between(2, 4);
  const counter = openLoop(b, trips);
  const local = b.rng.pick(locals);
  const type = b.locals[local]!;
  b.code.get(local);
  write(b, local);
  write(b, b.rng.pick(locals));
  b.sink(type);
  if (b.rng.oneIn(2)) {
    b.expression(I32, 1);
    b.dispose(I32);
  }
  continueLoop(b, counter, 0);
  b.trips /= trips;
  b.close();
}
