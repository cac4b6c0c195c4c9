import assert from 'node:assert/strict';
import {closeSync} from 'node:fs';
import {suite, test} from 'node:test';
import {Frame} from '#engine/runtime/layout.ts';
import {readAtLeast, writeFully} from './channel.ts';
import {Batch, linkInstance, RefusedFrame, Runner, type RunnerChannel} from './runner.ts';
import {func, MEMORY, type Snippet, skipReason, testCode, testRunner} from './test-code.ts';

/** Handles of the thread's own instance. */
const OWN = {instance: 1, firstGlobal: 10, firstFunction: 200} as const;

for (const target of ['x64', 'arm64'] as const)
  suite(`threads of the runner, ${target}`, {skip: skipReason(target)}, () => {
    const {runner} = testRunner(target);
    const {appendCall, appendWorld, entry, plan} = testCode(target);

    /** A world, and a thread with an instance of its own on the same memory. */
    function withThread(use: (thread: Runner, channel: RunnerChannel) => void): void {
      const world = new Batch();
      appendWorld(world);
      assert.equal(runner.run(world).firstFailure(), -1);
      const channel = runner.startThread(1);
      try {
        const thread = new Runner(channel);
        const batch = new Batch();
        batch.type(1, {kind: 'func', bytes: 0, supertypes: [], references: []});
        linkInstance(batch, {...plan, ...OWN});
        assert.equal(thread.run(batch).firstFailure(), -1);
        use(thread, channel);
      } finally {
        for (const fd of [channel.readFd, channel.writeFd]) closeSync(fd);
      }
      const reset = new Batch();
      reset.reset();
      assert.equal(runner.run(reset).firstFailure(), -1, 'reset waits for the thread');
    }

    const ownCall = (batch: Batch, name: Snippet, args: readonly number[], timeoutMs = 0): number =>
      batch.call({
        func: func[name] - func.entry + OWN.firstFunction,
        entry,
        timeoutMs,
        args: args.map(BigInt),
        resultSlots: 1,
      });

    test('a thread sees the memory, what was written to it, and growth by others', () => {
      withThread((thread) => {
        const ours = new Batch();
        appendCall(ours, 'store', [100, 77]);
        appendCall(ours, 'grow', [1, 0]);
        runner.run(ours);
        const batch = new Batch();
        const [load, size, store] = [
          ownCall(batch, 'load', [100, 0]),
          ownCall(batch, 'size', [0, 0]),
          ownCall(batch, 'store', [65536, 5]),
        ];
        const reply = thread.run(batch);
        assert.deepEqual([reply.slots(load), reply.slots(size), reply.status(store)], [[77n], [2n], 'ok']);
        const check = new Batch();
        const found = appendCall(check, 'load', [65536, 0]);
        assert.deepEqual(runner.run(check).slots(found), [5n]);
      });
    });

    test('traps, exhaustion and time-outs of a thread are its own', () => {
      withThread((thread) => {
        const batch = new Batch();
        const [trap, deep, loop] = [
          ownCall(batch, 'unreachable', [0, 0]),
          ownCall(batch, 'recurse', [0, 0]),
          ownCall(batch, 'loop', [0, 0], 20),
        ];
        const beyond = ownCall(batch, 'load', [65536 * 2, 0]);
        const reply = thread.run(batch);
        assert.deepEqual(
          [trap, deep, loop, beyond].map((op) => reply.status(op)),
          ['trap', 'trap', 'timeout', 'trap'],
        );
        assert.equal(reply.trap(deep).fault, 'stack');
        assert.deepEqual([reply.trap(beyond).fault, reply.trap(beyond).memory], ['memory', MEMORY]);
      });
    });

    test('both run at the same time: a time-out of one does not end what the other does', () => {
      withThread((_, channel) => {
        const batch = new Batch();
        ownCall(batch, 'loop', [0, 0], 120);
        writeFully(channel.writeFd, batch.frame(9));
        const ours = new Batch();
        const first = appendCall(ours, 'loop', [0, 0], 30);
        const second = appendCall(ours, 'add', [1, 2]);
        const reply = runner.run(ours);
        assert.deepEqual([reply.status(first), reply.slots(second)], ['timeout', [3n]]);
        const bytes = new Uint8Array(4096);
        readAtLeast(channel.readFd, bytes, 0, Frame.header + 8);
        const [, , status, sequence, record] = new Uint32Array(bytes.buffer);
        assert.deepEqual([status, sequence, record], [0, 9, 2]);
      });
    });

    test('a thread does not run instances of others, start threads, or reset', () => {
      withThread((thread) => {
        const others = new Batch();
        appendCall(others, 'add', [1, 2]);
        const reset = new Batch();
        reset.reset();
        const nested = new Batch();
        nested.thread('/tmp/a', '/tmp/b');
        for (const batch of [others, reset, nested]) assert.throws(() => thread.run(batch), RefusedFrame);
      });
    });
  });
