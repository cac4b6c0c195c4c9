/** `parallax gen`: makes cases from a seed and shows or writes them; nothing is run. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {formatValue} from '#engine/base/wire-value.ts';
import {printText} from '#engine/text.ts';
import type {Case} from '#generators/case.ts';
import {generateCase, packCase} from '#generators/index.ts';
import {type Generation, generatorOptions, profileChoices} from '../../profiles.ts';
import {parseRoot} from '../../rng.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';

export interface GenOptions extends Generation {
  readonly seed: string;
  readonly from: number;
  readonly count: number;
  /** Folder for .wasm files; null: text to stdout. */
  readonly out: string | null;
  readonly json: boolean;
}

/** Runs the command. */
export async function gen(options: GenOptions): Promise<Exit> {
  const profile = generatorOptions(options);
  if (profile === undefined)
    throw new UserError('usage', `no profile ${options.profile}; there are ${profileChoices.join(', ')}`);
  const root = readRoot(options.seed);
  if (options.out !== null) mkdirSync(options.out, {recursive: true});
  const rows: unknown[] = [];
  for (let index = options.from; index < options.from + options.count; index++) {
    const testCase = generateCase(root, index, profile);
    if (options.out !== null) writeFileSync(join(options.out, `${root}-${index}.wasm`), packCase(testCase));
    if (options.json)
      rows.push({
        address: `${root}:${index}`,
        bytes: testCase.modules.map((module) => module.length),
        calls: callTexts(testCase),
      });
    else if (options.out === null) process.stdout.write(`${await textOf(testCase)}\n`);
  }
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({schema: 'parallax/gen@1', root, profile: options.profile, features: options.features, cases: rows})}\n`,
    );
  else if (options.out !== null) process.stderr.write(`parallax: ${options.count} cases written to ${options.out}\n`);
  return exit('ok');
}

function readRoot(seed: string): string {
  try {
    return parseRoot(seed);
  } catch (error) {
    throw new UserError('usage', (error as Error).message);
  }
}

function callTexts({calls}: Case): string[] {
  return calls.map(({module, name, args}) => `m${module}.${name}(${args.map(formatValue).join(', ')})`);
}

async function textOf(testCase: Case): Promise<string> {
  const modules = await Promise.all(testCase.modules.map((module) => printText(module)));
  return [
    `;; case ${testCase.root}:${testCase.index} ${testCase.generator.profile}`,
    ...modules,
    ...callTexts(testCase).map((call) => `;; call ${call}`),
  ].join('\n');
}
