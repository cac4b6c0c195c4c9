/**
 * The interface of an engine to the harness. Synchronous: an engine in another process blocks on its channel.
 * `Session` links instances as the official scripts need; `runCase` is the short way of the campaign.
 */
import type {WireValue} from '#engine/base/wire-value.ts';
import type {RunnerChannel} from '#engine/runner/runner.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import type {Phase} from '../shard.ts';
import type {EngineKey} from './keys.ts';
import type {CallOutcome, Observation} from './observation.ts';
import type {AotOptions} from './options.ts';

declare const compiledBrand: unique symbol;
/** A compiled module of one session; opaque. */
export type Compiled = {readonly [compiledBrand]: true};
declare const instanceBrand: unique symbol;
/** An instance of one session; opaque. */
export type Instance = {readonly [instanceBrand]: true};

declare const sharedBrand: unique symbol;
/** Shared memories in a form that structured clone carries to another thread; opaque. */
export type SharedExports = {readonly [sharedBrand]: true};

/** Finds the instance that an import's module name stands for; undefined when there is none (unlinkable). */
export type Lookup = (module: string) => Instance | undefined;

/** Result of an instantiation: an instance, or how it failed. Effects of a failed one persist (spec section 4.5.4). */
export type Instantiation =
  | {readonly kind: 'instance'; readonly instance: Instance}
  | {readonly kind: 'unlinkable'; readonly message: string}
  | {readonly kind: 'failed'; readonly outcome: CallOutcome};

/** Instances that can link with each other: one per script file. */
export interface Session {
  /** Throws Malformed, Invalid or Unsupported (engine/src/base/errors.ts). */
  compile(bytes: Uint8Array): Compiled;
  instantiate(compiled: Compiled, lookup: Lookup): Instantiation;
  /** Calls an exported function. Unknown exports are a Bug of the caller. */
  invoke(instance: Instance, name: string, args: readonly WireValue[]): CallOutcome;
  readGlobal(instance: Instance, name: string): WireValue;
  /** The shared memories that an instance exports; absent when the engine cannot share between threads. */
  share?(instance: Instance): SharedExports;
  /** An instance that exports what a session of another thread shared. */
  adopt?(shared: SharedExports): Instance;
  close(): void;
}

export interface CaseOptions {
  /** Wall-clock limit per call in milliseconds, where the engine can enforce one. */
  readonly timeoutMs: number;
}

/** What `openEngine` wants in another thread to open the same engine there; structured-cloneable. */
export interface ThreadWorld {
  readonly aot: AotOptions;
  readonly channel: RunnerChannel | null;
}

export interface Engine {
  readonly key: EngineKey;
  /** Family of engineKeys: one voice in a vote. */
  readonly family: string;
  /** Set when the engine's process died or cannot be trusted any more: it must be closed and opened again. */
  readonly lost: boolean;
  /** Microseconds spent so far by phase of harness/src/shard.ts, where the engine knows; only ever grows. */
  readonly timings?: Readonly<Partial<Record<Phase, number>>>;
  /** Version and flags, for people and for the store. */
  readonly version: string;
  /** Features that the engine implements: cases and scripts outside it are `unsupported`, by name. */
  readonly features: FeatureSet;
  session(features: FeatureSet): Session;
  /** For one more thread whose session adopts what a session of this one shares; absent where that is impossible. */
  forThread?(): ThreadWorld;
  /** Rule ids of the compiler's optional decisions in the last runCase, in order; AOT engines only. */
  allowedRules?(): readonly string[];
  /** Never throws for what a module does; throws Bug for faults of ours. */
  runCase(testCase: Case, options: CaseOptions): Observation;
  close(): void;
}
