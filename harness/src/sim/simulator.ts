/**
 * Runs the campaign loop against a fake world made from a seed: workers that finish out of order, crash, hang, lose
 * their cases and lie about nothing; a supervisor that is killed and resumes from the last commit. No clock, no process.
 */
import {
  type CampaignCommand,
  type CampaignConfig,
  type CampaignEvent,
  type CampaignState,
  initialState,
  type Lease,
  step,
} from '../campaign.ts';
import type {Divergence} from '../oracle/verdict.ts';
import {type CaseFinding, emptyPart, mix, type ShardPart} from '../shard.ts';

/** What survives the death of the supervisor. */
export interface Disk {
  watermark: number;
  readonly shards: ShardPart[];
  readonly findings: {index: number; verified: boolean}[];
}

export interface World {
  /** Uniform integer below n. */
  readonly draw: (n: number) => number;
  /** Cases that diverge, and cases that kill their worker: functions of the index alone. */
  readonly diverges: (index: number) => boolean;
  readonly kills: (index: number) => boolean;
  /** Chances in 1000, per step: a worker dies for no reason; the supervisor is killed. */
  readonly flakyWorker: number;
  readonly killSupervisor: number;
}

export const emptyDisk = (): Disk => ({watermark: 0, shards: [], findings: []});

const divergence = (index: number): Divergence => ({
  kind: 'value',
  step: 0,
  suspects: ['aot-x64'],
  partition: `{aot-x64}≠{v8}${index % 5}`,
  channel: 'result 0',
  shown: 'ok i32:1',
  believed: 'ok i32:2',
});

/** The part that a worker makes of a range: deterministic in the range. */
export function fakePart(world: World, lease: Lease, hi: number): ShardPart {
  const findings: CaseFinding[] = [];
  let digest = 0;
  for (let index = lease.lo; index < hi; index++) {
    digest = mix(digest, index);
    const deadly = lease.deadly.find((entry) => entry.index === index);
    if (deadly !== undefined) findings.push({index, divergence: deadly.divergence, bytes: new Uint8Array()});
    else if (world.diverges(index))
      findings.push({index, divergence: divergence(index), bytes: new Uint8Array([index])});
  }
  return {...emptyPart(lease.lo), hi, cases: hi - lease.lo, executions: 2 * (hi - lease.lo), digest, findings};
}

interface Run {
  state: CampaignState;
  readonly inFlight: Map<number, Lease>;
  verifying: CaseFinding | null;
  finished: string | null;
  /** Findings settled since the last commit: lost with the supervisor. */
  pending: {index: number; verified: boolean}[];
}

/** Runs one campaign to its end over however many lives of the supervisor; returns its reason to finish. */
export function simulate(world: World, config: CampaignConfig, disk: Disk, maxSteps: number): string {
  let run = begin(config, disk);
  for (let count = 0; count < maxSteps; count++) {
    if (run.finished !== null) return run.finished;
    if (world.draw(1000) < world.killSupervisor) run = begin(config, disk);
    else feed(run, disk, nextEvent(world, run));
  }
  throw new Error(`campaign did not finish in ${maxSteps} steps`);
}

function begin(config: CampaignConfig, disk: Disk): Run {
  const run: Run = {
    state: initialState({...config, from: disk.watermark}),
    inFlight: new Map(),
    verifying: null,
    finished: null,
    pending: [],
  };
  feed(run, disk, {kind: 'start'});
  return run;
}

function feed(run: Run, disk: Disk, event: CampaignEvent): void {
  const {state, commands} = step(run.state, event);
  run.state = state;
  for (const command of commands) obey(run, disk, command);
}

function obey(run: Run, disk: Disk, command: CampaignCommand): void {
  switch (command.kind) {
    case 'lease':
      if (run.inFlight.has(command.slot)) throw new Error(`slot ${command.slot} leased twice`);
      run.inFlight.set(command.slot, command.lease);
      break;
    case 'verify':
      if (run.verifying !== null) throw new Error('two verifications at once');
      run.verifying = command.finding;
      break;
    case 'hit':
      run.pending.push({index: command.finding.index, verified: false});
      break;
    case 'commit':
      commit(run, disk, command.part);
      break;
    case 'finish':
      run.finished = command.reason;
      break;
  }
}

/** One transaction: the shard, its findings and the watermark, or nothing. */
function commit(run: Run, disk: Disk, part: ShardPart): void {
  if (part.lo !== disk.watermark) throw new Error(`commit of ${part.lo} at watermark ${disk.watermark}`);
  disk.shards.push(part);
  disk.findings.push(...run.pending);
  run.pending = [];
  disk.watermark = part.hi;
}

function nextEvent(world: World, run: Run): CampaignEvent {
  const slots = [...run.inFlight.keys()];
  if (run.verifying !== null && (slots.length === 0 || world.draw(2) === 0)) return verified(run);
  const slot = slots[world.draw(slots.length)];
  if (slot === undefined) return {kind: 'tick', nowMs: 0};
  const lease = run.inFlight.get(slot)!;
  run.inFlight.delete(slot);
  return work(world, slot, lease);
}

function verified(run: Run): CampaignEvent {
  run.pending.push({index: run.verifying!.index, verified: true});
  run.verifying = null;
  return {kind: 'verified', verification: {reproduced: true, bucket: 'D-0001', isNew: false}};
}

function work(world: World, slot: number, lease: Lease): CampaignEvent {
  for (let index = lease.lo; index < lease.hi; index++) {
    if (!world.kills(index) || lease.deadly.some((entry) => entry.index === index)) continue;
    return {
      kind: 'lost',
      slot,
      at: world.draw(4) === 0 ? null : index,
      engine: 'v8',
      reason: 'timeout',
      detail: 'no answer',
    };
  }
  if (world.draw(1000) < world.flakyWorker)
    return {kind: 'lost', slot, at: null, engine: null, reason: 'crash', detail: 'gone'};
  const hi = world.draw(3) === 0 ? lease.lo + world.draw(lease.hi - lease.lo + 1) : lease.hi;
  return {kind: 'part', slot, part: fakePart(world, lease, hi)};
}
