import {deepStrictEqual, ok} from 'node:assert/strict';
import {it} from 'node:test';
import {decode} from '#engine/binary/decode.ts';
import {type CatchClause, instruction} from '#engine/binary/instructions.ts';
import {withFeatures} from '#engine/wasm/features.ts';
import type {Mnemonic} from '#engine/wasm/opcodes.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import type {Case} from './case.ts';
import {generateCase, generatedFeatures} from './index.ts';
import {assertValid, caseSize, missingInV8} from './laws.ts';
import {reduceCase} from './reduce.ts';
import {instructionsOf} from './renumber.ts';
import {isSeen, type Swap} from './swapped.ts';

const features = withFeatures(generatedFeatures, [], missingInV8);

const instead =
  (of: Mnemonic, other: Mnemonic): Swap =>
  (item) =>
    item.op === Op[of] ? {...item, op: Op[other]} : null;

/** Wrong lowerings of instructions with references and exceptions. */
const planted: Readonly<Record<string, Swap>> = {
  'ref.test_null says no to null': instead('ref.test_null', 'ref.test'),
  'try_table forgets its clauses': ({op, values}) =>
    op === Op.try_table && (values[1] as readonly CatchClause[]).length > 0 ? {op, values: [values[0]!, []]} : null,
  'throw_ref traps': (item) => (item.op === Op.throw_ref ? instruction('unreachable') : null),
  'i64.sub adds': instead('i64.sub', 'i64.add'),
};

const sizeOf = ({modules}: Case): number =>
  modules.flatMap((bytes) => decode(bytes).bodies).reduce((sum, {code}) => sum + instructionsOf(code).length, 0);

function firstSeen(swap: Swap): Case {
  for (let index = 0; ; index++) {
    const testCase = generateCase('ab12ab12ab12ab12', index, {features, profile: 'plain'});
    if (isSeen(testCase, swap)) return testCase;
  }
}

for (const [name, swap] of Object.entries(planted)) {
  it(`a case in which ${name} is reduced to a few instructions, the same ones each time`, () => {
    const testCase = firstSeen(swap);
    const {smallest, runs} = reduceCase(testCase, (candidate) => isSeen(candidate, swap));
    assertValid(smallest, features);
    ok(isSeen(smallest, swap));
    ok(caseSize(smallest) < caseSize(testCase));
    ok(sizeOf(smallest) <= 30, `${sizeOf(testCase)} instructions became ${sizeOf(smallest)}`);
    ok(runs <= 1500, `${runs} runs`);
    const again = reduceCase(testCase, (candidate) => isSeen(candidate, swap));
    deepStrictEqual(again, {smallest, runs});
  });
}

it('a reduction stops at the limit of runs, and keeps a case that has nothing else of interest', () => {
  const testCase = generateCase('ab12ab12ab12ab12', 0, {features});
  deepStrictEqual(reduceCase(testCase, () => true, 7).runs, 7);
  deepStrictEqual(reduceCase(testCase, () => false).smallest, testCase);
});
