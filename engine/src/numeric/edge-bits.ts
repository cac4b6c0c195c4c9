/**
 * Test support: arbitraries of raw bits that lean towards the values where numeric instructions go wrong.
 */
import fc from 'fast-check';

const edges32 = [
  0, 1, 2, 31, 32, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff,
  // f32: ones, halves, ties, limits of integers, subnormals, infinities, NaNs quiet and signalling, both signs
  0x3f800000, 0xbf800000, 0x3f000000, 0xbf000000, 0x3fc00000, 0x40200000, 0xc0200000, 0x4b000000, 0x4b000001,
  0x4b7fffff, 0x4effffff, 0x4f000000, 0x4f7fffff, 0x4f800000, 0xcf000000, 0xcf000001, 0x5effffff, 0x5f000000,
  0x5f7fffff, 0x5f800000, 0xdf000000, 0xdf000001, 0x00000001, 0x00800000, 0x7f7fffff, 0x7f800000, 0xff800000,
  0x7fc00000, 0xffc00000, 0x7fa00000, 0xffa00001, 0x7f800001,
];
const edges64 = [
  0n,
  1n,
  2n,
  63n,
  64n,
  0xffffffffn,
  0x100000000n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
  0x001fffffffffffffn,
  0x0020000000000000n,
  0x0020000000000001n,
  0x7fffff4000000001n,
  0x8000004000000001n,
  0xffffff8000000000n,
  // f64, as above
  0x3ff0000000000000n,
  0xbff0000000000000n,
  0x3fe0000000000000n,
  0xbfe0000000000000n,
  0x3ff8000000000000n,
  0x4004000000000000n,
  0x4330000000000000n,
  0x4330000000000001n,
  0x433fffffffffffffn,
  0x41dfffffffc00000n,
  0x41dfffffffe00000n,
  0x41e0000000000000n,
  0xc1e0000000000000n,
  0xc1e0000000100000n,
  0xc1e0000000200000n,
  0x41efffffffe00000n,
  0x41effffffff00000n,
  0x41f0000000000000n,
  0x43dfffffffffffffn,
  0x43e0000000000000n,
  0xc3e0000000000000n,
  0xc3e0000000000001n,
  0x43efffffffffffffn,
  0x43f0000000000000n,
  0x1n,
  0x0010000000000000n,
  0x7fefffffffffffffn,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff4000000000000n,
  0xfff4000000000001n,
  0x7ff0000000000001n,
  0x36a0000000000000n,
  0x380fffffe0000000n,
  0x47efffffe0000000n,
  0x47effffff0000000n,
  0xbfefffffffffffffn,
];

/** Signed 32-bit patterns. */
export const bits32 = fc.oneof(
  fc.constantFrom(...edges32.map((bits) => bits | 0)),
  fc.integer(),
  fc.integer({min: -40, max: 40}),
);

/** Signed 64-bit patterns. */
export const bits64 = fc.oneof(
  fc.constantFrom(...edges64.map((bits) => BigInt.asIntN(64, bits))),
  fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
  fc.bigInt({min: -70n, max: 70n}),
  fc
    .tuple(fc.bigInt({min: 0n, max: 2n ** 63n - 1n}), fc.integer({min: 0, max: 62}))
    .map(([bits, n]) => bits >> BigInt(n)),
  fc.tuple(bits32, bits32).map(([low, high]) => BigInt.asIntN(64, BigInt(low >>> 0) | (BigInt(high) << 32n))),
);

const lanes = <T>(
  lane: fc.Arbitrary<T>,
  count: number,
  width: bigint,
  toBits: (lane: T) => bigint,
): fc.Arbitrary<bigint> =>
  fc
    .array(lane, {minLength: count, maxLength: count})
    .map((values) =>
      values.reduce((sum, value, i) => sum | (BigInt.asUintN(Number(width), toBits(value)) << (BigInt(i) * width)), 0n),
    );

const edges16 = fc.oneof(
  fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff),
  fc.integer({min: 0, max: 0xffff}),
);

/** Unsigned 128-bit patterns, made of lanes of one width. */
export const bits128 = fc.oneof(
  lanes(fc.integer({min: 0, max: 255}), 16, 8n, BigInt),
  lanes(edges16, 8, 16n, BigInt),
  lanes(bits32, 4, 32n, BigInt),
  lanes(bits64, 2, 64n, (bits) => bits),
);
