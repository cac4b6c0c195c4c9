/**
 * Results of commands and their counts. `textPass` and `textFail` are about the WAT library, not about the engine.
 */
import type {CommandKind} from './script.ts';

export const statuses = ['pass', 'fail', 'unsupported', 'skip', 'crash', 'timeout', 'textPass', 'textFail'] as const;
export type Status = (typeof statuses)[number];

export interface Result {
  readonly line: number;
  readonly command: CommandKind;
  readonly status: Status;
  /** What was expected and seen, or which feature is missing; empty for passes. */
  readonly message: string;
}

export type Counts = {-readonly [K in Status]: number};

/** Counts of nothing. */
export function noCounts(): Counts {
  return {pass: 0, fail: 0, unsupported: 0, skip: 0, crash: 0, timeout: 0, textPass: 0, textFail: 0};
}

/** Adds the second to the first. */
export function addCounts(total: Counts, more: Readonly<Counts>): void {
  for (const status of statuses) total[status] += more[status];
}

/** Statuses that make a run fail unless they are expected. */
export const failing: ReadonlySet<Status> = new Set<Status>(['fail', 'crash', 'timeout', 'textFail']);
