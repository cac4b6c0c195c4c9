/**
 * Builds tools/bench/kernels/*.c with Debian's clang and lld to the .wasm files beside them, which are committed, so that
 * benches need no compiler: `node tools/bench/build-kernels.mjs [name]`.
 */
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {basename} from 'node:path';

const folder = new URL('kernels/', import.meta.url);
const options = [
  '--target=wasm32',
  '-O2',
  '-ffreestanding',
  '-nostdlib',
  '-msign-ext',
  '-mbulk-memory',
  '-mnontrapping-fptoint',
];
const linking = ['-Wl,--no-entry', '-Wl,--strip-all', '-Wl,-z,stack-size=65536'];

for (const file of readdirSync(folder).filter((name) => name.endsWith('.c') && name.includes(process.argv[2] ?? ''))) {
  const name = basename(file, '.c');
  const simd = name.startsWith('simd-') ? ['-msimd128'] : ['-fno-vectorize', '-fno-slp-vectorize'];
  execFileSync('clang', [...options, ...simd, ...linking, '-o', `${name}.wasm`, file], {cwd: folder, stdio: 'inherit'});
}
