/**
 * How compile time and memory grow with the size of one function (10 KB, 100 KB, 1 MB of wasm), and what a module of
 * about 2 KB takes once the compiler is warm. The functions are made of loops, blocks, memory accesses and arithmetic
 * over twenty locals in a deterministic order. CPU time of this thread and its collector; checks are off.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {assert} from '#engine/base/assert.ts';
import {encode} from '#engine/binary/encode.ts';
import {encodeInstructions, type Instruction, instruction} from '#engine/binary/instructions.ts';
import {type CompileOptions, compileModule} from '#engine/compiler/compile.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import {emptyModule, type Module} from '#engine/wasm/module.ts';
import {I32} from '#engine/wasm/types.ts';
import {compileOptions, targetOf} from '#harness/engines/aot/compile-options.ts';
import {defaultAotOptions} from '#harness/engines/options.ts';
import {kernelBytes} from './kernels.ts';
import {median, wall} from './measure.ts';
import {type BenchReport, figure, type Row, SCHEMA} from './report.ts';

const child = fileURLToPath(new URL('compile-memory.ts', import.meta.url));
const KB = 1000;
const SIZES = [10, 100, 1000];
const LOCALS = 20;
/** Rounds that count, by size, and as many before them that do not. */
const ROUNDS = {10: 40, 100: 8, 1000: 3} as const satisfies Record<number, number>;
/** The kernels nearest to 2 KB. */
const SMALL = ['ray-tracer', 'nbody', 'spectral-norm'] as const;
const SMALL_ROUNDS = 200;

export function compileSizeBench(): BenchReport {
  const options = quietOptions();
  const small = SMALL.map((name) => {
    const module = load(kernelBytes(name), supported);
    return medianMs(module, options, SMALL_ROUNDS, `${name} (${figure(kernelBytes(name).length / KB)} KB)`);
  });
  const grown = SIZES.map((size) => {
    const module = load(functionOf(size * KB), supported);
    return {...medianMs(module, options, ROUNDS[size as keyof typeof ROUNDS], `one function of ${size} KB`), size};
  });
  const each = grown.map(({value, size}) => `${size} KB ${figure(value / size)} ms`);
  return {
    schema: SCHEMA,
    rows: [...small, ...grown.map(({size: _, ...row}) => row)],
    geomean: {},
    notes: [`Time per KB: ${each.join(', ')}; n log n would be ${growth().join(', ')} of the first.`, memoryNote()],
  };
}

/** How much more a KB may cost at each size when time grows as n log n. */
const growth = (): string[] => SIZES.map((size) => figure(Math.log(size * KB) / Math.log(SIZES[0]! * KB)));

/** -O2 without checks or records. */
export function quietOptions(): CompileOptions {
  const key = process.arch === 'arm64' ? 'aot-arm64' : 'aot-x64';
  const options = compileOptions(targetOf(key), {...defaultAotOptions, level: 2, check: false}, 0);
  return {...options, fuel: {...options.fuel, record: false}};
}

function medianMs(module: Module, options: CompileOptions, rounds: number, name: string): Row {
  const costs: number[] = [];
  for (let round = -rounds; round < rounds; round++) {
    const cost = wall(() => compileModule(module, options));
    if (round >= 0) costs.push(cost);
  }
  return {bench: 'compile-size', name, side: '-O2', value: median(costs), unit: 'ms'};
}

/** What the largest function takes more than the smallest, each in a process of its own, by byte of wasm. */
function memoryNote(): string {
  const [small, large] = [SIZES[0]! * KB, SIZES.at(-1)! * KB];
  const [least, most] = [peakBytes(small), peakBytes(large)];
  const perByte = figure((most - least) / (large - small));
  return `A function of ${SIZES.at(-1)} KB takes ${perByte} bytes of memory a byte of wasm; the process reached ${figure(most / 1e6)} MB.`;
}

function peakBytes(size: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  const file = join(folder, 'module.wasm');
  try {
    writeFileSync(file, functionOf(size));
    const {status, stdout, stderr} = spawnSync(process.execPath, [child, file], {encoding: 'utf8'});
    assert(status === 0, `compiling ${size} bytes: ${stderr}`);
    return Number(stdout);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** A module of one function with about this many bytes of code. */
function functionOf(size: number): Uint8Array {
  const round = ROUND.flat();
  const bytes = encodeInstructions(round).length;
  const body: Instruction[] = [];
  for (let count = Math.ceil(size / bytes); count > 0; count--) body.push(...round);
  const code = encodeInstructions([...body, instruction('end')]);
  return encode({
    ...emptyModule,
    types: [{final: true, supertypes: [], composite: {kind: 'func', params: [I32], results: []}}],
    recGroups: [{start: 0, length: 1}],
    functions: [0],
    memories: [{address: 'i32', shared: false, limits: {min: 1n, max: null}, pageSizeLog2: 16}],
    bodies: [{locals: [{count: LOCALS, type: I32}], code: {bytes: code, offset: 0}, offset: 0}],
  });
}

/** One round of the body: every local is read and written, every eighth step is a loop. */
const ROUND: readonly Instruction[][] = Array.from({length: LOCALS}, (_, i) => {
  const [a, b, c] = [i + 1, ((i + 7) % LOCALS) + 1, ((i + 13) % LOCALS) + 1];
  const arithmetic = [
    instruction('local.get', a),
    instruction('local.get', b),
    instruction('i32.load', {align: 2, offset: BigInt(4 * i), memory: 0}),
    instruction(i % 2 === 0 ? 'i32.add' : 'i32.xor'),
    instruction('local.set', c),
  ];
  const branch = [
    instruction('block', {kind: 'empty'}),
    instruction('local.get', c),
    instruction('i32.const', 1000 * i),
    instruction('i32.lt_u'),
    instruction('br_if', 0),
    instruction('local.get', a),
    instruction('local.get', c),
    instruction('i32.mul'),
    instruction('local.set', b),
    instruction('end'),
  ];
  const loop = [
    instruction('loop', {kind: 'empty'}),
    instruction('local.get', b),
    instruction('local.get', c),
    instruction('i32.store', {align: 2, offset: BigInt(4 * i), memory: 0}),
    instruction('local.get', c),
    instruction('i32.const', 1),
    instruction('i32.shr_u'),
    instruction('local.tee', c),
    instruction('br_if', 0),
    instruction('end'),
  ];
  return [...arithmetic, ...branch, ...(i % 8 === 0 ? loop : [])];
});
