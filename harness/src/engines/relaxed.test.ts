import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric} from '#engine/base/wire-value.ts';
import {behaviours} from '#engine/numeric/relaxed.ts';
import {relaxedNames} from '#engine/numeric/relaxed-profile.ts';
import {parseText} from '#engine/text.ts';
import type {Case} from '#generators/case.ts';
import {adopt} from '../adopt.ts';
import {examine} from '../oracle/examine.ts';
import {judge} from '../oracle/verdict.ts';
import type {Engine} from './engine.ts';
import {InterpreterEngine} from './interpreter.ts';
import type {Observation} from './observation.ts';
import {relaxedProfileOf, relaxedRounds, usesRelaxed} from './relaxed.ts';
import {V8Engine} from './v8.ts';

const options = {timeoutMs: 1000};

const engineLike = ({key, family, features, version}: Engine) => ({
  key,
  family,
  features,
  version,
  lost: false,
  close() {},
});

/** Another behaviour of the spec than the one chosen, in the last call. */
function lieOnce(observation: Observation): Observation {
  assert.ok(observation.status === 'ran');
  const last = observation.calls.at(-1)!;
  assert.ok(last.outcome.kind === 'return');
  const [value] = last.outcome.values;
  assert.ok(value !== undefined && 'bits' in value);
  const outcome = {kind: 'return', values: [numeric('v128', value.bits ^ 1n)]} as const;
  return {...observation, calls: [...observation.calls.slice(0, -1), {...last, outcome}]};
}

test('V8 keeps to one allowed behaviour per relaxed instruction, and the interpreter to the deterministic one', () => {
  const profile = relaxedProfileOf(new V8Engine('v8'));
  assert.deepEqual(Object.keys(profile).sort(), [...relaxedNames].sort());
  for (const name of relaxedNames) assert.ok(profile[name]! < behaviours[name].length);
  assert.ok(Object.values(relaxedProfileOf(new InterpreterEngine())).every((behaviour) => behaviour === 0));
});

/** Each relaxed instruction called once, on lanes where behaviours differ. */
async function allRelaxed(): Promise<Case> {
  const text = relaxedNames.map((name) => {
    const count =
      name.includes('madd') || name.includes('laneselect') || name.includes('add_s') ? 3 : /trunc/.test(name) ? 1 : 2;
    const params = Array.from({length: count}, (_, index) => `(local.get ${index})`).join(' ');
    return `(func (export "${name}") (param v128 v128 v128) (result v128) (${name} ${params}))`;
  });
  const bits = [
    0x3f800001bf8000027fc0000050000000n,
    0x80ff7f0181f00fffd0000000bf800002n,
    0x0ff0f00f00000001800000003f800001n,
  ];
  const calls = relaxedNames.map((name) => ({name, args: bits.map((value) => numeric('v128', value))}));
  const testCase = adopt(await parseText(`(module ${text.join('\n')})`), 0, calls);
  assert.ok(usesRelaxed(testCase));
  return testCase;
}

const v8 = new V8Engine('v8');
const run = (engine: Engine): Observation => engine.runCase(relaxedCase, options);
const relaxedCase = await allRelaxed();

test('a case with relaxed instructions compares bit by bit once the interpreter follows', () => {
  const {verdict} = examine([new InterpreterEngine(), v8], relaxedCase, run);
  assert.equal(verdict.kind, 'agree', JSON.stringify(verdict));
});

test('engines that chose differently are judged apart, each with an interpreter that follows it', () => {
  const interpreter = new InterpreterEngine();
  const strict: Engine = {
    ...engineLike(interpreter),
    key: 'aot-x64',
    family: 'aot',
    runCase: interpreter.runCase.bind(interpreter),
    session: interpreter.session.bind(interpreter),
  };
  const engines = [new InterpreterEngine(), strict, v8];
  assert.equal(relaxedRounds(engines, relaxedCase)!.length, 2);
  const {verdict} = examine(engines, relaxedCase, run);
  assert.equal(verdict.kind, 'agree', JSON.stringify(verdict));
  const unaware = judge(Object.fromEntries(engines.map((engine) => [engine.key, run(engine)])));
  assert.equal(unaware.kind, 'differ');
});

test('an engine that computes otherwise than it chose is found', () => {
  const lying: Engine = {
    ...engineLike(v8),
    session: v8.session.bind(v8),
    runCase: (testCase, how) => lieOnce(v8.runCase(testCase, how)),
  };
  const {verdict} = examine([new InterpreterEngine(), lying], relaxedCase, run);
  assert.equal(verdict.kind, 'differ');
});
