import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseText} from '#engine/text.ts';
import {type FloatKind, floatBits, integerBits} from './values.ts';

const digits = (alphabet: string): fc.Arbitrary<string> =>
  fc.string({unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 22});
const sign = fc.constantFrom('', '-', '+');
const decimal = fc
  .tuple(sign, digits('0123456789'), digits('0123456789'), fc.integer({min: -60, max: 18}))
  .map(([s, whole, fraction, exponent]) => `${s}${whole}.${fraction}e${exponent}`);
/** Bits of constants as the WAT library encodes them: one function body with all of them, each followed by drop. */
async function libraryBits(kind: FloatKind, literals: readonly string[]): Promise<bigint[]> {
  const bytes = await parseText(
    `(module (func ${literals.map((literal) => `${kind}.const ${literal} drop`).join(' ')}))`,
  );
  const size = kind === 'f32' ? 4 : 8;
  const start = bytes.length - 1 - literals.length * (size + 2);
  return literals.map((_, index) =>
    Buffer.from(bytes.subarray(start + index * (size + 2) + 1).subarray(0, size)).reduceRight(
      (bits, byte) => (bits << 8n) | BigInt(byte),
      0n,
    ),
  );
}

const infinity = {f32: 0x7f800000n, f64: 0x7ff0000000000000n} as const;

test('decimal literals have the bits that the WAT library gives them', async () => {
  for (const kind of ['f32', 'f64'] as const) {
    const literals = fc
      .sample(decimal, {numRuns: 2000, seed: 7})
      .filter((literal) => (floatBits(literal, kind) & infinity[kind]) !== infinity[kind]);
    assert.deepEqual(
      literals.map((literal) => floatBits(literal, kind)),
      await libraryBits(kind, literals),
    );
  }
});

// Not against the library: it rounds +0x10b.40050Dp27 down as f32 (wast 259), although the rest is above one half.
test('hexadecimal literals are their exact value, rounded once', () => {
  const view = new DataView(new ArrayBuffer(8));
  const digit = fc.integer({min: 0, max: 2 ** 52 - 1});
  fc.assert(
    fc.property(
      digit,
      fc.integer({min: 0, max: 13}),
      fc.integer({min: -1060, max: 900}),
      (mantissa, point, exponent) => {
        const hex = mantissa.toString(16).padStart(14, '0');
        const literal = `0x${hex.slice(0, 14 - point)}.${hex.slice(14 - point)}p${exponent}`;
        const exact = mantissa * 2 ** (-4 * point);
        view.setFloat64(0, exact * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2)));
        if (exponent > -900) assert.equal(floatBits(literal, 'f64'), view.getBigUint64(0));
        const small = exponent % 100;
        view.setFloat32(0, exact * 2 ** small);
        assert.equal(floatBits(literal.replace(/p.*/, `p${small}`), 'f32'), BigInt(view.getUint32(0)));
      },
    ),
    {seed: 11, numRuns: 2000},
  );
});

test('special floats and underscores', () => {
  assert.equal(floatBits('-nan:0x20_0001', 'f32'), 0xffa00001n);
  assert.equal(floatBits('inf', 'f64'), 0x7ff0000000000000n);
  assert.equal(floatBits('1_000.5', 'f64'), 0x408f440000000000n);
  assert.equal(floatBits('0x1p-149', 'f32'), 1n);
  assert.equal(floatBits('+0x10b.40050Dp27', 'f32'), 0x5105a003n);
  assert.equal(floatBits('1e39', 'f32'), 0x7f800000n);
  assert.equal(floatBits('1.00000017881393432617187500', 'f32'), 0x3f800002n, 'rounds once, to even');
});

test('integers wrap to their width', () => {
  assert.equal(integerBits('-1', 32), 0xffffffffn);
  assert.equal(integerBits('0xffff_ffff', 32), 0xffffffffn);
  assert.equal(integerBits('-0x80', 8), 0x80n);
});
