import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Fuel} from '../fuel.ts';
import {evaluateFunc} from '../ir/eval.ts';
import type {Func} from '../ir/func.ts';
import {parseFunc} from '../ir/parse.ts';
import {printFunc} from '../ir/print.ts';
import {Signatures} from '../ir/types.ts';
import {Optimizer} from '../passes.ts';

const untimed = {measure: <T>(_: string, run: () => T): T => run()};

const parsed = (text: string): Func => parseFunc(text, new Signatures());

function decided(text: string): string {
  const f = parsed(text);
  new Optimizer(new Fuel(), true, untimed).runPass(f, 'known');
  return printFunc(f);
}

test('what one function knows of its values says nothing about those of the next', () => {
  const addresses = Array.from({length: 40}, (_, i) => `  v${i + 2} = vm_address.ref v1 +${8 * i} constant`);
  decided(`func f0 (v1: i64) -> i32\nb1:\n${addresses.join('\n')}\n  v50 = const.i32 1\n  return (v50)\n`);
  const f = parsed(`func f1 (v1: i64) -> i32
b1:
  v2 = vm_address.ref v1 +64 constant
  v3 = ieqz.i32 v2
  v4 = const.i32 10
  v5 = const.i32 20
  br_if v3 b2, b3
b2:
  return (v4)
b3:
  br_if v3 b4, b5
b4:
  return (v4)
b5:
  return (v5)
`);
  new Optimizer(new Fuel(), true, untimed).runPass(f, 'known');
  assert.deepEqual(evaluateFunc(f, [1n << 20n]), [20]);
});

test('behind a test that failed the value is zero, behind one that held it is not', () => {
  const shown = decided(`func f0 (v1: i64, v2: i32) -> i32
b1:
  br_if v2 b2, b3
b2:
  v3 = ieqz.i32 v2
  return (v3)
b3:
  v4 = ieqz.i32 v2
  return (v4)
`);
  assert.match(shown, /b2:\n {2}v\d+ = const\.i32 0/);
  assert.match(shown, /b3:\n {2}v\d+ = const\.i32 1/);
});

test('a fact holds only where its place dominates', () => {
  const text = `func f0 (v1: i64, v2: i32) -> i32
b1:
  br_if v2 b2, b3
b2:
  jump b4
b3:
  jump b4
b4:
  v3 = ieqz.i32 v2
  return (v3)
`;
  assert.match(decided(text), /ieqz/);
});

test('a field of a chosen object says nothing about the choice', () => {
  const text = `func f0 (v1: i64, v2: ref, v3: ref, v4: i32) -> i32
b1:
  v5 = select.ref v4, v2, v3
  v6 = vm_load.i32 v5 +8 object
  v7 = const.i32 7
  v8 = ieq.i32 v6, v7
  br_if v8 b2, b3
b2:
  v9 = ieqz.i32 v4
  return (v9)
b3:
  return (v7)
`;
  assert.match(decided(text), /v9 = ieqz/);
});
