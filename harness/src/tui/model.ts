/**
 * What the dashboard shows: plain data, filled by the command that runs a campaign, drawn by dashboard.ts. All rates and
 * ages are computed when the snapshot is taken, so that drawing is a pure function.
 */
import type {EngineKey} from '../engines/keys.ts';
import type {Phase} from '../shard.ts';

export interface EngineRow {
  readonly key: EngineKey;
  readonly version: string;
  readonly executions: number;
  readonly timeouts: number;
  readonly unsupported: number;
  /** Times that this engine was the odd one out. */
  readonly odd: number;
  /** Pass rate on the official suite; null: never run. `running`: files done of files. */
  readonly spec: {
    readonly passed: number;
    readonly total: number;
    readonly ageMs: number;
    readonly running: {readonly done: number; readonly files: number} | null;
  } | null;
}

export interface BucketRow {
  readonly slug: string;
  readonly kind: string;
  readonly title: string;
  readonly hits: number;
  readonly bytes: number;
  readonly ageMs: number;
  readonly isNew: boolean;
}

export interface Dashboard {
  readonly name: string;
  readonly state: 'RUN' | 'STOPPING' | 'DONE';
  readonly elapsedMs: number;
  readonly limit:
    | {readonly kind: 'time'; readonly ms: number}
    | {readonly kind: 'cases'; readonly cases: number}
    | null;
  readonly workers: {readonly busy: number; readonly all: number};
  readonly seed: string;
  readonly cases: number;
  readonly executions: number;
  readonly casesPerSecond: number;
  readonly executionsPerSecond: number;
  /** Cases per second of the last ticks, oldest first. */
  readonly history: readonly number[];
  readonly unsupported: number;
  readonly timeouts: number;
  readonly opcodes: {readonly seen: number; readonly all: number} | null;
  readonly findings: {
    readonly newBuckets: number;
    readonly open: number;
    readonly hits: number;
    readonly byKind: Readonly<Record<string, number>>;
  };
  readonly sinceNewBucketMs: number | null;
  readonly timings: Readonly<Record<Phase, number>>;
  readonly engines: readonly EngineRow[];
  readonly suite: string;
  readonly buckets: readonly BucketRow[];
  /** Newest last. */
  readonly feed: readonly {readonly time: string; readonly text: string}[];
  readonly trouble: string | null;
}
