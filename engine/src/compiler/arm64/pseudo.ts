/**
 * Pseudo-instructions of AArch64 (backend/pseudo.ts): sequences with branches of their own. `branch` and `trap.if` have the
 * register that they test as a use, see Test. A `tail.m` takes its code address in x9. expand.ts says what each becomes.
 */
import {pseudos} from '../backend/pseudo.ts';
import {INST_COUNT} from './insts.ts';

// biome-ignore format: a table
const own = [
  'select.v', // def tied to the value if false, use the value if true; imm = condition under which it is taken
  // Float to integer: traps where the result does not fit. imm: see Convert. use float, scratch float
  'range.s', 'range.d',
  // Loops around an exclusive pair (expand-atomics.ts), by the bytes of the access; imm of `atomic`: the operator
  'atomic.b', 'atomic.h', 'atomic.w', 'atomic.x',
  'cas.b', 'cas.h', 'cas.w', 'cas.x',
] as const;

export const {ids: Pseudo, nameOf: pseudoName} = pseudos(INST_COUNT, own);

/** Tests of `branch` and `trap.if`: a condition code, or one of these on the register that is used. `^ 1` negates. */
export const Test = {
  zero32: 16,
  notZero32: 17,
  zero64: 18,
  notZero64: 19,
  /** Of the bit in `high` (of `trap.if` in `disp`). */
  bitClear: 20,
  bitSet: 21,
} as const;

/** Bits of `imm` of range: result width, signedness. */
export const Convert = {wide: 1, unsigned: 2} as const;
