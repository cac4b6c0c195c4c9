/**
 * Preparing an instruction for tracing: its operands are brought to their slots and reported, it is prepared as always,
 * its results are brought to their slots and reported.
 */
import {WIDTH} from '../wasm/columns.ts';
import type {Body} from './body.ts';
import {machine} from './machine.ts';
import type {Prepare} from './prepare-numeric.ts';
import type {Cell, TraceEvent, TraceRecord} from './trace.ts';
import {Word} from './words.ts';

const {trace: TRACE} = Word;

function emitTrace(
  body: Body,
  phase: TraceRecord['phase'],
  offset: number,
  op: number,
  access: TraceEvent['access'],
): TraceRecord {
  const record: TraceRecord = {phase, func: body.func, offset, op, access, cells: []};
  body.emitter.op1(TRACE, machine.traces.push(record) - 1);
  return record;
}

function cells({operands}: Body, from: number): Cell[] {
  const result: Cell[] = [];
  for (let i = from; i < operands.count; i += 1) result.push({storage: operands.storage[i]!, slot: operands.slot[i]!});
  return result;
}

export function prepareTraced(body: Body, prepare: Prepare): void {
  const {operands, reader} = body;
  const {offset, op} = reader;
  const width = WIDTH[op]!;
  const access = width === 0 ? null : {memory: reader.memory, offset: reader.low >>> 0, width};
  operands.flushTop(operands.count);
  const before = emitTrace(body, 'before', offset, op, access);
  const stack = cells(body, 0);
  operands.lowest = operands.count;
  prepare(body);
  const {lowest} = operands;
  before.cells = stack.slice(lowest);
  if (body.isDead || body.blocks.length === 0) return;
  operands.flushTop(operands.count);
  emitTrace(body, 'after', offset, op, access).cells = cells(body, lowest);
}
