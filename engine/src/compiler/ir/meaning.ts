/**
 * What numeric operations mean: the functions of `numeric/` by operation, result type and type of the first operand.
 */
import * as i64 from '#engine/numeric/i64.ts';
import {scalars} from '#engine/numeric/semantics.ts';
import {type IrOp, mnemonicOf, OP_COUNT, type OpCode} from './ops.ts';
import {F32, F64, I32, I64, REF, type Type} from './types.ts';

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

/** What the operations on 128 bits mean: low and high half. */
export const wideMeanings = {
  iadd128: i64.add128,
  isub128: i64.sub128,
  imul_wide_s: i64.mul_wide_s,
  imul_wide_u: i64.mul_wide_u,
} as const satisfies Partial<Record<IrOp, unknown>>;
export type WideOp = keyof typeof wideMeanings;
