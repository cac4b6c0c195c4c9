/**
 * What the tidy rules let pass, each with its reason. An entry that is not needed any more is a problem itself.
 */
import type {LongFunction} from './rules.ts';

/** Functions of more than 70 lines: flat switches over a closed set. */
export const longFunctions: readonly LongFunction[] = [
  {path: 'engine/src/valid/code.ts', name: 'irregular', reason: 'the validator: one case per instruction'},
  {path: 'engine/src/valid/code-gc.ts', name: 'aggregate', reason: 'the validator: one case per instruction'},
  {path: 'engine/src/interpreter/run.ts', name: 'run', reason: 'the interpreter: one case per instruction'},
  {
    path: 'engine/src/interpreter/run-vector.ts',
    name: 'runVector',
    reason: 'the interpreter: one case per instruction',
  },
];

/** Files whose exports need no user: what a worker or a child process starts, and vocabularies that are complete. */
export const unusedMayStand: ReadonlySet<string> = new Set([
  'engine/src/compiler/x64/regs.ts',
  'engine/src/compiler/arm64/regs.ts',
  'engine/src/wasm/types.ts',
]);
