/**
 * Reduction: greedily takes candidates that are still interesting, going on where the last one was found, until a whole
 * round of candidates brings nothing. Deterministic; ends, since every step makes the case strictly smaller.
 */
import type {Case} from './case.ts';
import {shrinkCase} from './shrink.ts';

export interface Reduction {
  readonly smallest: Case;
  /** How often the oracle was asked. */
  readonly runs: number;
}

/** The smallest interesting case that is found with at most `most` runs of the oracle. The case itself is interesting. */
export function reduceCase(testCase: Case, isInteresting: (candidate: Case) => boolean, most = 20_000): Reduction {
  let smallest = testCase,
    from = 0,
    runs = 0;
  const ask = (candidate: Case): boolean => {
    runs++;
    return isInteresting(candidate);
  };
  while (runs < most) {
    const found = firstInteresting(smallest, from, ask, most - runs);
    if (found === null && from === 0) break;
    smallest = found?.candidate ?? smallest;
    from = found?.ordinal ?? 0;
  }
  return {smallest, runs};
}

/** The first interesting candidate from this ordinal on, among so many. */
function firstInteresting(
  testCase: Case,
  from: number,
  isInteresting: (candidate: Case) => boolean,
  most: number,
): {candidate: Case; ordinal: number} | null {
  let ordinal = 0;
  for (const candidate of shrinkCase(testCase)) {
    if (ordinal >= from + most) return null;
    if (ordinal >= from && isInteresting(candidate)) return {candidate, ordinal};
    ordinal++;
  }
  return null;
}
