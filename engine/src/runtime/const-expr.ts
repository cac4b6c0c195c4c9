/**
 * Constant expressions, evaluated on boundary values (spec section 3.4.15): initial values of globals, tables and
 * segments. The expression must be valid; it can trap only where an array is too large.
 */
import {assert} from '../base/assert.ts';
import {CodeReader} from '../binary/code.ts';
import {NAME} from '../wasm/columns.ts';
import type {Expression} from '../wasm/module.ts';
import {Op} from '../wasm/opcodes.ts';
import {I32, I64} from '../wasm/types.ts';
import {ArrayInstance, defaultCells, repeated, StructInstance, toCells} from './gc.ts';
import type {Instance} from './instance.ts';
import type {Value} from './values.ts';
import {bits} from './values.ts';

const word = (low: number): bigint => BigInt(low >>> 0);
const slot = (low: number, high: number): bigint => word(low) | (word(high) << 32n);

/** The value of an expression; `instance` holds the globals and functions that it may name. */
export function evaluate(expression: Expression, instance: Instance): Value {
  const reader = new CodeReader(expression);
  const stack: Value[] = [];
  while (!reader.isAtEnd) step(reader, instance, stack);
  assert(stack.length === 1, 'one value');
  return stack[0]!;
}

const arithmetic = (op: number, a: bigint, b: bigint): bigint => {
  if (op === Op['i32.add'] || op === Op['i64.add']) return a + b;
  return op === Op['i32.sub'] || op === Op['i64.sub'] ? a - b : a * b;
};

function step(reader: CodeReader, instance: Instance, stack: Value[]): void {
  const op = reader.next();
  switch (op) {
    case Op['i32.const']:
      stack.push(word(reader.i32));
      return;
    case Op['f32.const']:
      stack.push(word(reader.low));
      return;
    case Op['i64.const']:
    case Op['f64.const']:
      stack.push(slot(reader.low, reader.high));
      return;
    case Op['v128.const']:
      stack.push(vector(reader.bytes, reader.bytesAt));
      return;
    case Op['ref.null']:
      stack.push(null);
      return;
    case Op['ref.func']:
      stack.push(instance.funcs[reader.index]!);
      return;
    case Op['global.get']:
      stack.push(instance.globals[reader.index]!.value);
      return;
    case Op['i32.add']:
    case Op['i32.sub']:
    case Op['i32.mul']:
    case Op['i64.add']:
    case Op['i64.sub']:
    case Op['i64.mul']: {
      const b = stack.pop() as bigint;
      const a = stack.pop() as bigint;
      stack.push(bits(op < Op['i64.add'] ? I32 : I64, arithmetic(op, a, b)));
      return;
    }
    case Op['ref.i31']:
      stack.push(Number(BigInt.asIntN(31, stack.pop() as bigint)));
      return;
    case Op['any.convert_extern']:
    case Op['extern.convert_any']:
    case Op['end']:
      return;
    default:
      allocate(reader, instance, stack);
  }
}

/** Structures and arrays. */
function allocate(reader: CodeReader, instance: Instance, stack: Value[]): void {
  const {composite} = instance.module.types[reader.index]!;
  const id = instance.typeIds[reader.index]!;
  if (composite.kind === 'struct') {
    const {fields} = composite;
    if (reader.op === Op['struct.new_default']) stack.push(new StructInstance(id, defaultCells(fields)));
    else {
      const values = stack.splice(stack.length - fields.length);
      stack.push(
        new StructInstance(
          id,
          fields.flatMap(({type}, i) => toCells(type, values[i]!)),
        ),
      );
    }
    return;
  }
  assert(composite.kind === 'array', `${NAME[reader.op]} in a constant expression`);
  const {element} = composite;
  if (reader.op === Op['array.new_fixed']) {
    const values = stack.splice(stack.length - reader.index2);
    stack.push(
      new ArrayInstance(
        id,
        values.length,
        values.flatMap((value) => toCells(element.type, value)),
      ),
    );
    return;
  }
  const length = Number(stack.pop() as bigint);
  const cells = reader.op === Op['array.new'] ? toCells(element.type, stack.pop()!) : defaultCells([element]);
  stack.push(repeated(id, length, cells));
}

/** Sixteen bytes, little endian. */
function vector(bytes: Uint8Array, at: number): bigint {
  let value = 0n;
  for (let i = 15; i >= 0; i -= 1) value = (value << 8n) | BigInt(bytes[at + i]!);
  return value;
}
