/**
 * Builds the native runner with one `cc` command per target into native/build, when it is missing or older than its sources.
 * `--optional`: a missing compiler is reported in one line and is no error. Must parse on Node 20.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const optional = process.argv.includes('--optional');
const flags = ['-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-pthread'];
/** Static where the system has a static libc (qemu then needs no sysroot), else dynamic. */
const linkings = [['-static'], []];
const native = process.arch === 'arm64' ? 'arm64' : 'x64';

/** The machine's own target is wanted, the other one is built when its cross compiler is there. */
const targets = [
  {name: 'x64', compilers: native === 'x64' ? [process.env.CC, 'cc', 'gcc', 'clang'] : ['x86_64-linux-gnu-gcc']},
  {name: 'arm64', compilers: native === 'arm64' ? [process.env.CC, 'cc', 'gcc', 'clang'] : ['aarch64-linux-gnu-gcc']},
];

const modified = (path) => statSync(path).mtimeMs;
const sources = readdirSync(here).filter((name) => /\.[chS]$/.test(name));
const newest = Math.max(modified(fileURLToPath(import.meta.url)), ...sources.map((name) => modified(join(here, name))));
const units = sources.filter((name) => /\.[cS]$/.test(name)).map((name) => join(here, name));

function works(compiler) {
  return spawnSync(compiler, ['--version'], {stdio: 'ignore'}).status === 0;
}

function fail(message) {
  process.stderr.write(`native runner: ${message}\n`);
  if (!optional) process.exitCode = 1;
}

function build({name, compilers}) {
  const output = join(here, 'build', `runner-${name}`);
  if (existsSync(output) && modified(output) >= newest) return;
  const compiler = compilers.find((candidate) => candidate && works(candidate));
  if (compiler === undefined) {
    if (name === native)
      fail('no C compiler (cc) found, the AOT engines are off; Debian: apt-get install gcc libc6-dev');
    return;
  }
  const temporary = `${output}.${process.pid}`;
  let errors = '';
  for (const linking of linkings) {
    const run = spawnSync(compiler, [...flags, ...linking, '-o', temporary, ...units], {encoding: 'utf8'});
    if (run.status === 0) return renameSync(temporary, output);
    errors ||= run.stderr.trim().split('\n').slice(0, 12).join('\n');
  }
  rmSync(temporary, {force: true});
  fail(`${compiler} failed: ${errors}`);
}

if (process.platform !== 'linux') fail(`needs Linux, not ${process.platform}; the AOT engines are off`);
else {
  mkdirSync(join(here, 'build'), {recursive: true});
  targets.forEach(build);
}
