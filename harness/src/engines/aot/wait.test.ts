import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric} from '#engine/base/wire-value.ts';
import {parseText} from '#engine/text.ts';
import {supported} from '#engine/wasm/features.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {defaultAotOptions} from '../options.ts';

for (const key of ['aot-x64', 'aot-arm64'] as const) {
  const status = engineStatus(key);
  test(
    `who waits alone is not kept waiting: the end is known, ${key}`,
    {
      skip: status.available ? false : status.reason,
    },
    () => waitAlone(key),
  );
}

async function waitAlone(key: 'aot-x64' | 'aot-arm64'): Promise<void> {
  const engine = openEngineHere(key, defaultAotOptions);
  const session = engine.session(supported);
  const bytes = await parseText(`(module (memory 1 1 shared)
    (func (export "wait") (param i32 i64) (result i32) (memory.atomic.wait32 (i32.const 8) (local.get 0) (local.get 1)))
    (func (export "loop") (result i32) (local i32)
      (loop (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 0) (i32.const 1000)))) (local.get 0)))`);
  const made = session.instantiate(session.compile(bytes), () => undefined);
  assert.ok(made.kind === 'instance');
  const wait = (expected: bigint, timeout: bigint) =>
    session.invoke(made.instance, 'wait', [numeric('i32', expected), numeric('i64', BigInt.asUintN(64, timeout))]);
  const began = performance.now();
  assert.deepEqual(wait(1n, -1n), {kind: 'return', values: [numeric('i32', 1n)]});
  assert.deepEqual(wait(0n, 1_000_000_000n), {kind: 'return', values: [numeric('i32', 2n)]});
  assert.equal(wait(0n, -1n).kind, 'timeout');
  assert.equal(wait(0n, (1n << 63n) - 1n).kind, 'timeout');
  assert.ok(performance.now() - began < 900, 'nobody waited');
  assert.deepEqual(session.invoke(made.instance, 'loop', []), {kind: 'return', values: [numeric('i32', 1000n)]});
  engine.close();
}
