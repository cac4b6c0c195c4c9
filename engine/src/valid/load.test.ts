import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {WasmError} from '../base/errors.ts';
import {decode} from '../binary/decode.ts';
import {encode} from '../binary/encode.ts';
import {anyModule} from '../binary/random-module.ts';
import {parseText} from '../text.ts';
import {type FeatureSet, supported, wasm3} from '../wasm/features.ts';
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
  verdict(() => validate(decode(bytes, features), features));

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
