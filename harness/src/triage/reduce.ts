/**
 * Reduces a case that diverges: the smallest one found that still shows the same signature. Candidates that do not end are
 * left out by the interpreter's fuel before any other engine sees them.
 */
import type {Case} from '#generators/case.ts';
import {type Reduction, reduceCase} from '#generators/reduce.ts';
import type {Observation} from '../engines/observation.ts';
import {defaultAotOptions} from '../engines/options.ts';
import {divergenceOf, type InvestigationWorld} from './investigate.ts';
import {rawSignature} from './signature.ts';

/** The smallest case with the level-0 signature `raw`, which the given case has. */
export function reduceDivergence(testCase: Case, raw: string, world: InvestigationWorld): Reduction {
  const screen = world.open('interpreter', defaultAotOptions);
  const isInteresting = (candidate: Case): boolean => {
    if (!ends(screen.runCase(candidate, world.options))) return false;
    const divergence = divergenceOf(candidate, world);
    return divergence !== null && rawSignature(divergence) === raw;
  };
  const reduction = reduceCase(testCase, isInteresting);
  screen.close();
  return reduction;
}

/** Whether every call came to an end within the fuel. */
function ends(observation: Observation): boolean {
  if (observation.status !== 'ran') return false;
  const outcomes = [observation.instantiation, ...observation.calls.map(({outcome}) => outcome)];
  return outcomes.every((outcome) => outcome.kind !== 'exhaustion');
}
