import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {byName, SIGNATURE} from '../wasm/columns.ts';
import {f64FromBits} from './bits.ts';
import {bits64, bits128} from './edge-bits.ts';
import {F32, F64, fma} from './fma.ts';
import {onBits} from './on-bits.ts';
import {behaviours, behavioursWith, type Relaxed} from './relaxed.ts';
import {behaviourOf, relaxedNames as names} from './relaxed-profile.ts';
import {semantics} from './semantics.ts';
import {inV8} from './v8-reference.ts';

const SEED = 0x5eed;
const operandsOf = (name: Relaxed): fc.Arbitrary<bigint[]> =>
  fc.tuple(...SIGNATURE[byName.get(name)!]!.operands.map(() => bits128));

for (const name of names) {
  test(`${name} has in V8 one of the behaviours that are allowed, always the same`, () => {
    const theirs = inV8(name);
    let left: number[] | null = null;
    fc.assert(
      fc.property(operandsOf(name), (operands) => {
        const now = behavioursWith(name, operands, theirs(...operands) as bigint);
        left = left === null ? now : left.filter((index) => now.includes(index));
        assert.ok(left.length > 0, `nothing does this: ${operands.map((bits) => bits.toString(16)).join(' ')}`);
      }),
      {seed: SEED, numRuns: 300},
    );
  });

  test(`${name} is deterministic by its first behaviour`, () => {
    const ours = semantics[name] as (...operands: bigint[]) => bigint;
    fc.assert(
      fc.property(operandsOf(name), (operands) =>
        assert.ok(behavioursWith(name, operands, ours(...operands)).includes(0)),
      ),
      {seed: SEED, numRuns: 100},
    );
  });
}

test('trying tells every behaviour from the others', () => {
  for (const name of names) {
    behaviours[name].forEach((kernel, index) => {
      const found = behaviourOf(name, (...operands) => onBits(kernel, operands));
      assert.equal(found, index, `${name} ${index}`);
    });
    assert.equal(
      behaviourOf(name, () => 1n),
      null,
      name,
    );
  }
});

test('a result that no behaviour gives is noticed', () => {
  assert.deepEqual(behavioursWith('i8x16.relaxed_swizzle', [0xffn, 0x10n], 1n), []);
  assert.deepEqual(behavioursWith('f64x2.relaxed_madd', [0n, 0n, 0n], 1n << 63n), []);
});

test('behaviours are told apart where they differ', () => {
  assert.deepEqual(behavioursWith('i8x16.relaxed_swizzle', [(1n << 128n) - 1n, 0x10n], (1n << 128n) - 256n), [0]);
  assert.deepEqual(behavioursWith('i8x16.relaxed_swizzle', [(1n << 128n) - 1n, 0x10n], (1n << 128n) - 1n), [1]);
  assert.deepEqual(behavioursWith('i16x8.relaxed_q15mulr_s', [0x8000n, 0x8000n], 0x8000n), [1]);
});

test('fused multiply-add rounds once', () => {
  const step = 2 ** -52;
  assert.equal(fma(1 + step, 1 - step, -1, F64), -(step * step));
  assert.equal(fma(1 + 2 ** -23, 1 + 2 ** -23, 2 ** -60, F32), Math.fround(1 + 2 ** -22));
  assert.equal(fma(2 ** 1000, 2 ** 1000, -Infinity, F64), -Infinity);
  assert.equal(fma(2 ** 1000, 2 ** 23, 2 ** 1023, F64), Infinity);
  assert.equal(Object.is(fma(-(2 ** -1000), 2 ** -1000, 0, F64), -0), true);
  assert.equal(fma(2 ** -1000, 2 ** -75, 2 ** -1074, F64), 2 ** -1073);
});

test('fused multiply-add by one adds, and with zero multiplies', () => {
  fc.assert(
    fc.property(bits64, bits64, (x, y) => {
      const [a, b] = [f64FromBits(x), f64FromBits(y)];
      assert.equal(fma(a, 1, b, F64), a + b);
      if (a * b !== 0) assert.equal(fma(a, b, 0, F64), a * b);
    }),
    {seed: SEED, numRuns: 1000},
  );
});
