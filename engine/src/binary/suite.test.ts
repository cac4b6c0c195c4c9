/**
 * The official suite through decode and encode (found by PARALLAX_TESTSUITE; skipped without it).
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Malformed, Unsupported} from '../base/errors.ts';
import {parseText, TextError} from '../text.ts';
import {type Feature, type FeatureSet, supported, wasm3, withFeatures} from '../wasm/features.ts';
import {decode} from './decode.ts';
import {encode} from './encode.ts';
import {modulesOf, type SuiteModule, suiteModules} from './suite-modules.ts';

const suite = suiteModules(process.env);
const skip = suite === null ? 'PARALLAX_TESTSUITE is not set' : false;
const modules = suite ?? [];
const everyFeature = withFeatures(supported, ['legacy-exceptions']);

/** Not supported: its types and instructions are unknown to the decoder. */
const isDescriptors = ({file}: SuiteModule) => file.includes('custom-descriptors');

/** Core means WebAssembly 3.0 exactly; the folder of a proposal that is supported adds the proposal. */
function featuresFor(module: SuiteModule): FeatureSet {
  const proposal = /proposals\/([^/]+)\//.exec(module.file)?.[1]?.replace('-upstream', '');
  return proposal === undefined || isDescriptors(module) ? wasm3 : withFeatures(wasm3, [proposal as Feature]);
}

/** What decode says about a module: its message, null when it is well-formed. */
function verdict(bytes: Uint8Array, features: FeatureSet): string | null {
  try {
    decode(bytes, features);
    return null;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return error.message;
  }
}

const sameBytes = (bytes: Uint8Array): boolean => Buffer.compare(encode(decode(bytes, everyFeature)), bytes) === 0;

/** Messages that differ for a reason. */
const otherMessages: Readonly<Record<string, string>> = {
  // The descriptors proposal calls an unknown type in a field by another name than core does.
  'malformed storage type': 'malformed heap type',
};

test('every malformed binary of the suite is refused with its message', {skip}, () => {
  const malformed = modules.filter(({command, kind}) => command === 'assert_malformed' && kind === 'binary');
  assert.ok(malformed.length >= 711, `${malformed.length} found`);
  const wrong: string[] = [];
  for (const module of malformed) {
    const message = verdict(module.bytes, featuresFor(module));
    const expected = module.message!;
    const isRight = message !== null && (message.startsWith(expected) || message === otherMessages[expected]);
    if (!isRight) wrong.push(`${module.place}: expected "${expected}", got "${message}"`);
  }
  assert.deepEqual(wrong, []);
});

test('every binary module of the suite is decoded and encoded to the same bytes', {skip}, () => {
  const binaries = modules.filter((m) => m.kind === 'binary' && m.command !== 'assert_malformed' && !isDescriptors(m));
  assert.ok(binaries.length >= 99, `${binaries.length} found`);
  assert.deepEqual(
    binaries.filter(({bytes}) => !sameBytes(bytes)).map(({place}) => place),
    [],
  );
});

test('what needs custom descriptors is unsupported when they are asked for, malformed when not', {skip}, async () => {
  const features = withFeatures(everyFeature, ['custom-descriptors']);
  let unsupported = 0;
  for (const module of modules) {
    if (!isDescriptors(module) || /malformed/.test(module.command)) continue;
    const bytes = module.kind === 'binary' ? module.bytes : await parseText(module.bytes);
    const plain = verdict(bytes, everyFeature);
    try {
      assert.equal(verdict(bytes, features), null, module.place);
      assert.equal(plain, null);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      assert.notEqual(plain, null);
      unsupported++;
    }
  }
  assert.ok(unsupported > 50, `${unsupported} are unsupported`);
});

test('every text module of the suite, valid or not, is decoded and encoded to the same bytes', {skip}, async () => {
  const wrong: string[] = [];
  let count = 0;
  for (const module of modules) {
    if (module.kind === 'binary' || /malformed|_custom/.test(module.command) || isDescriptors(module)) continue;
    count++;
    if (!sameBytes(await parseText(module.bytes))) wrong.push(module.place);
  }
  assert.ok(count > 5000, `${count} found`);
  assert.deepEqual(wrong, []);
});

test('the malformed texts that the library accepts are known', {skip}, async () => {
  const accepted: string[] = [];
  for (const module of modules) {
    if (module.kind !== 'quote' || module.command !== 'assert_malformed' || isDescriptors(module)) continue;
    try {
      if (verdict(await parseText(module.bytes), featuresFor(module)) === null) accepted.push(module.place);
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
    }
  }
  assert.deepEqual(accepted, [
    'proposals/threads/memory.wast:83',
    'proposals/threads/memory.wast:87',
    'proposals/threads/memory.wast:91',
  ]);
});

test('modules are found in a script with comments, strings and escapes', () => {
  const script = [
    '(module $m binary "\\00asm" ;; ")"',
    ' "\\01\\00\\00\\00")',
    '(; (module) ;)',
    '(assert_invalid (module (func) "\\"(" ) "why")',
    '(module definition (memory 0))',
    '(module instance $a $b)',
    '(assert_malformed (module quote "(func" "\\u{e9})") "x")',
    '(invoke "f")',
  ].join('\n');
  const found = modulesOf('a.wast', script).map(({place, command, kind, bytes, message}) => [
    place,
    command,
    kind,
    Buffer.from(bytes).toString(),
    message,
  ]);
  assert.deepEqual(found, [
    ['a.wast:1', 'module', 'binary', '\0asm\x01\0\0\0', null],
    ['a.wast:4', 'assert_invalid', 'text', '(module (func) "\\"(" )', 'why'],
    ['a.wast:5', 'module', 'text', '(module (memory 0))', null],
    ['a.wast:7', 'assert_malformed', 'quote', '(func\né)', 'x'],
  ]);
});
