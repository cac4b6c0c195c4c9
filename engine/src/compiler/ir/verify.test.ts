import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {ENTRY, type Func, type Value} from './func.ts';
import {parseFunc} from './parse.ts';
import {printFunc} from './print.ts';
import {Signatures} from './types.ts';
import {verify} from './verify.ts';

const good = `func f0 (v1: i64, v2: i32) -> i32
b1:
  v3 = const.i32 3
  br_if v2 b2(v3), b3
b2(v4: i32):
  v5 = iadd.i32 v4, v3
  v6 = call.i32 f0 s0 (v1, v5)
  jump b4(v6)
b3:
  trap_if v2 unreachable
  jump b4(v2)
b4(v7: i32):
  return (v7)`;

function parsed(text: string): Func {
  const signatures = new Signatures();
  return parseFunc(text, signatures);
}

/** What is wrong, and the edit that makes it so. */
const lies: readonly (readonly [string, string, string])[] = [
  ['a value of the wrong type', 'v5 = iadd.i32 v4, v3', 'v5 = iadd.i32 v4, v1'],
  ['a result of the wrong type', 'v5 = iadd.i32 v4, v3', 'v5 = iadd.i64 v4, v3'],
  ['a value that does not dominate its use', 'return (v7)', 'return (v5)'],
  ['a use before the definition', 'v5 = iadd.i32 v4, v3', 'v5 = iadd.i32 v6, v3'],
  ['too few arguments', 'jump b4(v6)', 'jump b4'],
  ['an argument of the wrong type', 'jump b4(v2)', 'jump b4(v1)'],
  ['a block without terminator', '  return (v7)', '  v8 = ieqz.i32 v7'],
  ['two terminators', '  jump b4(v2)', '  jump b4(v2)\n  jump b4(v2)'],
  ['too few operands of a call', '(v1, v5)', '(v1)'],
  ['too many results', 'return (v7)', 'return (v7, v7)'],
  ['an edge to the entry', 'jump b4(v2)', 'jump b1(v1, v2)'],
  ['a condition that is no i32', 'trap_if v2', 'trap_if v1'],
  ['a call with another result', 'v6 = call.i32 f0 s0 (v1, v5)', 'v6 = call.i64 f0 s0 (v1, v5)'],
];

test('a function that is right passes', () => {
  verify(parsed(good), 'nothing');
});

for (const [what, from, to] of lies) {
  test(`verify notices ${what}`, () => {
    assert.ok(good.includes(from));
    assert.throws(() => verify(parsed(good.replace(from, to)), 'a lie'), /after a lie/);
  });
}

const vectors = `func f0 (v1: i64, v2: i32) -> v128
b1:
  v3 = i8x16.splat.v128 v2
  v4 = const.v128 0x000102030405060708090a0b0c0d0e0f
  v5 = i8x16.shuffle.v128 v3, v4 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31
  v6 = i16x8.replace_lane.v128 v5, v2 7
  v7 = v128.bitselect.v128 v3, v5, v6
  return (v7)`;

test('vector operations are printed as they are read', () => {
  assert.equal(printFunc(parsed(vectors)), vectors);
});

test('verify notices lanes and vectors that do not exist', () => {
  for (const [from, to] of [
    [' 31', ' 32'],
    ['v6 = i16x8.replace_lane.v128 v5, v2 7', 'v6 = i16x8.replace_lane.v128 v5, v2 8'],
    ['v3 = i8x16.splat.v128 v2', 'v3 = i8x16.splat.v128 v1'],
  ] as const)
    assert.throws(() => verify(parsed(vectors.replace(from, to)), 'a lie'), /after a lie/);
  const f = parsed(vectors);
  f.setImm(f.next(f.first(ENTRY)), 9);
  assert.throws(() => verify(f, 'a lie'), /vector 9/);
});

test('verify notices a trap code that does not exist and broken links', () => {
  const f = parsed(good);
  f.setImm(f.first(3 as never), 99);
  assert.throws(() => verify(f, 'a lie'), /trap code 99/);
  const g = parsed(good);
  g.remove(g.last(ENTRY));
  assert.throws(() => verify(g, 'a lie'));
  const h = parsed(good);
  h.setA(h.first(2 as never), 0 as Value);
  assert.throws(() => verify(h, 'a lie'), /no value/);
});
