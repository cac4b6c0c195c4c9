import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseText} from '../text.ts';
import {emptyModule, type Module} from '../wasm/module.ts';
import {decode} from './decode.ts';
import {namesOf} from './names.ts';

const withNames = (bytes: Uint8Array): Module => ({...emptyModule, customs: [{name: 'name', bytes, offset: 0}]});

test('names of every kind are found', async () => {
  const names = namesOf(
    decode(
      await parseText(`(module $m
    (type $t (struct (field $x i32))) (tag $e) (memory $mem 0) (table $tab 0 funcref) (global $g i32 (i32.const 0))
    (elem $el func) (data $d "") (func $f (param $p i32) (local $l i64) block $b end))`),
    ),
  );
  assert.equal(names.module, 'm');
  const flat = [
    names.functions,
    names.types,
    names.tags,
    names.memories,
    names.tables,
    names.globals,
    names.elements,
    names.data,
  ];
  assert.deepEqual(
    flat.map((map) => map.get(0)),
    ['f', 't', 'e', 'mem', 'tab', 'g', 'el', 'd'],
  );
  assert.deepEqual(
    [...names.locals.get(0)!],
    [
      [0, 'p'],
      [1, 'l'],
    ],
  );
  assert.deepEqual([...names.labels.get(0)!], [[0, 'b']]);
  assert.deepEqual([...names.fields.get(0)!], [[0, 'x']]);
});

test('a name section may hold anything: what can be read is read', () => {
  const good = [0, 2, 1, 0x6d];
  assert.equal(namesOf(withNames(Uint8Array.from([...good, 1, 99]))).module, 'm');
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 40}), (bytes) => namesOf(withNames(bytes)) !== null),
    {seed: 20_26, numRuns: 1000},
  );
  assert.equal(namesOf(emptyModule).functions.size, 0);
});
