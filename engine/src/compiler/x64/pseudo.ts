/**
 * Pseudo-instructions of x86-64 (backend/pseudo.ts): constants from the pool, and sequences with branches of their own. A
 * `tail` takes its return address in r11 when that moves, a `tail.m` its code address in rax. expand.ts says what each becomes.
 */
import {pseudos} from '../backend/pseudo.ts';
import {INST_COUNT} from './insts.ts';

// biome-ignore format: a table
const own = [
  'select.f', // def tied to the value if false, use the value if true; imm = condition under which it is taken
  'fmin.ss', 'fmin.sd', 'fmax.ss', 'fmax.sd', // def tied, use across
  // def rax (quotient), use rax, def rdx early (remainder), use divisor; srem: divisor -1 gives 0. Divisor 0 and overflow fault
  'sdiv.d', 'sdiv.q', 'udiv.d', 'udiv.q', 'srem.d', 'srem.q',
  // Float to integer; imm: see Convert. def integer early, use float across, scratch int, scratch float
  'trunc.ss', 'trunc.sd',
  'u64tof.ss', 'u64tof.sd', // def float early, use integer across, scratch int
  // Bitwise atomic_rmw: def rax early (old value, zero-extended), use pointer across, use operand across, scratch int; imm = operator
  'atomic.b', 'atomic.w', 'atomic.d', 'atomic.q',
  'round.ss', 'round.sd', // without SSE4.1: def float early, use float across, scratch float, scratch int; imm = rounding mode
] as const;

export const {ids: Pseudo, nameOf: pseudoName} = pseudos(INST_COUNT, own);

/** Conditions of `branch`, `trap.if`, `select.f`: a condition code, and for float equality the parity flag as well. */
export const Test = {
  /** Holds when the condition holds and the operands were ordered. */
  andOrdered: 0x10,
  /** Holds when the condition holds or the operands were unordered. */
  orUnordered: 0x20,
} as const;

/** The opposite of a test. */
export function negateTest(test: number): number {
  if ((test & Test.andOrdered) !== 0) return ((test & 15) ^ 1) | Test.orUnordered;
  if ((test & Test.orUnordered) !== 0) return ((test & 15) ^ 1) | Test.andOrdered;
  return test ^ 1;
}

/** Bits of `imm` of trunc: result width, signedness, saturation. */
export const Convert = {wide: 1, unsigned: 2, saturating: 4} as const;
