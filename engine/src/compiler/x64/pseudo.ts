/**
 * Machine instructions that are no single row of the instruction table: control flow, calls, constants from the pool, and
 * sequences with branches of their own. Ids follow those of the rows. emit.ts and expand.ts say what each becomes.
 */
import {INST_COUNT} from './insts.ts';

// biome-ignore format: a table
export const pseudos = [
  'args', // defines the parameters in their registers
  'jump', // to the only successor
  'branch', // imm = condition (see Test), successors: taken, not taken
  'table', // use index; successors; imm = jump table; two scratches
  'return', // uses: results in their registers; imm = bytes of own stack arguments to drop
  'call', // imm = function index, high = bytes of stack arguments that the callee drops
  'call.m', // operand or address: code; high as above; trap = 0xff: an entry at the return address
  'results', // defs of what a call with a landing pad gave, or the exception, in their registers; overwrites the others
  'tail', // imm = function index, high = bytes of the callee's stack arguments; use: return address in r11 when it moves
  'tail.m', // code address in rax; as above
  'trap', // imm = trap code
  'trap.if', // imm = condition, high = trap code
  'fconst', // def; imm = pool entry: 4 or 8 or 16 bytes
  'fzero', // def := +0
  'iconst', // def; imm high: 64-bit constant in the shortest form
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
export type PseudoName = (typeof pseudos)[number];

export const Pseudo = Object.fromEntries(pseudos.map((name, n) => [name, INST_COUNT + n])) as Readonly<
  Record<PseudoName, number>
>;

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

/** Text of a pseudo-instruction's name, undefined for rows. */
export function pseudoName(id: number): PseudoName | undefined {
  return pseudos[id - INST_COUNT];
}
