/** What crosses between the spec run and its worker threads; all of it can be structured-cloned. */
import type {MessagePort} from 'node:worker_threads';
import type {RunnerChannel} from '#engine/runner/channel.ts';
import type {Feature} from '#engine/wasm/features.ts';
import type {EngineKey} from '#harness/engines/keys.ts';
import type {AotOptions} from '#harness/engines/options.ts';
import type {Counts, Result} from './results.ts';

export interface FileTask {
  readonly engine: EngineKey;
  readonly aot: AotOptions;
  /** To the engine's process, where it lives in one. */
  readonly channel: RunnerChannel | null;
  readonly path: string;
  readonly features: readonly Feature[];
  readonly needs: readonly Feature[];
  readonly lines: readonly number[] | null;
  /** Lines whose results are wanted even when they pass. */
  readonly watched: readonly number[];
  /** Gets FileMessages. */
  readonly port: MessagePort;
  /** See progress.ts. */
  readonly progress: SharedArrayBuffer;
}

/** `running` when the first command begins; every result that is not a pass at once, so that it survives the worker. */
export type FileMessage = 'running' | Result;

/** Results of a file: all counts, but only the results that are not passes or are watched. */
export interface FileReport {
  readonly counts: Counts;
  readonly results: readonly Result[];
  /** Version of the engine. */
  readonly version: string;
  /** Whether the engine has to be replaced. */
  readonly lost: boolean;
}
