import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {wasm3} from '#engine/wasm/features.ts';
import {assess, unexpected} from './assess.ts';
import {readExpectedFailures} from './expected-failures.ts';
import type {JobReport} from './pool.ts';
import {jsonReport, junitReport, passRate, plainReport} from './report.ts';
import {noCounts, type Result} from './results.ts';
import {readShard, shardOf} from './shard.ts';
import {readFilter, type Suite, type SuiteFile, selectFiles} from './suite.ts';

const file = (name: string): SuiteFile => ({
  name,
  path: name,
  bytes: 1,
  group: {folder: name.slice(0, name.lastIndexOf('/')), features: wasm3},
});

function report(name: string, results: readonly Result[], pass: number): JobReport {
  const counts = {...noCounts(), pass};
  for (const {status} of results) if (status !== 'pass') counts[status]++;
  return {job: {engine: 'v8', file: file(name), lines: null, watched: []}, counts, results, version: '1'};
}

const failed: Result = {
  line: 7,
  command: 'assert_return',
  status: 'fail',
  message: 'expected (i32:1), got (<&"\u0001>)',
};
const expected = (text: string) => () => readExpectedFailures(text);

test('a listed failure is expected, another one is not', () => {
  const reports = [report('core/a.wast', [failed], 3)];
  assert.equal(unexpected(assess(reports, expected('core/a.wast:7 known'))).length, 0);
  assert.equal(unexpected(assess(reports, expected('core/a.wast:8 known'))).length, 1);
  assert.equal(unexpected(assess(reports, expected('core/b.wast:7 known'))).length, 1);
});

test('an unexpected pass fails', () => {
  const passes = report('core/a.wast', [{...failed, status: 'pass', message: ''}], 4);
  const [failure] = unexpected(assess([passes], expected('core/a.wast:7 known')));
  assert.match(failure?.message ?? '', /passes, but is listed/);
});

test('a list of expected failures needs a reason on each line', () => {
  assert.equal(readExpectedFailures('# comment\n\ncore/a.wast:1 why # more').get('core/a.wast')?.get(1), 'why');
  assert.throws(() => readExpectedFailures('core/a.wast:1'), SyntaxError);
});

test('the document has the fields of its contract', () => {
  const document = jsonReport(
    '/suite',
    assess([report('core/a.wast', [failed], 3)], expected('')),
    'findings',
  ) as Record<string, unknown>;
  assert.equal(document['schema'], 'parallax.spec/1');
  assert.deepEqual(document['engines'], {
    v8: {pass: 3, fail: 1, unsupported: 0, skip: 0, crash: 0, timeout: 0, textPass: 0, textFail: 0},
  });
  assert.deepEqual((document['failures'] as object[])[0], {
    ...failed,
    engine: 'v8',
    file: 'core/a.wast',
    expected: null,
  });
});

test('JUnit text has no character that XML forbids', () => {
  const xml = junitReport(assess([report('core/a.wast', [failed], 3)], expected('')));
  assert.match(xml, /failures="1"/);
  assert.match(xml, /\(&lt;&amp;&quot;\?&gt;\)/);
  assert.ok(!xml.includes('\u0001'));
});

test('rates round down: only all is 100 %', () => {
  assert.equal(passRate({...noCounts(), pass: 10}), 1);
  const lines = plainReport(assess([report('core/a.wast', [failed], 99_999)], expected('')));
  assert.match(lines.join('\n'), /99\.99 %/);
});

test('shards are a partition of any list', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({min: 1, max: 9}), (items, count) => {
      const parts = Array.from({length: count}, (_, index) => shardOf(items, readShard(`${index + 1}/${count}`)));
      assert.deepEqual(
        parts.flat().sort((a, b) => a - b),
        [...items].sort((a, b) => a - b),
      );
    }),
    {seed: 2, numRuns: 100},
  );
  for (const text of ['0/2', '3/2', '1', 'a/b']) assert.throws(() => readShard(text), SyntaxError);
});

const names = [
  'core/simd/simd_const.wast',
  'core/i32.wast',
  'core/custom.wast',
  'custom/a.wast',
  'proposals/custom-x/b.wast',
  'own/core/i32.wast',
];
const suite = (root: string | null): Suite => ({root, files: names.map(file)});
const selected = (root: string | null, ...filters: string[]): [string, number[] | null][] =>
  [...selectFiles(suite(root), filters.map(readFilter))].map(([{name}, lines]) => [
    name,
    lines === null ? null : [...lines],
  ]);

test('a filter names a folder or a file, else a part of their names', () => {
  assert.deepEqual(selected('/s', 'custom'), [['custom/a.wast', null]]);
  assert.deepEqual(
    selected('/s', 'simd/').map(([name]) => name),
    ['core/simd/simd_const.wast'],
  );
  assert.deepEqual(
    selected('/s', 'stom').map(([name]) => name),
    ['core/custom.wast', 'custom/a.wast', 'proposals/custom-x/b.wast'],
  );
});

test('a filter may name a line; the whole file wins', () => {
  assert.deepEqual(selected('/s', 'i32.wast:31', 'i32.wast:33'), [['core/i32.wast', [31, 33]]]);
  assert.deepEqual(selected('/s', 'i32.wast:31', 'core/i32.wast'), [['core/i32.wast', null]]);
});

test('our own scripts run when there is no suite, or when they are named', () => {
  assert.equal(selected('/s').length, 5);
  assert.equal(selected(null).length, 6);
  assert.deepEqual(selected('/s', 'own'), [['own/core/i32.wast', null]]);
  assert.deepEqual(
    selected('/s', 'core').map(([name]) => name),
    ['core/simd/simd_const.wast', 'core/i32.wast', 'core/custom.wast'],
  );
});
