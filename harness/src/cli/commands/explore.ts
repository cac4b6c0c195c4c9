/** `parallax explore FILE -o PAGE`: wasm, the SSA after each pass and machine code, linked, as one HTML page. */
import {writeFileSync} from 'node:fs';
import {basename} from 'node:path';
import {Unsupported, WasmError} from '#engine/base/errors.ts';
import {CodeReader} from '#engine/binary/code.ts';
import {instructionText} from '#engine/binary/instruction-text.ts';
import {currentInstruction} from '#engine/binary/instructions.ts';
import {namesOf} from '#engine/binary/names.ts';
import {type CompileOptions, compileModule} from '#engine/compiler/compile.ts';
import {explainFunction} from '#engine/compiler/explain.ts';
import {moduleFacts} from '#engine/compiler/frontend/facts.ts';
import type {Image} from '#engine/compiler/image.ts';
import {CpuFeature} from '#engine/runtime/layout.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import {type Body, importsOf, type Module} from '#engine/wasm/module.ts';
import {
  type Exploration,
  type ExploreFunction,
  type ExploreLine,
  type ExploreMachine,
  exploreHtml,
} from '#reports/explore.ts';
import {compileOptions, featureBits, targetOf} from '../../engines/aot/compile-options.ts';
import type {EngineKey} from '../../engines/keys.ts';
import {type AotOptions, describeAotOptions} from '../../engines/options.ts';
import {type AotKey, targetsNamed} from '../compile-file.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';
import {machineRows, rangeText, remarks, unwindRange} from '../machine-rows.ts';
import {readModule} from '../read-module.ts';

export interface ExploreCommandOptions {
  readonly file: string;
  /** The page; `-`: stdout. */
  readonly out: string;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  /** Function index of the module's index space; null: all. */
  readonly func: number | null;
  readonly json: boolean;
}

interface ExploreTarget {
  readonly key: AotKey;
  readonly compile: CompileOptions;
}

/** Pages with more functions than this are slow to open. */
const MANY = 200;

/** Runs the command. */
export async function explore(options: ExploreCommandOptions): Promise<Exit> {
  const keys = targetsNamed(options.engines);
  const features = featureBits(Object.keys(CpuFeature) as (keyof typeof CpuFeature)[]);
  const targets = keys.map((key) => ({key, compile: compileOptions(targetOf(key), options.aot, features)}));
  const module = loadFile(await readModule(options.file), options.file);
  const functions = await explain(module, wanted(module, options), targets, options.file);
  const engine = `${keys.join(', ')} ${describeAotOptions(options.aot)}`;
  const document: Exploration = {schema: 'parallax/explore@2', file: basename(options.file), engine, functions};
  const text = options.json ? `${JSON.stringify(document)}\n` : exploreHtml(document);
  if (options.out === '-') process.stdout.write(text);
  else {
    write(options.out, text);
    process.stderr.write(`parallax: ${functions.length} functions are in ${options.out}; open it in a browser\n`);
  }
  return exit('ok');
}

function loadFile(bytes: Uint8Array, file: string): Module {
  try {
    return load(bytes, supported);
  } catch (error) {
    if (error instanceof WasmError)
      throw new UserError('usage', `${file}: ${error.message} at offset ${error.offset ?? '?'}`);
    throw error;
  }
}

/** Places in `module.bodies`. */
function wanted(module: Module, {func, file}: ExploreCommandOptions): number[] {
  const imported = importsOf(module, 'func').length;
  const {length} = module.bodies;
  if (func === null && length > MANY)
    throw new UserError('usage', `${file} has ${length} functions, too many for one page: name one by --func`);
  if (func === null) return [...module.bodies.keys()];
  if (func < imported || func >= imported + length)
    throw new UserError('usage', `no function ${func} with a body; there are ${imported} to ${imported + length - 1}`);
  return [func - imported];
}

async function explain(
  module: Module,
  bodies: readonly number[],
  targets: readonly ExploreTarget[],
  file: string,
): Promise<ExploreFunction[]> {
  try {
    const facts = moduleFacts(module);
    const images = targets.map(({key, compile}) => ({key, image: compileModule(module, compile).image}));
    const names = namesOf(module).functions;
    const functions: ExploreFunction[] = [];
    for (const own of bodies) {
      const index = facts.importedFunctions + own;
      const exported = module.exports.find((item) => item.kind === 'func' && item.index === index)?.name;
      functions.push({
        index,
        name: names.get(index) ?? exported ?? null,
        wasm: wasmLines(module.bodies[own]!),
        stages: explainFunction(facts, index, targets[0]!.compile).map(({name, why, lines}) => ({
          name,
          why,
          lines: lines.map(({text, wasm, rule}) => ({text, wasm, note: rule})),
        })),
        machine: await Promise.all(images.map(({key, image}) => machineCode(key, image, own))),
      });
    }
    return functions;
  } catch (error) {
    if (error instanceof Unsupported)
      throw new UserError('usage', `${file}: the AOT compiler does not support ${error.feature}`);
    throw error;
  }
}

async function machineCode(engine: AotKey, image: Image, own: number): Promise<ExploreMachine> {
  const lines = (await machineRows(image, own)).map((row) => ({
    text: `${row.offset.toString(16).padStart(5)}  ${row.text}`,
    wasm: row.wasm,
    note:
      [row.rule === 'translation' ? null : row.rule, ...remarks(row)].filter((part) => part !== null).join(', ') ||
      null,
  }));
  return {engine, unwind: rangeText(unwindRange(image, own)), lines};
}

const opening = /^(block|loop|if|try_table)\b/;

/** The body in the text format, indented by its blocks. */
function wasmLines({code, locals}: Body): ExploreLine[] {
  const lines: ExploreLine[] = locals.map(({count}) => ({text: `(${count} locals)`, wasm: null, note: null}));
  const reader = new CodeReader(code);
  let depth = 0;
  while (!reader.isAtEnd) {
    reader.next();
    const text = instructionText(currentInstruction(reader));
    if (text === 'end' || text === 'else') depth = Math.max(0, depth - 1);
    const wasm = code.offset + reader.start;
    lines.push({text: `${wasm.toString(16).padStart(5)}  ${'  '.repeat(depth)}${text}`, wasm, note: null});
    if (opening.test(text) || text === 'else') depth += 1;
  }
  return lines;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError('environment', `cannot write ${path}: ${(error as Error).message}`);
  }
}
