/**
 * Runs a range of cases on a set of engines and reports the part. Pure but for its engines: the same range gives the same
 * part, timings apart. An engine that lost its process (`lost`) ends the range early, so that it can be replaced.
 */
import {Bug} from '#engine/base/assert.ts';
import {Unsupported} from '#engine/base/errors.ts';
import {forgetTypesAbove} from '#engine/wasm/subtyping.ts';
import type {Case} from '#generators/case.ts';
import type {Lease} from '../campaign.ts';
import type {Clock} from '../clock.ts';
import type {CaseOptions, Engine} from '../engines/engine.ts';
import type {EngineKey} from '../engines/keys.ts';
import type {Observation, Observations} from '../engines/observation.ts';
import type {LegalDifference} from '../oracle/divergences.ts';
import {examine} from '../oracle/examine.ts';
import type {Verdict} from '../oracle/verdict.ts';
import {type CaseFinding, type EngineCounts, emptyPart, mix, type Phase, type ShardPart} from '../shard.ts';

export interface RangeWorld {
  readonly engines: readonly Engine[];
  readonly generate: (index: number) => Case;
  /** Envelope of a case, for findings. */
  readonly pack: (testCase: Case) => Uint8Array;
  readonly clock: Clock;
  readonly options: CaseOptions;
  /** Told before each piece of work; engine null: generating or comparing. */
  readonly beat: (index: number, engine: EngineKey | null) => void;
}

interface Tally {
  cases: number;
  unsupported: number;
  executions: number;
  digest: number;
  readonly engines: Map<EngineKey, {-readonly [K in keyof EngineCounts]: number}>;
  readonly legal: Map<LegalDifference, number>;
  readonly findings: CaseFinding[];
  readonly timings: Record<Phase, number>;
}

/** Phase that an engine's own time counts for; the AOT engines split theirs into compile and run. */
const PHASE_OF: Readonly<Record<string, Phase>> = {interpreter: 'interpret', aot: 'run', v8: 'v8'};

/** Types that the registry may hold between ranges: some 30 MB. */
const MAX_TYPES = 100_000;

/** Runs [lease.lo, lease.hi), or up to the case after which an engine has to be replaced. */
export function runRange(world: RangeWorld, lease: Lease): ShardPart {
  forgetTypesAbove(MAX_TYPES);
  const tally = newTally();
  let index = lease.lo;
  while (index < lease.hi) {
    const deadly = lease.deadly.find((entry) => entry.index === index);
    if (deadly === undefined) runOne(world, index, tally);
    else record(tally, {index, divergence: deadly.divergence, bytes: new Uint8Array()});
    index++;
    if (world.engines.some((engine) => engine.lost)) break;
  }
  return {
    ...emptyPart(lease.lo),
    hi: index,
    cases: tally.cases,
    unsupported: tally.unsupported,
    executions: tally.executions,
    digest: tally.digest,
    engines: Object.fromEntries(tally.engines),
    legal: Object.fromEntries(tally.legal),
    findings: tally.findings,
    timings: tally.timings,
  };
}

function newTally(): Tally {
  return {
    cases: 0,
    unsupported: 0,
    executions: 0,
    digest: 0,
    engines: new Map(),
    legal: new Map(),
    findings: [],
    timings: {...emptyPart(0).timings},
  };
}

function record(tally: Tally, finding: CaseFinding): void {
  tally.cases++;
  tally.digest = mix(tally.digest, finding.index);
  tally.findings.push(finding);
}

function runOne(world: RangeWorld, index: number, tally: Tally): void {
  const {clock} = world;
  world.beat(index, null);
  const began = clock.monotonic();
  const testCase = world.generate(index);
  const generated = clock.monotonic();
  tally.timings.generate += (generated - began) * 1000;
  const {observations, verdict} = examine(world.engines, testCase, (engine) =>
    timed(world, testCase, index, engine, tally),
  );
  world.beat(index, null);
  const observed = clock.monotonic();
  settle(world, testCase, index, observations, verdict, tally);
  tally.timings.compare += (clock.monotonic() - observed) * 1000;
}

/** Runs a case on one engine and charges the time that it took. */
function timed(
  world: RangeWorld,
  testCase: Case,
  index: number,
  engine: Engine,
  tally: Pick<Tally, 'timings'>,
): Observation {
  world.beat(index, engine.key);
  const before = world.clock.monotonic();
  const split = engine.timings === undefined ? null : {...engine.timings};
  const observation = observe(engine, testCase, world.options);
  charge(tally.timings, engine, (world.clock.monotonic() - before) * 1000, split);
  return observation;
}

/** A Bug of ours inside an engine is that engine's crash, hence a finding. */
function observe(engine: Engine, testCase: Case, options: CaseOptions): Observation {
  try {
    return engine.runCase(testCase, options);
  } catch (error) {
    if (error instanceof Unsupported) return {status: 'unsupported', feature: error.feature};
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {status: 'crash', detail: error instanceof Bug || error instanceof Error ? `compile ${detail}` : detail};
  }
}

/** Splits an engine's time by what it reports of itself; the rest counts for its own phase. */
function charge(
  timings: Record<Phase, number>,
  engine: Engine,
  us: number,
  before: Readonly<Partial<Record<Phase, number>>> | null,
): void {
  let rest = us;
  for (const [phase, total] of Object.entries(engine.timings ?? {}) as [Phase, number][]) {
    const spent = total - (before?.[phase] ?? 0);
    timings[phase] += spent;
    rest -= spent;
  }
  timings[PHASE_OF[engine.family] ?? 'run'] += Math.max(0, rest);
}

function settle(
  world: RangeWorld,
  testCase: Case,
  index: number,
  observations: Observations,
  verdict: Verdict,
  tally: Tally,
): void {
  tally.cases++;
  if (verdict.kind === 'unsupported') tally.unsupported++;
  else for (const rule of verdict.legal) tally.legal.set(rule, (tally.legal.get(rule) ?? 0) + 1);
  for (const [key, observation] of Object.entries(observations) as [EngineKey, Observation][])
    count(tally, key, observation);
  if (verdict.kind === 'differ')
    tally.findings.push({index, divergence: verdict.divergence, bytes: world.pack(testCase)});
}

function count(tally: Tally, key: EngineKey, observation: Observation): void {
  const counts = tally.engines.get(key) ?? {executions: 0, traps: 0, timeouts: 0, unsupported: 0};
  tally.engines.set(key, counts);
  if (observation.status === 'unsupported') counts.unsupported++;
  else {
    counts.executions++;
    tally.executions++;
  }
  if (observation.status === 'timeout') counts.timeouts++;
  if (observation.status === 'ran') {
    for (const {outcome} of observation.calls) {
      if (outcome.kind === 'trap') counts.traps++;
      if (outcome.kind === 'timeout') counts.timeouts++;
    }
  }
  tally.digest = mix(tally.digest, digestObservation(observation));
}

/** 32-bit digest of everything an observation shows. */
export function digestObservation(observation: Observation): number {
  const text = JSON.stringify(observation, (_, value: unknown) =>
    typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
  );
  let digest = text.length;
  for (let at = 0; at < text.length; at++) digest = Math.imul(digest ^ text.charCodeAt(at), 0x01000193);
  return digest >>> 0;
}
