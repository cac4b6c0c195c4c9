import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {chunkDigests, memoryDigest, slotsDigest} from '#engine/base/digest.ts';
import {Batch, externRef, functionRef, nullRef} from './runner.ts';
import {func, skipReason, testCode, testRunner} from './test-code.ts';

const seed = 20261123;

/** A memory in bytes and a few runs of bytes in it. */
const contents = fc.integer({min: 0, max: 3 * 65536 + 5}).chain((length) =>
  fc.record({
    length: fc.constant(length),
    runs: fc.array(fc.record({at: fc.nat({max: Math.max(0, length - 1)}), bytes: fc.uint8Array({maxLength: 300})}), {
      maxLength: 6,
    }),
  }),
);

for (const target of ['x64', 'arm64'] as const)
  suite(`digests of the runner, ${target}`, {skip: skipReason(target)}, () => {
    const {runner} = testRunner(target);

    test('memories have the digests of engine/src/base/digest.ts', () => {
      const batch = new Batch();
      fc.assert(
        fc.property(contents, ({length, runs}) => {
          const bytes = new Uint8Array(length);
          batch.clear();
          batch.reset();
          batch.memory(0, {minPages: length, maxPages: length, pageSizeLog2: 0});
          for (const run of runs) {
            const part = run.bytes.subarray(0, length - run.at);
            bytes.set(part, run.at);
            batch.memoryWrite(0, run.at, part);
          }
          const op = batch.memoryDigest(0, true);
          const reply = runner.run(batch);
          assert.equal(reply.firstFailure(), -1);
          assert.deepEqual(reply.memoryDigest(op), {
            byteLength: length,
            digest: memoryDigest(bytes),
            chunks: chunkDigests(bytes),
          });
        }),
        {seed, numRuns: 200},
      );
    });

    test('pages of a large memory that were never touched count as zero', () => {
      const batch = new Batch();
      const pages = 600;
      const bytes = new Uint8Array(pages * 65536);
      batch.reset();
      batch.memory(0, {minPages: pages, maxPages: pages});
      for (const at of [0, 70_000, 16 * 1024 * 1024 - 1, 599 * 65536 + 12345]) {
        bytes[at] = 1 + (at % 255);
        batch.memoryWrite(0, at, bytes.subarray(at, at + 1));
      }
      const op = batch.memoryDigest(0, false);
      assert.equal(runner.run(batch).memoryDigest(op).digest, memoryDigest(bytes));
    });

    test('a table has the digest of its references as slots, functions without identity', () => {
      const batch = new Batch();
      testCode(target).appendWorld(batch);
      batch.table(0, 3, 3, nullRef);
      batch.tableWrite(0, 1, [externRef(5), functionRef(func.add)]);
      const op = batch.tableDigest(0);
      assert.equal(runner.run(batch).tableDigest(op).digest, slotsDigest(Uint32Array.of(0, 0, 2, 5, 1, 0)));
    });
  });
