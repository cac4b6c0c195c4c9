/**
 * What a spec run amounts to: counts per engine and group, and the failures, each expected or not. An expected failure
 * that passes is a failure as well.
 */
import type {EngineKey} from '#harness/engines/keys.ts';
import type {ExpectedFailures} from './expected-failures.ts';
import type {JobReport} from './pool.ts';
import {addCounts, type Counts, failing, noCounts, type Result} from './results.ts';

export interface Failure extends Result {
  readonly engine: EngineKey;
  readonly file: string;
  /** Reason of the list of expected failures; null when it is not expected. */
  readonly expected: string | null;
}

export interface EngineSummary {
  readonly counts: Counts;
  /** By folder of the group. */
  readonly groups: ReadonlyMap<string, Counts>;
  /** Commands by feature or limit that they lack. */
  readonly unsupported: ReadonlyMap<string, number>;
}

export interface Assessment {
  readonly engines: ReadonlyMap<EngineKey, EngineSummary>;
  /** In order of engine, file and line. */
  readonly failures: readonly Failure[];
}

/** Assesses the reports; `expected` gives the list of an engine. */
export function assess(reports: readonly JobReport[], expected: (key: EngineKey) => ExpectedFailures): Assessment {
  const engines = new Map<EngineKey, {counts: Counts; groups: Map<string, Counts>; unsupported: Map<string, number>}>();
  const failures: Failure[] = [];
  const ordered = [...reports].sort(
    (a, b) => order(a.job.engine, b.job.engine) || order(a.job.file.name, b.job.file.name),
  );
  for (const {job, counts, results} of ordered) {
    const summary = engines.get(job.engine) ?? {counts: noCounts(), groups: new Map(), unsupported: new Map()};
    engines.set(job.engine, summary);
    addCounts(summary.counts, counts);
    const group = summary.groups.get(job.file.group.folder) ?? noCounts();
    summary.groups.set(job.file.group.folder, group);
    addCounts(group, counts);
    const reasons = expected(job.engine).get(job.file.name);
    for (const result of results) {
      if (result.status === 'unsupported')
        summary.unsupported.set(result.message, (summary.unsupported.get(result.message) ?? 0) + 1);
      const failure = failureOf(result, reasons);
      if (failure !== null) failures.push({...failure, engine: job.engine, file: job.file.name});
    }
  }
  return {engines, failures};
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function failureOf(
  result: Result,
  reasons: ReadonlyMap<number, string> | undefined,
): Omit<Failure, 'engine' | 'file'> | null {
  const reason = reasons?.get(result.line) ?? null;
  if (failing.has(result.status)) return {...result, expected: reason};
  if (reason !== null && (result.status === 'pass' || result.status === 'textPass')) {
    return {
      ...result,
      status: 'fail',
      message: `passes, but is listed as an expected failure: ${reason}`,
      expected: null,
    };
  }
  return null;
}

/** Failures that nobody expects. */
export const unexpected = ({failures}: Assessment): readonly Failure[] =>
  failures.filter(({expected}) => expected === null);
