/**
 * Test support: one instruction as V8 computes it. Builds a module whose only function applies the instruction to raw
 * bits; floats cross as integers, so that no NaN is changed on the way. Vectors cross as two i64.
 */

import {assert, present} from '../base/assert.ts';
import {byName, PAGE_BASE, PAGE_PREFIX, SIGNATURE} from '../wasm/columns.ts';
import type {Numeric} from '../wasm/opcodes.ts';
import {F32, F64, I32, I64, V128, type ValueType} from '../wasm/types.ts';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {exports: Record<string, unknown>};
};

const REINTERPRET_TO: Readonly<Record<number, number[]>> = {[F32]: [0xbe], [F64]: [0xbf]};
const REINTERPRET_FROM: Readonly<Record<number, number[]>> = {[F32]: [0xbc], [F64]: [0xbd]};
const CARRIER: Readonly<Record<number, number[]>> = {
  [I32]: [I32],
  [F32]: [I32],
  [I64]: [I64],
  [F64]: [I64],
  [V128]: [I64, I64],
};
const V128_CONST_ZERO = [0xfd, 12, ...new Array<number>(16).fill(0)];

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
const section = (id: number, bytes: number[]): number[] => [id, ...leb(bytes.length), ...bytes];
const carriers = (types: readonly ValueType[]): number[] => types.flatMap((type) => present(CARRIER[type], 'carrier'));

/** Encoding of an opcode without immediates. */
export function opcodeBytes(op: number): number[] {
  const prefix = PAGE_PREFIX[(op >>> 9) as 0 | 1 | 2 | 3 | 4];
  return prefix === 0 ? [op] : [prefix, ...leb(op - present(PAGE_BASE[prefix], 'page'))];
}

function pushOperand(type: ValueType, local: number): number[] {
  if (type !== V128) return [0x20, local, ...(REINTERPRET_TO[type] ?? [])];
  // i64x2.replace_lane of both halves into zero.
  return [...V128_CONST_ZERO, 0x20, local, 0xfd, 30, 0, 0x20, local + 1, 0xfd, 30, 1];
}

function returnResult(type: ValueType, spare: number): number[] {
  if (type !== V128) return REINTERPRET_FROM[type] ?? [];
  // Keeps the vector in a local; i64x2.extract_lane of both halves.
  return [0x21, spare, 0x20, spare, 0xfd, 29, 0, 0x20, spare, 0xfd, 29, 1];
}

function moduleBytes(body: number[], operands: readonly ValueType[], result: ValueType): Uint8Array<ArrayBuffer> {
  const params = carriers(operands);
  let local = 0;
  const pushes: number[] = [];
  for (const type of operands) {
    pushes.push(...pushOperand(type, local));
    local += type === V128 ? 2 : 1;
  }
  const code = [1, 1, V128, ...pushes, ...body, ...returnResult(result, local), 0x0b];
  return new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [
      1,
      0x60,
      ...leb(params.length),
      ...params,
      ...leb(carriers([result]).length),
      ...carriers([result]),
    ]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

type Bits = number | bigint;

const split = (type: ValueType, bits: Bits): Bits[] =>
  type === V128 ? [BigInt.asIntN(64, bits as bigint), (bits as bigint) >> 64n] : [bits];

/** A function from raw bits to raw bits (as semantics.ts has them), undefined when the instruction traps. */
export function inV8(mnemonic: Numeric): (...operands: Bits[]) => Bits | undefined {
  const op = present(byName.get(mnemonic), mnemonic);
  const signature = present(SIGNATURE[op], 'signature');
  const operands = signature.operands.map((type) => present(type, 'operand type'));
  const result = present(signature.results[0], 'result');
  assert(signature.results.length === 1, 'one result');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(opcodeBytes(op), operands, result)));
  const run = instance.exports['f'] as (...args: Bits[]) => Bits | bigint[];
  return (...args) => {
    try {
      const value = run(...operands.flatMap((type, i) => split(type, args[i]!)));
      if (result !== V128) return value as Bits;
      const [low, high] = value as bigint[];
      return BigInt.asUintN(64, low!) | (BigInt.asUintN(64, high!) << 64n);
    } catch {
      return undefined;
    }
  };
}
