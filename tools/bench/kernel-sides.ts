/**
 * The engines as benches run them: one kernel, one size, milliseconds of CPU time of what runs it. Each side checks the
 * checksum, so that no engine wins by being wrong.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {assert} from '#engine/base/assert.ts';
import {bitsOf, numeric} from '#engine/base/wire-value.ts';
import {instantiate, invoke} from '#engine/interpreter/interpreter.ts';
import {Func} from '#engine/runtime/func.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import type {Module} from '#engine/wasm/module.ts';
import {systemClock} from '#harness/clock.ts';
import {openAotEngine} from '#harness/engines/aot/aot.ts';
import type {CallOutcome} from '#harness/engines/observation.ts';
import {startEngineProcess} from '#harness/engines/open.ts';
import {defaultAotOptions} from '#harness/engines/options.ts';
import {closedKernel} from './closed.ts';
import {type Kernel, kernelBytes, kernelPath, kernels, type Size} from './kernels.ts';
import {mainThreadTime, threadTime} from './measure.ts';
import {peer} from './peers.ts';

/** Runs a kernel once; milliseconds. Throws when the engine cannot. */
export interface Side {
  readonly name: string;
  readonly run: (kernel: Kernel, size: Size) => number;
  readonly close?: () => void;
}

const float = new Float64Array(1);
const pattern = new BigUint64Array(float.buffer);
function toNumber(bits: unknown): number {
  assert(typeof bits === 'bigint', 'a number value');
  pattern[0] = bits;
  return float[0]!;
}

/** Throws unless the side computed what the kernel computes. */
export function expectChecksum(side: string, kernel: Kernel, size: Size, result: number): void {
  const [n, checksum] = kernels[kernel][size];
  if (result !== checksum) throw new Error(`${side}: ${kernel}(${n}) = ${result}, not ${checksum}`);
}

/** The same of what one of our engines gave. */
export function expectReturn(side: string, kernel: Kernel, size: Size, outcome: CallOutcome): void {
  if (outcome.kind !== 'return') throw new Error(`${side}: ${kernel}: ${JSON.stringify(outcome)}`);
  expectChecksum(side, kernel, size, toNumber(bitsOf(outcome.values[0]!)));
}

/** Runs `run(n)` of a kernel's module on the interpreter and gives its checksum. */
export function runInterpreter(module: Module, n: number): number {
  const {instance, outcome} = instantiate(module, () => undefined);
  assert(outcome.kind === 'return', `instantiation: ${outcome.kind}`);
  const func = instance.exports.get('run');
  assert(func instanceof Func, 'run is a function');
  const end = invoke(func, [BigInt(n)]);
  assert(end.kind === 'return', `run ended as ${end.kind}`);
  return toNumber(end.values[0]);
}

const MIN_MS = 30;

/** Our interpreter, in this thread. Short runs are repeated. */
export const interpreterSide: Side = {
  name: 'interpreter',
  run: (kernel, size) => {
    const module = load(kernelBytes(kernel), supported);
    const [n] = kernels[kernel][size];
    let result = Number.NaN;
    const once = threadTime(() => {
      result = runInterpreter(module, n);
    });
    expectChecksum('interpreter', kernel, size, result);
    const times = Math.ceil(MIN_MS / Math.max(once, 0.1));
    const all = threadTime(() => {
      for (let i = 0; i < times; i++) runInterpreter(module, n);
    });
    return all / times;
  },
};

/** wabt's wasm-interp, user and system time less that of a start with nothing to do; null where it is not installed. */
export function wabtSide(): Side | null {
  const program = peer('wasm-interp');
  if (program === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  const path = join(folder, 'kernel.wasm');
  const time = (run: string): {ms: number; stdout: string} => {
    const script = `TIMEFORMAT="%3U %3S"; time "$0" "$1" ${run}`;
    const {stdout, stderr} = spawnSync('bash', ['-c', script, program, path], {encoding: 'utf8'});
    const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
    return {ms: (user + system) * 1000, stdout: stdout + stderr};
  };
  return {
    name: 'wasm-interp',
    run: (kernel, size) => {
      const [n, checksum] = kernels[kernel][size];
      writeFileSync(path, closedKernel(kernel, n));
      const {ms, stdout} = time('--run-all-exports');
      const result = Number(/f64:(\S+)/.exec(stdout)?.[1]);
      if (!(Math.abs(result - checksum) <= 1e-5)) throw new Error(`wasm-interp: ${kernel}(${n}): ${stdout}`);
      return ms - time('').ms;
    },
    close: () => rmSync(folder, {recursive: true}),
  };
}

/** A tier of V8 in a child process, compiled and warm before the clock starts. */
export function v8Side(name: string, flags: readonly string[]): Side {
  const timer = fileURLToPath(new URL('v8-timer.mjs', import.meta.url));
  return {
    name,
    run: (kernel, size) => {
      const [n] = kernels[kernel][size];
      const child = spawnSync(process.execPath, [...flags, timer, kernelPath(kernel), String(n)], {encoding: 'utf8'});
      if (child.status !== 0) throw new Error(`${name}: ${kernel}: ${child.stderr}`);
      const {result, ms} = JSON.parse(child.stdout) as {result: number; ms: number};
      expectChecksum(name, kernel, size, result);
      return ms;
    },
  };
}

/**
 * Our compiled code at a level, in a runner of its own; CPU time of the runner. As with V8, the first call on an instance
 * does not count: it pays for fresh pages.
 */
export function aotSide(key: 'aot-x64' | 'aot-arm64', level: 0 | 2): Side {
  const runner = startEngineProcess(key);
  const engine = openAotEngine(key, 'bench', {
    channel: runner.channel,
    clock: systemClock,
    options: {...defaultAotOptions, level},
  });
  const name = `${key} -O${level}`;
  return {
    name,
    run: (kernel, size) => {
      const session = engine.session(supported);
      const made = session.instantiate(session.compile(kernelBytes(kernel)), () => undefined);
      if (made.kind !== 'instance') throw new Error(`${name}: ${kernel}: ${made.kind}`);
      const call = () => session.invoke(made.instance, 'run', [numeric('i32', BigInt(kernels[kernel][size][0]))]);
      call();
      const began = mainThreadTime(runner.channel.pid);
      const outcome = call();
      const ms = mainThreadTime(runner.channel.pid) - began;
      session.close();
      expectReturn(name, kernel, size, outcome);
      return ms;
    },
    close: () => {
      engine.close();
      runner.kill();
      void runner.close();
    },
  };
}
