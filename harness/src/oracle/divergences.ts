/**
 * Legal differences: where the spec lets two correct engines differ. One row each, with the clause that allows it.
 * The oracle counts every use, so that a rule that hides too much is seen.
 */
export const legalDifferences = {
  'nan-payload': {
    clause: 'https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation',
    why: 'a float operation, in each lane, may return any arithmetic NaN when an operand is a non-canonical NaN, and either sign',
  },
  'stack-depth': {
    clause: 'https://webassembly.github.io/spec/core/appendix/implementation.html#execution',
    why: "how deep calls may nest is the engine's choice",
  },
  fuel: {
    clause: 'https://webassembly.github.io/spec/core/appendix/implementation.html#execution',
    why: 'an engine that counts steps may stop where others go on',
  },
  'memory-limit': {
    clause: 'https://webassembly.github.io/spec/core/exec/instructions.html#exec-memory-grow',
    why: 'memory.grow and table.grow may fail for lack of resources',
  },
  'trap-wording': {
    clause: 'https://webassembly.github.io/spec/core/intro/overview.html#concepts',
    why: 'an engine may report several causes of a trap with one message; the sets must meet',
  },
  'atomic-trap': {
    clause: 'https://webassembly.github.io/threads/core/exec/instructions.html#atomic-memory-instructions',
    why: 'an atomic access that is neither aligned nor in bounds traps; which of the two causes is told is not said',
  },
} as const satisfies Record<string, {clause: string; why: string}>;

export type LegalDifference = keyof typeof legalDifferences;
