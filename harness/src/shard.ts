/**
 * What a worker reports of a range of cases. All but `timings` is a function of (commit, root, range): adding up parts in
 * index order gives the same shard on every run.
 */

import type {EngineKey} from './engines/keys.ts';
import type {LegalDifference} from './oracle/divergences.ts';
import type {Divergence} from './oracle/verdict.ts';

/** A case that showed a divergence. */
export interface CaseFinding {
  readonly index: number;
  readonly divergence: Divergence;
  /** The case in its envelope (a .wasm); empty when the worker died with it, then it is generated again from its address. */
  readonly bytes: Uint8Array;
}

export interface EngineCounts {
  readonly executions: number;
  readonly traps: number;
  readonly timeouts: number;
  readonly unsupported: number;
}

/** Phases that a worker's time is split into. */
export const phases = ['generate', 'validate', 'interpret', 'compile', 'run', 'v8', 'compare'] as const;
export type Phase = (typeof phases)[number];

export interface ShardPart {
  readonly lo: number;
  readonly hi: number;
  readonly cases: number;
  /** Cases that fewer than two engines could run. */
  readonly unsupported: number;
  readonly executions: number;
  readonly engines: Readonly<Partial<Record<EngineKey, EngineCounts>>>;
  readonly legal: Readonly<Partial<Record<LegalDifference, number>>>;
  /** Rolling digest over all observations in index order. */
  readonly digest: number;
  readonly findings: readonly CaseFinding[];
  /** Microseconds by phase; not deterministic. */
  readonly timings: Readonly<Record<Phase, number>>;
}

type Counts = Readonly<Record<string, number>>;

function addCounts<C extends Counts>(left: C, right: C): C {
  const result: Record<string, number> = {...left};
  for (const [name, count] of Object.entries(right)) result[name] = (result[name] ?? 0) + count;
  return result as C;
}

/** Mixes a number into a rolling digest (unsigned 32 bits). */
export function mix(digest: number, value: number): number {
  const h = Math.imul(digest ^ value, 0x9e3779b1);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The part of an empty range that starts at `lo`. */
export function emptyPart(lo: number): ShardPart {
  const timings = Object.fromEntries(phases.map((phase) => [phase, 0])) as Record<Phase, number>;
  return {
    lo,
    hi: lo,
    cases: 0,
    unsupported: 0,
    executions: 0,
    engines: {},
    legal: {},
    digest: 0,
    findings: [],
    timings,
  };
}

/** Two adjacent parts as one. */
export function joinParts(left: ShardPart, right: ShardPart): ShardPart {
  if (left.hi !== right.lo)
    throw new RangeError(`parts ${left.lo}-${left.hi} and ${right.lo}-${right.hi} are not adjacent`);
  const keys = new Set([...Object.keys(left.engines), ...Object.keys(right.engines)]) as Set<EngineKey>;
  const none: EngineCounts = {executions: 0, traps: 0, timeouts: 0, unsupported: 0};
  const engines = Object.fromEntries(
    [...keys].map((key) => [key, addCounts({...(left.engines[key] ?? none)}, {...(right.engines[key] ?? none)})]),
  );
  return {
    lo: left.lo,
    hi: right.hi,
    cases: left.cases + right.cases,
    unsupported: left.unsupported + right.unsupported,
    executions: left.executions + right.executions,
    engines,
    legal: addCounts({...left.legal} as Counts, {...right.legal} as Counts),
    digest: right.cases === 0 ? left.digest : mix(left.digest, right.digest),
    findings: [...left.findings, ...right.findings],
    timings: addCounts(left.timings, right.timings),
  };
}
