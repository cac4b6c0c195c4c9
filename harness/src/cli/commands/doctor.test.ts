import {strict as assert} from 'node:assert';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const foreign = process.arch === 'x64' ? 'aot-arm64' : 'aot-x64';

/** A command where no program can be found, in an empty folder. */
function withoutPrograms(...args: string[]): {status: number | null; output: string} {
  const folder = mkdtempSync(`${tmpdir()}/parallax-doctor-`);
  try {
    const {status, stdout, stderr} = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, ...args],
      {cwd: folder, env: {PATH: folder}, encoding: 'utf8'},
    );
    return {status, output: stdout + stderr};
  } finally {
    rmSync(folder, {recursive: true});
  }
}

test('without an emulator the other target is absent, with the packages that give it, and nothing fails', () => {
  const {status, output} = withoutPrograms('doctor');
  assert.equal(status, 0, output);
  assert.match(output, new RegExp(`^- ${foreign} .*apt-get install .*qemu-user`, 'm'));
});

const kernel = fileURLToPath(new URL('../../../../tools/bench/kernels/fib.wasm', import.meta.url));
for (const args of [['fuzz', '--max-cases', '1'], ['exec', kernel], ['spec']]) {
  test(`${args[0]} refuses an engine that is asked for and absent, with what to do`, () => {
    const {status, output} = withoutPrograms(...args, '--engines', `${foreign},v8`);
    assert.equal(status, 3, output);
    assert.match(output, new RegExp(`${foreign} is not available: .*apt-get install`));
  });
}
