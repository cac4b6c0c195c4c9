import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import type {Module} from '#engine/wasm/module.ts';
import type {FunctionCode, Target} from './backend/target.ts';
import {type CompileOptions, compileModule} from './compile.ts';
import {decodeImage, encodeImage, originAt, trapAt} from './image.ts';
import {type Func, NONE} from './ir/func.ts';
import {opNames} from './ir/ops.ts';
import {printFunc} from './ir/print.ts';
import {ENTERED, frameAt, landingPadAt} from './unwind.ts';

const encoder = new TextEncoder();

/** A target whose code is the text of the SSA, with four bytes in front for each call. */
const textTarget: Target = {
  name: 'x64',
  addsIndexAndOffset: true,
  alignment: 16,
  compile: (f) => textCode(f),
  explain: () => ({lowered: '', allocated: '', assembly: ''}),
  entryThunk: () => thunk('entry'),
  hostThunk: () => thunk('host'),
  patchCall: (code, offset, callee) => new DataView(code.buffer).setUint32(offset, callee, true),
};

function thunk(name: string): FunctionCode {
  const none = new Int32Array(0);
  const bytes = encoder.encode(name);
  return {bytes, codeBytes: bytes.length, calls: none, traps: none, map: none, frame: ENTERED, sites: none};
}

function textCode(f: Func): FunctionCode {
  const calls: number[] = [];
  const traps: number[] = [];
  const map: number[] = [];
  for (let b = 1; b <= f.blockCount; b++) {
    for (let v = f.first(b as never); v !== NONE; v = f.next(v)) {
      if (opNames[f.op(v)] === 'call') calls.push(calls.length * 2, f.imm(v));
      if (opNames[f.op(v)] === 'trap') traps.push(1, f.imm(v), f.wasmOffset(v));
      map.push(map.length / 3, f.wasmOffset(v), f.rule(v));
    }
  }
  const bytes = encoder.encode(`${'....'.repeat(calls.length / 2)}${printFunc(f)}`);
  return {
    bytes,
    codeBytes: bytes.length,
    calls: Int32Array.from(calls),
    traps: Int32Array.from(traps),
    map: Int32Array.from(map),
    frame: {returnAt: 8, end: 16},
    sites: Int32Array.of(4, 1, 0),
  };
}

const options: CompileOptions = {target: textTarget, level: 2, features: 0, check: true};

const twoFunctions = `(module (type $t (func (param i32) (result i32)))
  (import "m" "f" (func $imported (type $t)))
  (func $first (type $t) (i32.add (call $second (local.get 0)) (i32.const 0)))
  (func $second (type $t) (call $imported (local.get 0)) unreachable))`;

const compiled = async (text: string): Promise<Module> => load(await parseText(text));

test('the same module gives the same bytes', async () => {
  const module = await compiled(twoFunctions);
  assert.deepEqual(
    encodeImage(compileModule(module, options).image),
    encodeImage(compileModule(module, options).image),
  );
});

test('calls are patched with the place of their callee', async () => {
  const {image} = compileModule(await compiled(twoFunctions), options);
  const view = new DataView(image.code.buffer);
  assert.equal(view.getUint32(image.functions[0]!, true), image.functions[1]);
  assert.equal(image.functions[1]! % 16, 0);
});

test('traps and origins are found by code offset', async () => {
  const {image} = compileModule(await compiled(twoFunctions), options);
  const at = image.functions[1]!;
  assert.equal(trapAt(image, at + 1)?.code, 1);
  assert.equal(trapAt(image, at + 2), undefined);
  assert.equal(originAt(image, at)?.rule, 'translation');
});

test('every piece of code has a frame, and landing pads are found by return address', async () => {
  const {image} = compileModule(await compiled(twoFunctions), options);
  const {frames} = image.unwind;
  assert.equal(frames.length / 3, image.functions.length + 2 * image.signatures.length);
  const second = image.functions[1]!;
  assert.deepEqual([...frames.subarray(3, 6)], [second, 8, 16]);
  assert.equal(landingPadAt(image.unwind, second + 4), second + 1);
  assert.equal(landingPadAt(image.unwind, second + 5), -1);
  assert.deepEqual(frameAt(image.unwind, second + 5), {returnAt: 8, end: 16});
  assert.equal(frameAt(image.unwind, -1), undefined);
});

test('an image survives being written and read, and other bytes are refused', async () => {
  const {image} = compileModule(await compiled(twoFunctions), options);
  const bytes = encodeImage(image);
  assert.deepEqual(decodeImage(bytes), image);
  assert.throws(() => decodeImage(bytes.subarray(0, bytes.length - 8)), /end of code image/);
  assert.throws(() => decodeImage(encoder.encode('(module) (module)')), /not a code image/);
  const future = bytes.slice();
  future[4] = 99;
  assert.throws(() => decodeImage(future), /version 99/);
});

test('-O0 takes no optional decision, fuel and the list of decisions count the same', async () => {
  const module = await compiled(twoFunctions);
  assert.equal(compileModule(module, {...options, level: 0}).fuelSpent, 0);
  const all = compileModule(module, {...options, fuel: {record: true}});
  assert.ok(all.fuelSpent > 0);
  assert.equal(all.decisions.length, all.fuelSpent);
  const limited = compileModule(module, {...options, fuel: {record: true, limit: 1}});
  assert.deepEqual(limited.decisions, all.decisions.slice(0, 1));
});

test('a clock gives a profile by stage', async () => {
  let now = 0;
  const {profile} = compileModule(await compiled(twoFunctions), {...options, clock: () => now++});
  assert.ok(['translate', 'gvn', 'image'].every((stage) => profile[stage]! > 0));
});
