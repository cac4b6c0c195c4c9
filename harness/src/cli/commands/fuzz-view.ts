/** Turns the state of a running campaign into what the dashboard, the plain lines and the JSON document show. */
import {basename} from 'node:path';
import {type EngineKey, engineKeys} from '../../engines/keys.ts';
import type {StoreDatabase} from '../../store/open.ts';
import {type BucketSummary, engineTotals, listBuckets, openByKind, specRates} from '../../store/queries.ts';
import type {CampaignRow} from '../../store/store.ts';
import type {Supervisor} from '../../supervisor.ts';
import type {Dashboard, EngineRow} from '../../tui/model.ts';

export interface CampaignView {
  readonly database: StoreDatabase;
  readonly campaign: CampaignRow;
  readonly supervisor: Supervisor;
  readonly versions: ReadonlyMap<EngineKey, string>;
  readonly beganMs: number;
  readonly limit: Dashboard['limit'];
  readonly slots: number;
  /** Whether the official suite is being run beside the campaign. */
  readonly specRunning: () => boolean;
}

/** Rates over the last seconds, from readings of the totals. */
export class RateMeter {
  readonly #readings: {t: number; cases: number; executions: number}[] = [];
  readonly #history: number[] = [];

  /** Takes a reading and gives the present rates per second and their history. */
  read(
    nowMs: number,
    cases: number,
    executions: number,
  ): {casesPerSecond: number; executionsPerSecond: number; history: readonly number[]} {
    this.#readings.push({t: nowMs, cases, executions});
    while (this.#readings.length > 2 && this.#readings[0]!.t < nowMs - 10_000) this.#readings.shift();
    const first = this.#readings[0]!;
    const seconds = Math.max(0.001, (nowMs - first.t) / 1000);
    const rates = {
      casesPerSecond: (cases - first.cases) / seconds,
      executionsPerSecond: (executions - first.executions) / seconds,
    };
    this.#history.push(rates.casesPerSecond);
    if (this.#history.length > 120) this.#history.shift();
    return {...rates, history: this.#history};
  }
}

const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** The dashboard's data now. */
export function takeSnapshot(
  view: CampaignView,
  meter: RateMeter,
  feed: readonly {ms: number; text: string}[],
  lastNewMs: number | null,
  nowMs: number,
): Dashboard {
  const {totals, state, trouble} = view.supervisor;
  const buckets = listBuckets(view.database, 40);
  const byKind = openByKind(view.database);
  const rows = engineRows(view, nowMs);
  return {
    name: view.campaign.slug,
    state: state.phase === 'running' ? 'RUN' : state.phase === 'stopping' ? 'STOPPING' : 'DONE',
    elapsedMs: nowMs - view.beganMs,
    limit: view.limit,
    seed: view.campaign.root_seed,
    workers: {busy: state.leases.filter((lease) => lease !== null).length, all: view.slots},
    cases: totals.cases,
    executions: totals.executions,
    ...meter.read(nowMs, totals.cases, totals.executions),
    unsupported: totals.unsupported,
    timeouts: rows.reduce((sum, row) => sum + row.timeouts, 0),
    opcodes: null,
    findings: {
      newBuckets: totals.newBuckets,
      open: Object.values(byKind).reduce((sum, n) => sum + n, 0),
      hits: totals.hits,
      byKind,
    },
    sinceNewBucketMs: lastNewMs === null ? null : nowMs - lastNewMs,
    timings: totals.timings,
    engines: rows,
    suite: suiteText(view),
    buckets: buckets.map((bucket) => bucketRow(bucket, view.beganMs, nowMs)),
    feed: feed.map(({ms, text}) => ({time: clockTime(ms), text})),
    trouble,
  };
}

function suiteText({database, specRunning}: CampaignView): string {
  if (specRunning()) return 'spec suite is running';
  const suite = specRates(database)[0]?.suite;
  return suite === undefined ? 'spec suite not run yet' : `spec suite ${basename(suite)}`;
}

function bucketRow(bucket: BucketSummary, beganMs: number, nowMs: number): Dashboard['buckets'][number] {
  return {
    slug: bucket.slug,
    kind: bucket.kind,
    title: bucket.title,
    hits: bucket.hits,
    bytes: bucket.bytes,
    ageMs: nowMs - bucket.first_seen_ms,
    isNew: bucket.first_seen_ms >= beganMs,
  };
}

function engineRows({database, campaign, versions}: CampaignView, nowMs: number): EngineRow[] {
  const totals = new Map(engineTotals(database, campaign.id).map((row) => [row.key, row]));
  const rates = new Map(specRates(database).map((rate) => [rate.key, rate]));
  return [...versions].map(([key, version]) => {
    const counts = totals.get(key);
    const rate = rates.get(key);
    return {
      key,
      version,
      executions: counts?.executions ?? 0,
      timeouts: counts?.timeouts ?? 0,
      unsupported: counts?.unsupported ?? 0,
      odd: counts?.odd_one_out ?? 0,
      spec: rate === undefined ? null : {passed: rate.pass, total: rate.total, ageMs: nowMs - rate.t_ms, running: null},
    };
  });
}

/** Families of the engines: a campaign needs two to compare anything. */
export function familyCount(keys: readonly EngineKey[]): number {
  return new Set(keys.map((key) => engineKeys[key].family)).size;
}
