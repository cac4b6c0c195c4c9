/**
 * Accesses at the end of memory (shape S6): every load and store so that its last byte is the last byte of the memory,
 * one byte before, or one after (which traps), with the address as constant, variable, sum and offset; the loaded value
 * is an operand of another instruction, which must not read more than the load does.
 */

import {numeric} from '#engine/base/wire-value.ts';
import {SIGNATURE} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {I32, type ValueType} from '#engine/wasm/types.ts';
import {widthOf} from '../address.ts';
import type {Body} from '../body.ts';
import {addCall} from '../calls.ts';
import {drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {canonicalNan, guardDivisor, guardTruncation} from '../guard.ts';
import {GUARD, Guard, IMMEDIATES, NAN_SHAPE, typeSlot} from '../instruction.ts';
import {addMemory} from '../memory.ts';
import type {ModuleBuilder} from '../module.ts';
import {emit} from '../simple.ts';
import {plain} from './plain.ts';

const {'i32.add': ADD} = Op;

export function memoryEnd(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return plain(m);
  const {rng, swarm} = m;
  drawOutside(m);
  addMemory(m, 1, 1 + rng.below(2));
  for (let i = rng.between(4, 6); i > 0; i--) {
    const type = rng.pick(swarm.numberTypes);
    const loads = swarm.producers[typeSlot(type)]!.filter((op) => widthOf(op) > 0);
    const stores = swarm.stores[typeSlot(type)]!;
    const isStore = loads.length === 0 || (stores.length > 0 && rng.oneIn(3));
    if (isStore && stores.length === 0) continue;
    addAccess(m, rng.pick(isStore ? stores : loads), isStore ? null : type);
  }
}

/** One entry for one access; `type`: what it loads. The arguments are addresses around the limit. */
function addAccess(m: ModuleBuilder, op: number, type: ValueType | null): void {
  const {rng} = m;
  const width = widthOf(op);
  const form = rng.below(3);
  const offset = form === 0 ? 0 : form === 1 ? rng.pick([1, 8, 0xff00]) : m.memoryBytes - width;
  const plan = addEntry(m, [I32], type === null ? [] : [type], {instructions: 60, trips: 1}, (b) => {
    const consumer = type === null ? null : drawConsumer(b, type);
    if (consumer !== null && SIGNATURE[consumer]!.operands.length === 2)
      b.expression(SIGNATURE[consumer]!.operands[0]!, 1);
    b.code.get(0);
    if (rng.oneIn(3)) b.code.i32(rng.pick([0, 4, -4])).op(ADD);
    const {operands} = SIGNATURE[op]!;
    if (operands.length > 1) b.expression(operands[1]!, 2);
    emit(b, op, offset);
    if (consumer !== null) consume(b, consumer, type!);
  });
  const {name} = m.exported.at(-1)!;
  const last = m.memoryBytes - width - offset;
  for (const delta of [0, -1, rng.pick([1, 1, 4, -4, -8])])
    addCall(m, name, plan, [numeric('i32', BigInt(last + delta))]);
}

/** An instruction of which the loaded value is the only operand or the last. */
function drawConsumer(b: Body, type: ValueType): number | null {
  const ops = b.swarm.producers[typeSlot(type)]!.filter((op) => isConsumer(op, type));
  return ops.length === 0 || b.rng.oneIn(4) ? null : b.rng.pick(ops);
}

function consume(b: Body, op: number, type: ValueType): void {
  if (GUARD[op] === Guard.truncation) guardTruncation(b, op, type);
  else if (GUARD[op] !== Guard.none) guardDivisor(b, type, GUARD[op]!);
  emit(b, op);
  if (NAN_SHAPE[op] !== 0) canonicalNan(b, NAN_SHAPE[op]!);
}

function isConsumer(op: number, type: ValueType): boolean {
  const {operands, results} = SIGNATURE[op]!;
  return (
    results.length === 1 && widthOf(op) === 0 && IMMEDIATES[op] === 0 && operands.length < 3 && operands.at(-1) === type
  );
}
