import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {CHUNK_BYTES, chunkDigests, combineChunks, memoryDigest, slotsDigest, xxh32} from './digest.ts';

const seed = 20261123;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test('xxh32 gives the official values', () => {
  assert.equal(xxh32(text('')), 0x02cc5d05);
  assert.equal(xxh32(text('a')), 0x550d7456);
  assert.equal(xxh32(text('abc')), 0x32d153ff);
  assert.equal(xxh32(text('Nobody inspects the spammish repetition')), 0xe2293b2f);
});

test('xxh32 does not depend on the place of the bytes in their buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 100}), fc.integer({min: 0, max: 7}), (bytes, shift) => {
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      assert.equal(xxh32(moved.subarray(shift)), xxh32(bytes));
    }),
    {seed},
  );
});

test('one changed byte changes the digest of its chunk and of the memory, and of nothing else', () => {
  const byte = fc.integer({min: 1, max: 255});
  fc.assert(
    fc.property(fc.integer({min: 1, max: 3 * CHUNK_BYTES}), fc.nat(), byte, (length, at, value) => {
      const bytes = new Uint8Array(length);
      const before = chunkDigests(bytes);
      const digest = memoryDigest(bytes);
      bytes[at % length] = value;
      const after = chunkDigests(bytes);
      const differing = [...after.keys()].filter((i) => after[i] !== before[i]);
      assert.deepEqual(differing, [Math.floor((at % length) / CHUNK_BYTES)]);
      assert.notEqual(memoryDigest(bytes), digest);
    }),
    {seed, numRuns: 50},
  );
});

test('zero memories of different lengths differ, and equal chunks at other places too', () => {
  const zeros = [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES].map((length) => memoryDigest(new Uint8Array(length)));
  assert.equal(new Set(zeros).size, 4);
  const swapped = [Uint32Array.of(5, 0), Uint32Array.of(0, 5)].map((chunks) => combineChunks(chunks, 2 * CHUNK_BYTES));
  assert.notEqual(swapped[0], swapped[1]);
});

test('slotsDigest is the xxh32 of the words', () => {
  assert.equal(slotsDigest(Uint32Array.of(0x64636261)), xxh32(text('abcd')));
});
