/**
 * Runner processes: where the binary is, starting one, and ending it. Only the main thread may start runners (a runner
 * dies with the thread that started it, and stays a zombie until it is reaped).
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {accessSync, closeSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {present} from '#engine/base/assert.ts';
import {Unsupported} from '#engine/base/errors.ts';
import {openChannel, type RunnerChannel} from './channel.ts';

export type RunnerTarget = 'x64' | 'arm64';

export interface RunnerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface RunnerProcess {
  readonly channel: RunnerChannel;
  readonly target: RunnerTarget;
  /** Settles when the process has ended and was reaped. */
  readonly exited: Promise<RunnerExit>;
  /** Kills it at once. Blocked reads see end-of-file. */
  kill(): void;
  /** Closes our ends (nobody may use the channel any more): the runner ends by itself; waits for that. */
  close(): Promise<RunnerExit>;
}

export interface RunnerOptions {
  readonly target: RunnerTarget;
  /** Size of the wasm stack in bytes, a multiple of 4096, at least 131072; 1 MiB by default. */
  readonly stackBytes?: number;
  /** Another command than runnerCommand(target): a build with sanitizers, a debugger. */
  readonly command?: readonly string[];
}

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(executable);
}

/** Debian packages of the C compiler that builds a runner. */
const compilers: Readonly<Record<RunnerTarget, string>> = {
  x64: process.arch === 'x64' ? 'gcc libc6-dev' : 'gcc-x86-64-linux-gnu libc6-dev-amd64-cross',
  arm64: process.arch === 'arm64' ? 'gcc libc6-dev' : 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user',
};

/** Command that runs the target's runner here, or why there is none. */
export function runnerCommand(
  target: RunnerTarget,
): {readonly command: readonly string[]} | {readonly missing: string} {
  const build = fileURLToPath(new URL('../../../native/build.mjs', import.meta.url));
  const binary = fileURLToPath(new URL(`../../../native/build/runner-${target}`, import.meta.url));
  if (!executable(binary))
    return {
      missing: `native/build/runner-${target} is not built (Debian: apt-get install ${compilers[target]}): node ${build}`,
    };
  if (process.arch === target) return {command: [binary]};
  const emulators = {x64: 'qemu-x86_64', arm64: 'qemu-aarch64'} as const;
  const emulator = onPath(emulators[target]);
  if (emulator === undefined)
    return {missing: `${emulators[target]} is not installed (Debian: apt-get install qemu-user)`};
  return {command: [emulator, binary]};
}

function exitOf(child: ChildProcess): Promise<RunnerExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({code: null, signal: error.message}));
    child.once('exit', (code, signal) => resolve({code, signal}));
  });
}

/** Starts a runner. Throws Unsupported when the binary or its emulator is missing. */
export function startRunner(options: RunnerOptions): RunnerProcess {
  const found = options.command === undefined ? runnerCommand(options.target) : {command: options.command};
  if ('missing' in found) throw new Unsupported(found.missing);
  const [program, ...rest] = found.command;
  const stack = options.stackBytes === undefined ? [] : ['--stack', String(options.stackBytes)];
  const {ours, theirs} = openChannel();
  const stdio = [theirs.readFd, theirs.writeFd, 'ignore'] as const;
  const child = spawn(present(program, 'program'), [...rest, ...stack], {stdio: [...stdio]});
  closeSync(theirs.readFd);
  closeSync(theirs.writeFd);
  child.unref();
  const exited = exitOf(child);
  let open = true;
  return {
    channel: {...ours, pid: child.pid ?? 0},
    target: options.target,
    exited,
    kill: () => void child.kill('SIGKILL'),
    close: () => {
      if (open) for (const fd of [ours.readFd, ours.writeFd]) closeSync(fd);
      open = false;
      child.ref();
      return exited;
    },
  };
}
