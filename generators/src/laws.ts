/**
 * The laws that every profile is put through, as shared assertions: same seed same value, always valid, shrinks valid
 * and smaller. Bytes count as valid when V8 accepts them.
 */
import {deepStrictEqual} from 'node:assert/strict';
import {assert} from '#engine/base/assert.ts';
import {type Case, caseAddress} from './case.ts';
import {generateCase, type GeneratorOptions} from './index.ts';
import {isValidInV8} from './v8-run.ts';

/** The same address gives the same case, byte for byte. */
export function assertSameValueGivenSameSeed(root: string, index: number, options: GeneratorOptions): void {
  deepStrictEqual(generateCase(root, index, options), generateCase(root, index, options));
}

/** Every module of the case is valid. */
export function assertValid(testCase: Case): void {
  for (const bytes of testCase.modules) {
    assert(isValidInV8(bytes), `${testCase.generator.profile} ${caseAddress(testCase)} is not valid`);
  }
}

/** What shrinking must make smaller: bytes of modules and calls. */
export function caseSize({modules, calls}: Case): number {
  return modules.reduce((sum, {length}) => sum + length, 0) + calls.reduce((sum, {args}) => sum + 1 + args.length, 0);
}

/** Every candidate is valid and smaller than the case. `most`: how many are looked at. */
export function assertShrinksAreValidAndSmaller(testCase: Case, shrinks: Iterable<Case>, most: number): void {
  let seen = 0;
  for (const candidate of shrinks) {
    assertValid(candidate);
    assert(caseSize(candidate) < caseSize(testCase), `a shrink of ${caseAddress(testCase)} is not smaller`);
    if (++seen === most) return;
  }
}
