/**
 * The supervisor: feeds the campaign loop with what happens, and carries out its commands on the pool, the store and the
 * event log. The only writer of the store. Nothing here decides; campaign.ts does.
 */
import {
  type CampaignCommand,
  type CampaignConfig,
  type CampaignEvent,
  type CampaignState,
  initialState,
  type Lease,
  step,
} from './campaign.ts';
import type {Clock} from './clock.ts';
import type {EngineKey} from './engines/keys.ts';
import type {CampaignLogEvent, EventLog} from './events.ts';
import {type CaseFinding, emptyPart, type Phase, type ShardPart} from './shard.ts';
import type {CampaignRow, Placement, Settled, Store} from './store/store.ts';
import {bucketKey, signatures} from './triage/signature.ts';

/** A worker that died or hung; names the case where it is known. */
export class LostWorker extends Error {
  override name = 'LostWorker';
  readonly at: number | null;
  readonly engine: EngineKey | null;
  readonly reason: 'timeout' | 'crash';
  constructor(message: string, at: number | null, engine: EngineKey | null, reason: 'timeout' | 'crash') {
    super(message);
    this.at = at;
    this.engine = engine;
    this.reason = reason;
  }
}

/** Runs leases; one at a time per slot. */
export interface Pool {
  /** Rejects with LostWorker. */
  run(slot: number, lease: Lease): Promise<ShardPart>;
  close(): Promise<void>;
}

export interface SupervisorWorld {
  readonly pool: Pool;
  readonly store: Store;
  readonly log: EventLog;
  readonly clock: Clock;
  /** Builds of the engines of this campaign, as the store numbers them. */
  readonly builds: ReadonlyMap<EngineKey, number>;
  /** Runs a finding in a fresh process and gathers its evidence. */
  readonly verify: (finding: CaseFinding) => Promise<Settled>;
  /** Told of every settled finding, once it is stored. */
  readonly onFinding: (settled: Settled, placement: Placement) => void;
}

/** How a campaign ended. */
export interface CampaignEnd {
  readonly reason: string;
  readonly error: Error | null;
}

const TICK_MS = 250;
const SAMPLE_MS = 10_000;
/** A store that cannot be written (full disk) is tried again this often, then the campaign stops; nothing stored is lost. */
const COMMIT_ATTEMPTS = 5;
const COMMIT_RETRY_MS = 1000;

export class Supervisor {
  readonly #world: SupervisorWorld;
  readonly #campaign: CampaignRow;
  #state: CampaignState;
  /** Findings of the shard that is being settled, in index order. */
  #settled: Settled[] = [];
  /** Sums over this run, for display. */
  readonly totals = {
    cases: 0,
    executions: 0,
    unsupported: 0,
    findings: 0,
    newBuckets: 0,
    hits: 0,
    timings: {...emptyPart(0).timings} as Record<Phase, number>,
  };
  /** Text of the trouble with the store, while there is any. */
  trouble: string | null = null;
  #finish: ((end: CampaignEnd) => void) | null = null;
  /** Events wait here while a commit is being tried again. */
  #queue: CampaignEvent[] = [];
  #busy = false;

  constructor(config: CampaignConfig, campaign: CampaignRow, world: SupervisorWorld) {
    this.#state = initialState(config);
    this.#campaign = campaign;
    this.#world = world;
  }

  get state(): CampaignState {
    return this.#state;
  }

  /** Runs to the end; resolves with why it ended. */
  async run(): Promise<CampaignEnd> {
    const began = this.#world.clock.now();
    const end = new Promise<CampaignEnd>((resolve) => {
      this.#finish = resolve;
    });
    const ticker = setInterval(() => this.#tick(), TICK_MS);
    const sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#feed({kind: 'start'});
    const result = await end;
    clearInterval(ticker);
    clearInterval(sampler);
    this.#close(result, began);
    return result;
  }

  /** Asks for a graceful end: leased work comes back and is committed first. */
  stop(reason: string): void {
    this.#feed({kind: 'stop', reason});
  }

  #tick(): void {
    this.#feed({kind: 'tick', nowMs: this.#world.clock.now()});
  }

  #feed(event: CampaignEvent): void {
    this.#queue.push(event);
    if (!this.#busy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      const {state, commands} = step(this.#state, event);
      this.#state = state;
      for (const command of commands) await this.#obey(command);
    }
    this.#busy = false;
  }

  async #obey(command: CampaignCommand): Promise<void> {
    switch (command.kind) {
      case 'lease':
        this.#lease(command.slot, command.lease);
        break;
      case 'verify':
        this.#verify(command.finding);
        break;
      case 'hit':
        this.#settled.push({finding: command.finding, reproduced: 'unverified', evidence: {rule: null, locus: null}});
        break;
      case 'commit':
        await this.#commit(command.part);
        break;
      case 'finish':
        this.#finish?.({reason: command.reason, error: null});
        break;
    }
  }

  #lease(slot: number, lease: Lease): void {
    this.#world.pool.run(slot, lease).then(
      (part) => this.#feed({kind: 'part', slot, part}),
      (error: unknown) => {
        if (error instanceof LostWorker)
          this.#feed({
            kind: 'lost',
            slot,
            at: error.at,
            engine: error.engine,
            reason: error.reason,
            detail: error.message,
          });
        else this.#fail(error as Error);
      },
    );
  }

  #verify(finding: CaseFinding): void {
    this.#world.verify(finding).then(
      (settled) => {
        this.#settled.push(settled);
        const key = bucketKey(signatures(finding.divergence, settled.evidence));
        const known =
          this.#world.store.knows(key) ||
          this.#settled
            .slice(0, -1)
            .some((other) => bucketKey(signatures(other.finding.divergence, other.evidence)).text === key.text);
        this.#feed({
          kind: 'verified',
          verification: {reproduced: settled.reproduced === 'yes', bucket: key.text, isNew: !known},
        });
      },
      (error: unknown) => this.#fail(error as Error),
    );
  }

  /** Commits a shard; while the disk is full it waits and tries again, then gives up with everything before it stored. */
  async #commit(part: ShardPart): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const mark = this.#world.log.mark();
      try {
        this.#commitNow(part);
        this.trouble = null;
        return;
      } catch (error) {
        this.#world.log.cut(mark);
        if (attempt >= COMMIT_ATTEMPTS || !isDiskTrouble(error)) {
          this.#fail(error as Error);
          return;
        }
        this.trouble = `store: ${(error as Error).message} (attempt ${attempt} of ${COMMIT_ATTEMPTS})`;
        await new Promise((resolve) => setTimeout(resolve, COMMIT_RETRY_MS));
      }
    }
  }

  #commitNow(part: ShardPart): void {
    const {store, log, builds, clock} = this.#world;
    const settled = this.#settled;
    const placements = store.commitShard(this.#campaign.id, part, settled, builds, clock.now(), (placed) =>
      log.append(shardEvents(part, settled, placed)),
    );
    this.#settled = [];
    this.totals.cases += part.cases;
    this.totals.executions += part.executions;
    this.totals.unsupported += part.unsupported;
    for (const phase of Object.keys(part.timings) as Phase[]) this.totals.timings[phase] += part.timings[phase];
    settled.forEach((one, index) => {
      this.totals.findings++;
      if (placements[index]!.isNew) this.totals.newBuckets++;
      else this.totals.hits++;
      this.#world.onFinding(one, placements[index]!);
    });
  }

  #sample(): void {
    const {cases, executions, newBuckets, timings} = this.totals;
    try {
      this.#world.store.addSample(this.#campaign.id, {
        tMs: this.#world.clock.now(),
        cases,
        executions,
        buckets: newBuckets,
        rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
        timings: JSON.stringify(timings),
      });
    } catch (error) {
      if (!isDiskTrouble(error)) this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.#finish?.({reason: 'error', error});
  }

  #close({reason, error}: CampaignEnd, began: number): void {
    const {store, log, clock} = this.#world;
    const done = reason === 'cases';
    try {
      store.setState(this.#campaign.id, done ? 'done' : 'stopped', reason, clock.now());
      log.append([{ev: 'end', reason, cases: this.#state.watermark, elapsed_ms: clock.now() - began}]);
    } catch (trouble) {
      // The disk is full: the campaign row stays `running`, which a resume treats like a killed supervisor.
      if (error === null && !isDiskTrouble(trouble)) throw trouble;
    }
  }
}

/** Whether an error means that the disk cannot be written just now, rather than a bug. */
export function isDiskTrouble(error: unknown): boolean {
  const code = String((error as {code?: unknown}).code ?? '');
  return /^(SQLITE_FULL|SQLITE_IOERR|SQLITE_CANTOPEN|SQLITE_BUSY|ENOSPC|EDQUOT|EIO)/.test(code);
}

function shardEvents(
  part: ShardPart,
  settled: readonly Settled[],
  placements: readonly Placement[],
): CampaignLogEvent[] {
  const findings = settled.map(({finding: {index, divergence}, reproduced}, at): CampaignLogEvent => {
    const {slug, isNew, signature} = placements[at]!;
    const {kind, suspects, partition, channel, shown, believed} = divergence;
    return {
      ev: 'finding',
      index,
      bucket: slug,
      new: isNew,
      kind,
      suspect: suspects.join(','),
      partition,
      channel,
      shown,
      believed,
      signature,
      reproduced,
    };
  });
  const {lo, hi, cases, executions, unsupported, digest} = part;
  return [
    ...findings,
    {ev: 'shard', lo, hi, cases, executions, unsupported, digest: digest.toString(16).padStart(8, '0')},
  ];
}
