/**
 * The laws that every profile is put through, as shared assertions: same seed same value; always valid, by V8 and by our
 * validator; shrinks valid and smaller; instantiates, terminates and mostly runs.
 */
import {assert} from '#engine/base/assert.ts';
import {decode} from '#engine/binary/decode.ts';
import {validate} from '#engine/valid/module.ts';
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';
import {type Case, caseAddress} from './case.ts';
import {packCase} from './envelope.ts';
import {type GeneratorOptions, generateCase} from './index.ts';
import {livenessOf} from './liveness.ts';
import {isValidInV8, runInV8} from './v8-run.ts';

/** The same address gives the same case, byte for byte. */
export function assertSameValueGivenSameSeed(root: string, index: number, options: GeneratorOptions): void {
  const bytes = packCase(generateCase(root, index, options));
  const again = packCase(generateCase(root, index, options));
  assert(
    bytes.length === again.length && bytes.every((byte, i) => byte === again[i]),
    `${root}:${index} differs from itself`,
  );
}

const nameOf = (testCase: Case): string => `${testCase.generator.profile} ${caseAddress(testCase)}`;

/** Features that can be generated and that V8 has not. */
export const missingInV8: readonly Feature[] = ['wide-arithmetic', 'custom-page-sizes'];

/** Every module of the case is valid with these features. Throws Invalid or Malformed of our own, Bug where V8 disagrees. */
export function assertValid(testCase: Case, features: FeatureSet): void {
  const isForV8 = !missingInV8.some((name) => features.has(name));
  for (const bytes of testCase.modules) {
    validate(decode(bytes, features), features);
    assert(!isForV8 || isValidInV8(bytes), `${nameOf(testCase)} is not valid in V8`);
  }
}

/** What shrinking must make smaller: bytes of modules, calls and arguments, actions of the host. */
export function caseSize({modules, calls, host}: Case): number {
  const bytes = modules.reduce((sum, {length}) => sum + length, 0);
  const called = calls.reduce((sum, {args}) => sum + 1 + args.length, 0);
  return bytes + called + host.functions.reduce((sum, {actions}) => sum + actions.length, 0);
}

/** Every candidate is valid and smaller than the case. `most`: how many are looked at. */
export function assertShrinksAreValidAndSmaller(
  testCase: Case,
  shrinks: Iterable<Case>,
  features: FeatureSet,
  most: number,
): void {
  let seen = 0;
  for (const candidate of shrinks) {
    assertValid(candidate, features);
    assert(caseSize(candidate) < caseSize(testCase), `a shrink of ${nameOf(testCase)} is not smaller`);
    if (++seen === most) return;
  }
}

export interface RunFigures {
  readonly calls: number;
  readonly trappedCalls: number;
  readonly firstCallTraps: number;
  /** Instructions that executed, of all. */
  readonly executedRatio: number;
}

/** Runs cases in V8: all instantiate or trap, all calls end. */
export function runFigures(cases: readonly Case[]): RunFigures {
  let calls = 0,
    trappedCalls = 0,
    firstCallTraps = 0,
    executed = 0,
    instructions = 0;
  for (const testCase of cases) {
    const {ends} = runInV8(testCase);
    calls += ends.length;
    trappedCalls += ends.filter((end) => end !== 'ok').length;
    if (ends[0] !== 'ok') firstCallTraps++;
    const liveness = livenessOf(testCase);
    executed += liveness.executed;
    instructions += liveness.instructions;
  }
  return {calls, trappedCalls, firstCallTraps, executedRatio: executed / instructions};
}
