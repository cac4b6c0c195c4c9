import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {CHUNK_BYTES, memoryDigest} from '#engine/base/digest.ts';
import {MemoryDigester} from './memory-digester.ts';

test('the digest after any writes and growth is that of the whole memory', () => {
  const step = fc.record({at: fc.nat(3 * CHUNK_BYTES - 1), value: fc.nat(255), grow: fc.boolean()});
  fc.assert(
    fc.property(fc.array(step, {maxLength: 12}), (steps) => {
      const digester = new MemoryDigester();
      let bytes = new Uint8Array(CHUNK_BYTES + 100);
      for (const {at, value, grow} of steps) {
        if (grow && bytes.length < 3 * CHUNK_BYTES) {
          const grown = new Uint8Array(bytes.length + CHUNK_BYTES);
          grown.set(bytes);
          bytes = grown;
        }
        bytes[at % bytes.length] = value;
        assert.equal(digester.digest(bytes), memoryDigest(bytes));
      }
    }),
    {seed: 1, numRuns: 60},
  );
});
