import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Trap} from '../base/trap.ts';
import {byName, SIGNATURE} from '../wasm/columns.ts';
import type {Numeric} from '../wasm/opcodes.ts';
import {F32, F64, I32, V128, type ValueType} from '../wasm/types.ts';
import {F32_NAN, F64_NAN} from './bits.ts';
import {bits32, bits64, bits128} from './edge-bits.ts';
import {kernels, type Scalar, scalars, semantics, type Vector} from './semantics.ts';
import {inV8} from './v8-reference.ts';

type Bits = number | bigint;
type AnyMeaning = (...operands: Bits[]) => Bits | undefined;

const SEED = 0x5eed;
/** NaN payloads go through these unchanged; of all other instructions only the class of a NaN is defined. */
const exact = /abs|neg|copysign|reinterpret|i32\.|i64\./;
const notInV8 = /^nop$|128$|mul_wide/;

const arbitrary = (type: ValueType): fc.Arbitrary<Bits> => {
  if (type === V128) return bits128;
  return type === I32 || type === F32 ? bits32 : bits64;
};

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

/** Lanes of a vector as floats of a width, `nan` for every NaN. */
function lanes(bits: bigint, width: 32 | 64): string {
  const texts: string[] = [];
  const infinity = width === 32 ? 0x7f800000n : 0x7ff0000000000000n;
  for (let at = 0; at < 128; at += width) {
    const lane = BigInt.asUintN(width, bits >> BigInt(at));
    texts.push(BigInt.asUintN(width - 1, lane) > infinity ? 'nan' : lane.toString(16));
  }
  return texts.join();
}

/** Results of these have float lanes in which only the class of a NaN is defined. */
const floatLanes = /^(f32x4|f64x2)\.(ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max|demote|promote|relaxed)/;
/** V8 may fuse, or take other allowed ways; each of these equals its strict counterpart instead. */
const mayDiffer = /relaxed/;

for (const mnemonic of Object.keys(kernels) as Vector[]) {
  if (mayDiffer.test(mnemonic)) continue;
  test(`${mnemonic} is what V8 computes`, () => {
    const {operands} = SIGNATURE[byName.get(mnemonic)!]!;
    const ours = semantics[mnemonic] as (...operands: Bits[]) => Bits;
    const theirs = inV8(mnemonic);
    const width = mnemonic.startsWith('f32') ? 32 : 64;
    fc.assert(
      fc.property(fc.tuple(...operands.map((type) => arbitrary(type!))), (args) => {
        const mine = ours(...args);
        const other = theirs(...args)!;
        if (!floatLanes.test(mnemonic)) return assert.equal(mine, other);
        assert.equal(lanes(mine as bigint, width), lanes(other as bigint, width));
      }),
      {seed: SEED, numRuns: 300},
    );
  });
}

test('float lanes hold canonical NaNs', () => {
  const nans = 0xffc00001_7fa00000_ffffffff_7fc00001n;
  assert.equal(semantics['f32x4.add'](nans, nans), 0x7fc00000_7fc00000_7fc00000_7fc00000n);
  assert.equal(semantics['f64x2.sqrt'](0xfff80000_00000001_fff00000_00000000n), 0x7ff80000_00000000_7ff80000_00000000n);
});

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
