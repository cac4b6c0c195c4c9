/**
 * One function as text after every stage of the pipeline, each line with the wasm instruction that it came from where it
 * knows one: for people who look at what a pass did. Machine code itself is the image's (compile.ts).
 */

import {Chaos} from './chaos.ts';
import type {CompileOptions} from './compile.ts';
import type {Facts} from './frontend/facts.ts';
import {Translator} from './frontend/translate.ts';
import {Fuel, ruleName} from './fuel.ts';
import {Func} from './ir/func.ts';
import {printFunc} from './ir/print.ts';
import {Optimizer, passes} from './passes.ts';
import {SmallFunctions} from './small-functions.ts';
import {untimed} from './timer.ts';

export interface StageLine {
  readonly text: string;
  /** Byte offset of the wasm instruction in the module, null where the text does not say. */
  readonly wasm: number | null;
  /** Rule that made the line; null for translated ones. */
  readonly rule: string | null;
}

export interface Stage {
  readonly name: string;
  /** What the stage is for, in a few words. */
  readonly why: string;
  readonly lines: readonly StageLine[];
}

/** The stages of a function of the module's index space, in order. Throws Unsupported. */
export function explainFunction(facts: Facts, index: number, options: CompileOptions): Stage[] {
  const fuel = new Fuel(options.level === 0 ? {limit: 0} : options.fuel);
  const chaos = new Chaos(options.chaosSeed ?? null);
  const f = new Func();
  fuel.enter(index);
  chaos.enter(index);
  new Translator(facts).translate(f, index);
  const stages: Stage[] = [{name: 'translate', why: 'one scan of the body', lines: ssaLines(f)}];
  new Optimizer(fuel, true, untimed, {
    callees: new SmallFunctions(facts),
    addsIndexAndOffset: options.target.addsIndexAndOffset,
  }).run(f, options.level, (pass) => {
    const why = passes.find(({name}) => name === pass)?.why ?? '';
    stages.push({name: pass, why, lines: ssaLines(f)});
  });
  const text = options.target.explain(f, {fuel, chaos, features: options.features, check: true});
  return [
    ...stages,
    {name: 'lower', why: 'instructions of the machine, virtual registers', lines: plainLines(text.lowered)},
    {name: 'regalloc', why: 'registers, spills and moves', lines: plainLines(text.allocated)},
    {name: 'emit', why: 'what the assembler is told', lines: plainLines(text.assembly)},
  ];
}

/** Between the text of an instruction and its origin; occurs in no text. */
const MARK = '; \u0001';

function ssaLines(f: Func): StageLine[] {
  const text = printFunc(f, {origins: (v) => `\u0001${f.wasmOffset(v)} ${ruleName(f.rule(v))}`});
  return text.split('\n').map((line) => {
    const at = line.indexOf(MARK);
    if (at < 0) return {text: line, wasm: null, rule: null};
    const [, offset, rule] = /^(-?\d+) (.*)$/.exec(line.slice(at + MARK.length))!;
    return {text: line.slice(0, at).trimEnd(), wasm: Number(offset), rule: rule === TRANSLATED ? null : rule!};
  });
}

const TRANSLATED = 'translation';

const plainLines = (text: string): StageLine[] =>
  text.split('\n').map((line) => ({text: line, wasm: null, rule: null}));
