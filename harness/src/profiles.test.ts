import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {defaultFeatures, generatedFeatures} from '#generators/index.ts';
import {generatorOptions, parseFeatures} from './profiles.ts';

test('features are added to those that every engine has, and taken away', () => {
  assert.deepEqual(parseFeatures(''), [...defaultFeatures].sort());
  assert.deepEqual(parseFeatures('default'), parseFeatures(''));
  assert.deepEqual(parseFeatures('all'), [...generatedFeatures].sort());
  assert.deepEqual(
    parseFeatures('all,-threads'),
    parseFeatures('all').filter((name) => name !== 'threads'),
  );
  assert.deepEqual(parseFeatures('simd,gc'), [...defaultFeatures, 'gc', 'simd'].sort());
  assert.deepEqual(parseFeatures('gc,simd'), parseFeatures('simd,gc'));
  assert.throws(() => parseFeatures('simd,nonsense'), /no feature nonsense; there are .*simd/);
});

test('a profile that there is not has no options', () => {
  const features = parseFeatures('simd');
  assert.equal(generatorOptions({profile: 'nonsense', features}), undefined);
  assert.equal(generatorOptions({profile: 'swarm', features})?.profile, undefined);
  assert.equal(generatorOptions({profile: 'plain', features})?.profile, 'plain');
});
