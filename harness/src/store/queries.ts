/** The store's reading side: what screens, summaries and commands ask. */
import type Database from 'better-sqlite3';

export interface BucketSummary {
  readonly slug: string;
  readonly kind: string;
  readonly suspect: string;
  readonly title: string;
  readonly status: string;
  readonly hits: number;
  readonly repro_ok: number;
  readonly repro_n: number;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  /** Size of the smallest stored case in bytes. */
  readonly bytes: number;
}

/** Buckets, last seen first. */
export function listBuckets(database: Database.Database, limit: number): BucketSummary[] {
  return database
    .prepare(`SELECT slug, kind, suspect, title, status, hits, repro_ok, repro_n, first_seen_ms, last_seen_ms,
    coalesce((SELECT min(module_bytes) FROM divergence WHERE bucket_id = bucket.id AND module_sha IS NOT NULL), 0) AS bytes
    FROM bucket ORDER BY last_seen_ms DESC, id DESC LIMIT ?`)
    .all(limit) as BucketSummary[];
}

/** Open buckets by kind. */
export function openByKind(database: Database.Database): Record<string, number> {
  const rows = database
    .prepare(
      `SELECT kind, count(*) AS n FROM bucket WHERE status IN ('new','confirmed','reported','regressed') GROUP BY kind ORDER BY n DESC, kind`,
    )
    .all() as {kind: string; n: number}[];
  return Object.fromEntries(rows.map(({kind, n}) => [kind, n]));
}

export interface EngineTotals {
  readonly key: string;
  readonly version: string;
  readonly executions: number;
  readonly traps: number;
  readonly timeouts: number;
  readonly unsupported: number;
  readonly odd_one_out: number;
}

/** Counts of each engine in a campaign, all builds of it together; the newest build's version. */
export function engineTotals(database: Database.Database, campaignId: number): EngineTotals[] {
  return database
    .prepare(`SELECT engine.key, max(engine_build.version) AS version, sum(executions) AS executions, sum(traps) AS traps,
    sum(timeouts) AS timeouts, sum(unsupported) AS unsupported, sum(odd_one_out) AS odd_one_out
    FROM campaign_engine JOIN engine_build ON engine_build.id = engine_build_id JOIN engine ON engine.id = engine_id
    WHERE campaign_id = ? GROUP BY engine.key ORDER BY engine.key`)
    .all(campaignId) as EngineTotals[];
}

export interface StoredCase {
  readonly root: string;
  readonly index: number;
  readonly slug: string;
  readonly campaign: string;
  readonly config: string;
  readonly data: Buffer | null;
}

/** The smallest stored case of a bucket. */
export function caseOfBucket(database: Database.Database, slug: string): StoredCase | undefined {
  return database
    .prepare(`SELECT campaign.root_seed AS root, seed_index AS "index", bucket.slug, campaign.slug AS campaign, campaign.config, blob.data
    FROM bucket JOIN divergence ON bucket_id = bucket.id JOIN campaign ON campaign.id = campaign_id LEFT JOIN blob ON blob.sha = module_sha
    WHERE bucket.slug = ? ORDER BY module_sha IS NULL, reproduced = 'yes' DESC, module_bytes, divergence.id LIMIT 1`)
    .get(slug) as StoredCase | undefined;
}

export interface SpecRate {
  readonly key: string;
  readonly suite: string;
  readonly t_ms: number;
  readonly pass: number;
  readonly total: number;
}

/** Whether a build of an engine has a whole run of the suite. */
export function hasWholeSpecRun(database: Database.Database, key: string, version: string): boolean {
  return (
    database
      .prepare(`SELECT 1 FROM spec_run JOIN engine_build ON engine_build.id = engine_build_id JOIN engine ON engine.id = engine_id
    WHERE whole = 1 AND engine.key = ? AND engine_build.version = ? LIMIT 1`)
      .get(key, version) !== undefined
  );
}

/** The newest whole run of the official suite per engine: engine-side assertions passed, of those that the engine supports. */
export function specRates(database: Database.Database): SpecRate[] {
  return database
    .prepare(`SELECT engine.key, suite, max(t_ms) AS t_ms, pass, pass + fail + crash + timeout + unsupported AS total
    FROM spec_run JOIN engine_build ON engine_build.id = engine_build_id JOIN engine ON engine.id = engine_id
    WHERE whole = 1 GROUP BY engine.key`)
    .all() as SpecRate[];
}
