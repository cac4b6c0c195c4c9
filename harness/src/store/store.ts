/**
 * The store's writing side, used by the supervisor alone. A shard, its findings, buckets, counts and the watermark are
 * one transaction: after any death of the process either all of it is there or none of it.
 */
import {createHash} from 'node:crypto';
import type Database from 'better-sqlite3';
import {type EngineKey, engineKeys} from '../engines/keys.ts';
import type {CaseFinding, ShardPart} from '../shard.ts';
import {mix} from '../shard.ts';
import {bucketKey, type Evidence, levels, type Signature, signatureHash, signatures} from '../triage/signature.ts';

export interface CampaignRow {
  readonly id: number;
  readonly slug: string;
  readonly root_seed: string;
  readonly config: string;
  readonly tool_version: string;
  readonly generator_version: string;
  readonly watermark: number;
  readonly state: 'running' | 'stopped' | 'done';
  readonly cases: number;
  readonly executions: number;
  readonly unsupported: number;
  readonly digest: number;
  readonly started_ms: number;
}

export interface NewCampaign {
  readonly slug: string;
  readonly root: string;
  readonly config: string;
  readonly toolVersion: string;
  readonly generatorVersion: string;
  readonly startedMs: number;
}

/** A finding with what triage learned; `reproduced`: in a fresh process, or not looked at. */
export interface Settled {
  readonly finding: CaseFinding;
  readonly reproduced: 'yes' | 'no' | 'unverified';
  readonly evidence: Evidence;
}

/** The bucket that a settled finding went to. */
export interface Placement {
  readonly slug: string;
  readonly isNew: boolean;
  readonly signature: string;
}

export class Store {
  readonly #db: Database.Database;
  constructor(database: Database.Database) {
    this.#db = database;
  }

  close(): void {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }

  campaign(slug: string): CampaignRow | undefined {
    return this.#db.prepare('SELECT * FROM campaign WHERE slug = ?').get(slug) as CampaignRow | undefined;
  }

  createCampaign({slug, root, config, toolVersion, generatorVersion, startedMs}: NewCampaign): CampaignRow {
    this.#db
      .prepare(`INSERT INTO campaign (slug, root_seed, config, tool_version, generator_version, started_ms, state)
      VALUES (?, ?, ?, ?, ?, ?, 'running')`)
      .run(slug, root, config, toolVersion, generatorVersion, startedMs);
    return this.campaign(slug)!;
  }

  /** Removes a campaign with its findings and counts; buckets stay, so that known bugs stay known. */
  forgetCampaign(slug: string): void {
    this.#db.prepare('DELETE FROM campaign WHERE slug = ?').run(slug);
  }

  setState(campaignId: number, state: CampaignRow['state'], reason: string | null, nowMs: number): void {
    this.#db
      .prepare('UPDATE campaign SET state = ?, stop_reason = ?, ended_ms = ? WHERE id = ?')
      .run(state, reason, state === 'running' ? null : nowMs, campaignId);
  }

  /** Id of an engine's build, registered when new. */
  build(key: EngineKey, version: string, nowMs: number): number {
    const {family, trust} = engineKeys[key];
    this.#db
      .prepare('INSERT INTO engine (key, family, trust) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(key, family, trust);
    const {id} = this.#db.prepare('SELECT id FROM engine WHERE key = ?').get(key) as {id: number};
    this.#db
      .prepare('INSERT INTO engine_build (engine_id, version, first_seen_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(id, version, nowMs);
    return (
      this.#db.prepare('SELECT id FROM engine_build WHERE engine_id = ? AND version = ?').get(id, version) as {
        id: number;
      }
    ).id;
  }

  /** Whether a bucket with this deciding signature exists. */
  knows(signature: Signature): boolean {
    return this.#bucketOf(signature) !== undefined;
  }

  /**
   * Commits a shard with its findings and moves the watermark; throws when the shard does not start at the watermark.
   * `within` runs at the end of the transaction; when it throws, nothing is stored.
   */
  commitShard(
    campaignId: number,
    part: ShardPart,
    settled: readonly Settled[],
    builds: ReadonlyMap<EngineKey, number>,
    nowMs: number,
    within: (placements: readonly Placement[]) => void = () => {},
  ): Placement[] {
    return this.#db.transaction(() => {
      const row = this.#db.prepare('SELECT watermark, digest FROM campaign WHERE id = ?').get(campaignId) as {
        watermark: number;
        digest: number;
      };
      if (row.watermark !== part.lo) throw new RangeError(`shard ${part.lo}-${part.hi} at watermark ${row.watermark}`);
      const placements = settled.map((one) => this.#place(campaignId, one, nowMs));
      this.#db
        .prepare(
          `UPDATE campaign SET watermark = ?, cases = cases + ?, executions = executions + ?, unsupported = unsupported + ?, digest = ? WHERE id = ?`,
        )
        .run(part.hi, part.cases, part.executions, part.unsupported, mix(row.digest, part.digest), campaignId);
      this.#countEngines(campaignId, part, settled, builds);
      for (const [rule, uses] of Object.entries(part.legal)) this.#countLegal(campaignId, rule, uses);
      within(placements);
      return placements;
    })();
  }

  #countEngines(
    campaignId: number,
    part: ShardPart,
    settled: readonly Settled[],
    builds: ReadonlyMap<EngineKey, number>,
  ): void {
    const insert = this.#db.prepare(
      'INSERT INTO campaign_engine (campaign_id, engine_build_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    const update =
      this.#db.prepare(`UPDATE campaign_engine SET executions = executions + ?, traps = traps + ?, timeouts = timeouts + ?,
      unsupported = unsupported + ?, odd_one_out = odd_one_out + ? WHERE campaign_id = ? AND engine_build_id = ?`);
    for (const [key, build] of builds) {
      const counts = part.engines[key] ?? {executions: 0, traps: 0, timeouts: 0, unsupported: 0};
      const odd = settled.filter(({finding}) => finding.divergence.suspects.includes(key)).length;
      insert.run(campaignId, build);
      update.run(counts.executions, counts.traps, counts.timeouts, counts.unsupported, odd, campaignId, build);
    }
  }

  #countLegal(campaignId: number, rule: string, uses: number): void {
    this.#db
      .prepare(
        'INSERT INTO legal_difference (campaign_id, rule, uses) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET uses = uses + excluded.uses',
      )
      .run(campaignId, rule, uses);
  }

  /** Puts a finding into its bucket, which is made when its deciding signature is new. */
  #place(campaignId: number, {finding, reproduced, evidence}: Settled, nowMs: number): Placement {
    const all = signatures(finding.divergence, evidence);
    const deciding = bucketKey(all);
    const known = this.#bucketOf(deciding);
    const bucket = known ?? this.#createBucket(finding, deciding, nowMs);
    this.#db
      .prepare(
        'UPDATE bucket SET hits = hits + 1, last_seen_ms = ?, repro_ok = repro_ok + ?, repro_n = repro_n + ? WHERE id = ?',
      )
      .run(nowMs, reproduced === 'yes' ? 1 : 0, reproduced === 'unverified' ? 0 : 1, bucket.id);
    for (const signature of all) this.#countSignature(signature, bucket.id);
    this.#insertDivergence(campaignId, finding, reproduced, bucket.id, nowMs);
    return {slug: bucket.slug, isNew: known === undefined, signature: deciding.text};
  }

  #bucketOf(signature: Signature): {id: number; slug: string} | undefined {
    return this.#db
      .prepare(
        'SELECT bucket.id, bucket.slug FROM signature JOIN bucket ON bucket.id = signature.bucket_id WHERE level = ? AND hash = ?',
      )
      .get(levels[signature.level], signatureHash(signature)) as {id: number; slug: string} | undefined;
  }

  #createBucket({divergence}: CaseFinding, deciding: Signature, nowMs: number): {id: number; slug: string} {
    const {next} = this.#db.prepare('SELECT coalesce(max(id), 0) + 1 AS next FROM bucket').get() as {next: number};
    const slug = `D-${String(next).padStart(4, '0')}`;
    this.#db
      .prepare(
        'INSERT INTO bucket (id, slug, kind, suspect, title, first_seen_ms, last_seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(next, slug, divergence.kind, divergence.suspects.join(','), deciding.text, nowMs, nowMs);
    return {id: next, slug};
  }

  /** A weaker signature stays with the bucket that showed it first. */
  #countSignature(signature: Signature, bucketId: number): void {
    this.#db
      .prepare(
        'INSERT INTO signature (level, hash, text, bucket_id, hits) VALUES (?, ?, ?, ?, 1) ON CONFLICT (level, hash) DO UPDATE SET hits = hits + 1',
      )
      .run(levels[signature.level], signatureHash(signature), signature.text, bucketId);
  }

  #insertDivergence(
    campaignId: number,
    {index, divergence, bytes}: CaseFinding,
    reproduced: string,
    bucketId: number,
    nowMs: number,
  ): void {
    const sha = bytes.length === 0 ? null : createHash('sha256').update(bytes).digest();
    if (sha !== null)
      this.#db
        .prepare('INSERT INTO blob (sha, size, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
        .run(sha, bytes.length, bytes);
    this.#db
      .prepare(`INSERT INTO divergence (campaign_id, seed_index, kind, partition, channel, shown, believed, module_sha, module_bytes, bucket_id, reproduced, found_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(
        campaignId,
        index,
        divergence.kind,
        divergence.partition,
        divergence.channel,
        divergence.shown,
        divergence.believed,
        sha,
        bytes.length,
        bucketId,
        reproduced,
        nowMs,
      );
  }

  addSample(
    campaignId: number,
    sample: {tMs: number; cases: number; executions: number; buckets: number; rssMb: number; timings: string},
  ): void {
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO sample (campaign_id, t_ms, cases, executions, buckets, rss_mb, timings) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(campaignId, sample.tMs, sample.cases, sample.executions, sample.buckets, sample.rssMb, sample.timings);
  }
}
