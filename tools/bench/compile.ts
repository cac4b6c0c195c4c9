/**
 * Compile speed on the largest real modules at hand, in MB of function bodies per second of CPU time (all threads count:
 * garbage collection and V8's compilers too), beside V8's tiers in child processes, and what our time goes to. Checks of SSA and register allocation are off.
 */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {assert} from '#engine/base/assert.ts';
import {Unsupported} from '#engine/base/errors.ts';
import {compileModule} from '#engine/compiler/compile.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import type {Module} from '#engine/wasm/module.ts';
import {systemClock} from '#harness/clock.ts';
import {compileOptions, targetOf} from '#harness/engines/aot/compile-options.ts';
import {defaultAotOptions} from '#harness/engines/options.ts';
import {interleave, ratios, type Side} from './measure.ts';
import {type RealModule, realModules} from './modules.ts';
import {type BenchReport, figure, type Row, SCHEMA} from './report.ts';

const timer = fileURLToPath(new URL('v8-compile.mjs', import.meta.url));
const TOP = 5;
const ROUNDS = 3;

const tiers = {
  'v8-turbofan': ['--no-liftoff', '--no-wasm-lazy-compilation'],
  'v8-liftoff': ['--liftoff-only', '--no-wasm-lazy-compilation'],
} as const;

function v8Ms(flags: readonly string[], path: string): number {
  const {status, stdout, stderr} = spawnSync(process.execPath, [...flags, timer, path], {encoding: 'utf8'});
  assert(status === 0, `V8 compiles ${path}: ${stderr}`);
  return (JSON.parse(stdout) as {ms: number}).ms;
}

type Profile = Record<string, number>;

function ourMs(module: Module, level: 0 | 2, profile: Profile): number {
  const key = process.arch === 'arm64' ? 'aot-arm64' : 'aot-x64';
  const options = compileOptions(targetOf(key), {...defaultAotOptions, level, check: false}, 0);
  const quiet = {...options, fuel: {...options.fuel, record: false}, clock: () => systemClock.monotonic()};
  const began = process.cpuUsage();
  const {profile: times} = compileModule(module, quiet);
  const {user, system} = process.cpuUsage(began);
  for (const [name, ms] of Object.entries(times)) profile[name] = (profile[name] ?? 0) + ms;
  return (user + system) / 1000;
}

/** CPU milliseconds by side, taking turns; ours absent, with a note, where the module has what the compiler lacks. */
function measure({name, path}: RealModule, module: Module, profile: Profile, notes: string[]): Map<string, number> {
  const sides = new Map<string, Side>();
  try {
    ourMs(module, 0, {});
    sides.set('-O2', () => ourMs(module, 2, profile));
    sides.set('-O0', () => ourMs(module, 0, {}));
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    notes.push(`${name} on ours: unsupported ${error.feature}.`);
  }
  for (const [tier, flags] of Object.entries(tiers)) sides.set(tier, () => v8Ms(flags, path));
  return interleave(sides, ROUNDS, 0);
}

function topCosts(profile: Profile): string {
  const stages = Object.entries(profile).sort(([, left], [, right]) => right - left);
  const total = stages.reduce((sum, [, ms]) => sum + ms, 0);
  const top = stages.slice(0, TOP).map(([name, ms]) => `${name} ${figure((ms / total) * 100)} %`);
  return `-O2 spends its time in ${top.join(', ')}.`;
}

/** Measures every module at hand; takes two or three minutes. Our own code is warm: one module was compiled before. */
export function compileBench(): BenchReport {
  const rows: Row[] = [];
  const times: Row[] = [];
  const notes: string[] = [];
  const profile: Profile = {};
  const modules = realModules();
  if (modules.length > 0) ourMs(load(modules[0]!.bytes, supported), 2, {});
  for (const real of modules) {
    const module = load(real.bytes, supported);
    const megabytes = module.bodies.reduce((sum, {code}) => sum + code.bytes.length, 0) / 1e6;
    for (const [side, ms] of measure(real, module, profile, notes)) {
      const row = {bench: 'compile', name: real.name, side};
      rows.push({...row, value: (megabytes * 1000) / ms, unit: 'MB/s'});
      times.push({...row, value: ms, unit: 'ms'});
    }
  }
  const {'-O0': _, ...geomean} = ratios(times, '-O2');
  if (Object.keys(profile).length > 0) notes.push(topCosts(profile));
  return {schema: SCHEMA, rows, geomean, notes};
}
