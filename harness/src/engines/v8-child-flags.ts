/**
 * Flags of the V8 engines that need a process of their own. `late` ones are set when the process is up: Node's own wasm
 * (it strips types with it) would take seconds to compile under them. What V8 implies at its start has to be named then.
 */
export const v8ChildFlags = {
  'v8-liftoff': {atStart: ['--liftoff-only'], late: []},
  'v8-turbofan': {
    atStart: ['--no-wasm-deopt'],
    late: ['--no-liftoff', '--no-wasm-dynamic-tiering', '--no-wasm-lazy-compilation'],
  },
} as const satisfies Record<string, {atStart: readonly string[]; late: readonly string[]}>;

export type V8ChildKey = keyof typeof v8ChildFlags;
