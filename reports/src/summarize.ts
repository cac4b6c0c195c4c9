/** Reads a campaign's summary from the store. */
import type {StoreDatabase} from '#harness/store/open.ts';
import {engineTotals, specRates} from '#harness/store/queries.ts';
import type {CampaignRow} from '#harness/store/store.ts';
import type {ReportBucket, Summary} from './summary.ts';

/** The summary of a campaign, undefined when there is none of that name; null names the one that began last. */
export function summarize(database: StoreDatabase, name: string | null): Summary | undefined {
  const row = (
    name === null
      ? database.prepare('SELECT * FROM campaign ORDER BY started_ms DESC, id DESC LIMIT 1').get()
      : database.prepare('SELECT * FROM campaign WHERE slug = ?').get(name)
  ) as CampaignRow | undefined;
  if (row === undefined) return undefined;
  return {
    schema: 'parallax/report@1',
    campaign: row.slug,
    seed: row.root_seed,
    state: row.state,
    cases: row.cases,
    executions: row.executions,
    unsupported: row.unsupported,
    engines: engineTotals(database, row.id).map(({key, version, executions, timeouts, unsupported, odd_one_out}) => ({
      key,
      version,
      executions,
      timeouts,
      unsupported,
      odd: odd_one_out,
    })),
    buckets: bucketsOf(database, row),
    spec: specRates(database).map(({key, suite, pass, total}) => ({key, suite, pass, total})),
    legal: database
      .prepare('SELECT rule, uses FROM legal_difference WHERE campaign_id = ? ORDER BY uses DESC, rule')
      .all(row.id) as {rule: string; uses: number}[],
    progress: progressOf(database, row.id),
  };
}

function bucketsOf(database: StoreDatabase, {id, started_ms}: CampaignRow): ReportBucket[] {
  const rows = database
    .prepare(`SELECT slug, bucket.kind, suspect, title, count(*) AS hits, repro_ok || '/' || repro_n AS reproduced, first_seen_ms
    FROM divergence JOIN bucket ON bucket.id = bucket_id WHERE campaign_id = ? GROUP BY bucket.id ORDER BY bucket.id`)
    .all(id) as (Omit<ReportBucket, 'isNew'> & {first_seen_ms: number})[];
  return rows.map(({first_seen_ms, ...bucket}) => ({...bucket, isNew: first_seen_ms >= started_ms}));
}

function progressOf(database: StoreDatabase, campaignId: number): Summary['progress'] {
  const rows = database
    .prepare('SELECT t_ms, cases FROM sample WHERE campaign_id = ? ORDER BY t_ms')
    .all(campaignId) as {t_ms: number; cases: number}[];
  const first = rows[0]?.t_ms ?? 0;
  return rows.map(({t_ms, cases}) => ({t_ms: t_ms - first, cases}));
}
