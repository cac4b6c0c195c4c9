import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '../text.ts';
import {load} from '../valid/load.ts';
import {instantiate} from './interpreter.ts';
import {Mode} from './machine.ts';
import {codeOf} from './prepare.ts';
import {printCode} from './print.ts';

/** The prepared code of the only function of a module, without the line about its frame. */
async function prepared(func: string): Promise<string[]> {
  const {instance} = instantiate(load(await parseText(`(module (memory 1) (memory 1) ${func})`)), () => undefined);
  return printCode(codeOf(instance.funcs[0]!, Mode.plain))
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^ *\d+ +/, ''));
}

test('locals and constants are operands, results go to the local that is set', async () => {
  assert.deepEqual(
    await prepared(
      '(func (param i32 i32) (local.set 0 (i32.sub (i32.mul (local.get 0) (local.get 1)) (i32.const 3))))',
    ),
    ['i32.mul s4 s0 s2', 'i32.add_k s0 s4 -3', 'return'],
  );
});

test('a local that is read before it is written is copied first', async () => {
  assert.deepEqual(
    await prepared('(func (param i32) (result i32) (local.get 0) (local.set 0 (i32.const 5)) (i32.add (local.get 0)))'),
    ['copy32 s2 s0', 'const32 s0 5', 'i32.add s2 s2 s0', 'return32 s2'],
  );
});

test('comparisons become part of the branch that tests them, negated where it skips', async () => {
  assert.deepEqual(
    await prepared(`(func (param i32 i32) (result i32)
    (loop (br_if 0 (i32.gt_u (local.get 0) (local.get 1))))
    (if (result i32) (i32.eqz (i32.lt_s (local.get 0) (i32.const 7))) (then (i32.const 1)) (else (local.get 1))))`),
    ['br_lt_u s2 s0 @0', 'br_lt_s_k s0 7 @13', 'const32 s6 1', 'jump @16', 'copy32 s6 s2', 'return32 s6'],
  );
});

test('constants of loops are made once, on entry', async () => {
  const code = await prepared(`(func (param i32 f64) (result f64)
    (loop (local.set 1 (f64.mul (local.get 1) (f64.const 0.5))) (local.set 1 (f64.add (local.get 1) (f64.const 0.5)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 1))`);
  assert.deepEqual(code, [
    'f64.mul s2 s2 s4',
    'f64.add s2 s2 s4',
    'i32.add_k s0 s0 -1',
    'br_nz s0 @0',
    'return64 s2',
    'const64 s4 0 1071644672',
    'jump @0',
  ]);
});

test('arguments are left where the frame of the callee begins, and its results taken from there', async () => {
  assert.deepEqual(
    await prepared('(func (param i32 i64) (result i32) (i32.clz (call 0 (local.get 0) (local.get 1))))'),
    ['copy32 s4 s0', 'copy64 s6 s2', 'call #0 #4 #0', 'i32.clz s4 s4', 'return32 s4'],
  );
});

test('accesses to another memory in a row switch to it once', async () => {
  assert.deepEqual(
    await prepared(
      '(func (param i32) (result i32) (i32.add (i32.load 1 (local.get 0)) (i32.load 1 offset=4 (local.get 0))))',
    ),
    ['use_memory #1', 'i32.load s2 s0 +0', 'i32.load s4 s0 +4', 'use_memory #0', 'i32.add s2 s2 s4', 'return32 s2'],
  );
});

test('code that cannot be reached is not prepared', async () => {
  assert.deepEqual(
    await prepared('(func (block (br 0) (loop (br 0)) (i32.store (i32.const 0) (i32.const 0))) (unreachable) (nop))'),
    ['jump @2', 'unreachable'],
  );
});
