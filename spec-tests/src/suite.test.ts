import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import type {EngineKey} from '#harness/engines/keys.ts';
import {engineStatus} from '#harness/engines/open.ts';
import {defaultAotOptions} from '#harness/engines/options.ts';
import {assess, unexpected} from './assess.ts';
import {expectedFailures} from './expected-failures.ts';
import {type JobReport, runJobs} from './pool.ts';
import {findSuite, groups, type SuiteFile, suiteRoot} from './suite.ts';
import {supportedFiles, whollySupported, writeSupportedFiles} from './supported.ts';

const root = suiteRoot({option: undefined, environment: process.env});
const skip = root === null ? 'no suite: set PARALLAX_TESTSUITE' : false;

async function run(engine: EngineKey, files: readonly SuiteFile[]): Promise<JobReport[]> {
  const watched = ({name}: SuiteFile): number[] => [...(expectedFailures(engine).get(name)?.keys() ?? [])];
  const jobs = files.map((file) => ({engine, file, lines: null, watched: watched(file)}));
  return await runJobs(jobs, {workers: 2, aot: defaultAotOptions, timeoutMs: 120_000, onReport: () => {}});
}

const standard = (): SuiteFile[] =>
  findSuite(root).files.filter(({group}) => ['core', 'custom', 'legacy'].includes(group.folder));

test('V8 gives on core, custom and legacy what was measured for this revision', {skip}, async () => {
  const assessment = assess(await run('v8', standard()), expectedFailures);
  assert.deepEqual(assessment.engines.get('v8')?.counts, {
    ...{pass: 64_156, fail: 0, unsupported: 6, skip: 1},
    ...{crash: 0, timeout: 0, textPass: 1255, textFail: 0},
  });
  assert.deepEqual(unexpected(assessment), []);
});

for (const key of ['interpreter', 'aot-x64', 'aot-arm64'] as const) {
  const status = engineStatus(key);
  test(`${key} passes the files that it supports wholly, and fails nothing else`, {
    skip: skip || (!status.available && status.reason),
  }, async () => {
    const reports = await run(key, findSuite(root).files);
    assert.deepEqual(unexpected(assess(reports, expectedFailures)), []);
    const whole = whollySupported(reports);
    if (process.env['BLESS'] === '1') writeSupportedFiles(key, whole);
    const listed = supportedFiles(key);
    assert.ok(listed.length > 0, 'no list');
    assert.deepEqual(
      listed.filter((name) => !whole.includes(name)),
      [],
    );
  });
}

test('our own scripts are found without the suite, and every group has a folder of its own', () => {
  const {files} = findSuite(null);
  assert.ok(files.length >= 5 && files.every(({name}) => name.startsWith('own/')));
  assert.equal(new Set(groups.map(({folder}) => folder)).size, groups.length);
});

test('a folder without scripts is no suite', () => {
  assert.throws(() => findSuite('/proc/self/fdinfo'), /no scripts/);
});
