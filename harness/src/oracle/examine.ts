/**
 * Runs a case on engines and judges it. A case with relaxed vector instructions is judged in rounds: engines that chose
 * the same behaviours (spec section 4.3.5) together, with the interpreter told to compute as they do. So results compare
 * bit by bit although correct engines may differ.
 */
import type {Case} from '#generators/case.ts';
import type {Engine} from '../engines/engine.ts';
import type {EngineKey} from '../engines/keys.ts';
import type {Observation, Observations} from '../engines/observation.ts';
import {type RelaxedRound, relaxedRounds, whileFollowing} from '../engines/relaxed.ts';
import {judge, type Verdict} from './verdict.ts';

/** Runs the case on one engine. */
export type Observe = (engine: Engine) => Observation;

export interface Examination {
  /** One per engine; the interpreter's is that of the first round. */
  readonly observations: Observations;
  readonly verdict: Verdict;
}

/** Runs the case on every engine and judges what they show. */
export function examine(engines: readonly Engine[], testCase: Case, observe: Observe): Examination {
  const rounds = relaxedRounds(engines, testCase);
  if (rounds === null) return examineOnce(engines, testCase, observe);
  const examined = rounds.map((round) => examineRound(round, testCase, observe));
  return {
    observations: Object.assign({}, ...examined.map(({observations}) => observations).reverse()) as Observations,
    verdict: joined(examined.map(({verdict}) => verdict)),
  };
}

function examineRound({profile, engines}: RelaxedRound, testCase: Case, observe: Observe): Examination {
  return whileFollowing(profile, () => examineOnce(engines, testCase, observe));
}

function examineOnce(engines: readonly Engine[], testCase: Case, observe: Observe): Examination {
  const observations: Partial<Record<EngineKey, Observation>> = {};
  for (const engine of engines) observations[engine.key] = observe(engine);
  return {observations, verdict: judge(observations, testCase.calls)};
}

/** The first difference; else agreement of all that could be heard. */
function joined(verdicts: readonly Verdict[]): Verdict {
  const differing = verdicts.find(({kind}) => kind === 'differ');
  if (differing !== undefined) return differing;
  const agreed = verdicts.flatMap((verdict) => (verdict.kind === 'agree' ? [verdict] : []));
  if (agreed.length === 0)
    return {
      kind: 'unsupported',
      features: verdicts.flatMap((verdict) => (verdict.kind === 'unsupported' ? verdict.features : [])),
    };
  return {
    kind: 'agree',
    compared: Math.min(...agreed.map(({compared}) => compared)),
    legal: [...new Set(agreed.flatMap(({legal}) => legal))],
  };
}
