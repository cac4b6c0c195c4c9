import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Trap} from '../base/trap.ts';
import {byName, SIGNATURE} from '../wasm/columns.ts';
import type {Numeric} from '../wasm/opcodes.ts';
import {F32, F64, I32, type ValueType} from '../wasm/types.ts';
import {F32_NAN, F64_NAN} from './bits.ts';
import {bits32, bits64} from './edge-bits.ts';
import {type Scalar, scalars} from './semantics.ts';
import {inV8} from './v8-reference.ts';

type Bits = number | bigint;
type AnyMeaning = (...operands: Bits[]) => Bits | undefined;

const SEED = 0x5eed;
/** NaN payloads go through these unchanged; of all other instructions only the class of a NaN is defined. */
const exact = /abs|neg|copysign|reinterpret|i32\.|i64\./;
const notInV8 = /^nop$|128$|mul_wide/;

const arbitrary = (type: ValueType): fc.Arbitrary<Bits> => (type === I32 || type === F32 ? bits32 : bits64);

const isNan = (type: ValueType, bits: Bits | undefined): boolean =>
  (type === F32 && (Number(bits) & 0x7fffffff) > 0x7f800000) ||
  (type === F64 && typeof bits === 'bigint' && BigInt.asUintN(63, bits) > 0x7ff0000000000000n);

const canonical = (type: ValueType, bits: Bits | undefined): boolean => bits === (type === F32 ? F32_NAN : F64_NAN);

function orTrap(meaning: AnyMeaning): AnyMeaning {
  return (...operands) => {
    try {
      return meaning(...operands);
    } catch (error) {
      if (error instanceof Trap) return undefined;
      throw error;
    }
  };
}

for (const mnemonic of Object.keys(scalars) as Scalar[]) {
  if (notInV8.test(mnemonic)) continue;
  test(`${mnemonic} is what V8 computes`, () => {
    const {operands, results} = SIGNATURE[byName.get(mnemonic)!]!;
    const result = results[0]!;
    const ours = orTrap(scalars[mnemonic] as AnyMeaning);
    const theirs = inV8(mnemonic as Numeric);
    fc.assert(
      fc.property(fc.tuple(...operands.map((type) => arbitrary(type!))), (args) => {
        const mine = ours(...args);
        const other = theirs(...args);
        if (!exact.test(mnemonic.replace(/_i(32|64).*/, '')) && isNan(result, other)) {
          return assert.ok(canonical(result, mine), `${mine} is the canonical NaN`);
        }
        assert.equal(mine, other);
      }),
      {seed: SEED, numRuns: 400},
    );
  });
}

test('128-bit arithmetic is arithmetic modulo 2^128', () => {
  const join = (low: bigint, high: bigint): bigint => BigInt.asUintN(64, low) | (BigInt.asUintN(64, high) << 64n);
  fc.assert(
    fc.property(bits64, bits64, bits64, bits64, (al, ah, bl, bh) => {
      assert.equal(join(...scalars['i64.add128'](al, ah, bl, bh)), BigInt.asUintN(128, join(al, ah) + join(bl, bh)));
      assert.equal(join(...scalars['i64.sub128'](al, ah, bl, bh)), BigInt.asUintN(128, join(al, ah) - join(bl, bh)));
      assert.equal(join(...scalars['i64.mul_wide_s'](al, bl)), BigInt.asUintN(128, al * bl));
      assert.equal(join(...scalars['i64.mul_wide_u'](al, bl)), BigInt.asUintN(64, al) * BigInt.asUintN(64, bl));
    }),
    {seed: SEED},
  );
});
