import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {Worker} from 'node:worker_threads';
import {memoryDigest} from '#engine/base/digest.ts';
import {traps} from '#engine/base/traps.ts';
import type {TrapOrigin} from '#engine/runtime/layout.ts';
import {
  Batch,
  externRef,
  functionRef,
  globalRef,
  nullRef,
  RefusedFrame,
  Runner,
  RunnerDied,
  refOf,
  startRunner,
} from './runner.ts';
import {CODE, func, INSTANCE, MEMORY, type Snippet, skipReason, testCode, testRunner} from './test-code.ts';

const [SIGILL, SIGTRAP, SIGFPE] = [4, 5, 8];

for (const target of ['x64', 'arm64'] as const)
  suite(`native runner, ${target}`, {skip: skipReason(target)}, () => {
    const {runner} = testRunner(target);
    const {appendCall, appendWorld, entry, image, sites} = testCode(target);

    function callOnce(name: Snippet, args: readonly (number | bigint)[], timeoutMs = 0) {
      const batch = new Batch();
      appendWorld(batch);
      const op = appendCall(batch, name, args, timeoutMs);
      const reply = runner.run(batch);
      assert.equal(reply.firstFailure() === -1 || reply.firstFailure() === op, true, `op ${reply.firstFailure()}`);
      return {reply, op};
    }

    test('hello names the target and the stack', () => {
      const hello = runner.hello();
      assert.equal(hello.arch, target);
      assert.equal(hello.stackBytes, 1 << 20);
      assert.equal(hello.pid, runner.channel.pid);
      runner.ping();
    });

    test('a call gives its result slots', () => {
      const {reply, op} = callOnce('add', [40, 2]);
      assert.deepEqual(reply.slots(op), [42n]);
    });

    test('loads and stores reach the memory, whose digest is that of its bytes', () => {
      const batch = new Batch();
      appendWorld(batch);
      appendCall(batch, 'store', [65532, 0x01020304]);
      const load = appendCall(batch, 'load', [65532, 0]);
      const digest = batch.memoryDigest(MEMORY, true);
      const read = batch.memoryRead(MEMORY, 65530, 6);
      const reply = runner.run(batch);
      const bytes = new Uint8Array(65536);
      bytes.set([4, 3, 2, 1], 65532);
      assert.deepEqual(reply.slots(load), [0x01020304n]);
      assert.equal(reply.memoryDigest(digest).digest, memoryDigest(bytes));
      assert.equal(reply.memoryDigest(digest).byteLength, 65536);
      assert.equal(reply.memoryDigest(digest).chunks.length, 1);
      assert.deepEqual([...reply.bytes(read, 6)], [0, 0, 4, 3, 2, 1]);
    });

    test('an access behind the memory is a fault in the guard of that memory, at its pc', () => {
      for (const address of [65533, 65536, 0xfffffffc]) {
        const {reply, op} = callOnce('load', [address, 0]);
        const trap = reply.trap(op);
        assert.equal(reply.status(op), 'trap');
        assert.equal(trap.origin, 'code');
        assert.equal(trap.fault, 'memory');
        assert.equal(trap.memory, MEMORY);
        assert.equal(trap.code, CODE);
        assert.equal(trap.codeOffset, image.offsets.load + sites.load);
        assert.equal(trap.address, BigInt(Math.max(address, 65536)));
      }
    });

    test('explicit traps and divisions are signals at their pc', () => {
      const facts = (name: Snippet, args: number[]) => {
        const {reply, op} = callOnce(name, args);
        const {origin, signal, codeOffset, fault} = reply.trap(op);
        return [origin, signal, codeOffset - image.offsets[name], fault];
      };
      assert.deepEqual(facts('unreachable', [0, 0]), ['code', SIGILL, sites.unreachable, 'none']);
      assert.deepEqual(facts('divide', [1, 0]), ['code', target === 'x64' ? SIGFPE : SIGILL, sites.divide, 'none']);
      assert.equal(facts('breakpoint', [0, 0])[1], SIGTRAP);
      if (target === 'x64')
        assert.deepEqual(facts('divide', [0x80000000, 0xffffffff]), ['code', SIGFPE, sites.divide, 'none']);
    });

    test('a loop ends with a time-out, and the runner goes on', () => {
      const {reply, op} = callOnce('loop', [0, 0], 20);
      assert.equal(reply.status(op), 'timeout');
      assert.equal(reply.trap(op).codeOffset, image.offsets.loop);
      const after = callOnce('add', [1, 2], 1000);
      assert.deepEqual(after.reply.slots(after.op), [3n]);
    });

    test('endless recursion hits the stack guard', () => {
      const {reply, op} = callOnce('recurse', [0, 0]);
      assert.equal(reply.trap(op).fault, 'stack');
      assert.ok(reply.trap(op).address > 1n << 20n);
    });

    test('a garbage stack pointer is survived, a pc outside of every image is wild', () => {
      const bad = callOnce('badStackPointer', [0, 0]);
      assert.equal(bad.reply.trap(bad.op).origin, 'code');
      const wild = callOnce('jumpToNull', [0, 0]);
      assert.equal(wild.reply.trap(wild.op).origin, 'wild');
      assert.equal(wild.reply.trap(wild.op).code, null);
    });

    test('builtins grow, fill and trap at their return address', () => {
      const batch = new Batch();
      appendWorld(batch);
      const grown = appendCall(batch, 'grow', [2, 0]);
      const size = appendCall(batch, 'size', [0, 0]);
      const refused = appendCall(batch, 'grow', [2, 0]);
      const fill = appendCall(batch, 'fill', [65536 * 3 - 16, 0xab]);
      const beyond = appendCall(batch, 'fill', [65536 * 3 - 15, 0xab]);
      const explicit = appendCall(batch, 'trap', [17, 0]);
      const last = batch.memoryRead(MEMORY, 65536 * 3 - 17, 17);
      const reply = runner.run(batch);
      assert.deepEqual(reply.slots(grown), [1n]);
      assert.deepEqual(reply.slots(size), [3n]);
      assert.deepEqual(reply.slots(refused), [0xffffffffffffffffn]);
      assert.equal(reply.status(fill), 'ok');
      assert.equal(reply.trap(beyond).origin, 'builtin');
      assert.equal(reply.trap(beyond).trapCode, traps['memory-out-of-bounds'].code);
      assert.equal(reply.trap(beyond).codeOffset, image.offsets.fill + sites.fillReturn);
      assert.equal(reply.trap(explicit).trapCode, 17);
      assert.deepEqual([...reply.bytes(last, 17)], [0, ...new Array(16).fill(0xab)]);
    });

    test('segments: memory.init reads them until dropped, empty ones only allow length 0', () => {
      const batch = new Batch();
      appendWorld(batch);
      const empty = appendCall(batch, 'dataInit', [8, 0]);
      batch.dataSegment(INSTANCE, 0, Uint8Array.of(1, 2, 3, 4, 5));
      const init = appendCall(batch, 'dataInit', [8, 1]);
      const read = batch.memoryRead(MEMORY, 8, 4);
      const beyond = appendCall(batch, 'dataInit', [8, 2]);
      const reply = runner.run(batch);
      assert.equal(reply.trap(empty).trapCode, traps['memory-out-of-bounds'].code);
      assert.equal(reply.status(init), 'ok');
      assert.deepEqual([...reply.bytes(read, 4)], [2, 3, 4, 5]);
      assert.equal(reply.status(beyond), 'trap');
    });

    test('a guarded op after a failed one is skipped, what stands before persists', () => {
      const batch = new Batch();
      appendWorld(batch);
      batch.group();
      batch.memoryWrite(MEMORY, 0, Uint8Array.of(1), {guarded: true});
      const beyond = batch.memoryWrite(MEMORY, 65536, Uint8Array.of(2), {guarded: true});
      const skipped = batch.memoryWrite(MEMORY, 1, Uint8Array.of(3), {guarded: true});
      batch.group();
      const next = batch.memoryWrite(MEMORY, 2, Uint8Array.of(4), {guarded: true});
      const read = batch.memoryRead(MEMORY, 0, 3);
      const reply = runner.run(batch);
      assert.equal(reply.trap(beyond).origin, 'operation' satisfies keyof typeof TrapOrigin);
      assert.equal(reply.status(skipped), 'skipped');
      assert.equal(reply.status(next), 'ok');
      assert.deepEqual([...reply.bytes(read, 3)], [1, 0, 4]);
    });

    test('tables and globals hold references, which come back by name', () => {
      const batch = new Batch();
      appendWorld(batch);
      batch.global(5, true, functionRef(func.add), 0n);
      batch.table(0, 5, 5, externRef(9));
      batch.tableWrite(0, 1, [functionRef(func.add), nullRef, globalRef(5)]);
      const beyond = batch.tableWrite(0, 5, [nullRef]);
      const all = batch.tableRead(0, 0, 5);
      const digest = batch.tableDigest(0);
      batch.globalWrite(1, functionRef(func.load), 0n);
      batch.globalWrite(0, 5n, 6n);
      const globals = batch.globalRead([0, 1, 5]);
      const reply = runner.run(batch);
      assert.equal(reply.trap(beyond).trapCode, traps['table-out-of-bounds'].code);
      const add = functionRef(func.add);
      assert.deepEqual(reply.table(all), {length: 5, refs: [externRef(9), add, nullRef, add, externRef(9)]});
      assert.equal(reply.tableDigest(digest).length, 5);
      assert.deepEqual(reply.slots(globals), [5n, 6n, functionRef(func.load), 0n, add, 0n]);
      assert.deepEqual(refOf(add), {tag: 'func', payload: func.add});
    });

    test('references pass through calls, and a called funcref is entered with its own vmctx', () => {
      const batch = new Batch();
      appendWorld(batch);
      const args = [functionRef(func.load), 4n];
      batch.memoryWrite(MEMORY, 4, Uint8Array.of(7));
      const called = batch.call({func: func.callReference, entry, timeoutMs: 0, args, argRefs: [0], resultSlots: 1});
      const echo = (ref: bigint) =>
        batch.call({
          func: func.first,
          entry,
          timeoutMs: 0,
          args: [ref, 0n],
          argRefs: [0],
          resultSlots: 1,
          resultRefs: [0],
        });
      const echoes = [functionRef(func.first), externRef(12345), nullRef].map((ref) => [ref, echo(ref)] as const);
      const garbage = batch.call({func: func.first, entry, timeoutMs: 0, args: [64n], resultSlots: 1, resultRefs: [0]});
      const reply = runner.run(batch);
      assert.deepEqual(reply.slots(called), [7n]);
      for (const [ref, op] of echoes) assert.deepEqual(reply.slots(op), [ref]);
      assert.equal(refOf(reply.slots(garbage)[0]!).tag, 'wild');
    });

    test('objects persist between batches until reset; handles are then free', () => {
      const batch = new Batch();
      appendWorld(batch);
      appendCall(batch, 'store', [0, 77]);
      runner.run(batch);
      batch.clear();
      const load = appendCall(batch, 'load', [0, 0]);
      assert.deepEqual(runner.run(batch).slots(load), [77n]);
      batch.clear();
      appendWorld(batch);
      const fresh = appendCall(batch, 'load', [0, 0]);
      assert.deepEqual(runner.run(batch).slots(fresh), [0n]);
    });

    test('too large a memory or table is a resource failure', () => {
      const batch = new Batch();
      batch.reset();
      const memory = batch.memory(0, {minPages: 65537, maxPages: 1n << 48n, is64: true});
      const table = batch.table(0, 10_000_001, 20_000_000, nullRef);
      const whole = batch.memory(1, {minPages: 65536, maxPages: 65536});
      const digest = batch.memoryDigest(1, false);
      const reply = runner.run(batch);
      assert.deepEqual(
        [memory, table, whole].map((op) => reply.status(op)),
        ['resource', 'resource', 'ok'],
      );
      assert.equal(reply.memoryDigest(digest).byteLength, 2 ** 32);
      batch.clear();
      batch.reset();
      runner.run(batch);
    });

    test('a refused frame names op and reason, and the runner goes on', () => {
      const batch = new Batch();
      batch.reset();
      batch.memoryDigest(3, false);
      assert.throws(
        () => runner.run(batch),
        (error: unknown) => error instanceof RefusedFrame && error.op === 1 && error.reason === 'handle',
      );
      runner.ping();
    });

    test('a channel works from a worker thread', async () => {
      const source = `
      import {parentPort, workerData} from 'node:worker_threads';
      const {Runner} = await import(workerData.url);
      parentPort.postMessage(new Runner(workerData.channel).hello().pid);`;
      const workerData = {url: new URL('./runner.ts', import.meta.url).href, channel: runner.channel};
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {workerData});
      const pid = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      assert.equal(pid, runner.channel.pid);
      await worker.terminate();
    });
  });

suite('a runner that ends', {skip: skipReason('x64')}, () => {
  test('killed: the next batch throws RunnerDied, and the exit says why', async () => {
    const {runner, process} = testRunner('x64');
    runner.ping();
    process.kill();
    assert.deepEqual(await process.exited, {code: null, signal: 'SIGKILL'});
    assert.throws(() => runner.ping(), RunnerDied);
    assert.throws(() => runner.ping(), RunnerDied);
  });

  test('killed while a call blocks the thread: the read sees end-of-file', async () => {
    const {process} = testRunner('x64');
    const source = `
      import {parentPort, workerData} from 'node:worker_threads';
      const {Batch, Runner} = await import(workerData.runner);
      const {appendCall, appendWorld} = (await import(workerData.code)).testCode('x64');
      const batch = new Batch();
      appendWorld(batch);
      appendCall(batch, 'loop', [0, 0]);
      parentPort.postMessage('calling');
      try { new Runner(workerData.channel).run(batch); } catch (error) { parentPort.postMessage(error.name); }`;
    const url = (path: string) => new URL(path, import.meta.url).href;
    const workerData = {runner: url('./runner.ts'), code: url('./test-code.ts'), channel: process.channel};
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {workerData});
    const messages: string[] = [];
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (message: string) => {
        messages.push(message);
        if (message === 'calling') setTimeout(() => process.kill(), 30);
        else resolve();
      });
    });
    assert.deepEqual(messages, ['calling', 'RunnerDied']);
    await worker.terminate();
  });

  test('the wasm stack has the size that was asked for; an unsound size ends it with code 1', async () => {
    const large = startRunner({target: 'x64', stackBytes: 4 << 20});
    assert.equal(new Runner(large.channel).hello().stackBytes, 4 << 20);
    await large.close();
    const unsound = startRunner({target: 'x64', stackBytes: 5000});
    assert.deepEqual(await unsound.exited, {code: 1, signal: null});
    await unsound.close();
  });

  test('shutdown and close end it with code 0', async () => {
    const first = testRunner('x64');
    first.runner.shutdown();
    assert.deepEqual(await first.process.exited, {code: 0, signal: null});
    const second = testRunner('x64');
    second.runner.ping();
    assert.deepEqual(await second.process.close(), {code: 0, signal: null});
  });
});
