import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {decode} from './binary/decode.ts';
import {encode} from './binary/encode.ts';
import {parseText, printText, TextError, warmUpText} from './text.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('a module text becomes bytes and its print becomes the same bytes', async () => {
  await warmUpText();
  const bytes = await parseText('(module (func (export "f") (result i32) i32.const 7))');
  assert.equal(hex(encode(decode(bytes))), hex(bytes));
  assert.equal(hex(await parseText(await printText(bytes))), hex(bytes));
  assert.equal(hex(await parseText('(memory 1)')), hex(await parseText('(module (memory 1))')));
});

test('an error is a TextError with place and reason', async () => {
  await assert.rejects(parseText('(module\n (func i32.frob))'), {
    name: 'TextError',
    message: '2:8: unknown operator or unexpected token',
  });
  await assert.rejects(parseText('(module (func'), {name: 'TextError', message: /expected `\)`/});
  await assert.rejects(parseText('(component)'), TextError);
  await assert.rejects(printText(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5)), TextError);
});

test('bytes that are no UTF-8 are refused', async () => {
  await assert.rejects(parseText(Uint8Array.of(0x28, 0xff, 0x29)), {message: 'malformed UTF-8 encoding'});
});

test('characters that look like others may stand in strings', async () => {
  const decoded = decode(await parseText('(module (func (export "\u202e")))'));
  assert.equal(decoded.exports[0]!.name, '\u202e');
  await assert.rejects(parseText('(module (func $\u202e i32.frob (export "\u202e")))'), TextError);
});

test("folded legacy try is read, and an error elsewhere is the first library's", async () => {
  const legacy = await parseText('(module (func (try (do nop) (catch_all nop))))');
  assert.equal(hex(legacy), hex(await parseText('(module (func try nop catch_all nop end))')));
  await assert.rejects(parseText('(module (func (try (do frob))))'), {message: /unknown operator/});
});
