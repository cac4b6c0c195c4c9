import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Invalid, Malformed, Unsupported} from '../base/errors.ts';
import {decode} from '../binary/decode.ts';
import {parseText} from '../text.ts';
import {type Feature, type FeatureSet, features, supported, wasm3, withFeatures} from '../wasm/features.ts';
import {load} from './load.ts';
import {validate} from './module.ts';

/** Modules that need one feature more than WebAssembly 1.0; other features they need stand behind the text. */
const needs: Readonly<
  Record<
    Exclude<Feature, 'mvp' | 'custom-descriptors' | 'legacy-exceptions'>,
    readonly (string | [string, ...Feature[]])[]
  >
> = {
  'mutable-globals': ['(import "" "" (global (mut i32)))', '(global (export "g") (mut i32) (i32.const 0))'],
  'sign-extension': ['(func (drop (i32.extend8_s (i32.const 0))))'],
  'saturating-conversions': ['(func (drop (i32.trunc_sat_f32_s (f32.const 0))))'],
  'multi-value': ['(type (func (result i32 i32)))', '(func (i32.const 0) (block (param i32) (drop)))'],
  'bulk-memory': [
    '(data "a")',
    '(elem func)',
    '(memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))',
  ],
  'reference-types': [
    '(table 1 funcref) (table 1 funcref)',
    '(type (func (param externref)))',
    '(func (local funcref))',
    '(func (drop (ref.null func)))',
  ],
  simd: [
    '(func (drop (v128.const i64x2 0 0)))',
    '(func (local v128))',
    '(type (func (param v128)))',
    '(global v128 (v128.const i64x2 0 0))',
  ],
  'relaxed-simd': [['(func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))', 'simd']],
  'tail-calls': ['(func $f (return_call $f))'],
  'extended-const': ['(global i32 (i32.add (i32.const 1) (i32.const 2)))'],
  'function-references': [
    ['(type $t (func)) (func (local (ref null $t)))', 'reference-types'],
    ['(type (func (param (ref func))))', 'reference-types'],
    ['(func $f) (elem declare func $f) (table 1 funcref (ref.func $f))', 'reference-types', 'bulk-memory'],
  ],
  gc: [
    '(type (struct))',
    '(rec (type (func)) (type (func)))',
    '(type (sub (func)))',
    ['(func (local anyref))', 'reference-types', 'function-references'],
  ],
  exceptions: ['(tag)', ['(func (local exnref))', 'reference-types'], '(func (try_table))'],
  memory64: ['(memory i64 1)', '(table i64 1 funcref)'],
  'multi-memory': ['(memory 1) (memory 1)'],
  threads: ['(memory 1 1 shared)', '(func (atomic.fence))'],
  'wide-arithmetic': [['(func (result i64 i64) (i64.mul_wide_s (i64.const 1) (i64.const 1)))', 'multi-value']],
  'custom-page-sizes': ['(memory 1 (pagesize 1))'],
};

const cases = (Object.keys(needs) as (keyof typeof needs)[]).flatMap((feature) =>
  needs[feature].map((entry) => {
    const [fields, ...others] = typeof entry === 'string' ? [entry] : entry;
    return {feature, fields, others};
  }),
);

for (const {feature, fields, others} of cases) {
  test(`${fields} needs ${feature}`, async () => {
    const module = decode(await parseText(`(module ${fields})`), supported);
    const enough: FeatureSet = new Set<Feature>(['mvp', ...others, feature]);
    validate(module, enough);
    validate(module, supported);
    assert.throws(
      () => validate(module, withFeatures(enough, [], [feature])),
      (error) => error instanceof Invalid && error.message.includes(feature),
    );
  });
}

test('a table of functions and its calls need no feature', async () => {
  const text =
    '(module (type $t (func)) (table 1 funcref) (elem (i32.const 0) 0) (func (call_indirect (type $t) (i32.const 0))))';
  validate(decode(await parseText(text), supported), new Set<Feature>(['mvp']));
});

test('a constant expression sees the globals before it with gc, imported ones without', async () => {
  const module = decode(await parseText('(module (global i32 (i32.const 1)) (global i32 (global.get 0)))'), supported);
  validate(module, wasm3);
  assert.throws(() => validate(module, withFeatures(wasm3, [], ['gc'])), {message: 'unknown global 0'});
});

test('legacy exceptions are malformed when off and unsupported when on', () => {
  const bytes = Uint8Array.of(
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    1,
    4,
    1,
    0x60,
    0,
    0,
    3,
    2,
    1,
    0,
    10,
    9,
    1,
    7,
    0,
    0x06,
    0x40,
    0x19,
    0x01,
    0x0b,
    0x0b,
  );
  assert.throws(() => load(bytes, supported), Malformed);
  assert.throws(
    () => load(bytes, withFeatures(supported, ['legacy-exceptions'])),
    (error) => error instanceof Unsupported && error.feature.includes('legacy-exceptions'),
  );
});

test('every feature that can be off has a module here that needs it', () => {
  const known = new Set<string>([...Object.keys(needs), 'mvp', 'custom-descriptors', 'legacy-exceptions']);
  assert.deepEqual(
    Object.keys(features).filter((name) => !known.has(name)),
    [],
  );
});
