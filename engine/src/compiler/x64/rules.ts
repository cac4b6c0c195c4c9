/**
 * Optional lowering decisions of x86-64. Each asks the fuel; without it the plain form is emitted, which means the same.
 */
import {defineRule} from '../fuel.ts';

export const rules = {
  immediate: defineRule('x64: immediate operand'),
  load: defineRule('x64: load as operand'),
  constant: defineRule('x64: pool constant as operand'),
  lea: defineRule('x64: add as lea'),
  scaled: defineRule('x64: scaled index'),
  branch: defineRule('x64: compare and branch'),
  select: defineRule('x64: compare and select'),
  trap: defineRule('x64: compare and trap'),
  test: defineRule('x64: and with compare as test'),
  zero: defineRule('x64: compare with zero as test'),
  narrow: defineRule('x64: and as zero extension'),
  bmi: defineRule('x64: shift without flags'),
  avx: defineRule('x64: three-operand float'),
  vector: defineRule('x64: three-operand vector'),
  broadcast: defineRule('x64: broadcast'),
  shuffle: defineRule('x64: shuffle as one instruction'),
  storeLane: defineRule('x64: lane to memory'),
  storeImmediate: defineRule('x64: store of a constant'),
  address: defineRule('x64: constant address'),
  element: defineRule('x64: index of an element in the address'),
  lowHalf: defineRule('x64: low half alone'),
  divide: defineRule('x64: division by a constant'),
} as const;
