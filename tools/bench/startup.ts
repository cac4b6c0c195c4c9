/**
 * Start-up of a module, from bytes to an instance: the interpreter (decode, validate, prepare every function, link,
 * initialise) beside V8's lazy compile and instantiate, on the modules of the official suite that import nothing.
 */
import {WasmError} from '#engine/base/errors.ts';
import {suiteModules} from '#engine/binary/suite-modules.ts';
import {instantiate} from '#engine/interpreter/interpreter.ts';
import {Mode} from '#engine/interpreter/machine.ts';
import {codeOf} from '#engine/interpreter/prepare.ts';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import {geometricMean, interleave, wall} from './measure.ts';
import {type BenchReport, figure, type Row, SCHEMA} from './report.ts';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => object;
};

const EVERY = 5;
const ROUNDS = 7;
const WARM_UP = 3;

function ours(bytes: Uint8Array): void {
  const module = load(bytes, supported);
  const {instance} = instantiate(module, () => undefined);
  for (const func of instance.funcs) codeOf(func, Mode.plain);
}

const v8 = (bytes: Uint8Array): object => new WebAssembly.Instance(new WebAssembly.Module(bytes), {});

/** Whether both sides instantiate the module. */
function runs(bytes: Uint8Array): boolean {
  try {
    const module = load(bytes, supported);
    if (module.imports.length > 0 || module.start !== null) return false;
    ours(bytes);
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

/** Rows are totals; the mean is over the modules, each counting alike. */
export async function startupBench(): Promise<BenchReport> {
  const modules = await candidates();
  if (modules === null) return {schema: SCHEMA, rows: [], geomean: {}, notes: ['skipped: set PARALLAX_TESTSUITE.']};
  const costs = modules.map(({bytes}) => {
    const sides = new Map([
      ['interpreter', () => wall(() => ours(bytes))],
      ['v8', () => wall(() => v8(bytes))],
    ]);
    return interleave(sides, ROUNDS, WARM_UP);
  });
  const totals = ['interpreter', 'v8'].map((side): Row => {
    const value = costs.reduce((sum, cost) => sum + cost.get(side)!, 0);
    return {bench: 'startup', name: `${modules.length} modules of the suite`, side, value, unit: 'ms'};
  });
  const each = costs.map((cost) => cost.get('interpreter')! / cost.get('v8')!);
  const ratio = totals[0]!.value / totals[1]!.value;
  return {
    schema: SCHEMA,
    rows: totals,
    geomean: {v8: geometricMean(each)},
    notes: [`Over the totals: ${figure(ratio)}.`],
  };
}
