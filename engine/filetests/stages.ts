/**
 * What the word after `test:` does: input text and options to output text. The back end's stages show the text of
 * `Target.explain`.
 */
import {strict as assert} from 'node:assert';
import {ARM64_V84, arm64} from '#engine/compiler/arm64/target.ts';
import type {BackendText, Target} from '#engine/compiler/backend/target.ts';
import {Chaos} from '#engine/compiler/chaos.ts';
import {moduleFacts} from '#engine/compiler/frontend/facts.ts';
import {Translator} from '#engine/compiler/frontend/translate.ts';
import {Fuel} from '#engine/compiler/fuel.ts';
import {Func} from '#engine/compiler/ir/func.ts';
import {parseFunc} from '#engine/compiler/ir/parse.ts';
import {printFunc} from '#engine/compiler/ir/print.ts';
import {Signatures} from '#engine/compiler/ir/types.ts';
import {verify} from '#engine/compiler/ir/verify.ts';
import {Optimizer} from '#engine/compiler/passes.ts';
import {untimed} from '#engine/compiler/timer.ts';
import {X64_V3, x64} from '#engine/compiler/x64/target.ts';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import {runRemarks} from './executors.ts';

export type Options = Readonly<Record<string, string>>;
export type Stage = (input: string, options: Options) => Promise<string>;

/** Translated functions of a `.wat`, or the one of a `.ssa`; `use` sees each before the next is made. */
async function eachFunc(input: string, options: Options, use: (f: Func) => string): Promise<string> {
  const f = new Func();
  if (options['file']!.endsWith('.ssa')) {
    parseFunc(input, new Signatures(), f);
    verify(f, 'parsing');
    return use(f);
  }
  const module = load(await parseText(input));
  const facts = moduleFacts(module);
  const translator = new Translator(facts);
  const texts = module.bodies.map((_, own) => {
    translator.translate(f, facts.importedFunctions + own);
    verify(f, 'translation');
    return use(f);
  });
  return texts.join('\n\n');
}

const optimizer = (fuel: Fuel, {addsIndexAndOffset}: Target = x64): Optimizer =>
  new Optimizer(fuel, true, untimed, {addsIndexAndOffset});

/** Options: `after` the last pass to run, `only` the only one, `fuel` a limit. */
function optimized(f: Func, options: Options): string {
  const fuel = new Fuel({limit: options['fuel'] === undefined ? undefined : Number(options['fuel'])});
  const {after, only} = options;
  if (only !== undefined) optimizer(fuel).runPass(f, only);
  else optimizer(fuel).run(f, 2, undefined, after);
  return printFunc(f);
}

/**
 * Text of the back end's stages after the optimizer. Options: `level: 0` grants no optional decision, `features: baseline`
 * switches the CPU's extensions off, `fuel` a limit.
 */
function machineText(f: Func, options: Options, name: 'x64' | 'arm64' = 'x64'): BackendText {
  const level = options['level'] === '0' ? 0 : 2;
  const limit = level === 0 ? 0 : options['fuel'] === undefined ? undefined : Number(options['fuel']);
  const fuel = new Fuel({limit});
  const [target, best] = name === 'x64' ? [x64, X64_V3] : [arm64, ARM64_V84];
  optimizer(fuel, target).run(f, level);
  const features = options['features'] === 'baseline' ? 0 : best;
  return target.explain(f, {fuel, chaos: new Chaos(null), features, check: true});
}

export const stages = {
  ssa: (input, options) =>
    eachFunc(input, options, (f) => {
      optimizer(new Fuel()).run(f, 0);
      const text = printFunc(f);
      assert.equal(printFunc(parseFunc(text, f.signatures)), text, 'parse gives back what print wrote');
      return text;
    }),
  opt: (input, options) => eachFunc(input, options, (f) => optimized(f, options)),
  'lower-x64': (input, options) => eachFunc(input, options, (f) => machineText(f, options).lowered),
  'regalloc-x64': (input, options) => eachFunc(input, options, (f) => machineText(f, options).allocated),
  'asm-x64': (input, options) => eachFunc(input, options, (f) => machineText(f, options).assembly),
  'lower-arm64': (input, options) => eachFunc(input, options, (f) => machineText(f, options, 'arm64').lowered),
  'regalloc-arm64': (input, options) => eachFunc(input, options, (f) => machineText(f, options, 'arm64').allocated),
  'asm-arm64': (input, options) => eachFunc(input, options, (f) => machineText(f, options, 'arm64').assembly),
  run: async (input) => {
    await runRemarks(input);
    return '';
  },
} satisfies Record<string, Stage>;
