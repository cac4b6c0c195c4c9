import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type NumericKind, numeric, type WireValue, widths} from '#engine/base/wire-value.ts';
import {type Expected, meets, readArgument, readExpected} from './expected.ts';
import {readNodes} from './sexpr.ts';

const expected = (text: string): Expected => readExpected(readNodes(text)[0]!);
const f32 = (bits: number): WireValue => numeric('f32', BigInt(bits));

test('a number meets exactly its own bits', () => {
  const kinds = fc.constantFrom(...(Object.keys(widths) as NumericKind[]).filter((kind) => kind !== 'v128'));
  fc.assert(
    fc.property(kinds, fc.bigInt({min: 0n, max: (1n << 64n) - 1n}), fc.nat(31), (kind, bits, flip) => {
      const value = numeric(kind, bits);
      const pattern: Expected = {kind: 'number', type: kind, pattern: {bits: (value as {bits: bigint}).bits}};
      assert.ok(meets(value, pattern));
      assert.ok(!meets(numeric(kind, bits ^ (1n << BigInt(flip))), pattern));
    }),
    {seed: 3, numRuns: 500},
  );
});

test('NaN classes accept either sign, and only their payloads', () => {
  const canonical = expected('(f32.const nan:canonical)');
  const arithmetic = expected('(f32.const nan:arithmetic)');
  for (const [bits, isCanonical, isArithmetic] of [
    [0x7fc00000, true, true],
    [0xffc00000, true, true],
    [0x7fc00001, false, true],
    [0xffffffff, false, true],
    [0x7fa00000, false, false],
    [0x7f800000, false, false],
    [0x3f800000, false, false],
  ] as const) {
    assert.equal(meets(f32(bits), canonical), isCanonical, bits.toString(16));
    assert.equal(meets(f32(bits), arithmetic), isArithmetic, bits.toString(16));
  }
});

test('lanes are compared one by one, NaN classes among them', () => {
  const pattern = expected('(v128.const f32x4 1 nan:canonical -0 nan:arithmetic)');
  const join = (...lanes: number[]): WireValue => ({
    kind: 'v128',
    bits: lanes.reduceRight((bits, lane) => (bits << 32n) | BigInt(lane >>> 0), 0n),
  });
  assert.ok(meets(join(0x3f800000, 0xffc00000, 0x80000000, 0x7fc12345), pattern));
  assert.ok(!meets(join(0x3f800000, 0x7fc00001, 0x80000000, 0x7fc12345), pattern));
  assert.ok(!meets(join(0x3f800000, 0x7fc00000, 0, 0x7fc12345), pattern));
});

test('references are compared by kind, host references by id', () => {
  assert.ok(meets({kind: 'extern', id: 3}, expected('(ref.extern 3)')));
  assert.ok(!meets({kind: 'extern', id: 4}, expected('(ref.extern 3)')));
  assert.ok(!meets({kind: 'null'}, expected('(ref.extern)')));
  assert.ok(meets({kind: 'struct'}, expected('(ref.eq)')));
  assert.ok(!meets({kind: 'func'}, expected('(ref.any)')));
  assert.ok(meets({kind: 'null'}, expected('(ref.null)')));
});

test('alternatives accept any of theirs', () => {
  const either = expected('(either (i32.const 1) (i32.const 2))');
  assert.deepEqual(
    [0, 1, 2].map((bits) => meets(numeric('i32', BigInt(bits)), either)),
    [false, true, true],
  );
});

test('an argument has exact bits or can be made by the host', () => {
  assert.deepEqual(readArgument(readNodes('(v128.const i64x2 1 -1)')[0]!), {
    kind: 'v128',
    bits: 0xffffffffffffffff0000000000000001n,
  });
  assert.deepEqual(readArgument(readNodes('(ref.host 2)')[0]!), {kind: 'host', id: 2});
  for (const text of ['(f32.const nan:canonical)', '(ref.func)', '(either (i32.const 1))']) {
    assert.throws(() => readArgument(readNodes(text)[0]!), {name: 'ScriptError'});
  }
});
