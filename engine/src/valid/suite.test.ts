/**
 * The official suite's verdicts on modules: what must be accepted is, what must be rejected is, with the right kind of
 * error and the suite's words. Needs PARALLAX_TESTSUITE.
 */
import {strict as assert} from 'node:assert';
import {readdirSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {test} from 'node:test';
import {parse} from '@bytecodealliance/jco-transpile/wasm-tools';
import {Invalid, Malformed} from '../base/errors.ts';
import {type FeatureSet, supported, wasm3, withFeatures} from '../wasm/features.ts';
import {load} from './load.ts';
import {type WastModule, wastModules} from './wast-modules.ts';

const suite = process.env['PARALLAX_TESTSUITE'];

/** Scripts that say what a later standard took back: they want several memories or tables to be invalid. */
const stale = new Set(['multiple memories', 'multiple tables']);

interface Report {
  valid: number;
  invalid: number;
  malformed: number;
  failures: string[];
}

/** Null when the verdict is as the script says, else what is wrong. */
function judge(module: WastModule, bytes: Uint8Array, features: FeatureSet): string | null {
  try {
    load(bytes, features);
    return module.kind === 'valid' ? null : `accepted; expected ${module.kind}: ${module.message}`;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const Wanted = module.kind === 'invalid' ? Invalid : Malformed;
    const got = `${error.name}: ${error.message}`;
    if (module.kind === 'valid') return got;
    const {message} = module;
    const isPrefix = error.message.startsWith(message!) || message!.startsWith(error.message);
    return error instanceof Wanted && isPrefix ? null : `${got}; expected ${module.kind}: ${message}`;
  }
}

/** The text library refuses characters that change the direction of text; the suite has them in names. */
const escaped = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u206f]/g, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);

/** Judges every module below a folder; text that the suite calls malformed is the text library's business. */
async function run(folder: string, features: FeatureSet): Promise<Report> {
  const report: Report = {valid: 0, invalid: 0, malformed: 0, failures: []};
  const files = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.name.endsWith('.wast'));
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    for (const module of wastModules(readFileSync(path, 'utf8'))) {
      if (module.message !== null && stale.has(module.message)) continue;
      if (module.kind === 'malformed' && module.form !== 'binary') continue;
      const bytes = module.form === 'binary' ? module.bytes : await parse(escaped(module.text));
      const failure = judge(module, bytes, features);
      report[module.kind]++;
      if (failure !== null) report.failures.push(`${relative(folder, path)}:${module.line}: ${failure}`);
    }
  }
  return report;
}

const skip = suite === undefined ? 'PARALLAX_TESTSUITE is not set' : false;

const folders = [
  {folder: 'core', features: wasm3, valid: 2400, invalid: 2700, malformed: 700},
  {folder: 'proposals/threads', features: withFeatures(wasm3, ['threads']), valid: 100, invalid: 80, malformed: 0},
  {folder: 'proposals/threads-upstream', features: withFeatures(wasm3, ['threads']), valid: 8, invalid: 0, malformed: 0},
  {folder: 'proposals/wide-arithmetic', features: withFeatures(wasm3, ['wide-arithmetic']), valid: 1, invalid: 8, malformed: 0},
  {folder: 'proposals/custom-page-sizes', features: withFeatures(wasm3, ['custom-page-sizes']), valid: 20, invalid: 19, malformed: 100},
] as const;

for (const {folder, features, ...least} of folders) {
  test(`every module of the suite's ${folder} gets the verdict that its script expects`, {skip}, async () => {
    const report = await run(join(suite!, folder), features);
    assert.deepEqual(report.failures, []);
    for (const kind of ['valid', 'invalid', 'malformed'] as const) assert.ok(report[kind] >= least[kind], `${report[kind]} ${kind} modules`);
  });
}

test('the core modules are judged alike when every supported feature is on, but for limits flags of page sizes', {skip}, async () => {
  const {failures} = await run(join(suite!, 'core'), supported);
  assert.deepEqual(failures.filter((failure) => !failure.endsWith('malformed limits flags')), []);
});

test('a judge notices a wrong verdict, a wrong kind and wrong words', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const start = Uint8Array.of(...empty, 8, 1, 0);
  const module = (kind: WastModule['kind'], message: string | null): WastModule => ({kind, form: 'binary', message, line: 1, text: '', bytes: empty});
  assert.equal(judge(module('valid', null), empty, wasm3), null);
  assert.equal(judge(module('invalid', 'unknown function'), start, wasm3), null);
  for (const [lie, bytes] of [
    [module('invalid', 'type mismatch'), empty], [module('valid', null), start], [module('malformed', 'unknown function'), start],
    [module('invalid', 'type mismatch'), start],
  ] as const) assert.notEqual(judge(lie, bytes, wasm3), null);
});
