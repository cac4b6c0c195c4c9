/**
 * Optional lowering decisions of AArch64. Each asks the fuel; without it the plain form is emitted, which means the same.
 */
import {defineRule} from '../fuel.ts';

export const rules = {
  immediate: defineRule('arm64: immediate operand'),
  logical: defineRule('arm64: logical immediate'),
  shifted: defineRule('arm64: shifted operand'),
  extended: defineRule('arm64: extended operand'),
  multiplyAdd: defineRule('arm64: multiply and add'),
  negated: defineRule('arm64: operation with a negation'),
  bitField: defineRule('arm64: bit field'),
  wrapped: defineRule('arm64: low word of an address'),
  scaled: defineRule('arm64: scaled index'),
  offset: defineRule('arm64: offset of an access'),
  address: defineRule('arm64: constant address'),
  aligned: defineRule('arm64: aligned store needs no probe'),
  extending: defineRule('arm64: load that extends'),
  zero: defineRule('arm64: zero register'),
  branch: defineRule('arm64: compare and branch'),
  branchZero: defineRule('arm64: branch on zero'),
  branchBit: defineRule('arm64: branch on a bit'),
  select: defineRule('arm64: compare and select'),
  selectStep: defineRule('arm64: select with a step'),
  trap: defineRule('arm64: compare and trap'),
  test: defineRule('arm64: and with compare as test'),
  chain: defineRule('arm64: conditions in a chain'),
  floatImmediate: defineRule('arm64: float in the instruction'),
  divisor: defineRule('arm64: known divisor'),
  lowHalf: defineRule('arm64: low half alone'),
  vectorImmediate: defineRule('arm64: vector in the instruction'),
  vectorShift: defineRule('arm64: vectors shifted by a constant'),
  permutation: defineRule('arm64: shuffle as one permutation'),
} as const;
