/**
 * Evaluates constant expressions (spec section 3.3.10) on the client's side, so that an instantiation is one batch: what
 * they may read are immutable globals, whose values the client knows.
 */
import {assert} from '#engine/base/assert.ts';
import {Unsupported} from '#engine/base/errors.ts';
import {type Instruction, instructions, mnemonicOf} from '#engine/binary/instructions.ts';
import {functionRef, nullRef, type WireRef} from '#engine/runner/runner.ts';
import type {Expression} from '#engine/wasm/module.ts';

/** Value of a global or operand: the two 64-bit halves of its cell, or a reference as the runner's wire has it. */
export type ConstValue = {readonly low: bigint; readonly high: bigint} | {readonly ref: WireRef};

export interface ConstScope {
  /** Value of an immutable global; undefined for mutable ones, which valid expressions do not read. */
  readonly global: (index: number) => ConstValue | undefined;
  /** Handle of a function by index. */
  readonly func: (index: number) => number;
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
    default:
      throw new Unsupported(`${name} in a constant expression`);
  }
}

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
