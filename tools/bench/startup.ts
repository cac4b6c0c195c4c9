/**
 * Start-up of a module, from bytes to an instance, on the modules of the official suite that import nothing: the
 * interpreter (decode, validate, link, initialise; with every function prepared, and lazily as it runs) beside V8's lazy
 * compile and instantiate. V8 keeps compiled modules by their bytes, so each round appends another custom section.
 */
import {WasmError} from '#engine/base/errors.ts';
import {suiteModules} from '#engine/binary/suite-modules.ts';
import {instantiate} from '#engine/interpreter/interpreter.ts';
import {Mode} from '#engine/interpreter/machine.ts';
import {codeOf} from '#engine/interpreter/prepare.ts';
import type {Instance} from '#engine/runtime/instance.ts';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import {geometricMean, median, wall} from './measure.ts';
import {type BenchReport, figure, type Row, SCHEMA} from './report.ts';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => object;
};

const EVERY = 5;
const ROUNDS = 9;
/** Rounds over all modules until our code is optimised, as it is in a campaign after its first second. */
const WARM_UP = 6;

function lazily(bytes: Uint8Array): Instance {
  return instantiate(load(bytes, supported), () => undefined).instance;
}

function prepared(bytes: Uint8Array): void {
  for (const func of lazily(bytes).funcs) codeOf(func, Mode.plain);
}

const v8 = (bytes: Uint8Array): object => new WebAssembly.Instance(new WebAssembly.Module(bytes), {});

const SIDES = {interpreter: prepared, 'interpreter (lazy)': lazily, v8} as const;
type SideName = keyof typeof SIDES;

/** The module with a custom section without a name that holds a number below 2^28. */
function numbered(bytes: Uint8Array, number: number): Uint8Array {
  const bits = [number & 0x7f, (number >> 7) & 0x7f, (number >> 14) & 0x7f, (number >> 21) & 0x7f];
  return Uint8Array.of(...bytes, 0, 5, 0, ...bits);
}

/** Whether both sides instantiate the module. */
function runs(bytes: Uint8Array): boolean {
  try {
    const module = load(bytes, supported);
    if (module.imports.length > 0 || module.start !== null) return false;
    prepared(bytes);
    v8(bytes);
    return true;
  } catch (error) {
    if (error instanceof WasmError || error instanceof Error) return false;
    throw error;
  }
}

/** Every fifth valid module of core/. */
async function candidates(): Promise<{name: string; bytes: Uint8Array}[] | null> {
  const all = suiteModules(process.env);
  if (all === null) return null;
  const found: {name: string; bytes: Uint8Array}[] = [];
  const valid = all.filter(
    ({command, file, kind}) => command === 'module' && kind === 'text' && file.startsWith('core'),
  );
  for (const {place, bytes: text} of valid.filter((_, index) => index % EVERY === 0)) {
    try {
      const bytes = await parseText(text);
      if (runs(bytes)) found.push({name: place, bytes});
    } catch {}
  }
  return found;
}

/** Rows are totals; the means are over the modules, each counting alike. */
export async function startupBench(): Promise<BenchReport> {
  const modules = await candidates();
  if (modules === null) return {schema: SCHEMA, rows: [], geomean: {}, notes: ['skipped: set PARALLAX_TESTSUITE.']};
  const costs = measure(modules.map(({bytes}) => bytes));
  const name = `${modules.length} modules of the suite`;
  const total = (side: SideName): number => costs[side].reduce((sum, cost) => sum + cost, 0);
  const sides = Object.keys(SIDES) as SideName[];
  const over = (side: SideName): string => `${side} ${figure(total(side) / total('v8'))}`;
  const mean = (side: SideName): number => geometricMean(costs[side].map((cost, i) => cost / costs.v8[i]!));
  return {
    schema: SCHEMA,
    rows: sides.map((side): Row => ({bench: 'startup', name, side, value: total(side), unit: 'ms'})),
    geomean: {'v8 (all functions prepared)': mean('interpreter'), 'v8 (lazily)': mean('interpreter (lazy)')},
    notes: [`Over the totals: ${over('interpreter')}, ${over('interpreter (lazy)')}.`],
  };
}

/** Median cost of every module by side; all modules are started once a round, by the sides in turn. */
function measure(modules: readonly Uint8Array[]): Record<SideName, number[]> {
  const samples = Object.keys(SIDES).map((name) => ({name: name as SideName, costs: modules.map((): number[] => [])}));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [i, bytes] of modules.entries()) {
      const input = numbered(bytes, round + WARM_UP);
      for (const {name, costs} of samples) {
        const cost = wall(() => SIDES[name](input));
        if (round >= 0) costs[i]!.push(cost);
      }
    }
    samples.push(samples.shift()!);
  }
  return Object.fromEntries(samples.map(({name, costs}) => [name, costs.map(median)])) as Record<SideName, number[]>;
}
