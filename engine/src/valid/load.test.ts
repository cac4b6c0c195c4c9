import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Invalid, WasmError} from '../base/errors.ts';
import {decode, itemOffset} from '../binary/decode.ts';
import {encode} from '../binary/encode.ts';
import {anyModule} from '../binary/random-module.ts';
import {parseText} from '../text.ts';
import {type FeatureSet, supported, wasm3} from '../wasm/features.ts';
import {InvalidItem} from './cursor.ts';
import {load} from './load.ts';
import {validate} from './module.ts';

const SEED = 20_26;

/** What a way of loading says: the error's kind, words and place, or null. */
function verdict(way: () => unknown): string | null {
  try {
    way();
    return null;
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    return `${error.name} ${error.message} ${error.offset}`;
  }
}

const inTwoSteps = (bytes: Uint8Array, features: FeatureSet): string | null =>
  verdict(() => {
    try {
      validate(decode(bytes, features), features);
    } catch (error) {
      if (!(error instanceof InvalidItem)) throw error;
      const {section, index} = error.item;
      throw new Invalid(error.message, itemOffset(bytes, features, section, index));
    }
  });

const bytes = parseText(
  '(module (memory 1) (data "abc") (func (param i32) (result i32) (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)) (if (result i32) (local.get 0) (then (i32.const 1)) (else (unreachable))))' +
    ' (func (block (br_table 0 1 0 (i32.const 3)))))',
);

test('loading at once gives the verdict, words and place of decoding and then validating', async () => {
  const base = await bytes;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(base.length - 9), fc.nat(255)), {minLength: 1, maxLength: 3}),
      fc.constantFrom(supported, wasm3),
      (changes, features) => {
        const mutated = base.slice();
        for (const [at, value] of changes) mutated[at + 8] = value;
        assert.equal(
          verdict(() => load(mutated, features)),
          inTwoSteps(mutated, features),
        );
      },
    ),
    {seed: SEED, numRuns: 4000},
  );
  fc.assert(
    fc.property(anyModule, (module) => {
      const encoded = encode(module);
      assert.equal(
        verdict(() => load(encoded, supported)),
        inTwoSteps(encoded, supported),
      );
    }),
    {seed: SEED, numRuns: 300},
  );
});

test('a module that is invalid first and malformed later is malformed', async () => {
  const base = await bytes;
  const wrong = base.slice();
  wrong[Buffer.from(base).indexOf(Buffer.from([0x20, 0x00, 0x04])) + 1] = 9;
  assert.throws(() => load(wrong, supported), {name: 'Invalid', message: 'unknown local 9'});
  wrong[Buffer.from(base).lastIndexOf(Buffer.from([0x0e, 0x02]))] = 0xff;
  assert.throws(() => load(wrong, supported), {name: 'Malformed', message: 'illegal opcode ff'});
});

/** Text of an invalid module, and what stands where the error points. */
const misplaced = [
  ['(module (type (func)) (type (struct (field (ref 9)))))', [0x5f, 0x01, 0x64, 0x09]],
  ['(module (import "m" "f" (func)) (import "m" "t" (table 5 4 funcref)))', [0x01, 0x6d, 0x01, 0x74]],
  ['(module (func) (memory 1) (memory 2 1))', [0x01, 0x02, 0x01]],
  ['(module (memory 1) (tag (result i32)))', [0x00, 0x00]],
  ['(module (global i32 (i32.const 0)) (global i64 (i32.const 0)))', [0x0b]],
  ['(module (func) (export "a" (func 0)) (export "a" (func 0)))', [0x01, 0x61, 0x00, 0x00, 0x0a]],
  ['(module (func (param i32)) (start 0))', [0x00, 0x0a]],
  ['(module (func) (table 1 externref) (elem (i32.const 0) func 0))', [0x00, 0x41, 0x00]],
] as const;

test('what is wrong with an item is said with the offset of the item', async () => {
  for (const [text, there] of misplaced) {
    const module = await parseText(text);
    const offset = offsetOfError(module);
    assert.ok(offset !== null, text);
    assert.deepEqual([...module.subarray(offset, offset + there.length)], [...there], text);
  }
});

function offsetOfError(module: Uint8Array): number | null {
  try {
    load(module, supported);
  } catch (error) {
    if (error instanceof Invalid) return error.offset;
  }
  return assert.fail('an invalid module');
}
