/** What crosses between the supervisor and its worker threads; all of it can be structured-cloned. */
import type {RunnerChannel} from '#engine/runner/channel.ts';
import type {Lease} from '../campaign.ts';
import type {EngineKey} from '../engines/keys.ts';
import type {AotOptions} from '../engines/options.ts';
import type {Generation} from '../profiles.ts';

/** What all leases of a campaign share. */
export interface RangeSettings extends Generation {
  readonly root: string;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  /** Limit per call in milliseconds. */
  readonly timeoutMs: number;
}

export interface RangeTask {
  readonly slot: number;
  readonly settings: RangeSettings;
  readonly lease: Lease;
  /** Channels to the processes of the engines that live outside, by engine. */
  readonly channels: Readonly<Partial<Record<EngineKey, RunnerChannel>>>;
  readonly heartbeats: SharedArrayBuffer;
}
