/**
 * Validates the instructions on whole memories, tables and segments (spec sections 3.3.6 and 3.3.7). Part of the switch in
 * code.ts.
 */
import {Malformed, Unsupported} from '../base/errors.ts';
import {messages as binaryMessages} from '../binary/messages.ts';
import {FEATURE, NAME} from '../wasm/columns.ts';
import {Op} from '../wasm/opcodes.ts';
import {I32, type ValueType} from '../wasm/types.ts';
import type {CodeValidator} from './code.ts';
import {addressType} from './context.ts';
import {unknown} from './messages.ts';

const {
  'table.get': TABLE_GET,
  'table.set': TABLE_SET,
  'table.init': TABLE_INIT,
  'elem.drop': ELEM_DROP,
  'table.copy': TABLE_COPY,
  'table.grow': TABLE_GROW,
  'table.size': TABLE_SIZE,
  'table.fill': TABLE_FILL,
  'memory.size': MEMORY_SIZE,
  'memory.grow': MEMORY_GROW,
  'memory.init': MEMORY_INIT,
  'data.drop': DATA_DROP,
  'memory.copy': MEMORY_COPY,
  'memory.fill': MEMORY_FILL,
} = Op;

/** Checks one instruction; throws Unsupported for legacy exceptions, which no engine of ours runs. */
export function memoryInstruction(code: CodeValidator, op: number): void {
  const {stack, reader, context} = code;
  switch (op) {
    case MEMORY_SIZE:
      return stack.pushOperand(memory(code, reader.index));
    case MEMORY_GROW:
      stack.popExpected(memory(code, reader.index));
      stack.pushOperand(memory(code, reader.index));
      return;
    case MEMORY_INIT:
      return memoryInit(code, reader.index, reader.index2);
    case DATA_DROP:
      return requireData(code, reader.index);
    case MEMORY_COPY:
      return copy(code, memory(code, reader.index), memory(code, reader.index2));
    case MEMORY_FILL:
      return popThree(code, memory(code, reader.index), I32, memory(code, reader.index));
    case TABLE_GET:
      stack.popExpected(tableAddress(code, reader.index));
      stack.pushOperand(tableElement(code, reader.index));
      return;
    case TABLE_SET:
      stack.popExpected(tableElement(code, reader.index));
      stack.popExpected(tableAddress(code, reader.index));
      return;
    case TABLE_SIZE:
      return stack.pushOperand(tableAddress(code, reader.index));
    case TABLE_GROW:
      return tableGrow(code, reader.index);
    case TABLE_FILL:
      return popThree(
        code,
        tableAddress(code, reader.index),
        tableElement(code, reader.index),
        tableAddress(code, reader.index),
      );
    case TABLE_COPY:
      return tableCopy(code, reader.index, reader.index2);
    case TABLE_INIT:
      return tableInit(code, reader.index, reader.index2);
    case ELEM_DROP:
      context.element(reader.index, code.offset);
      return;
    default:
      throw new Unsupported(`${NAME[op]} (${FEATURE[op]})`, code.offset);
  }
}

function memory(code: CodeValidator, index: number): ValueType {
  return code.context.memoryAddress(index, code.offset);
}

/** Checks the data segment of an instruction (spec section 5.5.16: its section must be announced). */
export function requireData(code: CodeValidator, index: number): void {
  const {dataCount, data} = code.context.module;
  if (dataCount === null) throw new Malformed(binaryMessages.dataCountRequired, code.offset);
  if (index >= data.length) code.stack.fail(unknown('data segment', index));
}

function memoryInit(code: CodeValidator, segment: number, index: number): void {
  const address = memory(code, index);
  requireData(code, segment);
  popThree(code, address, I32, I32);
}

/** Pops the operands of a bulk instruction, given in order. */
export function popThree(code: CodeValidator, first: ValueType, second: ValueType, third: ValueType): void {
  code.stack.popExpected(third);
  code.stack.popExpected(second);
  code.stack.popExpected(first);
}

/** Operands of a copy between two address spaces: the length fits both. */
function copy(code: CodeValidator, target: ValueType, source: ValueType): void {
  popThree(code, target, source, target === I32 ? I32 : source);
}

function tableAddress(code: CodeValidator, index: number): ValueType {
  return addressType(code.context.table(index, code.offset).address);
}

function tableElement(code: CodeValidator, index: number): ValueType {
  return code.context.table(index, code.offset).element;
}

function tableGrow(code: CodeValidator, index: number): void {
  const address = tableAddress(code, index);
  code.stack.popExpected(address);
  code.stack.popExpected(tableElement(code, index));
  code.stack.pushOperand(address);
}

function tableCopy(code: CodeValidator, target: number, source: number): void {
  code.requireMatch(tableElement(code, source), tableElement(code, target));
  copy(code, tableAddress(code, target), tableAddress(code, source));
}

function tableInit(code: CodeValidator, segment: number, table: number): void {
  const element = tableElement(code, table);
  code.requireMatch(code.context.element(segment, code.offset), element);
  popThree(code, tableAddress(code, table), I32, I32);
}
