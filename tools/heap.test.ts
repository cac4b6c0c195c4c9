/** Laws of the native heap, in C under AddressSanitizer and UndefinedBehaviorSanitizer (heap-test.c). */
import {strict as assert} from 'node:assert';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const SEEDS = [1, 2, 3];
const STEPS = 20_000;
const here = fileURLToPath(new URL('.', import.meta.url));
const native = join(here, '../native');
const units = readdirSync(native).filter((name) => /\.[cS]$/.test(name));
const hasCompiler = spawnSync('cc', ['--version'], {stdio: 'ignore'}).status === 0;

test('random programs on the heap keep what they reach and lose the rest, and lies are noticed', {
  skip: !hasCompiler && 'no C compiler',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'heap-test-'));
  try {
    const binary = join(folder, 'heap-test');
    const flags = [
      '-std=c11',
      '-D_GNU_SOURCE',
      '-O1',
      '-g',
      '-Dmain=runnerMain',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=all',
    ];
    const sources = [join(here, 'heap-test.c'), ...units.map((name) => join(native, name))];
    execFileSync('cc', [...flags, '-o', binary, ...sources], {stdio: 'inherit'});
    for (const seed of SEEDS) {
      const run = spawnSync(binary, [String(seed), String(STEPS)], {
        encoding: 'utf8',
        env: {...process.env, ASAN_OPTIONS: 'detect_leaks=0'},
      });
      assert.equal(run.status, 0, `seed ${seed}: ${run.stderr}`);
      assert.match(run.stdout, /^\d{2,} collections/);
    }
  } finally {
    rmSync(folder, {recursive: true});
  }
});
