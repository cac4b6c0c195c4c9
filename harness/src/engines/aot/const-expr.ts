/**
 * Evaluates constant expressions (spec section 3.3.10) on the client's side, so that an instantiation is one batch: what
 * they may read are immutable globals, whose values the client knows.
 */
import {assert} from '#engine/base/assert.ts';
import {Unsupported} from '#engine/base/errors.ts';
import {type Instruction, instructions, mnemonicOf} from '#engine/binary/instructions.ts';
import {functionRef, i31Ref, nullRef, type WireRef} from '#engine/runner/runner.ts';
import type {Expression} from '#engine/wasm/module.ts';
import {type FieldType, isRef} from '#engine/wasm/types.ts';

/** Value of a global or operand: the two 64-bit halves of its cell, or a reference as the runner's wire has it. */
export type ConstValue = {readonly low: bigint; readonly high: bigint} | {readonly ref: WireRef};

export interface ConstScope {
  /** Value of an immutable global; undefined for mutable ones, which valid expressions do not read. */
  readonly global: (index: number) => ConstValue | undefined;
  /** Handle of a function by index. */
  readonly func: (index: number) => number;
  readonly objects: ConstObjects;
}

/** Makes structures and arrays of the types of a module. */
export interface ConstObjects {
  readonly fields: (type: number) => readonly FieldType[];
  readonly struct: (type: number, values: readonly ConstValue[]) => ConstValue;
  /** `values`: each element, or one that all have, or none: zero or null. */
  readonly array: (type: number, length: number, values: readonly ConstValue[]) => ConstValue;
}

const number = (bits: bigint): ConstValue => ({low: bits, high: 0n});

/** The value of a valid constant expression. */
export function evaluate(expression: Expression, scope: ConstScope): ConstValue {
  const stack: ConstValue[] = [];
  for (const each of instructions(expression)) step(each, stack, scope);
  const value = stack.pop();
  assert(value !== undefined && stack.length === 0, 'constant expression leaves one value');
  return value;
}

/** The value as an unsigned 64-bit offset. */
export function evaluateOffset(expression: Expression, scope: ConstScope): bigint {
  const value = evaluate(expression, scope);
  assert('low' in value, 'offset is a number');
  return value.low;
}

function step({op, values}: Instruction, stack: ConstValue[], scope: ConstScope): void {
  const name = mnemonicOf(op);
  switch (name) {
    case 'end':
      return;
    case 'i32.const':
    case 'f32.const':
      stack.push(number(BigInt.asUintN(32, BigInt(values[0] as number))));
      return;
    case 'i64.const':
    case 'f64.const':
      stack.push(number(BigInt.asUintN(64, values[0] as bigint)));
      return;
    case 'v128.const':
      stack.push(vector(values[0] as Uint8Array));
      return;
    case 'ref.null':
      stack.push({ref: nullRef});
      return;
    case 'ref.func':
      stack.push({ref: functionRef(scope.func(values[0] as number))});
      return;
    case 'global.get':
      stack.push(global(scope, values[0] as number));
      return;
    case 'i32.add':
    case 'i32.sub':
    case 'i32.mul':
      binary(name.slice(4), 32, stack);
      return;
    case 'i64.add':
    case 'i64.sub':
    case 'i64.mul':
      binary(name.slice(4), 64, stack);
      return;
    case 'ref.i31':
      stack.push({ref: i31Ref(Number(low(stack)))});
      return;
    case 'any.convert_extern':
    case 'extern.convert_any':
      return;
    default:
      allocate(name, values as number[], stack, scope.objects);
  }
}

function low(stack: ConstValue[]): bigint {
  const value = stack.pop();
  assert(value !== undefined && 'low' in value, 'a number');
  return value.low;
}

/** Structures and arrays. */
function allocate(name: string, [type = 0, count = 0]: number[], stack: ConstValue[], objects: ConstObjects): void {
  const take = (n: number): ConstValue[] => stack.splice(stack.length - n);
  switch (name) {
    case 'struct.new':
      stack.push(objects.struct(type, take(objects.fields(type).length)));
      return;
    case 'struct.new_default':
      stack.push(objects.struct(type, objects.fields(type).map(zeroOf)));
      return;
    case 'array.new': {
      const length = Number(low(stack));
      stack.push(objects.array(type, length, take(1)));
      return;
    }
    case 'array.new_default':
      stack.push(objects.array(type, Number(low(stack)), []));
      return;
    case 'array.new_fixed':
      stack.push(objects.array(type, count, take(count)));
      return;
    default:
      throw new Unsupported(`${name} in a constant expression`);
  }
}

const zeroOf = ({type}: FieldType): ConstValue => (isRef(type) ? {ref: nullRef} : number(0n));

function vector(bytes: Uint8Array): ConstValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return {low: view.getBigUint64(0, true), high: view.getBigUint64(8, true)};
}

function global(scope: ConstScope, index: number): ConstValue {
  const value = scope.global(index);
  assert(value !== undefined, `global ${index} is constant`);
  return value;
}

function binary(operation: string, width: number, stack: ConstValue[]): void {
  const right = stack.pop();
  const left = stack.pop();
  assert(left !== undefined && right !== undefined && 'low' in left && 'low' in right, 'two numbers');
  const result =
    operation === 'add' ? left.low + right.low : operation === 'sub' ? left.low - right.low : left.low * right.low;
  stack.push(number(BigInt.asUintN(width, result)));
}
