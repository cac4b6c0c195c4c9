/**
 * Smaller cases: fewer calls first, then functions without code. Every candidate is valid and strictly smaller.
 */
import type {Case} from './case.ts';

/** Candidates that are smaller than the case, the boldest first. */
export function* shrinkCase(testCase: Case): IterableIterator<Case> {
  yield* fewerCalls(testCase);
}

function* fewerCalls(testCase: Case): IterableIterator<Case> {
  const {calls} = testCase;
  for (let size = calls.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < calls.length; at += size) {
      yield {...testCase, calls: [...calls.slice(0, at), ...calls.slice(at + size)]};
    }
  }
}
