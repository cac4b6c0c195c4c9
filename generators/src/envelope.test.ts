import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {decode} from '#engine/binary/decode.ts';
import {validate} from '#engine/valid/module.ts';
import {supported} from '#engine/wasm/features.ts';
import {packCase, unpackCase} from './envelope.ts';
import {generateCase} from './index.ts';

const ROOT = '000000005eed0b11';

test('a case comes back from its envelope as it was, and the envelope is a module', () => {
  for (let index = 0; index < 200; index++) {
    const testCase = generateCase(ROOT, index);
    const packed = packCase(testCase);
    validate(decode(packed), supported);
    assert.deepEqual(unpackCase(packed), testCase);
  }
});

test('what is no stored case is refused with a reason', () => {
  const [module] = generateCase(ROOT, 1).modules;
  assert.throws(() => unpackCase(module!), /no section parallax.case/);
  const packed = packCase(generateCase(ROOT, 1));
  for (let length = 8; length < packed.length; length += 7) assert.throws(() => unpackCase(packed.subarray(0, length)));
  const other = Buffer.from(packed).toString('latin1').replace('"version":1', '"version":9');
  assert.throws(() => unpackCase(Buffer.from(other, 'latin1')), /version 9, expected 1/);
});
