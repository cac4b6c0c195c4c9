import {strict as assert} from 'node:assert';
import {readFileSync} from 'node:fs';
import {after, test} from 'node:test';
import {Batch, Runner} from '#engine/runner/runner.ts';
import {parseText} from '#engine/text.ts';
import type {Instance, Session} from '../engine.ts';
import {engineStatus, openEngine, startEngineProcess} from '../open.ts';
import {defaultAotOptions} from '../options.ts';

type Key = 'aot-x64' | 'aot-arm64';

const text = `(module
  (type $node (struct (field $v i32) (field $next (mut (ref null $node)))))
  (global $keep (mut (ref null $node)) (ref.null $node))
  (func $churn (export "churn") (param $n i32) (result i32)
    (local $sum i32)
    (loop $l
      (global.set $keep (struct.new $node (local.get $n) (ref.null $node)))
      (local.set $sum (i32.add (local.get $sum) (struct.get $node $v (global.get $keep))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func $list (param $n i32) (result (ref null $node))
    (local $p (ref null $node))
    (loop $l
      (local.set $p (struct.new $node (local.get $n) (local.get $p)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $p))
  (func (export "list") (param $n i32) (result i32)
    (local $p (ref null $node)) (local $count i32)
    (local.set $p (call $list (local.get $n)))
    (drop (call $churn (local.get $n)))
    (loop $m
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $m (i32.eqz (ref.is_null (local.tee $p (struct.get $node $next (local.get $p)))))))
    (local.get $count))
  (func (export "endless") (drop (call $list (i32.const 0))))
  (func (export "large") (result i32)
    (array.len (array.new_default $bytes (i32.const -1))))
  (func (export "value") (result i32)
    (struct.get $node $v (array.get $nodes
      (array.new $nodes (struct.new $node (i32.const 42) (ref.null $node)) (i32.const 3)) (i32.const 2))))
  (type $nodes (array (ref $node)))
  (type $bytes (array i8)))`;

function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes?.[1]) * 1024;
}

async function opened(
  key: Key,
  aot = defaultAotOptions,
): Promise<{
  session: Session;
  instance: Instance;
  facts: () => {used: number; resident: number; collections: number};
}> {
  const process = startEngineProcess(key);
  after(() => process.close());
  const engine = openEngine(key, {aot, channel: process.channel});
  const session = engine.session(engine.features);
  const made = session.instantiate(session.compile(await parseText(text)), () => undefined);
  assert.ok(made.kind === 'instance');
  const runner = new Runner(process.channel);
  const facts = () => {
    const batch = new Batch();
    const op = batch.heapFacts();
    const [used = 0n, , collections = 0n] = runner.run(batch).slots(op);
    return {used: Number(used), resident: residentBytes(runner.hello().pid), collections: Number(collections)};
  };
  return {session, instance: made.instance, facts};
}

const i32 = (n: number) => ({kind: 'i32', bits: BigInt(n)}) as const;

for (const key of ['aot-x64', 'aot-arm64'] as const) {
  const status = engineStatus(key);
  const skip = status.available ? false : status.reason;
  /** An emulator takes memory of its own. */
  const residentLimit = (key.endsWith(process.arch) ? 32 : 128) << 20;

  test(`ten million structures that nobody keeps take a few megabytes, ${key}`, {skip}, async () => {
    const {session, instance, facts} = await opened(key);
    const outcome = session.invoke(instance, 'churn', [i32(10_000_000)]);
    assert.equal(outcome.kind, 'return');
    const {used, resident, collections} = facts();
    assert.ok(collections > 20, `${collections} collections`);
    assert.ok(used < 8 << 20, `${used} bytes in use`);
    assert.ok(resident < residentLimit, `${resident} bytes resident`);
  });

  test(`a list of a million nodes that only the stack holds survives, however deep it is, ${key}`, {skip}, async () => {
    const {session, instance, facts} = await opened(key);
    const outcome = session.invoke(instance, 'list', [i32(1_000_000)]);
    assert.deepEqual(outcome, {kind: 'return', values: [i32(1_000_000)]});
    assert.ok(facts().collections > 2);
  });

  // The heap is the runner's own code: filling it under an emulator shows nothing more, and takes long.
  if (key.endsWith(process.arch))
    test(`a heap that is full of what lives is an exhaustion, after which the engine goes on, ${key}`, {
      skip,
    }, async () => {
      const {session, instance} = await opened(key);
      assert.deepEqual(session.invoke(instance, 'endless', []), {kind: 'exhaustion', resource: 'memory'});
      assert.deepEqual(session.invoke(instance, 'list', [i32(1000)]), {kind: 'return', values: [i32(1000)]});
    });

  test(`an array that is too large traps, ${key}`, {skip}, async () => {
    const {session, instance} = await opened(key);
    const outcome = session.invoke(instance, 'large', []);
    assert.ok(outcome.kind === 'trap');
    assert.deepEqual(outcome.traps, ['allocation-too-large']);
  });

  test(`the value of array.new survives the collection that its array causes, ${key}`, {skip}, async () => {
    const {session, instance, facts} = await opened(key, {...defaultAotOptions, gcStress: true});
    assert.deepEqual(session.invoke(instance, 'value', []), {kind: 'return', values: [i32(42)]});
    assert.equal(facts().collections, 2);
  });
}
