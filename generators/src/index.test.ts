import {throws} from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Unsupported} from '#engine/base/errors.ts';
import {defaultFeatures, generateCase, generatedFeatures} from './index.ts';
import {assertSameValueGivenSameSeed, assertShrinksAreValidAndSmaller, assertValid} from './laws.ts';
import {profileNames} from './profiles.ts';
import {shrinkCase} from './shrink.ts';

const ROOT = '5eed000000000001';

for (const profile of profileNames) {
  describe(`profile ${profile}`, () => {
    for (const [name, features] of Object.entries({defaultFeatures, generatedFeatures})) {
      it(`makes valid modules, the same from the same seed, with ${name}`, () => {
        for (let index = 0; index < 300; index++) {
          const testCase = generateCase(ROOT, index, {profile, features});
          assertValid(testCase);
          if (index % 30 === 0) assertSameValueGivenSameSeed(ROOT, index, {profile, features});
        }
      });
    }

    it('shrinks to valid smaller cases', () => {
      for (let index = 0; index < 5; index++) {
        const testCase = generateCase(ROOT, index, {profile});
        assertShrinksAreValidAndSmaller(testCase, shrinkCase(testCase), 200);
      }
    });
  });
}

it('a feature that cannot be generated is unsupported by name', () => {
  throws(() => generateCase(ROOT, 0, {features: new Set([...defaultFeatures, 'gc'] as const)}), Unsupported);
});
