import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import type {Feature} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import {defaultFeatures, generateCase, packCase} from '#generators/index.ts';
import type {Engine} from '../engines/engine.ts';
import {InterpreterEngine} from '../engines/interpreter.ts';
import type {EngineKey} from '../engines/keys.ts';
import {defaultAotOptions} from '../engines/options.ts';
import {usesRelaxed} from '../engines/relaxed.ts';
import {V8Engine} from '../engines/v8.ts';
import {investigate} from '../triage/investigate.ts';
import {type RangeWorld, runRange} from './run-range.ts';

const features = new Set<Feature>([...defaultFeatures, 'simd', 'relaxed-simd']);
const relaxedCases: Case[] = [];
for (let index = 0; relaxedCases.length < 60; index++) {
  const testCase = generateCase('5eed00000000beef', index, {features});
  if (usesRelaxed(testCase)) relaxedCases.push(testCase);
}

const options = {timeoutMs: 1000};
const world = (...engines: Engine[]): RangeWorld => ({
  engines,
  generate: (index) => relaxedCases[index]!,
  pack: packCase,
  clock: {now: () => 0, monotonic: () => 0},
  options,
  beat() {},
});
const all = {lo: 0, hi: relaxedCases.length, deadly: [], attempt: 0};

/** V8 that says it computes relaxed instructions as the deterministic profile does. */
function liar(): Engine {
  const v8 = new V8Engine();
  const {key, family, features: supported, version} = v8;
  const interpreter = new InterpreterEngine();
  return {
    key,
    family,
    features: supported,
    version,
    lost: false,
    session: interpreter.session.bind(interpreter),
    runCase: v8.runCase.bind(v8),
    close() {},
  };
}

test('a campaign over relaxed instructions has no findings, since the interpreter follows what V8 chose', () => {
  const part = runRange(world(new InterpreterEngine(), new V8Engine()), all);
  assert.deepEqual(part.findings, []);
  assert.equal(part.unsupported, 0);
});

test('a campaign finds the engine that computes otherwise than it says, and the investigation finds it again', () => {
  const {findings} = runRange(world(new InterpreterEngine(), liar()), all);
  assert.ok(findings.length > 0);
  const open =
    (lies: boolean) =>
    (key: EngineKey): Engine =>
      key === 'interpreter' ? new InterpreterEngine() : lies ? liar() : new V8Engine();
  const seen = (lies: boolean) =>
    investigate(relaxedCases[findings[0]!.index]!, null, {
      engines: ['interpreter', 'v8'],
      aot: defaultAotOptions,
      options,
      open: open(lies),
    });
  assert.deepEqual(seen(true).divergence?.suspects, ['v8']);
  assert.equal(seen(false).divergence, null);
});
