/**
 * Run time of the interpreter on the kernels beside V8 and, where it is installed, wabt's wasm-interp. Sides take turns,
 * the best of each counts; a peer in another process is charged for the work only: what it takes to print its version is subtracted.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {instantiate, invoke} from '../../engine/src/interpreter/interpreter.ts';
import {Func} from '../../engine/src/runtime/func.ts';
import {parseText} from '../../engine/src/text.ts';
import {load} from '../../engine/src/valid/load.ts';

/** One measurement; `unit` says what `value` counts. */
export interface Row {
  readonly bench: 'interpreter';
  readonly name: string;
  readonly side: string;
  readonly value: number;
  readonly unit: 'ms a round';
}

type Side = (rounds: number) => bigint | null;

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {exports: Record<string, (rounds: number) => bigint>};
};

const KERNELS = join(import.meta.dirname, 'kernels');
/** The interpreter's share of one measurement; how many rounds that is, a first one tells. */
const TARGET_MS = 60;
const TURNS = 4;
const WARM_UP = 60;

function ours(bytes: Uint8Array): Side {
  const {instance} = instantiate(load(bytes), () => undefined);
  const run = instance.exports.get('run');
  if (!(run instanceof Func)) throw new TypeError('an export run');
  return (rounds) => {
    const outcome = invoke(run, [BigInt(rounds)]);
    return outcome.kind === 'return' ? (outcome.values[0] as bigint) : null;
  };
}

function v8(bytes: Uint8Array): Side {
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return (rounds) => BigInt.asUintN(64, exports['run']!(rounds));
}

/** The peer prints its results, which are not compared; no rounds: it only starts. */
function wabt(path: string): Side {
  return (rounds) => {
    const work = rounds === 0 ? ['--version'] : [path, '--enable-all', '--run-export=run', `--argument=i32:${rounds}`];
    spawnSync('wasm-interp', work);
    return null;
  };
}

function milliseconds(side: Side, rounds: number): number {
  const start = process.hrtime.bigint();
  side(rounds);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Measures one kernel; throws when the sides do not agree. */
function measure(name: string, bytes: Uint8Array, folder: string): Row[] {
  const path = join(folder, `${name}.wasm`);
  writeFileSync(path, bytes);
  const sides = new Map<string, Side>([['interpreter', ours(bytes)], ['v8', v8(bytes)]]);
  const results = [...sides.values()].map((side) => side(3));
  if (results[0] !== results[1]) throw new Error(`${name}: ${results.join(' is not ')}`);
  for (const side of sides.values()) for (let i = 0; i < WARM_UP; i += 1) side(1);
  const rounds = Math.max(4, Math.ceil(TARGET_MS / milliseconds(sides.get('interpreter')!, 1)));
  if (spawnSync('wasm-interp', ['--version']).status === 0) sides.set('wasm-interp', wabt(path));
  const best = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [side, run] of sides) {
      const start = side === 'wasm-interp' ? milliseconds(run, 0) : 0;
      const time = (milliseconds(run, rounds) - start) / rounds;
      best.set(side, Math.min(best.get(side) ?? Number.POSITIVE_INFINITY, time));
    }
  }
  return Array.from(best, ([side, value]) => ({bench: 'interpreter', name, side, value, unit: 'ms a round'}));
}

/** Measures every kernel; takes half a minute with wabt. */
export async function rows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  try {
    const result: Row[] = [];
    for (const file of readdirSync(KERNELS).filter((file) => file.endsWith('.wat')).toSorted()) {
      const bytes = await parseText(readFileSync(join(KERNELS, file)));
      result.push(...measure(basename(file, '.wat'), bytes, folder));
    }
    return result;
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** Geometric mean of how many times a side's time is the interpreter's. */
export function geomean(all: readonly Row[], side: string): number {
  const timeOf = (name: string, of: string): number => all.find((row) => row.name === name && row.side === of)?.value ?? Number.NaN;
  const names = [...new Set(all.map(({name}) => name))];
  const logs = names.map((name) => Math.log(timeOf(name, side) / timeOf(name, 'interpreter')));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

if (import.meta.main) {
  const all = await rows();
  for (const {name, side, value, unit} of all) console.log(`${name.padEnd(16)} ${side.padEnd(14)} ${value.toFixed(3).padStart(10)} ${unit}`);
  for (const side of new Set(all.map((row) => row.side))) console.log(`${side}: ${geomean(all, side).toFixed(4)} times the interpreter's time`);
}
