import {strict as assert} from 'node:assert';
import {after, test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {wasm3} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import type {Instance} from './engine.ts';
import {V8Engine} from './v8.ts';
import {startV8, V8ChildEngine} from './v8-child.ts';
import {type V8ChildKey, v8ChildFlags} from './v8-child-flags.ts';

const keys = Object.keys(v8ChildFlags) as V8ChildKey[];
const started = keys.map((key) => startV8(key));
const engines = keys.map((key, index) => new V8ChildEngine(key, started[index]!.channel));
after(async () => {
  for (const process of started) await process.close();
});

const sample = `(module (memory (export "m") 1) (global (export "g") (mut f32) (f32.const nan:0x200001))
  (func (export "f") (param i64 f64) (result f64 i64) (i64.store (i32.const 8) (local.get 0)) (local.get 1) (local.get 0))
  (func (export "trap") (unreachable)))`;

async function sampleCase(text: string, names: readonly string[]): Promise<Case> {
  const args = [
    {kind: 'i64', bits: 3n},
    {kind: 'f64', bits: 0x7ff0000000000001n},
  ] as const;
  const calls = names.map((name) => ({module: 0, name, args: name === 'f' ? args : []}));
  return {
    root: '0'.repeat(16),
    index: 0,
    generator: {version: '1', profile: 'test'},
    modules: [await parseText(text)],
    host: {seed: 1, functions: []},
    calls,
  };
}

test('a child shows what V8 in this thread shows', async () => {
  const testCase = await sampleCase(sample, ['f', 'trap']);
  for (const engine of engines) {
    assert.deepEqual(engine.runCase(testCase, {timeoutMs: 1000}), new V8Engine().runCase(testCase, {timeoutMs: 1000}));
  }
});

test('sessions link instances in the child', async () => {
  for (const engine of engines) {
    const session = engine.session(wasm3);
    const first = session.instantiate(
      session.compile(await parseText('(module (func (export "f") (result i32) i32.const 7))')),
      () => undefined,
    );
    assert.equal(first.kind, 'instance');
    const {instance} = first as {instance: Instance};
    const user = session.compile(
      await parseText('(module (import "a" "f" (func (result i32))) (export "g" (func 0)))'),
    );
    assert.equal(session.instantiate(user, () => undefined).kind, 'unlinkable');
    const second = session.instantiate(user, () => instance);
    assert.deepEqual(session.invoke((second as {instance: Instance}).instance, 'g', []), {
      kind: 'return',
      values: [{kind: 'i32', bits: 7n}],
    });
    assert.throws(() => session.compile(Uint8Array.of(1)), {name: 'Rejected'});
  }
});

test('an endless loop is a timeout, and the engine is lost', async () => {
  const process = startV8('v8-liftoff');
  const engine = new V8ChildEngine('v8-liftoff', process.channel);
  const testCase = await sampleCase('(module (func (export "spin") (loop (br 0))))', ['spin']);
  assert.deepEqual(engine.runCase(testCase, {timeoutMs: 200}), {status: 'timeout'});
  assert.equal(engine.lost, true);
  await process.close();
});

test('a killed child is a crash, and the engine is lost', async () => {
  const process = startV8('v8-liftoff');
  const engine = new V8ChildEngine('v8-liftoff', process.channel);
  process.kill();
  assert.equal(engine.runCase(await sampleCase(sample, ['trap']), {timeoutMs: 200}).status, 'crash');
  assert.equal(engine.lost, true);
  await process.close();
});
