import {deepStrictEqual, notDeepStrictEqual, ok, throws} from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {Bug} from '#engine/base/assert.ts';
import {xxh32} from '#engine/base/digest.ts';
import {Unsupported} from '#engine/base/errors.ts';
import {withFeatures} from '#engine/wasm/features.ts';
import {
  caseArbitrary,
  defaultFeatures,
  describeCase,
  generateCase,
  generatedFeatures,
  packCase,
  shrinkCase,
} from './index.ts';
import {
  assertSameValueGivenSameSeed,
  assertShrinksAreValidAndSmaller,
  assertValid,
  missingInV8,
  runFigures,
} from './laws.ts';
import {type ProfileName, profileNames} from './profiles.ts';

const v8Features = withFeatures(generatedFeatures, [], missingInV8);
const ROOT = '5eed000000000001';
/** Cases per profile and feature set; a soak raises it. */
const CASES = Number(process.env['PARALLAX_CASES'] ?? 200);

/** Profiles that trap on purpose: the share of first calls that may. */
const trapping: Partial<Record<ProfileName, number>> = {'trap-order': 0.6, 'memory-end': 0.3};

for (const profile of profileNames) {
  describe(`profile ${profile}`, () => {
    for (const [name, features] of Object.entries({defaultFeatures, v8Features, generatedFeatures})) {
      it(`makes valid modules with ${name}`, () => {
        for (let index = 0; index < CASES; index++)
          assertValid(generateCase(ROOT, index, {profile, features}), features);
      });

      it(`gives the same case for the same seed with ${name}`, () => {
        for (let index = 0; index < 30; index++) assertSameValueGivenSameSeed(ROOT, index, {profile, features});
      });
    }

    it('shrinks to valid smaller cases', () => {
      for (let index = 0; index < 4; index++) {
        const testCase = generateCase(ROOT, index, {profile, features: v8Features});
        assertShrinksAreValidAndSmaller(testCase, shrinkCase(testCase), v8Features, 200);
      }
    });

    it('ends in V8, rarely traps and executes most of its code', () => {
      const cases = Array.from({length: 60}, (_, index) => generateCase(ROOT, index, {profile}));
      const {executedRatio, firstCallTraps} = runFigures(cases);
      ok(executedRatio > 0.65, `executed ${executedRatio}`);
      ok(firstCallTraps <= 60 * (trapping[profile] ?? 0.15), `${firstCallTraps} first calls trap`);
    });
  });
}

describe('cases of all profiles together', () => {
  it('execute at least 80 % of their instructions, and trap in one first call of eight at most', () => {
    const cases = Array.from({length: 400}, (_, index) => generateCase(ROOT, index));
    const {executedRatio, firstCallTraps} = runFigures(cases);
    ok(executedRatio >= 0.8, `executed ${executedRatio}`);
    ok(firstCallTraps <= 50, `${firstCallTraps} first calls trap`);
  });

  it('do not change by accident', () => {
    // After a change that is meant: raise GENERATOR_VERSION, then put the numbers of the failure here.
    const digest = (profile: ProfileName): number =>
      xxh32(packCase(generateCase(ROOT, 42, {profile, features: generatedFeatures})));
    deepStrictEqual(Object.fromEntries(profileNames.map((profile) => [profile, digest(profile)])), golden);
  });

  it('differ between indices and roots', () => {
    notDeepStrictEqual(generateCase(ROOT, 0).modules, generateCase(ROOT, 1).modules);
    notDeepStrictEqual(generateCase(ROOT, 0).modules, generateCase('5eed000000000002', 0).modules);
  });
});

it('as fast-check values, cases are valid and can be made again from their address', () => {
  fc.assert(
    fc.property(caseArbitrary(), (testCase) => {
      assertValid(testCase, defaultFeatures);
      deepStrictEqual(generateCase(testCase.root, testCase.index), testCase);
    }),
    {seed: 42, numRuns: 100},
  );
});

it('fast-check shrinks a failing case to a small one', () => {
  const run = fc.check(
    fc.property(caseArbitrary({profile: 'plain'}), ({calls}) => calls.length < 3),
    {seed: 42, numRuns: 20},
  );
  ok(run.failed && run.counterexample![0].calls.length === 3 && run.counterexample![0].modules[0]!.length < 700);
});

it('the validity law notices an invalid module', () => {
  const testCase = generateCase(ROOT, 0);
  const damaged = {...testCase, modules: [testCase.modules[0]!.with(3, 0)]};
  throws(() => assertValid(damaged, defaultFeatures));
});

it('the shrinking law notices a shrink that is not smaller', () => {
  const testCase = generateCase(ROOT, 0);
  throws(() => assertShrinksAreValidAndSmaller(testCase, [testCase], defaultFeatures, 1), Bug);
});

it('a feature that cannot be generated is unsupported by name', () => {
  throws(
    () => generateCase(ROOT, 0, {features: new Set([...defaultFeatures, 'legacy-exceptions'] as const)}),
    Unsupported,
  );
});

it('a case is described with its address, host functions and calls', () => {
  const testCase = generateCase(ROOT, 7);
  const lines = describeCase(testCase);
  ok(lines[0]!.includes(`${ROOT}:7`));
  deepStrictEqual(lines.length, 2 + testCase.host.functions.length + testCase.calls.length);
});

const golden = {
  plain: 2113387737,
  'operand-forms': 6085823,
  fusion: 1343862095,
  pressure: 4072328412,
  'dirty-bits': 3745136168,
  'memory-end': 4101504868,
  permutations: 1377914616,
  'pending-locals': 3485467194,
  'wide-calls': 3245429624,
  grow: 3939472317,
  linked: 1223880927,
  'trap-order': 183473019,
  loops: 1203892854,
  memories: 1260611414,
  atomics: 2583581388,
  limbs: 3927507391,
  branches: 3282488211,
};
