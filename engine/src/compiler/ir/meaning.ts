/**
 * What numeric operations mean: the functions of `numeric/` by operation, result type and type of the first operand.
 */
import * as i64 from '#engine/numeric/i64.ts';
import {scalars, semantics} from '#engine/numeric/semantics.ts';
import type {Func, Value} from './func.ts';
import {type IrOp, mnemonicOf, OP_COUNT, type OpCode, opNames} from './ops.ts';
import {F32, F64, I32, I64, REF, type Type} from './types.ts';
import {isVectorOp, type VectorOp} from './vector-ops.ts';

type Operand = number | bigint;
export type Meaning = (...operands: Operand[]) => Operand;

const meanings: (Meaning | undefined)[] = new Array(OP_COUNT * 64).fill(undefined);
for (let op = 0; op < OP_COUNT; op++) {
  for (const result of [I32, I64, F32, F64]) {
    for (const operand of [I32, I64, F32, F64, REF]) {
      const mnemonic = mnemonicOf(op as OpCode, result, operand);
      const meaning = mnemonic === undefined ? undefined : (scalars as Record<string, unknown>)[mnemonic];
      meanings[op * 64 + result * 8 + operand] = meaning as Meaning | undefined;
    }
  }
}

/** The function on bits that a numeric operation means; undefined for other operations. */
export function meaningOf(op: OpCode, result: Type, operand: Type): Meaning | undefined {
  return meanings[op * 64 + result * 8 + operand];
}

/** Width in bits of the lanes that an instruction is named after. */
const laneWidth = (name: VectorOp): number => Number(/^[a-z](\d+)/.exec(name)![1]);

function extractLane(name: VectorOp, type: Type, lane: number): Meaning {
  const width = laneWidth(name);
  const cut = name.endsWith('_u') ? BigInt.asUintN : BigInt.asIntN;
  return (vector) => {
    const bits = cut(width, BigInt(vector) >> BigInt(width * lane));
    return type === I32 || type === F32 ? Number(bits) : bits;
  };
}

function replaceLane(name: VectorOp, lane: number): Meaning {
  const width = laneWidth(name);
  const shift = BigInt(width * lane);
  const mask = BigInt.asUintN(width, -1n) << shift;
  return (vector, value) => (BigInt(vector) & ~mask) | (BigInt.asUintN(width, BigInt(value!)) << shift);
}

const byteOf = (bits: bigint, i: number): bigint => (bits >> BigInt(8 * i)) & 0xffn;

function shuffle(lanes: bigint): Meaning {
  return (a, b) => {
    const both = BigInt(a) | (BigInt(b!) << 128n);
    let result = 0n;
    for (let i = 15; i >= 0; i--) result = (result << 8n) | byteOf(both, Number(byteOf(lanes, i)));
    return result;
  };
}

/** The function on bits (v128: unsigned) that an operation on vectors means with its immediates; undefined for others. */
export function vectorMeaning(f: Func, v: Value): Meaning | undefined {
  const name = opNames[f.op(v)]!;
  if (!isVectorOp(name)) return undefined;
  if (name === 'i8x16.shuffle') return shuffle(f.vector(f.imm(v)));
  if (name.includes('.extract_lane')) return extractLane(name, f.type(v), f.imm(v));
  if (name.includes('.replace_lane')) return replaceLane(name, f.imm(v));
  return semantics[name as keyof typeof semantics] as Meaning;
}

/** What the operations on 128 bits mean: low and high half. */
export const wideMeanings = {
  iadd128: i64.add128,
  isub128: i64.sub128,
  imul_wide_s: i64.mul_wide_s,
  imul_wide_u: i64.mul_wide_u,
} as const satisfies Partial<Record<IrOp, unknown>>;
export type WideOp = keyof typeof wideMeanings;
