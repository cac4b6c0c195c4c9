import {deepStrictEqual, ok} from 'node:assert/strict';
import {it} from 'node:test';
import {OpcodeCoverage} from './coverage.ts';
import {defaultFeatures, generateCase, generatedFeatures} from './index.ts';

it('every instruction of the default features occurs within 700 cases', () => {
  const coverage = new OpcodeCoverage();
  for (let index = 0; index < 700; index++) coverage.add(generateCase('c0ffee0000000000', index));
  deepStrictEqual(coverage.missing(defaultFeatures), []);
});

it('every instruction of all features that can be generated occurs within 1,500 cases', () => {
  const coverage = new OpcodeCoverage();
  for (let index = 0; index < 1500; index++)
    coverage.add(generateCase('c0ffee0000000000', index, {features: generatedFeatures}));
  deepStrictEqual(coverage.missing(generatedFeatures), []);
});

it('the operand-form sweep reaches every simple instruction with a result in one turn', () => {
  const coverage = new OpcodeCoverage();
  for (let index = 0; index < 160; index++)
    coverage.add(generateCase('c0ffee0000000000', index, {profile: 'operand-forms'}));
  const missing = new Set(coverage.missing(defaultFeatures));
  for (const name of [
    'i32.add',
    'i64.rotr',
    'f32.copysign',
    'f64.promote_f32',
    'i64.store32',
    'i32.extend8_s',
    'i64.trunc_sat_f64_u',
  ] as const)
    ok(!missing.has(name));
});

it('coverage notices an instruction that is missing', () => {
  const coverage = new OpcodeCoverage();
  coverage.add(generateCase('c0ffee0000000000', 0));
  ok(coverage.missing(generatedFeatures).includes('i8x16.popcnt'));
});
