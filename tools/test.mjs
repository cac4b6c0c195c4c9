/**
 * `npm test [pattern]`: types, lint and rules, then every test file (or those whose path contains the pattern).
 * Runs under the Node that npm finds first, which is the one of optionalDependencies.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';

const major = Number(process.versions.node.split('.')[0]);
if (major < 26) {
  console.error(
    `npm test needs Node 26 (this is ${process.version}): run npm ci, then npm test, so that node_modules/.bin/node is found first`,
  );
  process.exit(3);
}

const folders = ['engine', 'generators', 'harness', 'spec-tests', 'reports', 'tools'];
const pattern = process.argv[2] ?? '';

function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    return entry.name.endsWith('.test.ts') && path.includes(pattern) ? [path] : [];
  });
}

function run(title, command, args) {
  const began = performance.now();
  const {status} = spawnSync(command, args, {stdio: 'inherit'});
  console.error(`${title}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (status !== 0) process.exit(status ?? 1);
}

const files = folders.flatMap(testFiles).sort();
if (files.length === 0) {
  console.error(`no test file matches ${pattern}`);
  process.exit(4);
}
if (pattern === '') {
  run('types', 'node_modules/.bin/tsc', ['-p', '.']);
  run('lint', process.execPath, ['tools/lint.mjs']);
}
// Node's own default is a processor less, which on two of them is one file at a time.
const concurrency = `--test-concurrency=${Math.max(2, availableParallelism())}`;
run('tests', process.execPath, ['--disable-warning=ExperimentalWarning', '--test', concurrency, ...files]);
