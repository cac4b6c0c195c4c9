import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {adopt} from '../adopt.ts';
import type {StateDigest} from './observation.ts';
import {engineStatus, openEngineHere} from './open.ts';
import {defaultAotOptions} from './options.ts';

/** References of the `any` hierarchy. */
const references = {
  structure: '(struct.new_default $s)',
  array: '(array.new_default $a (i32.const 2))',
  i31: '(ref.i31 (i32.const 5))',
  'negative i31': '(ref.i31 (i32.const -5))',
  null: '(ref.null any)',
} as const;

async function shown(
  reference: string,
  engine: 'interpreter' | 'v8' | 'aot-x64' | 'aot-arm64',
): Promise<StateDigest | undefined> {
  const bytes = await parseText(`(module (type $s (struct)) (type $a (array i8))
    (table (export "any") 2 anyref ${reference})
    (table (export "extern") 2 externref (extern.convert_any ${reference}))
    (global (export "g") anyref ${reference})
    (global (export "e") externref (extern.convert_any ${reference}))
    (func (export "f")))`);
  const opened = openEngineHere(engine, defaultAotOptions);
  try {
    const observed = opened.runCase(adopt(bytes, 1, [{name: 'f', args: []}]), {timeoutMs: 1000});
    assert.ok(observed.status === 'ran', observed.status);
    return observed.calls[0]?.state;
  } finally {
    opened.close();
  }
}

for (const [name, reference] of Object.entries(references)) {
  test(`in tables and globals every engine shows a ${name} alike`, async () => {
    const expected = await shown(reference, 'interpreter');
    assert.deepEqual(await shown(reference, 'v8'), expected);
    for (const key of ['aot-x64', 'aot-arm64'] as const)
      if (engineStatus(key).available) assert.deepEqual(await shown(reference, key), expected);
  });
}

test('tables of different references have different digests', async () => {
  const digests = await Promise.all(
    Object.values(references).map(async (reference) => (await shown(reference, 'interpreter'))?.tables[0]?.digest),
  );
  assert.equal(new Set(digests).size, digests.length);
});
