/**
 * The official suite's verdicts on modules: what must be accepted is, what must be rejected is, with the right kind of
 * error and the suite's words (found by PARALLAX_TESTSUITE; skipped without it).
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Invalid, Malformed} from '../base/errors.ts';
import {type SuiteModule, suiteModules} from '../binary/suite-modules.ts';
import {parseText} from '../text.ts';
import {type Feature, type FeatureSet, supported, wasm3, withFeatures} from '../wasm/features.ts';
import {load} from './load.ts';

const suite = suiteModules(process.env);
const skip = suite === null ? 'PARALLAX_TESTSUITE is not set' : false;

type Expected = 'valid' | 'invalid' | 'malformed';
const expectedOf: Readonly<Record<string, Expected>> = {
  module: 'valid',
  assert_unlinkable: 'valid',
  assert_trap: 'valid',
  assert_invalid: 'invalid',
  assert_malformed: 'malformed',
};

/** Scripts of the threads proposal that want what a later standard allows to be invalid. */
const stale = new Set<string | null>(['multiple memories', 'multiple tables']);

/** Null when the verdict is as the script says, else what is wrong. */
function judge(expected: Expected, message: string | null, bytes: Uint8Array, features: FeatureSet): string | null {
  try {
    load(bytes, features);
    return expected === 'valid' ? null : `accepted; expected ${expected}: ${message}`;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const got = `${error.name}: ${error.message}`;
    if (expected === 'valid' || message === null) return got;
    const isKind = error instanceof (expected === 'invalid' ? Invalid : Malformed);
    const isMessage = error.message.startsWith(message) || message.startsWith(error.message);
    return isKind && isMessage ? null : `${got}; expected ${expected}: ${message}`;
  }
}

/** Judges every module below a folder. Malformed text is the text library's business. */
async function run(
  folder: string,
  features: FeatureSet,
): Promise<{failures: string[]; counts: Record<Expected, number>}> {
  const failures: string[] = [];
  const counts = {valid: 0, invalid: 0, malformed: 0};
  for (const module of suite!.filter(({file}) => file.startsWith(`${folder}/`))) {
    const expected = expectedOf[module.command];
    if (expected === undefined || stale.has(module.message) || (expected === 'malformed' && module.kind !== 'binary'))
      continue;
    const failure = judge(expected, module.message, await bytesOf(module), features);
    counts[expected]++;
    if (failure !== null) failures.push(`${module.place}: ${failure}`);
  }
  return {failures, counts};
}

const bytesOf = async ({kind, bytes}: SuiteModule): Promise<Uint8Array> =>
  kind === 'binary' ? bytes : parseText(bytes);

const folders: {folder: string; proposal: Feature; counts: Record<Expected, number>}[] = [
  {folder: 'core', proposal: 'mvp', counts: {valid: 2400, invalid: 2700, malformed: 700}},
  {folder: 'proposals/threads', proposal: 'threads', counts: {valid: 100, invalid: 80, malformed: 0}},
  {folder: 'proposals/threads-upstream', proposal: 'threads', counts: {valid: 8, invalid: 0, malformed: 0}},
  {folder: 'proposals/wide-arithmetic', proposal: 'wide-arithmetic', counts: {valid: 1, invalid: 8, malformed: 0}},
  {
    folder: 'proposals/custom-page-sizes',
    proposal: 'custom-page-sizes',
    counts: {valid: 20, invalid: 19, malformed: 100},
  },
];

for (const {folder, proposal, counts: least} of folders) {
  test(`every module of the suite's ${folder} gets the verdict that its script expects`, {skip}, async () => {
    const {failures, counts} = await run(folder, withFeatures(wasm3, [proposal]));
    assert.deepEqual(failures, []);
    for (const kind of ['valid', 'invalid', 'malformed'] as const)
      assert.ok(counts[kind] >= least[kind], `${counts[kind]} ${kind} modules`);
  });
}

test('the core modules are judged alike with every supported feature, but for the limits flag of page sizes', {
  skip,
}, async () => {
  const {failures} = await run('core', supported);
  assert.deepEqual(
    failures.filter((failure) => !failure.endsWith('malformed limits flags')),
    [],
  );
});

test('a judge notices a wrong verdict, a wrong kind and wrong words', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const start = Uint8Array.of(...empty, 8, 1, 0);
  assert.equal(judge('valid', null, empty, wasm3), null);
  assert.equal(judge('invalid', 'unknown function', start, wasm3), null);
  assert.notEqual(judge('invalid', 'type mismatch', empty, wasm3), null);
  assert.notEqual(judge('valid', null, start, wasm3), null);
  assert.notEqual(judge('malformed', 'unknown function', start, wasm3), null);
  assert.notEqual(judge('invalid', 'type mismatch', start, wasm3), null);
});
