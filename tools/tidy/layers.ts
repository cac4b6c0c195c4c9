/**
 * The rooms of the house and what each may see. A room is a folder or a file; the longest path that fits counts. A room
 * sees itself, the rooms in its list, and the packages in its list. Tests may see everything in their top-level folder.
 */

export interface Room {
  readonly path: string;
  readonly sees: readonly string[];
  /** npm packages, or `node:` for what Node brings. */
  readonly packages?: readonly string[];
}

const BASE = 'engine/src/base';
const WASM = 'engine/src/wasm';
const NUMERIC = 'engine/src/numeric';
const BINARY = 'engine/src/binary';
const TEXT = 'engine/src/text.ts';
const VALID = 'engine/src/valid';
const RUNTIME = 'engine/src/runtime';
const LAYOUT = 'engine/src/runtime/layout.ts';
const OBJECT_LAYOUT = 'engine/src/runtime/object-layout.ts';
const HOST_SCRIPT = 'engine/src/runtime/host-script.ts';
const INTERPRETER = 'engine/src/interpreter';
const RUNNER = 'engine/src/runner';
const COMPILER = 'engine/src/compiler';
const SPEC = [BASE, WASM, NUMERIC];
const DECODED = [...SPEC, BINARY, VALID];
const IR = [
  `${COMPILER}/ir`,
  `${COMPILER}/analysis`,
  `${COMPILER}/fuel.ts`,
  `${COMPILER}/chaos.ts`,
  `${COMPILER}/timer.ts`,
  `${COMPILER}/image.ts`,
  `${COMPILER}/unwind.ts`,
];
const ENGINE = ['engine/src'];
const HARNESS = 'harness/src';

export const rooms: readonly Room[] = [
  {path: BASE, sees: []},
  {path: WASM, sees: [BASE]},
  {path: NUMERIC, sees: [BASE, WASM]},
  {path: BINARY, sees: SPEC},
  {path: TEXT, sees: [BASE], packages: ['@bytecodealliance/jco-transpile/wasm-tools', 'wabt']},
  {path: VALID, sees: [...SPEC, BINARY]},
  {path: LAYOUT, sees: SPEC},
  {path: OBJECT_LAYOUT, sees: [...SPEC, LAYOUT]},
  {path: HOST_SCRIPT, sees: SPEC},
  {path: RUNTIME, sees: [...DECODED, TEXT]},
  {path: INTERPRETER, sees: [...DECODED, RUNTIME]},
  {
    path: RUNNER,
    sees: [...SPEC, LAYOUT, HOST_SCRIPT, `${COMPILER}/image.ts`, `${COMPILER}/unwind.ts`],
    packages: ['node:'],
  },
  {path: `${COMPILER}/fuel.ts`, sees: [BASE]},
  {path: `${COMPILER}/chaos.ts`, sees: [BASE]},
  {path: `${COMPILER}/timer.ts`, sees: []},
  {path: `${COMPILER}/unwind.ts`, sees: [BASE]},
  {path: `${COMPILER}/image.ts`, sees: [BASE, LAYOUT, `${COMPILER}/unwind.ts`, `${COMPILER}/ir/types.ts`]},
  {path: `${COMPILER}/ir`, sees: [...SPEC, `${COMPILER}/analysis`]},
  {path: `${COMPILER}/analysis`, sees: [BASE, `${COMPILER}/ir`]},
  {path: `${COMPILER}/frontend`, sees: [...DECODED, ...IR, LAYOUT, OBJECT_LAYOUT]},
  // opt names the type of what a pass is given, which stands in passes.ts.
  {path: `${COMPILER}/opt`, sees: [...SPEC, ...IR, LAYOUT, `${COMPILER}/passes.ts`]},
  {path: `${COMPILER}/backend`, sees: [...SPEC, ...IR, LAYOUT]},
  {path: `${COMPILER}/x64`, sees: [...SPEC, ...IR, LAYOUT, `${COMPILER}/backend`]},
  {path: `${COMPILER}/arm64`, sees: [...SPEC, ...IR, LAYOUT, `${COMPILER}/backend`]},
  {path: COMPILER, sees: [...DECODED, LAYOUT]},
  {path: 'engine/src', sees: [TEXT]},
  {path: 'engine/filetests', sees: ENGINE, packages: ['node:']},
  {path: 'engine/bin', sees: [...ENGINE, 'engine/filetests'], packages: ['node:']},
  {path: 'generators/src', sees: ENGINE, packages: ['fast-check']},
  {path: `${HARNESS}/clock.ts`, sees: []},
  {path: `${HARNESS}/rng.ts`, sees: [], packages: ['node:crypto']},
  {
    path: `${HARNESS}/cli`,
    sees: [HARNESS, 'spec-tests/src', 'reports/src', 'generators/src', ...ENGINE],
    packages: ['node:', 'commander', 'react', 'ink'],
  },
  {path: `${HARNESS}/tui`, sees: [HARNESS, ...ENGINE], packages: ['react', 'ink', 'node:']},
  {
    path: `${HARNESS}/engines`,
    sees: [
      `${HARNESS}/clock.ts`,
      `${HARNESS}/shard.ts`,
      `${HARNESS}/version.ts`,
      'generators/src',
      ...ENGINE,
      // Its tests run the engine's goldens as machine code.
      'engine/filetests',
    ],
    packages: ['node:'],
  },
  {
    path: HARNESS,
    sees: ['generators/src', ...ENGINE],
    packages: ['node:', 'piscina', 'better-sqlite3', 'fast-check', 'iced-x86'],
  },
  {
    path: 'spec-tests/src',
    sees: [`${HARNESS}/engines`, `${HARNESS}/clock.ts`, ...ENGINE],
    packages: ['node:', 'piscina'],
  },
  {path: 'reports', sees: [HARNESS, 'generators/src', ...ENGINE], packages: ['node:', 'uplot']},
  {
    path: 'tools',
    sees: ['engine', 'generators/src', HARNESS, 'spec-tests/src', 'reports'],
    packages: ['node:', 'fast-check', 'typescript'],
  },
];

/** Files beside the code that only tests use: they may see what tests see. */
export const testSupport: ReadonlySet<string> = new Set([
  'engine/src/binary/random-module.ts',
  'engine/src/binary/suite-modules.ts',
  'engine/src/numeric/v8-reference.ts',
  'engine/src/numeric/edge-bits.ts',
  'engine/src/runner/test-code.ts',
  'engine/src/runner/door.ts',
  'engine/src/interpreter/run-test-start.ts',
  'engine/src/interpreter/threads-test-worker.ts',
  'harness/src/tui/example.ts',
]);

/** The harness's inner folders that lie above the rest of it. */
export const harnessTop: readonly string[] = [`${HARNESS}/cli`, `${HARNESS}/tui`];
