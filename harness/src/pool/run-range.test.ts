import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric} from '#engine/base/wire-value.ts';
import {wasm3} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import type {Engine} from '../engines/engine.ts';
import {type EngineKey, engineKeys} from '../engines/keys.ts';
import type {Observation} from '../engines/observation.ts';
import {Heartbeats} from './heartbeat.ts';
import {type RangeWorld, runRange} from './run-range.ts';

const fakeCase = (index: number): Case => ({
  root: '0'.repeat(16),
  index,
  generator: {version: '1', profile: 'fake'},
  modules: [],
  host: {seed: 0, functions: []},
  calls: [],
});

const shows = (n: number): Observation => ({
  status: 'ran',
  instantiation: {kind: 'return', values: []},
  calls: [
    {
      outcome: {kind: 'return', values: [numeric('i32', BigInt(n))]},
      state: {memories: [], globals: [], tables: []},
      trace: {count: 0, hash: 0},
    },
  ],
});

function fakeEngine(key: EngineKey, run: (testCase: Case, self: {lost: boolean}) => Observation): Engine {
  const self = {lost: false};
  return {
    key,
    family: engineKeys[key].family,
    get lost() {
      return self.lost;
    },
    version: 'fake',
    features: wasm3,
    runCase: (testCase) => run(testCase, self),
    session: () => {
      throw new Error('none');
    },
    close() {},
  };
}

function world(...engines: Engine[]): RangeWorld {
  let time = 0;
  return {
    engines,
    generate: fakeCase,
    pack: () => new Uint8Array([1]),
    clock: {now: () => 0, monotonic: () => time++},
    options: {timeoutMs: 1},
    beat() {},
  };
}

const honest = (key: EngineKey) => fakeEngine(key, ({index}) => shows(index));
const lease = (lo: number, hi: number) => ({lo, hi, deadly: [], attempt: 0});

test('a part counts what ran and finds what differs', () => {
  const liar = fakeEngine('aot-x64', ({index}) => shows(index === 5 ? 99 : index));
  const part = runRange(world(honest('interpreter'), liar, honest('v8')), lease(3, 9));
  assert.equal(part.hi, 9);
  assert.equal(part.cases, 6);
  assert.equal(part.executions, 18);
  assert.deepEqual(
    part.findings.map(({index, divergence}) => [index, divergence.suspects]),
    [[5, ['aot-x64']]],
  );
});

test('the digest depends on every observation and on nothing else', () => {
  const digest = (...engines: Engine[]) => runRange(world(...engines), lease(0, 20)).digest;
  const base = digest(honest('interpreter'), honest('v8'));
  assert.equal(digest(honest('interpreter'), honest('v8')), base);
  assert.notEqual(
    digest(
      honest('interpreter'),
      fakeEngine('v8', ({index}) => shows(index === 19 ? 0 : index)),
    ),
    base,
  );
});

test('an engine that throws is a finding, not the end of the campaign', () => {
  const broken = fakeEngine('aot-x64', () => {
    throw new TypeError('x is undefined');
  });
  const [finding] = runRange(world(honest('interpreter'), broken, honest('v8')), lease(0, 1)).findings;
  assert.equal(finding?.divergence.kind, 'compile');
  assert.match(finding?.divergence.shown ?? '', /TypeError: x is undefined/);
});

test('a lost engine ends the part after the case that lost it, and a deadly case is not run', () => {
  const dying = fakeEngine('aot-x64', ({index}, self) => {
    self.lost = index === 4;
    return {status: 'crash', detail: 'SIGSEGV'};
  });
  assert.equal(runRange(world(honest('interpreter'), dying), lease(4, 9)).hi, 5);
  const divergence = {
    kind: 'timeout',
    step: -1,
    suspects: ['v8'],
    partition: '',
    channel: 'process',
    shown: '',
    believed: '',
  } as const;
  const never = fakeEngine('v8', () => {
    throw new Error('ran');
  });
  const part = runRange(world(never), {lo: 7, hi: 8, deadly: [{index: 7, divergence}], attempt: 0});
  assert.deepEqual(
    part.findings.map(({index}) => index),
    [7],
  );
});

test('heartbeats show the last thing that a slot began', () => {
  const heartbeats = new Heartbeats(Heartbeats.allocate(3));
  heartbeats.beat(1, 42, 'v8', 1234);
  heartbeats.beat(2, 43, null, 5678);
  assert.deepEqual(heartbeats.read(1), {index: 42, engine: 'v8', startedMs: 1234});
  assert.deepEqual(heartbeats.read(2), {index: 43, engine: null, startedMs: 5678});
});
