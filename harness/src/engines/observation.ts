/**
 * What a run shows: the only thing the oracle sees of an engine. Everything is bits, names of the closed trap set,
 * or digests; nothing depends on time, addresses or the host.
 */
import type {TrapName} from '#engine/base/traps.ts';
import type {WireValue} from '#engine/base/wire-value.ts';
import type {EngineKey} from './keys.ts';

/** How one call (or the start function) ended. */
export type CallOutcome =
  | {readonly kind: 'return'; readonly values: readonly WireValue[]}
  /** `traps`: the traps that the engine's report may mean; our own engines give exactly one. `offset`: wasm byte offset. */
  | {readonly kind: 'trap'; readonly traps: readonly TrapName[]; readonly offset: number | null}
  | {readonly kind: 'exhaustion'; readonly resource: 'stack' | 'fuel' | 'memory'}
  | {readonly kind: 'exception'; readonly payload: readonly WireValue[] | null}
  | {readonly kind: 'timeout'}
  | {readonly kind: 'crash'; readonly detail: string}
  | {readonly kind: 'unsupported'; readonly feature: string};

/** Exported state after a call: what is not exported is not observable in every engine and is left out. */
export interface StateDigest {
  /** By exported memory, in export order: size in bytes and the digest of engine/src/base/digest.ts. */
  readonly memories: readonly {readonly name: string; readonly bytes: number; readonly digest: number}[];
  readonly globals: readonly {readonly name: string; readonly value: WireValue}[];
  /** Element kinds (null or not, extern ids) digested; `length` in elements. */
  readonly tables: readonly {readonly name: string; readonly length: number; readonly digest: number}[];
}

/** Calls that the module made to the host script so far: count and rolling hash (engine/src/runtime/host-script.ts). */
export interface TraceDigest {
  readonly count: number;
  readonly hash: number;
}

export interface CallObservation {
  readonly outcome: CallOutcome;
  readonly state: StateDigest;
  readonly trace: TraceDigest;
}

/** What one engine showed for one case. */
export type Observation =
  | {readonly status: 'ran'; readonly instantiation: CallOutcome; readonly calls: readonly CallObservation[]}
  | {
      readonly status: 'rejected';
      readonly error: 'malformed' | 'invalid' | 'either';
      readonly message: string;
      readonly offset: number | null;
    }
  | {readonly status: 'unlinkable'; readonly message: string}
  | {readonly status: 'unsupported'; readonly feature: string}
  | {readonly status: 'timeout'}
  | {readonly status: 'crash'; readonly detail: string};

export type Observations = Readonly<Partial<Record<EngineKey, Observation>>>;

/** How a call ends that one of our own engines saw trap; what the host does has no place in the module. */
export const trapped = (trap: TrapName, offset: number | null): CallOutcome => ({
  kind: 'trap',
  traps: [trap],
  offset: trap === 'host' ? null : offset,
});
