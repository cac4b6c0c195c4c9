import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Worker} from 'node:worker_threads';
import {trap} from '../base/trap.ts';
import {Func} from '../runtime/func.ts';
import {Memory} from '../runtime/memory.ts';
import type {Outcome} from '../runtime/outcome.ts';
import {parseText} from '../text.ts';
import {load} from '../valid/load.ts';
import type {MemoryType} from '../wasm/types.ts';
import {hostFunction, instantiate, invoke} from './interpreter.ts';

const type: MemoryType = {limits: {min: 1n, max: 4n}, address: 'i32', shared: true, pageSizeLog2: 16};
const worker = new URL('threads-test-worker.ts', import.meta.url);

/** Runs `run` of a module on a shared memory in another thread. */
const runElsewhere = (bytes: Uint8Array, memory: Memory): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(worker, {workerData: {bytes, buffer: memory.buffer}});
    thread.on('message', resolve);
    thread.on('error', reject);
  });

test('a thread that waits is woken by notify, and sees what was written and grown before', {
  timeout: 30_000,
}, async () => {
  const memory = new Memory(type);
  const waiter = await parseText(`(module (import "m" "m" (memory 1 4 shared))
    (func (export "run") (result i32 i32)
      (i32.atomic.store (i32.const 8) (i32.const 1))
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))
      (i32.load (i32.const 65536))))`);
  const notifier = await parseText(`(module (import "m" "m" (memory 1 4 shared))
    (func (export "run") (result i32)
      (loop (br_if 0 (i32.eqz (i32.atomic.load (i32.const 8)))))
      (drop (memory.grow (i32.const 1)))
      (i32.store (i32.const 65536) (i32.const 77))
      (loop (result i32) (br_if 0 (i32.eqz (memory.atomic.notify (i32.const 0) (i32.const 1)))) (i32.const 1))))`);
  const waited = runElsewhere(waiter, memory);
  const {instance} = instantiate(load(notifier), () => memory);
  const run = instance.exports.get('run');
  assert.ok(run instanceof Func);
  assert.deepEqual(invoke(run, []), {kind: 'return', values: [1n]});
  assert.deepEqual(await waited, {kind: 'return', values: [0n, 77n]});
});

test('sums of two threads that add atomically are complete', {timeout: 30_000}, async () => {
  const memory = new Memory(type);
  const adder = await parseText(`(module (import "m" "m" (memory 1 4 shared))
    (func (export "run") (local i32)
      (loop (drop (i64.atomic.rmw.add (i32.const 16) (i64.const 3)))
        (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 20000))))))`);
  await Promise.all([runElsewhere(adder, memory), runElsewhere(adder, memory)]);
  assert.equal(memory.view.getBigInt64(16, true), 120_000n);
});

test('waiting without end on metered fuel is out of fuel', async () => {
  const memory = new Memory(type);
  const module = load(
    await parseText(`(module (import "m" "m" (memory 1 4 shared))
    (func (export "run") (result i32) (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))`),
  );
  const {instance} = instantiate(module, () => memory);
  assert.equal(invoke(instance.exports.get('run') as Func, [], {fuel: 100}).kind, 'out-of-fuel');
});

test('a trap that comes out of a host call which grew the memory ends the caller: the call is not made again', async () => {
  const memory = new Memory(type);
  const module = load(
    await parseText(`(module (import "m" "m" (memory 1 4 shared)) (import "h" "f" (func $host))
      (func (export "beyond") (drop (i32.load (i32.const 400000))))
      (func (export "run") (call $host)))`),
  );
  let calls = 0;
  const host = hostFunction({kind: 'func', params: [], results: []}, () => {
    calls += 1;
    memory.grow(1);
    const outcome = invoke(instance.exports.get('beyond') as Func, []);
    assert.equal(outcome.kind, 'trap');
    return trap('memory-out-of-bounds');
  });
  const {instance} = instantiate(module, ({module: from}) => (from === 'm' ? memory : host));
  const outcome = invoke(instance.exports.get('run') as Func, []);
  assert.deepEqual([outcome.kind, calls], ['trap', 1]);
});
