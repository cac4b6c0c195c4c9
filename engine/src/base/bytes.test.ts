import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {
  ByteReader,
  ByteWriter,
  byteMessages,
  highHalf,
  lowHalf,
  s33Length,
  s64Of,
  u32Length,
  u64Length,
} from './bytes.ts';

const SEED = 20_26;
const {unexpectedEnd, tooLong, tooLarge} = byteMessages;
const read = (bytes: number[] | Uint8Array) => new ByteReader(Uint8Array.from(bytes));

/** What write writes, read reads, to the last byte; the length is what the length function says. */
function roundTrips<T>(
  values: fc.Arbitrary<T>,
  write: (w: ByteWriter, v: T) => void,
  readBack: (r: ByteReader) => T,
  length?: (v: T) => number,
) {
  fc.assert(
    fc.property(values, (value) => {
      const writer = new ByteWriter(1);
      write(writer, value);
      const reader = read(writer.toBytes());
      assert.equal(readBack(reader), value);
      assert.ok(reader.isAtEnd);
      if (length !== undefined) assert.equal(writer.length, length(value));
    }),
    {seed: SEED, numRuns: 500},
  );
}
const bits = (count: number) => fc.nat(count).chain((n) => fc.bigInt({min: 0n, max: 2n ** BigInt(n) - 1n}));

test('LEB128 integers of every length are read back, in the shortest form', () => {
  roundTrips(
    bits(32).map(Number),
    (w, v) => w.u32(v),
    (r) => r.u32(),
    u32Length,
  );
  roundTrips(
    bits(32).map((v) => Number(BigInt.asIntN(32, v * -1n))),
    (w, v) => w.s32(v),
    (r) => r.s32(),
  );
  roundTrips(
    bits(32).map(Number),
    (w, v) => w.s32(v | 0),
    (r) => r.s32() >>> 0,
  );
  roundTrips(
    bits(32).map(Number),
    (w, v) => w.s33(v),
    (r) => r.s33(),
    s33Length,
  );
  roundTrips(
    bits(32).map((v) => -1 - Number(v)),
    (w, v) => w.s33(v),
    (r) => r.s33(),
    s33Length,
  );
  roundTrips(
    bits(64),
    (w, v) => w.u64(v),
    (r) => r.u64(),
    u64Length,
  );
  const signed = (r: ByteReader) => {
    r.s64Halves();
    return s64Of(r.low, r.high);
  };
  roundTrips(bits(63), (w, v) => w.s64(v), signed);
  roundTrips(
    bits(63).map((v) => -1n - v),
    (w, v) => w.s64(v),
    signed,
  );
});

test('padding makes an integer longer and not different', () => {
  const padded = fc.tuple(fc.nat(0x7f), fc.nat(4));
  fc.assert(
    fc.property(padded, ([value, padding]) => {
      const writer = new ByteWriter();
      writer.u32(value, padding);
      writer.u64(BigInt(value), padding);
      writer.s33(-1 - (value >> 1), padding);
      assert.equal(writer.length, 3 * (1 + padding));
      const reader = read(writer.toBytes());
      assert.deepEqual([reader.u32(), reader.u64(), reader.s33()], [value, BigInt(value), -1 - (value >> 1)]);
    }),
    {seed: SEED, numRuns: 100},
  );
});

test('halves put together are the number', () => {
  fc.assert(
    fc.property(fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}), (v) => s64Of(lowHalf(v), highHalf(v)) === v),
    {seed: SEED},
  );
});

test("an integer with too many bytes or bits is refused in the spec's words", () => {
  const ff = (count: number, ...rest: number[]) => [...new Array<number>(count).fill(0xff), ...rest];
  const cases: [string, (r: ByteReader) => unknown, number[]][] = [
    [tooLong, (r) => r.u32(), [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    [tooLarge, (r) => r.u32(), ff(4, 0x10)],
    [tooLong, (r) => r.s32(), [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    [tooLarge, (r) => r.s32(), ff(4, 0x0f)],
    [tooLarge, (r) => r.s32(), ff(4, 0x4f)],
    [tooLarge, (r) => r.s33(), ff(4, 0x1f)],
    [tooLarge, (r) => r.s33(), ff(4, 0x6f)],
    [tooLong, (r) => r.u64(), [...ff(9), 0x80]],
    [tooLarge, (r) => r.u64(), [...ff(9), 0x02]],
    [tooLarge, (r) => r.s64Halves(), [...ff(9), 0x7e]],
    [tooLong, (r) => r.s64Halves(), [...ff(10)]],
    [unexpectedEnd, (r) => r.u32(), [0x80]],
    [unexpectedEnd, (r) => r.u32(), []],
    [unexpectedEnd, (r) => r.s64Halves(), ff(5)],
    [unexpectedEnd, (r) => r.fixed32(), [1, 2, 3]],
    [unexpectedEnd, (r) => r.take(2), [1]],
  ];
  for (const [message, act, bytes] of cases)
    assert.throws(() => act(read(bytes)), {name: 'Malformed', message}, `${bytes}`);
  for (const bytes of [ff(4, 0x07), ff(4, 0x7f), ff(4, 0x78)]) assert.doesNotThrow(() => read(bytes).s32());
});

test('an error names the offset in the module', () => {
  assert.throws(() => new ByteReader(Uint8Array.of(0x80), 100).u32(), {offset: 101});
});
