/**
 * The campaign as a pure loop: (state, event) -> (state, commands). It knows no clock, pool, disk or process.
 *
 * Cases are numbered from 0 and handed out in shards of fixed size, so that shard boundaries do not depend on timing.
 * Shards come back in any order, and are settled in index order: each finding is verified in a fresh process, then the
 * shard is committed. Hence the event log of a campaign is a function of (commit, root, number of cases).
 * What holds: every index below `watermark` is committed exactly once; a lease that is lost is given out again.
 */
import type {EngineKey} from './engines/keys.ts';
import type {Divergence} from './oracle/verdict.ts';
import {type CaseFinding, joinParts, type ShardPart} from './shard.ts';
import {rawSignature} from './triage/signature.ts';

export interface CampaignConfig {
  readonly root: string;
  readonly shardSize: number;
  readonly slots: number;
  /** First index of this run: where a resumed campaign goes on. */
  readonly from: number;
  /** Indices from here on are not run; null: no limit. */
  readonly until: number | null;
  /** Time of the tick at which the campaign stops; null: no limit. */
  readonly deadlineMs: number | null;
  /** Findings of one raw signature that are verified; later ones are counted as hits. */
  readonly verifyLimit: number;
  /** Stop after this many new buckets; null: never. */
  readonly maxFindings: number | null;
}

/** A case that killed its worker: it is not run again, and stands as this divergence. */
export interface Deadly {
  readonly index: number;
  readonly divergence: Divergence;
}
export interface Lease {
  readonly lo: number;
  readonly hi: number;
  readonly deadly: readonly Deadly[];
  readonly attempt: number;
}
/** What the fresh process said about a finding. */
export interface Verification {
  readonly reproduced: boolean;
  readonly bucket: string;
  readonly isNew: boolean;
}

export type CampaignEvent =
  | {readonly kind: 'start'}
  | {readonly kind: 'tick'; readonly nowMs: number}
  /** A worker finished [part.lo, part.hi) of its lease; less than the lease when an engine process had to be replaced. */
  | {readonly kind: 'part'; readonly slot: number; readonly part: ShardPart}
  /** A worker was lost, at a known case or not. */
  | {
      readonly kind: 'lost';
      readonly slot: number;
      readonly at: number | null;
      readonly engine: EngineKey | null;
      readonly reason: 'timeout' | 'crash';
      readonly detail: string;
    }
  | {readonly kind: 'verified'; readonly verification: Verification}
  | {readonly kind: 'stop'; readonly reason: string};

export type CampaignCommand =
  | {readonly kind: 'lease'; readonly slot: number; readonly lease: Lease}
  /** Run the case in a fresh process, find its evidence, assign its bucket; answer with `verified`. One at a time. */
  | {readonly kind: 'verify'; readonly finding: CaseFinding}
  /** Count a finding as a hit of its raw signature, without verification. */
  | {readonly kind: 'hit'; readonly finding: CaseFinding}
  /** Store the shard; all its findings have been settled. */
  | {readonly kind: 'commit'; readonly part: ShardPart}
  | {readonly kind: 'finish'; readonly reason: string};

/** The shard being settled and its findings that still wait; `asked`: the first one is being verified. */
interface Settling {
  readonly part: ShardPart;
  readonly waiting: readonly CaseFinding[];
  readonly asked: boolean;
}

export interface CampaignState {
  readonly config: CampaignConfig;
  readonly phase: 'running' | 'stopping' | 'done';
  readonly reason: string;
  /** Everything below is committed. */
  readonly watermark: number;
  /** Next index that was never leased. */
  readonly next: number;
  readonly leases: readonly (Lease | null)[];
  /** Ranges to be leased again. */
  readonly retry: readonly Lease[];
  /** Parts that came back, by their first index. */
  readonly parts: ReadonlyMap<number, ShardPart>;
  readonly settling: Settling | null;
  readonly verified: ReadonlyMap<string, number>;
  readonly newBuckets: number;
}

export interface Step {
  readonly state: CampaignState;
  readonly commands: readonly CampaignCommand[];
}

/** Leases run at most this many shards ahead of the watermark per slot, so that little waits in memory. */
const WINDOW = 8;
/** A range that loses its worker this often without naming a case is given up case by case. */
const MAX_ATTEMPTS = 3;

/** The state before the first event. */
export function initialState(config: CampaignConfig): CampaignState {
  return {
    config,
    phase: 'running',
    reason: '',
    watermark: config.from,
    next: config.from,
    leases: new Array<Lease | null>(config.slots).fill(null),
    retry: [],
    parts: new Map(),
    settling: null,
    verified: new Map(),
    newBuckets: 0,
  };
}

/** The loop's only function. */
export function step(state: CampaignState, event: CampaignEvent): Step {
  if (state.phase === 'done') return {state, commands: []};
  const commands: CampaignCommand[] = [];
  const applied = apply(state, event);
  const settled = settle(applied, commands);
  const leased = lease(settled, commands);
  return {state: finish(leased, commands), commands};
}

function apply(state: CampaignState, event: CampaignEvent): CampaignState {
  switch (event.kind) {
    case 'start':
      return state;
    case 'tick':
      return state.config.deadlineMs !== null && event.nowMs >= state.config.deadlineMs ? stop(state, 'time') : state;
    case 'stop':
      return stop(state, event.reason);
    case 'part':
      return takePart(state, event.slot, event.part);
    case 'lost':
      return takeLoss(state, event);
    case 'verified':
      return takeVerification(state, event.verification);
  }
}

function stop(state: CampaignState, reason: string): CampaignState {
  return state.phase === 'running' ? {...state, phase: 'stopping', reason} : state;
}

function takePart(state: CampaignState, slot: number, part: ShardPart): CampaignState {
  const current = leaseOf(state, slot);
  if (part.lo !== current.lo || part.hi > current.hi || part.hi < part.lo)
    throw new RangeError(`slot ${slot} reports ${part.lo}-${part.hi} for its lease ${current.lo}-${current.hi}`);
  const rest = part.hi < current.hi ? [{...current, lo: part.hi, attempt: 0}] : [];
  const parts = part.hi > part.lo ? new Map(state.parts).set(part.lo, part) : state.parts;
  return {...free(state, slot), parts, retry: [...state.retry, ...rest]};
}

function leaseOf(state: CampaignState, slot: number): Lease {
  const current = state.leases[slot];
  if (current === null || current === undefined) throw new RangeError(`slot ${slot} has no lease`);
  return current;
}

function free(state: CampaignState, slot: number): CampaignState {
  return {...state, leases: state.leases.map((held, index) => (index === slot ? null : held))};
}

/** The whole lease is run again without the case that killed the worker; one that names no case is halved. */
function takeLoss(state: CampaignState, event: Extract<CampaignEvent, {kind: 'lost'}>): CampaignState {
  const current = leaseOf(state, event.slot);
  const at = event.at ?? (current.attempt + 1 >= MAX_ATTEMPTS && current.hi - current.lo === 1 ? current.lo : null);
  const known = at !== null && at >= current.lo && at < current.hi && !current.deadly.some(({index}) => index === at);
  const again = known
    ? [{...current, deadly: [...current.deadly, {index: at, divergence: deadlyDivergence(event)}], attempt: 0}]
    : halves({...current, attempt: current.attempt + 1});
  return {...free(state, event.slot), retry: [...state.retry, ...again]};
}

function halves(whole: Lease): Lease[] {
  if (whole.attempt < MAX_ATTEMPTS || whole.hi - whole.lo === 1) return [whole];
  const middle = (whole.lo + whole.hi) >>> 1;
  return [
    {...whole, hi: middle, attempt: 0},
    {...whole, lo: middle, attempt: 0},
  ];
}

function deadlyDivergence({engine, reason, detail}: Extract<CampaignEvent, {kind: 'lost'}>): Divergence {
  const suspects = engine === null ? [] : [engine];
  return {
    kind: reason,
    step: -1,
    suspects,
    partition: `{${suspects.join(',')}}≠{}`,
    channel: 'process',
    shown: detail,
    believed: 'alive',
  };
}

function takeVerification(state: CampaignState, verification: Verification): CampaignState {
  const {settling} = state;
  const finding = settling?.waiting[0];
  if (settling === null || finding === undefined) throw new RangeError('nothing is being verified');
  const raw = rawSignature(finding.divergence);
  const verified = new Map(state.verified).set(raw, (state.verified.get(raw) ?? 0) + 1);
  const newBuckets = state.newBuckets + (verification.isNew ? 1 : 0);
  const next = {
    ...state,
    settling: {...settling, waiting: settling.waiting.slice(1), asked: false},
    verified,
    newBuckets,
  };
  return state.config.maxFindings !== null && newBuckets >= state.config.maxFindings ? stop(next, 'findings') : next;
}

/** Settles shards in index order: verifies findings one by one, commits, goes on until something is missing. */
function settle(before: CampaignState, commands: CampaignCommand[]): CampaignState {
  let state = before;
  for (;;) {
    const settling = state.settling ?? nextShard(state);
    if (settling === null || settling.asked) return state;
    const {part, waiting} = countHits(settling, state, commands);
    const parts = without(state.parts, part);
    const finding = waiting[0];
    if (finding !== undefined) {
      commands.push({kind: 'verify', finding});
      return {...state, parts, settling: {part, waiting, asked: true}};
    }
    commands.push({kind: 'commit', part});
    state = {...state, parts, settling: null, watermark: part.hi};
  }
}

function nextShard(state: CampaignState): Settling | null {
  const part = completeShard(state);
  return part === null ? null : {part, waiting: part.findings, asked: false};
}

/** Drops waiting findings whose raw signature has been verified often enough; they only count. */
function countHits(
  {part, waiting}: Settling,
  {verified, config}: CampaignState,
  commands: CampaignCommand[],
): Pick<Settling, 'part' | 'waiting'> {
  let dropped = 0;
  while (
    dropped < waiting.length &&
    (verified.get(rawSignature(waiting[dropped]!.divergence)) ?? 0) >= config.verifyLimit
  ) {
    commands.push({kind: 'hit', finding: waiting[dropped]!});
    dropped++;
  }
  return {part, waiting: waiting.slice(dropped)};
}

/** The shard at the watermark, joined, when all of it is back (when stopping: when nothing more of it will come). */
function completeShard(state: CampaignState): ShardPart | null {
  const end = shardEnd(state.config, state.watermark);
  let joined: ShardPart | null = null;
  for (let at = state.watermark; at < end; at = joined.hi) {
    const part = state.parts.get(at);
    if (part === undefined) return joined !== null && drained(state) ? joined : null;
    joined = joined === null ? part : joinParts(joined, part);
  }
  return joined;
}

const drained = (state: CampaignState): boolean =>
  state.phase === 'stopping' && state.leases.every((held) => held === null);

/** End of the shard that contains an index: boundaries are multiples of the size, cut at the campaign's end. */
function shardEnd({shardSize, until}: CampaignConfig, index: number): number {
  const end = (Math.floor(index / shardSize) + 1) * shardSize;
  return until === null ? end : Math.min(end, until);
}

function without(parts: ReadonlyMap<number, ShardPart>, {lo, hi}: ShardPart): ReadonlyMap<number, ShardPart> {
  return new Map([...parts].filter(([start]) => start < lo || start >= hi));
}

/** Gives work to free slots: lost ranges first, then the next shard. When stopping nothing new is leased. */
function lease(before: CampaignState, commands: CampaignCommand[]): CampaignState {
  let state = before;
  for (let slot = 0; slot < state.leases.length && state.phase === 'running'; slot++) {
    if (state.leases[slot] !== null) continue;
    const {work, rest} = nextWork(state);
    if (work === null) break;
    commands.push({kind: 'lease', slot, lease: work});
    state = {...rest, leases: rest.leases.map((held, index) => (index === slot ? work : held))};
  }
  return state;
}

function nextWork(state: CampaignState): {work: Lease | null; rest: CampaignState} {
  const [again, ...others] = [...state.retry].sort((a, b) => a.lo - b.lo);
  if (again !== undefined) return {work: again, rest: {...state, retry: others}};
  const {until, shardSize, slots} = state.config;
  const ahead = state.next - state.watermark >= shardSize * slots * WINDOW;
  if (ahead || (until !== null && state.next >= until)) return {work: null, rest: state};
  const hi = shardEnd(state.config, state.next);
  return {work: {lo: state.next, hi, deadly: [], attempt: 0}, rest: {...state, next: hi}};
}

function finish(state: CampaignState, commands: CampaignCommand[]): CampaignState {
  if (state.settling !== null || state.leases.some((held) => held !== null)) return state;
  const exhausted = state.config.until !== null && state.watermark >= state.config.until;
  if (!exhausted && state.phase !== 'stopping') return state;
  const reason = state.phase === 'stopping' ? state.reason : 'cases';
  commands.push({kind: 'finish', reason});
  return {...state, phase: 'done', reason};
}
