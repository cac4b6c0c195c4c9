/**
 * Accesses at the end of memory (shape S6): every load and store so that its last byte is the last byte of the memory,
 * one byte before, or one after (which traps), with the address as constant, variable, sum and offset; the loaded value
 * is an operand of another instruction, which must not read more than the load does.
 */

import {numeric} from '#engine/base/wire-value.ts';
import {SIGNATURE} from '#engine/wasm/columns.ts';
import type {AddressType, ValueType} from '#engine/wasm/types.ts';
import {WIDE_OFFSETS, widthOf} from '../address.ts';
import {isWait} from '../atomic.ts';
import type {Body} from '../body.ts';
import {addCall} from '../calls.ts';
import {drawOutside} from '../environment.ts';
import {addEntry} from '../func.ts';
import {canonicalNan, guardDivisor, guardTruncation} from '../guard.ts';
import {indexConstant, indexOps} from '../index-type.ts';
import {GUARD, Guard, IMMEDIATES, NAN_SHAPE, typeSlot} from '../instruction.ts';
import {addEndMemories} from '../memory.ts';
import type {ModuleBuilder} from '../module.ts';
import type {Rng} from '../random.ts';
import {emit} from '../simple.ts';
import {plain} from './plain.ts';

export function memoryEnd(m: ModuleBuilder): void {
  if (!m.swarm.hasMemory) return plain(m);
  const {rng, swarm} = m;
  drawOutside(m);
  addEndMemories(m);
  for (let i = rng.between(4, 6); i > 0; i--) {
    const type = rng.pick(swarm.numberTypes);
    const loads = swarm.producers[typeSlot(type)]!.filter((op) => widthOf(op) > 0 && !isWait(op));
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
  const memory = rng.below(m.memories.length);
  const {
    bytes,
    type: {address},
  } = m.memories[memory]!;
  const offset = drawOffset(rng, address, bytes, width);
  const plan = addEntry(m, [indexOps[address].type], type === null ? [] : [type], {instructions: 60, trips: 1}, (b) => {
    const consumer = type === null ? null : drawConsumer(b, type);
    if (consumer !== null && SIGNATURE[consumer]!.operands.length === 2)
      b.expression(SIGNATURE[consumer]!.operands[0]!, 1);
    b.code.get(0);
    if (rng.oneIn(3)) indexConstant(b.code, address, rng.pick([0, 4, -4])).op(indexOps[address].add);
    for (const operand of SIGNATURE[op]!.operands.slice(1)) b.expression(operand!, 2);
    emit(b, op, {memory, offset});
    if (consumer !== null) consume(b, consumer, type!);
  });
  const {name} = m.exported.at(-1)!;
  const last = BigInt(bytes - width) - BigInt(offset);
  for (const delta of [0n, -1n, rng.pick([1n, 1n, 4n, -4n, -8n])])
    addCall(m, name, plan, [numeric(address, BigInt.asUintN(address === 'i64' ? 64 : 32, last + delta))]);
  if (address === 'i64') addCall(m, name, plan, [numeric('i64', BigInt.asUintN(64, rng.pick(WIDE_OFFSETS) + last))]);
}

/** None, some, up to the last byte, or so much that only a sum modulo 2^64 is in bounds, which traps. */
function drawOffset(rng: Rng, address: AddressType, bytes: number, width: number): number | bigint {
  const form = rng.below(address === 'i64' ? 4 : 3);
  if (form === 3) return rng.pick(WIDE_OFFSETS);
  return form === 0 ? 0 : form === 1 ? rng.pick([1, 8, 0xff00]) : Math.max(0, bytes - width);
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
