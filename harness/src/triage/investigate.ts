/**
 * Looks at a finding in a fresh process: runs the case again, says whether it shows the same signature, and gathers
 * evidence: the compiler's rule at the fuel boundary, or the lowering that is wrong by itself.
 */
import type {Case} from '#generators/case.ts';
import type {CaseOptions, Engine} from '../engines/engine.ts';
import {type EngineKey, engineKeys} from '../engines/keys.ts';
import type {Observation, Observations} from '../engines/observation.ts';
import type {AotOptions} from '../engines/options.ts';
import {knownProfileOf, usesRelaxed, whileFollowing} from '../engines/relaxed.ts';
import {examine} from '../oracle/examine.ts';
import {type Divergence, judge} from '../oracle/verdict.ts';
import {bisectFuel} from './bisect-fuel.ts';
import {probeLowering} from './probe-lowering.ts';
import {type Evidence, rawSignature} from './signature.ts';

/** Opens an engine in this process's world; closed by the investigation. */
export type EngineOpener = (key: EngineKey, aot: AotOptions) => Engine;

export interface Investigation {
  readonly reproduced: boolean;
  /** What the case shows now; null when the engines agree. */
  readonly divergence: Divergence | null;
  readonly evidence: Evidence;
}

export interface InvestigationWorld {
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  readonly open: EngineOpener;
  readonly options: CaseOptions;
}

const NO_EVIDENCE: Evidence = {rule: null, locus: null};

/** Runs the case on all engines and, when it diverges, looks for the culprit. `raw`: level-0 signature to reproduce. */
export function investigate(testCase: Case, raw: string | null, world: InvestigationWorld): Investigation {
  const divergence = divergenceOf(testCase, world);
  if (divergence === null) return {reproduced: false, divergence, evidence: NO_EVIDENCE};
  const reproduced = raw === null || rawSignature(divergence) === raw;
  return {reproduced, divergence, evidence: evidenceFor(testCase, divergence, world)};
}

/** How the case diverges on these engines; null when they agree. */
export function divergenceOf(testCase: Case, world: InvestigationWorld): Divergence | null {
  const engines = world.engines.map((key) => world.open(key, world.aot));
  const {verdict} = examine(engines, testCase, (engine) => observe(engine, testCase, world).observation);
  for (const engine of engines) engine.close();
  return verdict.kind === 'differ' ? verdict.divergence : null;
}

interface Run {
  readonly observation: Observation;
  readonly rules: readonly string[];
}

function observe(engine: Engine, testCase: Case, world: InvestigationWorld): Run {
  try {
    return {observation: engine.runCase(testCase, world.options), rules: engine.allowedRules?.() ?? []};
  } catch (error) {
    const detail = `compile ${(error as Error).name}: ${(error as Error).message}`;
    return {observation: {status: 'crash', detail}, rules: engine.allowedRules?.() ?? []};
  }
}

function runOnce(testCase: Case, key: EngineKey, aot: AotOptions, world: InvestigationWorld): Run {
  const engine = world.open(key, aot);
  const run = observe(engine, testCase, world);
  engine.close();
  return run;
}

/** For a suspect AOT engine: fuel first, the probe of single lowerings where no optional rule is at fault. */
function evidenceFor(testCase: Case, divergence: Divergence, world: InvestigationWorld): Evidence {
  const suspect = divergence.suspects.find((key) => key.startsWith('aot-'));
  if (suspect === undefined) return NO_EVIDENCE;
  const others = observationsFor(testCase, suspect, world);
  const boundary = bisectFuel((optFuel) => {
    const {observation, rules} = runOnce(testCase, suspect, {...world.aot, optFuel}, world);
    const verdict = judge({...others, [suspect]: observation}, testCase.calls);
    return {
      diverges: verdict.kind === 'differ' && rawSignature(verdict.divergence) === rawSignature(divergence),
      rules,
    };
  });
  if (boundary.kind === 'rule') return {rule: boundary.rule, locus: null};
  return {rule: boundary.kind === 'mandatory' ? probe(testCase, suspect, divergence, world) : null, locus: null};
}

/** What the suspect is compared with: all others; where it may have chosen otherwise than they, the interpreter following it. */
function observationsFor(testCase: Case, suspect: EngineKey, world: InvestigationWorld): Observations {
  const chooses = usesRelaxed(testCase);
  const others = world.engines.filter((key) => key !== suspect && (!chooses || key === 'interpreter'));
  const run = (): Observations =>
    Object.fromEntries(others.map((key) => [key, runOnce(testCase, key, world.aot, world).observation]));
  if (!chooses) return run();
  const engine = world.open(suspect, world.aot);
  const profile = knownProfileOf(engine);
  engine.close();
  return whileFollowing(profile, run);
}

/** Compares with the most trusted engine that is not itself suspected. */
function probe(testCase: Case, suspect: EngineKey, {suspects}: Divergence, world: InvestigationWorld): string | null {
  const trusted = world.engines
    .filter((key) => !suspects.includes(key))
    .sort((a, b) => engineKeys[b].trust - engineKeys[a].trust)[0];
  if (trusted === undefined) return null;
  const engines = [world.open(suspect, world.aot), world.open(trusted, world.aot)] as const;
  const rule = probeLowering(testCase, ...engines, world.options);
  for (const engine of engines) engine.close();
  return rule;
}
