import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Trap} from '../base/trap.ts';
import {f64FromBits} from './bits.ts';
import * as convert from './convert.ts';
import {bits32, bits64} from './edge-bits.ts';
import * as i64 from './i64.ts';
import * as halves from './i64-halves.ts';

const SETTINGS = {seed: 0x5eed, numRuns: 2000};

const low = (a: bigint): number => Number(BigInt.asIntN(32, a));
const high = (a: bigint): number => Number(BigInt.asIntN(32, a >> 32n));
const join = (out: Int32Array): bigint => BigInt(out[0]! >>> 0) | (BigInt(out[1]!) << 32n);

function outcome<T>(run: () => T): T | number {
  try {
    return run();
  } catch (error) {
    if (error instanceof Trap) return error.code;
    throw error;
  }
}

/** Runs a function of halves; the result, or the trap code. */
const result = (run: (out: Int32Array) => void): bigint | number => {
  const out = new Int32Array(2);
  return outcome(() => (run(out), join(out)));
};

for (const name of ['mul', 'div_s', 'div_u', 'rem_s', 'rem_u'] as const) {
  test(`${name} on halves is ${name} on bigints`, () => {
    fc.assert(
      fc.property(bits64, bits64, (a, b) => {
        assert.equal(
          result((out) => halves[name](out, 0, low(a), high(a), low(b), high(b))),
          outcome(() => i64[name](a, b)),
        );
      }),
      SETTINGS,
    );
  });
}

for (const name of ['shl', 'shr_s', 'shr_u', 'rotl', 'rotr'] as const) {
  test(`${name} on halves is ${name} on bigints`, () => {
    fc.assert(
      fc.property(bits64, bits64, (a, b) => {
        assert.equal(
          result((out) => halves[name](out, 0, low(a), high(a), low(b))),
          i64[name](a, b),
        );
      }),
      SETTINGS,
    );
  });
}

test('operands may stand where the result goes', () => {
  fc.assert(
    fc.property(bits64, bits64, (a, b) => {
      const out = Int32Array.of(low(a), high(a));
      halves.mul(out, 0, out[0]!, out[1]!, low(b), high(b));
      assert.equal(join(out), i64.mul(a, b));
    }),
    SETTINGS,
  );
});

test('tests, counts and comparisons on halves are those on bigints', () => {
  fc.assert(
    fc.property(bits64, bits64, (a, b) => {
      assert.equal(halves.clz(low(a), high(a)), Number(i64.clz(a)));
      assert.equal(halves.ctz(low(a), high(a)), Number(i64.ctz(a)));
      assert.equal(halves.lt_s(low(a), high(a), low(b), high(b)), i64.lt_s(a, b) === 1);
      assert.equal(halves.lt_u(low(a), high(a), low(b), high(b)), i64.lt_u(a, b) === 1);
    }),
    SETTINGS,
  );
});

test('halves become the floats that bigints become', () => {
  fc.assert(
    fc.property(bits64, (a) => {
      assert.equal(halves.toF64_s(low(a), high(a)), convert.f64_convert_i64_s(a));
      assert.equal(halves.toF64_u(low(a), high(a)), convert.f64_convert_i64_u(a));
      assert.equal(halves.toF32_s(low(a), high(a)), convert.f32_convert_i64_s(a));
      assert.equal(halves.toF32_u(low(a), high(a)), convert.f32_convert_i64_u(a));
    }),
    SETTINGS,
  );
});

test('floats become the halves of the bigints that they become', () => {
  fc.assert(
    fc.property(fc.oneof(bits64.map(f64FromBits), bits32.map(Number), bits64.map(Number)), (a) => {
      assert.equal(
        result((out) => halves.trunc_s(out, 0, a)),
        outcome(() => convert.i64_trunc_f64_s(a)),
      );
      assert.equal(
        result((out) => halves.trunc_u(out, 0, a)),
        outcome(() => convert.i64_trunc_f64_u(a)),
      );
      assert.equal(
        result((out) => halves.trunc_sat_s(out, 0, a)),
        convert.i64_trunc_sat_f64_s(a),
      );
      assert.equal(
        result((out) => halves.trunc_sat_u(out, 0, a)),
        convert.i64_trunc_sat_f64_u(a),
      );
    }),
    SETTINGS,
  );
});
