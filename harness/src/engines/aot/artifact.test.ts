import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Malformed} from '#engine/base/errors.ts';
import {compileModule} from '#engine/compiler/compile.ts';
import {x64} from '#engine/compiler/x64/target.ts';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {adopt} from '../../adopt.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {defaultAotOptions} from '../options.ts';
import {decodeArtifact, encodeArtifact} from './artifact.ts';

const SEED = 7;
const text = '(module (func (export "answer") (result i32) (i32.const 42)))';

async function made(from = text): Promise<{module: Uint8Array; artifact: Uint8Array}> {
  const module = await parseText(from);
  const {image} = compileModule(load(module), {target: x64, level: 2, features: 0});
  return {module, artifact: encodeArtifact({module, image, features: 0, options: '-O2'})};
}

test('a compiled module is read back as it was', async () => {
  const {module, artifact} = await made();
  const read = decodeArtifact(artifact);
  assert.deepEqual(read.module, module);
  assert.deepEqual(encodeArtifact(read), artifact);
});

test('damage anywhere is noticed', async () => {
  const {artifact} = await made();
  fc.assert(
    fc.property(fc.nat(artifact.length - 1), fc.integer({min: 1, max: 255}), (at, flip) => {
      const damaged = artifact.slice();
      damaged[at]! ^= flip;
      assert.throws(() => decodeArtifact(damaged), Malformed);
    }),
    {seed: SEED},
  );
  fc.assert(
    fc.property(fc.nat(artifact.length - 1), (length) => {
      assert.throws(() => decodeArtifact(artifact.subarray(0, length)), Malformed);
    }),
    {seed: SEED},
  );
});

test('the engine runs the code of the file, and does not compile', async (t) => {
  if (!engineStatus('aot-x64').available) return t.skip('no runner');
  const {module} = await made();
  const {artifact} = await made(text.replace('42', '43')); // a lie: the code of another module
  const {image} = decodeArtifact(artifact);
  const testCase = adopt(module, 0, [{name: 'answer', args: []}]);
  const engine = openEngineHere('aot-x64', defaultAotOptions, {bytes: testCase.modules[0]!, image, features: 0});
  try {
    const observation = engine.runCase(testCase, {timeoutMs: 10_000});
    assert.equal(observation.status, 'ran');
    assert.deepEqual(observation.calls[0]!.outcome, {kind: 'return', values: [{kind: 'i32', bits: 43n}]});
  } finally {
    engine.close();
  }
});

test('code that needs what the machine lacks is unsupported by name', async (t) => {
  if (!engineStatus('aot-x64').available) return t.skip('no runner');
  const {module, artifact} = await made();
  const {image} = decodeArtifact(artifact);
  const testCase = adopt(module, 0, null);
  const lse = 1 << 16; // no x86-64 machine has it
  const engine = openEngineHere('aot-x64', defaultAotOptions, {bytes: testCase.modules[0]!, image, features: lse});
  try {
    const observation = engine.runCase(testCase, {timeoutMs: 10_000});
    assert.deepEqual(observation, {status: 'unsupported', feature: 'code that needs the CPU features lse'});
  } finally {
    engine.close();
  }
});
