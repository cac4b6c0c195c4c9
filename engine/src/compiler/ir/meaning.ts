/**
 * What numeric operations mean: the functions of `numeric/` by operation, result type and type of the first operand.
 */
import {scalars} from '#engine/numeric/semantics.ts';
import {mnemonicOf, OP_COUNT, type OpCode} from './ops.ts';
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
