/** Calls with landing pads: what the verifier demands, what they mean, and that their text round-trips. */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {evaluateFunc, type Machine, noMachine, Thrown} from './eval.ts';
import type {Func} from './func.ts';
import {parseFunc} from './parse.ts';
import {printFunc} from './print.ts';
import {Signatures} from './types.ts';
import {verify} from './verify.ts';

const good = `func f0 (v1: i64, v2: i32) -> i32
b1:
  v3 = call.i32 f0 s0 (v1, v2)
  br_unwind b2, b3
b2:
  v4 = iadd.i32 v3, v2
  jump b4(v4)
b3:
  v5 = landing.ref
  v6 = ieqz.i32 v5
  jump b4(v6)
b4(v7: i32):
  return (v7)`;

const parsed = (text: string): Func => parseFunc(text, new Signatures());

const lies: readonly (readonly [string, string, string])[] = [
  ['a result behind the landing pad', 'v6 = ieqz.i32 v5', 'v6 = ieqz.i32 v3'],
  ['a result where both ways meet', 'return (v7)', 'return (v3)'],
  ['a result as argument of the throwing edge', 'br_unwind b2, b3', 'br_unwind b2, b4(v3)'],
  ['a landing that is not the first', '  v5 = landing.ref', '  v8 = const.i32 1\n  v5 = landing.ref'],
  ['a landing where a call returns', 'br_unwind b2, b3', 'br_unwind b3, b2'],
  ['a landing that a jump leads to', 'jump b4(v4)', 'jump b3'],
  ['unwinding without a call', 'v3 = call.i32 f0 s0 (v1, v2)', 'v3 = ieqz.i32 v2'],
  ['something between call and unwinding', '  br_unwind', '  trap_if v2 unreachable\n  br_unwind'],
  ['one edge', 'br_unwind b2, b3', 'br_unwind b2'],
];

test('a call with a landing pad passes, and its text is read back', () => {
  const f = parsed(good);
  verify(f, 'nothing');
  assert.equal(printFunc(f), good);
});

for (const [what, from, to] of lies) {
  test(`verify notices ${what}`, () => {
    assert.ok(good.includes(from));
    assert.throws(() => verify(parsed(good.replace(from, to)), 'a lie'), /after a lie/);
  });
}

test('a call that throws goes to its landing pad with the exception', () => {
  const machine = (call: Machine['call']): Machine => ({...noMachine, call});
  const raise = (exception: bigint) =>
    machine(() => {
      throw new Thrown(exception);
    });
  assert.deepEqual(
    evaluateFunc(
      parsed(good),
      [0n, 5],
      machine(() => [7]),
    ),
    [12],
  );
  assert.deepEqual(evaluateFunc(parsed(good), [0n, 5], raise(0n)), [1]);
  assert.deepEqual(evaluateFunc(parsed(good), [0n, 5], raise(64n)), [0]);
  const untried = good.replace('br_unwind b2, b3', 'jump b2');
  assert.throws(() => evaluateFunc(parsed(untried), [0n, 5], raise(0n)), Thrown);
});
