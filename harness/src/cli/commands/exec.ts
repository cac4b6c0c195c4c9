/** `parallax exec FILE`: one module on every engine, side by side, with verdict and blame. */
import {Malformed, Unsupported} from '#engine/base/errors.ts';
import {formatValue, parseValue} from '#engine/base/wire-value.ts';
import type {Call, Case} from '#generators/case.ts';
import {unpackCase} from '#generators/index.ts';
import {adopt} from '../../adopt.ts';
import {type Artifact, decodeArtifact, isArtifact} from '../../engines/aot/artifact.ts';
import type {Engine} from '../../engines/engine.ts';
import {type EngineKey, engineKeys} from '../../engines/keys.ts';
import type {Observation, Observations} from '../../engines/observation.ts';
import {engineStatus, engineVersion, openEngineHere} from '../../engines/open.ts';
import type {AotOptions} from '../../engines/options.ts';
import {describeOutcome} from '../../oracle/compare.ts';
import {type Examination, examine} from '../../oracle/examine.ts';
import type {Verdict} from '../../oracle/verdict.ts';
import {type Paint, painter} from '../color.ts';
import {enginesHere} from '../engines-here.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';
import {readBytes, readModule} from '../read-module.ts';

export interface ExecOptions {
  readonly file: string;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  readonly calls: readonly string[];
  readonly seed: number;
  readonly timeoutMs: number;
  readonly json: boolean;
  readonly color: boolean;
}

/** Runs the command. */
export async function exec(options: ExecOptions): Promise<Exit> {
  const artifact = readArtifact(options.file);
  const testCase = await readCase(options, artifact?.module ?? (await readModule(options.file)));
  const engines = enginesHere(options.engines, Object.keys(engineKeys) as EngineKey[]);
  const {observations, verdict: judged} = examineAll(engines, testCase, options, artifact);
  const verdict = verdictOf(observations, judged);
  process.stdout.write(
    options.json
      ? `${JSON.stringify(documentOf(testCase, observations, verdict), bigints)}\n`
      : `${textOf(testCase, observations, verdict, options).join('\n')}\n`,
  );
  return exit(verdict.kind === 'differ' ? 'findings' : 'ok');
}

/** The file as `parallax compile -o` writes it; null when it is another kind of file. Throws UserError on a damaged one. */
function readArtifact(file: string): Artifact | null {
  const bytes = readBytes(file);
  if (!isArtifact(bytes)) return null;
  try {
    return decodeArtifact(bytes);
  } catch (error) {
    if (error instanceof Malformed) throw new UserError('usage', `${file}: ${error.message}`);
    throw error;
  }
}

async function readCase({file, calls, seed}: ExecOptions, bytes: Uint8Array): Promise<Case> {
  const stored = unpackCaseOrNull(bytes);
  if (stored !== null && calls.length === 0) return stored;
  try {
    return adopt(bytes, seed, calls.length === 0 ? null : calls.map(parseCall));
  } catch (error) {
    // Whether it is a module at all is for the engines to say.
    if (error instanceof Malformed)
      return {
        root: '0'.repeat(16),
        index: 0,
        generator: {version: 'adopted', profile: 'adopted'},
        modules: [bytes],
        host: {seed, functions: []},
        calls: [],
      };
    if (error instanceof Unsupported) throw new UserError('usage', `${file}: ${error.message}`);
    throw error;
  }
}

function unpackCaseOrNull(bytes: Uint8Array): Case | null {
  try {
    return unpackCase(bytes);
  } catch {
    return null;
  }
}

/** `f(i32:1, f64:0x0)`, or `f` without arguments. */
function parseCall(text: string): Omit<Call, 'module'> {
  const match = /^([^(]*)(?:\(([^)]*)\))?$/s.exec(text.trim());
  if (match === null) throw new UserError('usage', `not a call: ${text} (for instance 'f(i32:1,i64:-2)')`);
  const args = (match[2] ?? '')
    .split(',')
    .map((arg) => arg.trim())
    .filter((arg) => arg !== '');
  try {
    return {name: match[1]!, args: args.map(parseValue)};
  } catch (error) {
    throw new UserError('usage', (error as Error).message);
  }
}

/** Runs the case on the engines that are here; the others are unsupported. */
function examineAll(
  keys: readonly EngineKey[],
  testCase: Case,
  {aot, timeoutMs}: ExecOptions,
  artifact: Artifact | null,
): Examination {
  const missing: Partial<Record<EngineKey, Observation>> = {};
  for (const key of keys) {
    const status = engineStatus(key);
    if (!status.available) missing[key] = {status: 'unsupported', feature: status.reason};
  }
  const engines = keys
    .filter((key) => missing[key] === undefined)
    .map((key) => {
      const isOurs = artifact !== null && key === `aot-${artifact.image.target}`;
      return openEngineHere(key, aot, isOurs ? {...artifact, bytes: testCase.modules.at(-1)!} : undefined);
    });
  const {observations, verdict} = examine(engines, testCase, (engine) => observe(engine, testCase, timeoutMs));
  for (const engine of engines) engine.close();
  const all = {...missing, ...observations};
  return {observations: Object.fromEntries(keys.map((key) => [key, all[key]])), verdict};
}

function observe(engine: Engine, testCase: Case, timeoutMs: number): Observation {
  try {
    return engine.runCase(testCase, {timeoutMs});
  } catch (error) {
    return {status: 'crash', detail: `${(error as Error).name}: ${(error as Error).message}`};
  }
}

type ExecVerdict = Verdict | {readonly kind: 'invalid'};

/** A module that every engine rejects is invalid, not agreed upon; one engine alone agrees with itself. */
function verdictOf(observations: Observations, verdict: Verdict): ExecVerdict {
  const heard = Object.values(observations).filter(({status}) => status !== 'unsupported');
  if (heard.length > 0 && heard.every(({status}) => status === 'rejected')) return {kind: 'invalid'};
  return verdict.kind === 'unsupported' && heard.length > 0 && heard.every(({status}) => status === 'ran')
    ? {kind: 'agree', compared: 0, legal: []}
    : verdict;
}

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value);

/** The `exec` document of the JSON contract. */
function documentOf(
  testCase: Case,
  observations: Partial<Record<EngineKey, Observation>>,
  verdict: ExecVerdict,
): unknown {
  return {
    schema: 'parallax/exec@1',
    verdict: verdict.kind,
    blame: verdict.kind === 'differ' ? verdict.divergence : null,
    calls: testCase.calls.map(callText),
    outcomes: Object.fromEntries(Object.entries(observations).map(([key, observation]) => [key, jsonOf(observation)])),
  };
}

/** An observation with values in their text form. */
function jsonOf(observation: Observation): unknown {
  if (observation.status !== 'ran') return observation;
  return {
    ...observation,
    calls: observation.calls.map(({outcome, state, trace}) => ({
      outcome: outcome.kind === 'return' ? {...outcome, values: outcome.values.map(formatValue)} : outcome,
      trace,
      state: {...state, globals: state.globals.map(({name, value}) => ({name, value: formatValue(value)}))},
    })),
  };
}

const callText = ({name, args}: Call): string => `${name}(${args.map(formatValue).join(', ')})`;

function textOf(
  testCase: Case,
  observations: Partial<Record<EngineKey, Observation>>,
  verdict: ExecVerdict,
  options: ExecOptions,
): string[] {
  const paint = painter(options.color);
  const lines = Object.entries(observations).flatMap(([key, observation]) =>
    engineLines(key as EngineKey, observation, testCase, verdict, options.aot, paint),
  );
  return [...lines, verdictLine(verdict, paint)];
}

function engineLines(
  key: EngineKey,
  observation: Observation,
  testCase: Case,
  verdict: ExecVerdict,
  aot: AotOptions,
  paint: Paint,
): string[] {
  const suspect = verdict.kind === 'differ' && verdict.divergence.suspects.includes(key);
  const head = `${suspect ? '✗' : '✓'} ${key} (${engineVersion(key, aot)})`;
  if (observation.status !== 'ran')
    return [
      paint(
        suspect ? 'red' : 'reset',
        `${head}  ${observation.status} ${'message' in observation ? observation.message : 'feature' in observation ? observation.feature : 'detail' in observation ? observation.detail : ''}`,
      ),
    ];
  const start =
    observation.instantiation.kind === 'return'
      ? []
      : [`    instantiation: ${describeOutcome(observation.instantiation)}`];
  const calls = observation.calls.map(({outcome, state, trace}, index) => {
    const memories = state.memories
      .map(({name, bytes, digest}) => ` ${name}=${bytes / 65536}p#${(digest >>> 0).toString(16)}`)
      .join('');
    return `    ${callText(testCase.calls[index]!)} → ${describeOutcome(outcome)}${memories}${trace.count > 0 ? ` host calls ${trace.count}` : ''}`;
  });
  return [paint(suspect ? 'red' : 'bold', head), ...start, ...calls];
}

function verdictLine(verdict: ExecVerdict, paint: Paint): string {
  switch (verdict.kind) {
    case 'agree':
      return paint(
        'green',
        `agree${verdict.legal.length > 0 ? ` (legal differences: ${verdict.legal.join(', ')})` : ''}`,
      );
    case 'invalid':
      return 'invalid: every engine rejects the module';
    case 'unsupported':
      return `unsupported: ${verdict.features.join(', ') || 'fewer than two engines could run it'}`;
    case 'differ': {
      const {suspects, partition, channel, shown, believed, step} = verdict.divergence;
      return paint(
        'red',
        `differ: ${partition} at ${step < 0 ? 'instantiation' : `call ${step}`}, ${channel}: ${suspects.join(', ')} shows ${shown}, believed is ${believed}`,
      );
    }
  }
}
