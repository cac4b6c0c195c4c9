import {strict as assert} from 'node:assert';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {wasm3} from '#engine/wasm/features.ts';
import {defaultAotOptions} from '#harness/engines/options.ts';
import {type Job, type JobReport, runJobs} from './pool.ts';
import type {SuiteFile} from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-spec-'));
after(() => rmSync(folder, {recursive: true}));

function scriptFile(name: string, text: string): SuiteFile {
  const path = join(folder, name);
  writeFileSync(path, text);
  return {name: `own/${name}`, path, bytes: statSync(path).size, group: {folder: 'own', features: wasm3}};
}

const job = (file: SuiteFile, engine: Job['engine'] = 'v8'): Job => ({engine, file, lines: null, watched: []});

async function run(jobs: readonly Job[], workers: number, timeoutMs: number): Promise<Map<string, JobReport>> {
  const reports = await runJobs(jobs, {workers, aot: defaultAotOptions, timeoutMs, onReport: () => {}});
  return new Map(reports.map((report) => [`${report.job.engine} ${report.job.file.name}`, report]));
}

const good = scriptFile(
  'good.wast',
  '(module (func (export "f") (result i32) (i32.const 1)))\n(assert_return (invoke "f") (i32.const 1))',
);
const spinning = scriptFile(
  'spin.wast',
  `(module (func (export "f") (loop (br 0))))
(assert_malformed (module binary "") "unexpected end")
(assert_return (invoke "f") (i32.const 3))
(assert_return (invoke "f"))
(module)`,
);

test('a file that hangs costs itself only: what was done counts, the rest is timeout', async () => {
  const reports = await run([job(spinning), job(good)], 1, 3000);
  const hung = reports.get('v8 own/spin.wast')!;
  assert.deepEqual([hung.counts.pass, hung.counts.timeout], [2, 3]);
  assert.deepEqual(
    hung.results.map(({line, status}) => [line, status]),
    [
      [3, 'timeout'],
      [4, 'timeout'],
      [5, 'timeout'],
    ],
  );
  assert.match(hung.results[0]!.message, /not done after 3000 ms \(line 3\)/);
  assert.equal(reports.get('v8 own/good.wast')!.counts.pass, 2);
});

test('an engine in a process that hangs is replaced', async () => {
  const reports = await run([job(spinning, 'v8-liftoff'), job(good, 'v8-liftoff')], 1, 4000);
  assert.deepEqual(
    [reports.get('v8-liftoff own/spin.wast')!.counts.pass, reports.get('v8-liftoff own/spin.wast')!.counts.timeout],
    [2, 3],
  );
  assert.equal(reports.get('v8-liftoff own/good.wast')!.counts.pass, 2);
});

test('a script that cannot be read costs itself only', async () => {
  const broken = scriptFile('broken.wast', '\n(module');
  const reports = await run([job(broken), job(good)], 1, 3000);
  assert.deepEqual(reports.get('v8 own/broken.wast')!.results, [
    {line: 2, command: 'meta', status: 'fail', message: 'not a script: unclosed parenthesis'},
  ]);
  assert.equal(reports.get('v8 own/good.wast')!.counts.pass, 2);
});

test('results that pass are reported when they are watched, and only selected lines count', async () => {
  const reports = await runJobs([{...job(good), lines: new Set([2]), watched: [2]}], {
    workers: 1,
    aot: defaultAotOptions,
    timeoutMs: 3000,
    onReport: () => {},
  });
  assert.deepEqual(reports[0]!.results, [{line: 2, command: 'assert_return', status: 'pass', message: ''}]);
  assert.equal(reports[0]!.counts.pass, 1);
});
