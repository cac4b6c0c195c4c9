/**
 * Two FIFOs to a runner process, used with blocking reads and writes: the fastest channel that needs no addon, and it works
 * in worker threads, because descriptors belong to the process. The runner must be started by the main thread, which
 * reaps it; a runner's death is end-of-file or EPIPE here.
 */
import {execFileSync} from 'node:child_process';
import {closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** What a thread needs to talk to a runner; structured-cloneable. */
export interface RunnerChannel {
  readonly readFd: number;
  readonly writeFd: number;
  /** For a watchdog: SIGKILL frees a thread that is blocked in a read. */
  readonly pid: number;
  /** Number of the runner's thread behind it, from 1; absent: the main one. */
  readonly thread?: number;
}

/** The runner is gone, or talks nonsense: start another one. What was sent may or may not have been done. */
export class RunnerDied extends Error {
  override name = 'RunnerDied';
}

/** Both ends of a channel, before the child is started. */
export interface ChannelEnds {
  readonly ours: {readonly readFd: number; readonly writeFd: number};
  readonly theirs: {readonly readFd: number; readonly writeFd: number};
}

/**
 * Makes the two FIFOs and opens the four ends. Opening one way would block until the peer comes, so both are held open
 * for reading and writing meanwhile.
 */
export function openChannel(): ChannelEnds {
  return withFifos((down, up, ours) => ({
    ours,
    theirs: {readFd: openSync(down, constants.O_RDONLY), writeFd: openSync(up, constants.O_WRONLY)},
  }));
}

/** Makes two FIFOs; `connect` has the peer open them by path. Gives our ends; when it throws they are closed. */
export function openNamedChannel(connect: (down: string, up: string) => void): ChannelEnds['ours'] {
  return withFifos((down, up, ours) => {
    try {
      connect(down, up);
      return ours;
    } catch (error) {
      for (const fd of [ours.readFd, ours.writeFd]) closeSync(fd);
      throw error;
    }
  });
}

function withFifos<T>(use: (down: string, up: string, ours: ChannelEnds['ours']) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-runner-'));
  const [down, up] = [join(folder, 'down'), join(folder, 'up')];
  try {
    execFileSync('mkfifo', ['-m', '600', down, up]);
    const holders = [openSync(down, constants.O_RDWR), openSync(up, constants.O_RDWR)];
    try {
      return use(down, up, {readFd: openSync(up, constants.O_RDONLY), writeFd: openSync(down, constants.O_WRONLY)});
    } finally {
      holders.forEach(closeSync);
    }
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

function retried(io: () => number): number {
  for (;;) {
    try {
      return io();
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EINTR' && code !== 'EAGAIN') throw new RunnerDied(`runner channel: ${code}`);
    }
  }
}

/** Writes all the bytes. Throws RunnerDied. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += retried(() => writeSync(fd, bytes, at, bytes.length - at));
}

/** Reads at least `wanted` more bytes to `into` from `at` on, at most to its end; gives how many. Throws RunnerDied. */
export function readAtLeast(fd: number, into: Uint8Array, at: number, wanted: number): number {
  let count = 0;
  while (count < wanted) {
    const got = retried(() => readSync(fd, into, at + count, into.length - at - count, null));
    if (got === 0) throw new RunnerDied('runner channel: end of file');
    count += got;
  }
  return count;
}
