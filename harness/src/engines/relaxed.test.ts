import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric} from '#engine/base/wire-value.ts';
import {behaviours} from '#engine/numeric/relaxed.ts';
import {relaxedNames} from '#engine/numeric/relaxed-profile.ts';
import {parseText} from '#engine/text.ts';
import {adopt} from '../adopt.ts';
import {judge} from '../oracle/verdict.ts';
import {InterpreterEngine} from './interpreter.ts';
import {followRelaxed, relaxedProfileOf, usesRelaxed} from './relaxed.ts';
import {V8Engine} from './v8.ts';

const options = {timeoutMs: 1000};

test('V8 keeps to one allowed behaviour per relaxed instruction, and the interpreter to the deterministic one', () => {
  const profile = relaxedProfileOf(new V8Engine('v8'));
  assert.deepEqual(Object.keys(profile).sort(), [...relaxedNames].sort());
  for (const name of relaxedNames) assert.ok(profile[name]! < behaviours[name].length);
  assert.ok(Object.values(relaxedProfileOf(new InterpreterEngine())).every((behaviour) => behaviour === 0));
});

test('a case with relaxed instructions compares bit by bit once the interpreter follows', async () => {
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
  const v8 = new V8Engine('v8');
  followRelaxed(testCase, v8);
  const verdict = judge({
    interpreter: new InterpreterEngine().runCase(testCase, options),
    v8: v8.runCase(testCase, options),
  });
  followRelaxed(testCase, null);
  assert.equal(verdict.kind, 'agree', JSON.stringify(verdict));
});
