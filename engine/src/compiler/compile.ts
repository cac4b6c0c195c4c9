/**
 * The pipeline: a valid module becomes an image. Straight code: facts, then per function translate, optimize, and what the
 * target does; then the pieces are laid out and their calls patched. Pure: the same input gives the same bytes.
 */
import {assert} from '#engine/base/assert.ts';
import type {Module} from '#engine/wasm/module.ts';
import type {FunctionCode, Target} from './backend/target.ts';
import {Chaos} from './chaos.ts';
import {type Facts, moduleFacts} from './frontend/facts.ts';
import {Translator} from './frontend/translate.ts';
import {type Decision, Fuel, type FuelOptions, ruleName} from './fuel.ts';
import type {CodeMap, Image, TrapTable} from './image.ts';
import {Func} from './ir/func.ts';
import {verify} from './ir/verify.ts';
import {Optimizer} from './passes.ts';
import {SmallFunctions} from './small-functions.ts';
import {Profile} from './timer.ts';
import {unwindTable} from './unwind.ts';

export interface CompileOptions {
  readonly target: Target;
  /** 0: no optional decision at all. 2: the default. */
  readonly level: 0 | 2;
  /** CPU features that may be used: bits `1 << CpuFeature` of runtime/layout.ts. */
  readonly features: number;
  readonly fuel?: FuelOptions | undefined;
  readonly chaosSeed?: number | null | undefined;
  /** Verify after every pass and check register allocation. */
  readonly check?: boolean | undefined;
  /** Milliseconds of a clock; with it the result has a profile. */
  readonly clock?: (() => number) | undefined;
}

export interface Compilation {
  readonly image: Image;
  /** Optional decisions that were taken; what `--opt-fuel` bisects. */
  readonly fuelSpent: number;
  /** Each decision, when `fuel.record` is set. */
  readonly decisions: readonly Decision[];
  /** Milliseconds by stage and pass, when there is a clock. */
  readonly profile: Readonly<Record<string, number>>;
}

/** Compiles a valid module. Throws Unsupported naming the feature, and Bug when a check fails. */
export function compileModule(module: Module, options: CompileOptions): Compilation {
  const facts = moduleFacts(module);
  const fuel = new Fuel(options.level === 0 ? {limit: 0} : options.fuel);
  const chaos = new Chaos(options.chaosSeed ?? null);
  const profile = new Profile(options.clock);
  const codes = compileFunctions(facts, options, fuel, chaos, profile);
  const image = profile.measure('image', () => layOut(facts, options.target, codes));
  return {image, fuelSpent: fuel.spent, decisions: fuel.report(), profile: profile.times};
}

function compileFunctions(
  facts: Facts,
  options: CompileOptions,
  fuel: Fuel,
  chaos: Chaos,
  profile: Profile,
): FunctionCode[] {
  const translator = new Translator(facts);
  const optimizer = new Optimizer(fuel, options.check ?? false, profile, {
    callees: new SmallFunctions(facts),
    addsIndexAndOffset: options.target.addsIndexAndOffset,
  });
  const f = new Func();
  const backend = {fuel, chaos, features: options.features, check: options.check ?? false, timer: profile};
  return facts.module.bodies.map((_, own) => {
    const index = facts.importedFunctions + own;
    fuel.enter(index);
    chaos.enter(index);
    profile.measure('translate', () => translator.translate(f, index));
    if (options.check === true) verify(f, 'translation');
    optimizer.run(f, options.level);
    return options.target.compile(f, backend);
  });
}

/** Where each piece of code goes: functions, then thunks. */
class Layout {
  readonly pieces: {code: FunctionCode; offset: number}[] = [];
  readonly #alignment: number;
  end = 0;
  constructor(alignment: number) {
    this.#alignment = alignment;
  }

  add(code: FunctionCode): number {
    const offset = Math.ceil(this.end / this.#alignment) * this.#alignment;
    this.pieces.push({code, offset});
    this.end = offset + code.bytes.length;
    return offset;
  }
}

function layOut(facts: Facts, target: Target, codes: readonly FunctionCode[]): Image {
  const layout = new Layout(target.alignment);
  const functions = new Int32Array(codes.length);
  const functionData = new Int32Array(codes.length);
  const functionEnds = new Int32Array(codes.length);
  codes.forEach((code, i) => {
    functions[i] = layout.add(code);
    functionData[i] = functions[i]! + code.codeBytes;
    functionEnds[i] = layout.end;
  });
  const signatures = facts.signatures.list;
  const entryThunks = Int32Array.from(signatures, (signature) => layout.add(target.entryThunk(signature)));
  const hostThunks = Int32Array.from(signatures, (signature) => layout.add(target.hostThunk(signature)));
  const code = new Uint8Array(Math.max(layout.end, 1)); // the runner wants a page of code even for none
  for (const piece of layout.pieces) code.set(piece.code.bytes, piece.offset);
  for (const piece of layout.pieces) patchCalls(facts, target, code, piece, functions);
  const {map, rules} = codeMap(layout);
  return {
    target: target.name,
    code,
    functions,
    functionData,
    functionEnds,
    entryThunks,
    hostThunks,
    traps: trapTable(layout),
    map,
    unwind: unwindTable(layout.pieces),
    rules,
    signatures: signatures.map(({params, results}) => ({params: params.slice(1), results})),
    typeSignatures: facts.typeSignatures,
    layout: facts.layout,
  };
}

function patchCalls(
  facts: Facts,
  target: Target,
  code: Uint8Array,
  piece: Layout['pieces'][number],
  functions: Int32Array,
): void {
  const {calls} = piece.code;
  for (let i = 0; i < calls.length; i += 2) {
    const callee = functions[calls[i + 1]! - facts.importedFunctions];
    assert(callee !== undefined, `call of function ${calls[i + 1]} that is not in the image`);
    target.patchCall(code, piece.offset + calls[i]!, callee);
  }
}

function trapTable({pieces}: Layout): TrapTable {
  const count = pieces.reduce((sum, {code}) => sum + code.traps.length / 3, 0);
  const table = {offsets: new Int32Array(count), codes: new Uint8Array(count), wasm: new Int32Array(count)};
  let at = 0;
  for (const {code, offset} of pieces) {
    for (let i = 0; i < code.traps.length; i += 3) {
      table.offsets[at] = offset + code.traps[i]!;
      table.codes[at] = code.traps[i + 1]!;
      table.wasm[at++] = code.traps[i + 2]!;
    }
  }
  return table;
}

/** Rules are numbered by first use, so that the bytes do not depend on the order in which tables were loaded. */
function codeMap({pieces}: Layout): {map: CodeMap; rules: string[]} {
  const count = pieces.reduce((sum, {code}) => sum + code.map.length / 3, 0);
  const map = {offsets: new Int32Array(count), wasm: new Int32Array(count), rules: new Uint16Array(count)};
  const numbers = new Map<number, number>();
  let at = 0;
  for (const {code, offset} of pieces) {
    for (let i = 0; i < code.map.length; i += 3) {
      const rule = code.map[i + 2]!;
      if (!numbers.has(rule)) numbers.set(rule, numbers.size);
      map.offsets[at] = offset + code.map[i]!;
      map.wasm[at] = code.map[i + 1]!;
      map.rules[at++] = numbers.get(rule)!;
    }
  }
  return {map, rules: [...numbers.keys()].map(ruleName)};
}
