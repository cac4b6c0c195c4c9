import {strict as assert} from 'node:assert';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {fileURLToPath} from 'node:url';

const bin = fileURLToPath(new URL('../../../../bin/parallax.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-spec-'));
after(() => rmSync(folder, {recursive: true}));

mkdirSync(join(folder, 'suite', 'core'), {recursive: true});
const right = '(module (func (export "f") (result i32) (i32.const 1)))\n(assert_return (invoke "f") (i32.const 1))';
writeFileSync(join(folder, 'suite', 'core', 'right.wast'), right);
writeFileSync(join(folder, 'suite', 'core', 'wrong.wast'), `${right}\n(assert_return (invoke "f") (i32.const 2))`);

interface Document {
  readonly schema: string;
  readonly engines: Record<string, {pass: number; fail: number}>;
  readonly failures: {file: string; line: number; message: string}[];
  readonly exit: string;
}

function spec(...args: string[]): {status: number | null; document: Document} {
  const flags = ['-C', folder, 'spec', '--engines', 'v8', '--suite', join(folder, 'suite'), '--json'];
  const {status, stdout} = spawnSync(process.execPath, [bin, ...flags, ...args], {encoding: 'utf8'});
  return {status, document: JSON.parse(stdout) as Document};
}

test('a failure is in the document, in the JUnit report, in the exit code, and runs again with --last-failed', () => {
  const junit = join(folder, 'junit.xml');
  const first = spec('--junit', junit);
  assert.equal(first.status, 1);
  assert.deepEqual([first.document.engines['v8']?.pass, first.document.engines['v8']?.fail], [4, 1]);
  assert.deepEqual(
    first.document.failures.map(({file, line}) => `${file}:${line}`),
    ['core/wrong.wast:3'],
  );
  assert.match(readFileSync(junit, 'utf8'), /core\/wrong\.wast:3 assert_return/);
  const again = spec('--last-failed');
  assert.deepEqual([again.document.engines['v8']?.pass, again.document.engines['v8']?.fail], [2, 1]);
});

test('one line can be asked for, and a filter that matches nothing has an exit code of its own', () => {
  const line = spec('wrong.wast:2');
  assert.deepEqual([line.status, line.document.engines['v8']?.pass, line.document.exit], [0, 1, 'ok']);
  const nothing = spec('nothing');
  assert.deepEqual([nothing.status, nothing.document.exit], [4, 'nothing-run']);
});
