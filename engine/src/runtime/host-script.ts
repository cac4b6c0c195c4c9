/**
 * Host scripts: what the functions that a case imports from `host` do. A closed, deterministic set of actions that every
 * engine executes itself: in TypeScript for V8 and the interpreter, in C inside the native runner.
 */
import type {WireValue} from '../base/wire-value.ts';

/** One action; the actions of a host function run in order at each of its calls. */
export type HostAction =
  /** Appends function index, argument bits and the digest of memory 0 to the trace. */
  | {readonly kind: 'log'}
  /** Writes the low `width` bytes of `value` at `address` of exported memory `memory`; out of bounds: nothing happens. */
  | {readonly kind: 'write'; readonly memory: number; readonly address: number; readonly width: 1 | 2 | 4 | 8; readonly value: bigint}
  /** Grows exported memory `memory` by `pages`; failure is ignored. */
  | {readonly kind: 'grow'; readonly memory: number; readonly pages: number}
  /** Calls exported function `name` with `args`, at most `depth` host calls deep; its trap ends this call too. */
  | {readonly kind: 'call'; readonly name: string; readonly args: readonly WireValue[]; readonly depth: number}
  /** Traps (`host`) at the n-th call of this function and later; 0 means at once. */
  | {readonly kind: 'trap'; readonly after: number};

export interface HostFunction {
  /** Import name under module `host`. */
  readonly name: string;
  /** Number types only, so that each engine can make the results from bits. */
  readonly params: readonly ('i32' | 'i64' | 'f32' | 'f64')[];
  readonly results: readonly ('i32' | 'i64' | 'f32' | 'f64')[];
  readonly actions: readonly HostAction[];
}

export interface HostScript {
  /** Results of host functions are a pure function of (seed, ordinal of the call in the case, result index). */
  readonly seed: number;
  readonly functions: readonly HostFunction[];
}
