import {strict as assert} from 'node:assert';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {Unsupported} from '#engine/base/errors.ts';
import {traps} from '#engine/base/traps.ts';
import {numeric, type WireValue, type widths} from '#engine/base/wire-value.ts';
import {type FeatureSet, wasm3, withFeatures} from '#engine/wasm/features.ts';
import type {Engine} from '#harness/engines/engine.ts';
import {InterpreterEngine} from '#harness/engines/interpreter.ts';
import type {CallOutcome} from '#harness/engines/observation.ts';
import {V8Engine} from '#harness/engines/v8.ts';
import type {Expected} from './expected.ts';
import {type Lies, LyingEngine} from './lying-engine.ts';
import type {Result, Status} from './results.ts';
import {runFile} from './run-file.ts';
import {type Command, readScript} from './script.ts';
import {shardOf} from './shard.ts';
import {findSuite, suiteRoot} from './suite.ts';

const v8 = new V8Engine();
const scripts = findSuite(null).files;
const own = scripts.filter(({group}) => group.folder === 'own/core');
const root = suiteRoot({option: undefined, environment: process.env});
/** A quarter of the suite, where there is one: the lies go over all of it in a minute. */
const core =
  root === null
    ? []
    : shardOf(
        findSuite(root).files.filter(({name}) => name.startsWith('core/')),
        {index: 2, count: 4},
      );

async function results(engine: Engine, text: string, features: FeatureSet = wasm3): Promise<Result[]> {
  const found: Result[] = [];
  await runFile(engine, {text, features, needs: [], lines: null}, (result) => found.push(result));
  return found;
}

const statusesOf = async (engine: Engine, text: string): Promise<Status[]> =>
  (await results(engine, text)).map(({status}) => status);

for (const engine of [v8, new InterpreterEngine()]) {
  test(`${engine.key} passes our own scripts`, async () => {
    for (const {path, name, group} of scripts) {
      const failed = (await results(engine, readFileSync(path, 'latin1'), group.features)).filter(
        ({status}) => status !== 'pass' && status !== 'textPass' && status !== 'unsupported',
      );
      assert.deepEqual(failed, [], name);
    }
  });
}

const truths = new Map<string, Result[]>();

async function truthOf(name: string, text: string): Promise<Result[]> {
  const truth = truths.get(name) ?? (await results(v8, text));
  truths.set(name, truth);
  return truth;
}

/** Commands whose results a lie must change are failures, and nothing else is. */
async function noticed(
  lies: Lies,
  mustFail: (command: Command) => boolean,
  mayFail: (command: Command) => boolean = () => false,
): Promise<number> {
  const liar = new LyingEngine(v8, lies);
  let count = 0;
  for (const {path, name} of [...own, ...core]) {
    const text = readFileSync(path, 'latin1');
    const commands = readScript(text);
    const truth = await truthOf(name, text);
    (await results(liar, text)).forEach(({status, line, message}, index) => {
      if (truth[index]!.status !== 'pass') return;
      if (mustFail(commands[index]!)) {
        count++;
        assert.equal(status, 'fail', `${name}:${line} is to be noticed`);
      } else if (!mayFail(commands[index]!))
        assert.ok(status === 'pass' || status === 'textPass', `${name}:${line} ${message}`);
    });
  }
  return count;
}

const flipped = (value: WireValue): WireValue =>
  'bits' in value ? numeric(value.kind as keyof typeof widths, value.bits ^ 2n) : swapped(value);
const swapped = (value: WireValue): WireValue => (value.kind === 'null' ? {kind: 'func'} : {kind: 'null'});
const isArithmetic = (expected: Expected): boolean =>
  (expected.kind === 'number' && 'nan' in expected.pattern && expected.pattern.nan === 'arithmetic') ||
  (expected.kind === 'lanes' && 'nan' in expected.lanes[0]! && expected.lanes[0].nan === 'arithmetic');

test('a flipped bit in any result, and a swapped kind of reference, is noticed', async () => {
  const count = await noticed(
    {
      outcome: (truth) => (truth.kind === 'return' ? {...truth, values: truth.values.map(flipped)} : truth),
      global: flipped,
    },
    (command) =>
      command.kind === 'assert_return' &&
      command.expected.some((expected) => !isArithmetic(expected) && expected.kind !== 'either'),
    (command) => command.kind === 'assert_return' && command.expected.some(({kind}) => kind === 'either'),
  );
  assert.ok(count >= 30, `${count} lies`);
});

const wrongTrap = (truth: CallOutcome): CallOutcome =>
  truth.kind === 'trap'
    ? {...truth, traps: [truth.traps.includes('unreachable') ? 'cast-failure' : 'unreachable']}
    : truth;

test('a wrong cause of a trap is noticed', async () => {
  const count = await noticed(
    {outcome: wrongTrap},
    ({kind}) => kind === 'assert_trap' || kind === 'assert_module_trap',
  );
  assert.ok(count >= 15, `${count} lies`);
});

test('swallowed traps, exhaustion and exceptions are noticed', async () => {
  const kinds = new Set(['assert_trap', 'assert_exhaustion', 'assert_exception', 'assert_module_trap']);
  const count = await noticed(
    {outcome: (truth) => (truth.kind === 'return' ? truth : {kind: 'return', values: []})},
    ({kind}) => kinds.has(kind),
  );
  assert.ok(count >= 15, `${count} lies`);
});

test('an engine that accepts everything is noticed', async () => {
  const kinds = new Set(['assert_invalid', 'assert_malformed', 'assert_unlinkable']);
  const count = await noticed(
    {acceptsAll: true},
    (command) =>
      kinds.has(command.kind) &&
      !('source' in command && command.kind === 'assert_malformed' && command.source.form !== 'binary'),
    (command) => command.kind === 'assert_malformed',
  );
  assert.ok(count >= 10, `${count} lies`);
});

test('wordings of traps are compared by prefix, both ways', async () => {
  const text = (message: string): string =>
    `(module (func (export "f") (unreachable))) (assert_trap (invoke "f") "${message}")`;
  assert.deepEqual(await statusesOf(v8, text('unreachable executed')), ['pass', 'pass']);
  assert.deepEqual(await statusesOf(v8, text('unreach')), ['pass', 'pass']);
  assert.deepEqual(await statusesOf(v8, text('integer')), ['pass', 'fail']);
  assert.equal(traps['unreachable'].message, 'unreachable');
});

test('a module that is not made takes the commands that need it along', async () => {
  const failed =
    '(module $m (func (export "f") (result i32) (i64.const 1))) (assert_return (invoke "f")) (register "m" $m) (module (import "m" "f" (func)))';
  assert.deepEqual(await statusesOf(v8, failed), ['fail', 'skip', 'skip', 'skip']);
  class Lacking extends V8Engine {
    override session(): ReturnType<V8Engine['session']> {
      const truth = super.session(wasm3);
      return Object.assign(Object.create(truth) as typeof truth, {
        compile: (bytes: Uint8Array) => {
          if (bytes.length > 100) return truth.compile(bytes);
          throw new Unsupported('small modules');
        },
      });
    }
  }
  assert.deepEqual(await statusesOf(new Lacking(), '(module $m (func (export "f"))) (invoke "f") (register "m" $m)'), [
    'unsupported',
    'unsupported',
    'unsupported',
  ]);
});

test('a failed module does not leave the one before in its place', async () => {
  const text = '(module (func (export "f"))) (invoke "f") (module (func (export "f") (result i32))) (invoke "f")';
  assert.deepEqual(await statusesOf(v8, text), ['pass', 'pass', 'fail', 'skip']);
});

test('text that the library lets pass but the engine refuses is a text pass, what both accept a text failure', async () => {
  assert.deepEqual(await statusesOf(v8, '(assert_malformed (module quote "(func)") "no")'), ['textFail']);
  assert.deepEqual(await statusesOf(v8, '(assert_malformed (module quote "(func (i32.const 1))") "no")'), ['textPass']);
});

test('a file about a feature that the engine lacks is unsupported as a whole', async () => {
  const found: Result[] = [];
  const features = withFeatures(wasm3, ['wide-arithmetic']);
  await runFile(v8, {text: '(module) (module)', features, needs: ['wide-arithmetic'], lines: null}, (result) =>
    found.push(result),
  );
  assert.deepEqual(
    found.map(({status, message}) => [status, message]),
    [
      ['unsupported', 'wide-arithmetic'],
      ['unsupported', 'wide-arithmetic'],
    ],
  );
});

test('a failure in a thread is the failure of waiting for it', async () => {
  const text =
    '(thread $T (module (func (export "f") (result i32) (i32.const 1))) (assert_return (invoke "f") (i32.const 2))) (wait $T)';
  const [thread, wait] = await results(v8, text);
  assert.deepEqual([thread?.status, wait?.status], ['pass', 'fail']);
  assert.match(wait?.message ?? '', /\$T, line 1: expected \(i32:2\), got \(i32:1\)/);
});
