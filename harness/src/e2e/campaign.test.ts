/** Whole campaigns through the command line: determinism, and every kind of sudden death. */
import {strict as assert} from 'node:assert';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {before, test} from 'node:test';
import {events, parallax, start, temporary, until} from './command.ts';

const SEED = '5eed0b11';
const NAME = 'c';

const args = (directory: string, cases: number, ...more: string[]): string[] => [
  '-C',
  directory,
  'fuzz',
  NAME,
  '--seed',
  SEED,
  '--max-cases',
  String(cases),
  '-j',
  '2',
  '--json',
  '--ui',
  'quiet',
  ...more,
];

const shardsIn = (directory: string): number => {
  const log = join(directory, 'campaigns', NAME, 'events.ndjson');
  return existsSync(log) ? readFileSync(log, 'utf8').split('"ev":"shard"').length - 1 : 0;
};

const CASES = 300;
/** A machine that is busy with other tests takes long to begin. */
const WAIT_MS = 120_000;
/** The log of the campaign when nothing disturbs it. */
let undisturbed: Record<string, unknown>[] = [];

before(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'parallax-undisturbed-'));
  const {code, stderr} = await parallax(args(directory, CASES));
  assert.equal(code, 0, stderr);
  undisturbed = events(directory, NAME);
  rmSync(directory, {recursive: true});
});

test('the same seed gives the same cases, outcomes and log, with any number of workers', async (t) => {
  const folder = temporary(t);
  const {code, stdout} = await parallax([
    '-C',
    folder,
    'fuzz',
    NAME,
    '--seed',
    SEED,
    '--max-cases',
    String(CASES),
    '-j',
    '1',
    '--json',
  ]);
  assert.equal(code, 0);
  assert.deepEqual(events(folder, NAME), undisturbed);
  const document = JSON.parse(stdout) as {
    schema: string;
    cases: number;
    engines: object;
    findings: unknown[];
    rates: object;
    exit: {code: number};
  };
  assert.equal(document.schema, 'parallax/fuzz@1');
  assert.equal(document.cases, CASES);
  assert.deepEqual(document.exit, {code: 0, name: 'ok'});
});

test('a killed supervisor loses nothing: the same command goes on, and the log is as if nothing had happened', async (t) => {
  const folder = temporary(t);
  const directory = join(folder, 'a');
  const running = start(args(directory, CASES));
  await until(() => shardsIn(directory) >= 2, WAIT_MS, 'two shards');
  running.child.kill('SIGKILL');
  await running.ended;
  const {code, stderr} = await parallax(args(directory, CASES));
  assert.equal(code, 0, stderr);
  assert.deepEqual(events(directory, NAME), undisturbed);
});

test('a killed runner is replaced and the campaign goes on; the case that it died with is reported as a crash or runs again', async (t) => {
  const directory = join(temporary(t), 'a');
  const running = start(args(directory, CASES));
  await until(() => shardsIn(directory) >= 2, WAIT_MS, 'two shards');
  try {
    execFileSync('pkill', ['-KILL', '-P', String(running.child.pid), 'runner-']);
  } catch {
    t.diagnostic('no runner to kill: the AOT engine is not here');
  }
  const {code, stdout, stderr} = await running.ended;
  assert.ok(code === 0 || code === 1, stderr);
  assert.equal((JSON.parse(stdout) as {cases: number}).cases, CASES);
});

test('Ctrl-C stops gracefully with code 130, and the same command resumes', async (t) => {
  const folder = temporary(t);
  const directory = join(folder, 'a');
  const running = start(args(directory, CASES));
  await until(() => shardsIn(directory) >= 2, WAIT_MS, 'two shards');
  running.child.kill('SIGINT');
  const {code, stdout} = await running.ended;
  assert.equal(code, 130);
  assert.equal((JSON.parse(stdout) as {exit: {name: string}}).exit.name, 'interrupted');
  assert.equal((await parallax(args(directory, CASES))).code, 0);
  assert.deepEqual(events(directory, NAME), undisturbed);
});

test('a full disk stops nothing that is stored: when there is room again the campaign goes on', {
  skip: process.getuid?.() !== 0 && 'mounting a small disk needs root',
}, async (t) => {
  const directory = join(temporary(t), 'small');
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', directory], {stdio: 'ignore'});
  } catch {
    t.skip('no permission to mount');
    return;
  }
  try {
    const running = start(args(directory, CASES));
    await until(() => shardsIn(directory) >= 2, WAIT_MS, 'two shards');
    const filler = join(directory, 'filler');
    fill(filler);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    rmSync(filler);
    const first = await running.ended;
    assert.ok([0, 3].includes(first.code ?? -1), first.stderr);
    if (first.code === 3) assert.equal((await parallax(args(directory, CASES))).code, 0);
    assert.deepEqual(events(directory, NAME), undisturbed);
  } finally {
    execFileSync('umount', ['-l', directory]);
  }
});

/** Writes until the disk is full. */
function fill(path: string): void {
  const block = Buffer.alloc(64 << 10);
  try {
    for (;;) writeFileSync(path, block, {flag: 'a'});
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}

test('a campaign goes on only as what it was', async (t) => {
  const directory = join(temporary(t), 'a');
  assert.equal((await parallax(args(directory, 50))).code, 0);
  const other = await parallax(args(directory, 100, '-O', '0'));
  assert.equal(other.code, 2);
  assert.match(other.stderr, /another engines, options, profile or features.*--fresh/);
});
