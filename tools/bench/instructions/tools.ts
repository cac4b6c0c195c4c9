/** The programs of others that the counts need, and how they are run: qemu with our plugin, Debian's gcc, objdump, wasm2c. */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Unsupported} from '#engine/base/errors.ts';
import {peer} from '../peers.ts';
import {type Profile, parseProfile} from './counts.ts';

/** What each program does for the counts and the Debian package that has it. */
const packages = {
  cc: 'gcc libc6-dev',
  'qemu-aarch64': 'qemu-user',
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
  'aarch64-linux-gnu-objdump': 'binutils-aarch64-linux-gnu',
  'aarch64-linux-gnu-objcopy': 'binutils-aarch64-linux-gnu',
  wasm2c: 'wabt',
} as const satisfies Record<string, string>;
export type Program = keyof typeof packages;

/** Path of a program. Throws Unsupported with the package that has it. */
export function programPath(name: Program): string {
  const path = peer(name);
  if (path === null) throw new Unsupported(`counting instructions without ${name} (apt-get install ${packages[name]})`);
  return path;
}

/** Runs a program to its end; its output. Throws with what it complained of. */
export function run(name: Program, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const {status, signal, stdout, stderr, error} = spawnSync(programPath(name), args, {
    encoding: 'utf8',
    env: {...process.env, ...env},
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? signal ?? complaint(stderr + stdout)}`);
  return stdout;
}

const complaint = (output: string): string => /.*error.*/i.exec(output)?.[0] ?? output.trim().split('\n').at(-1)!;

/** Builds the plugin in a folder; its path. */
export function buildPlugin(folder: string): string {
  const path = join(folder, 'count-plugin.so');
  const source = fileURLToPath(new URL('count-plugin.c', import.meta.url));
  run('cc', ['-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-o', path, source]);
  return path;
}

/** Value of qemu's option `-plugin`. */
export const pluginOption = (plugin: string, out: string): string => `${plugin},out=${out}`;

export function readProfile(path: string): Profile {
  if (!existsSync(path)) throw new Error(`qemu's plugin left no ${path}`);
  return parseProfile(readFileSync(path, 'utf8'));
}
