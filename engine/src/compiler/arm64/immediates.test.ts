import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {
  floatImmediate32,
  floatImmediate64,
  floatValue,
  isArithmeticImmediate,
  logicalImmediate,
  logicalImmediate32,
  logicalValue,
} from './immediates.ts';

const SEED = 20261123;
const key = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/** All values that are a rotated run of ones in an element of 2 to 64 bits, repeated: from the definition. */
function allLogical(): Set<bigint> {
  const all = new Set<bigint>();
  for (let size = 2; size <= 64; size *= 2)
    for (let run = 1; run < size; run++)
      for (let rotation = 0; rotation < size; rotation++) {
        const text = '1'.repeat(run).padStart(size, '0');
        all.add(BigInt(`0b${(text.slice(rotation) + text.slice(0, rotation)).repeat(64 / size)}`));
      }
  return all;
}

const logical = allLogical();
const words = (value: bigint): [number, number] => [
  Number(BigInt.asIntN(32, value)),
  Number(BigInt.asIntN(32, value >> 32n)),
];

test('the 5334 logical immediates of 64 bits have a field that means them', () => {
  assert.equal(logical.size, 5334);
  for (const value of logical) {
    const field = logicalImmediate(...words(value));
    assert.ok(field >= 0 && field < 0x2000, `${value.toString(16)}: ${field}`);
    const back = logicalValue(field);
    assert.ok(back !== undefined && key(...back) === value, value.toString(16));
  }
});

test('every field that is not reserved means a logical immediate, with canonical rotation bits ours', () => {
  const seen = new Set<bigint>();
  for (let field = 0; field < 0x2000; field++) {
    const value = logicalValue(field);
    if (value === undefined) continue;
    assert.ok(logical.has(key(...value)), field.toString(16));
    seen.add(key(...value));
  }
  assert.equal(seen.size, 5334);
});

test('32-bit logical immediates are the 64-bit ones whose halves are equal', () => {
  const narrow = [...logical].filter((value) => value >> 32n === (value & 0xffffffffn));
  assert.equal(narrow.length, 1302);
  for (const value of narrow) {
    const [low, high] = words(value);
    assert.equal(logicalImmediate32(low), logicalImmediate(low, high));
  }
});

test('all other values are refused', () => {
  const near = fc
    .tuple(fc.constantFrom(...logical), fc.array(fc.nat(63), {maxLength: 3}))
    .map(([value, flips]) => flips.reduce((bits, flip) => bits ^ (1n << BigInt(flip)), value));
  fc.assert(
    fc.property(fc.oneof(near, fc.bigInt({min: 0n, max: 2n ** 64n - 1n})), (value) => {
      const [low, high] = words(value);
      assert.equal(logicalImmediate(low, high) >= 0, logical.has(value));
      assert.equal(logicalImmediate32(low) >= 0, logical.has(key(low, low)));
    }),
    {seed: SEED, numRuns: 20_000},
  );
  for (const value of [0n, 2n ** 64n - 1n]) assert.equal(logicalImmediate(...words(value)), -1);
  for (const word of [0, -1]) assert.equal(logicalImmediate32(word), -1);
});

test('the 256 floats of fmov are found by their bits, in both widths, and no others', () => {
  const view = new DataView(new ArrayBuffer(8));
  for (let imm8 = 0; imm8 < 256; imm8++) {
    view.setFloat32(0, floatValue(imm8));
    assert.equal(floatImmediate32(view.getInt32(0)), imm8);
    view.setFloat64(0, floatValue(imm8));
    assert.equal(floatImmediate64(view.getInt32(4), view.getInt32(0)), imm8);
  }
  const values = new Set(Array.from({length: 256}, (_, imm8) => floatValue(imm8)));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double(),
        fc.integer({min: -40, max: 40}).map((n) => n / 8),
      ),
      (value) => {
        view.setFloat64(0, value);
        assert.equal(floatImmediate64(view.getInt32(4), view.getInt32(0)) >= 0, values.has(value) && value !== 0);
        view.setFloat32(0, value);
        const narrow = view.getFloat32(0);
        assert.equal(floatImmediate32(view.getInt32(0)) >= 0, values.has(narrow) && narrow !== 0);
      },
    ),
    {seed: SEED, numRuns: 5_000},
  );
});

test('arithmetic immediates have twelve bits, perhaps shifted by twelve', () => {
  assert.deepEqual([0, 0xfff, 0x1000, 0xfff000, 0x1001, 0x1000000, -1].map(isArithmeticImmediate), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
