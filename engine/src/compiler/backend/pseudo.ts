/**
 * Machine instructions that are no single row of a target's instruction table. These every target has; each adds its own
 * behind them. Ids follow those of the rows. backend/emit.ts and the target's expand.ts say what each becomes.
 */

// biome-ignore format: a table
const shared = [
  'args', // defines the parameters in their registers
  'jump', // to the only successor
  'branch', // imm = test, successors: taken, not taken
  'table', // use index; successors; imm = jump table; two scratches
  'return', // uses: results in their registers; imm = bytes of own stack arguments to drop
  'call', // imm = function index, high = bytes of stack arguments that the callee drops
  'call.m', // callee's code; high as above; trap = 0xff: an entry at the return address
  'results', // defs of what a call with a landing pad gave, or the exception, in their registers; overwrites the others
  'tail', // imm = function index, high = bytes of the callee's stack arguments
  'tail.m', // callee's code; as above
  'trap', // imm = trap code
  'trap.if', // imm = test, high = trap code
  'fconst', // def; imm = pool entry: 4 or 8 or 16 bytes
  'fzero', // def := +0
  'iconst', // def; imm high: 64-bit constant in the shortest form
] as const;
export type SharedPseudo = (typeof shared)[number];
export type PseudoIds<N extends string = never> = Readonly<Record<SharedPseudo | N, number>>;

/** Ids of the shared pseudo-instructions and of a target's own, and their names by id. */
export function pseudos<const N extends string>(
  firstId: number,
  own: readonly N[],
): {ids: PseudoIds<N>; nameOf: (id: number) => SharedPseudo | N | undefined} {
  const names = [...shared, ...own];
  const ids = Object.fromEntries(names.map((name, n) => [name, firstId + n])) as PseudoIds<N>;
  return {ids, nameOf: (id) => names[id - firstId]};
}
