import {deepStrictEqual, ok, throws} from 'node:assert/strict';
import {it} from 'node:test';
import {Malformed} from '#engine/base/errors.ts';
import {encode} from '#engine/binary/encode.ts';
import {emptyModule} from '#engine/wasm/module.ts';
import {isPackedCase, packCase, unpackCase} from './envelope.ts';
import {generateCase} from './index.ts';
import {isValidInV8} from './v8-run.ts';

it('a packed case is a valid module and gives back the case', () => {
  for (let index = 0; index < 200; index++) {
    const testCase = generateCase('0123456789abcdef', index);
    const packed = packCase(testCase);
    ok(isValidInV8(packed));
    deepStrictEqual(unpackCase(packed), testCase);
  }
});

it('modules before the last one are kept', () => {
  const testCase = {...generateCase('0123456789abcdef', 0), modules: [encode(emptyModule), Uint8Array.of(1, 2, 3), encode(emptyModule)]};
  deepStrictEqual(unpackCase(packCase(testCase)), testCase);
});

it('bytes without a case section are no case', () => {
  const plain = encode(emptyModule);
  ok(!isPackedCase(plain));
  throws(() => unpackCase(plain), Malformed);
});
