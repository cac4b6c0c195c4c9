import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Trap} from '#engine/base/trap.ts';
import {trapCode} from '#engine/base/traps.ts';
import {evaluateFunc, type Machine, noMachine} from '../ir/eval.ts';
import {type Block, Func, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {parseFunc} from '../ir/parse.ts';
import {drawFrom, randomFunc} from '../ir/random-func.ts';
import {I32, I64, Signatures, VOID} from '../ir/types.ts';
import {verify} from '../ir/verify.ts';
import {Cfg} from './cfg.ts';
import {LowZeros} from './low-zeros.ts';

/** Trap code of a value whose low bits are not what the analysis says. */
const WRONG = trapCode('stack-overflow');
const memory: Machine = {...noMachine, read: (address) => address * 37n, write: () => {}};

/** Makes a function trap where a value does not have `more` low zeros than the analysis knows of; says how many it checks. */
function checkAll(f: Func, more: number): number {
  const zeros = new LowZeros().compute(f, new Cfg().compute(f));
  const checks: {after: Value; known: number}[] = [];
  for (let b = 1; b <= f.blockCount; b++)
    for (let v = f.first(b as Block); v !== NONE; v = f.next(v))
      if ((f.type(v) === I32 || f.type(v) === I64) && f.op(v) !== Ir.const && zeros.of(v) + more > 0)
        checks.push({after: v, known: Math.min(zeros.of(v) + more, 31)});
  for (const {after, known} of checks) {
    let place = f.next(after);
    while (f.op(place) === Ir.result) place = f.next(place); // results stand at their operation
    const low = f.type(after) === I64 ? f.insertBefore(f.add(Ir.wrap, I32, after), place) : after;
    const mask = f.insertBefore(f.add(Ir.const, I32, NONE, NONE, NONE, 2 ** known - 1), place);
    const bits = f.insertBefore(f.add(Ir.iand, I32, low, mask), place);
    f.insertBefore(f.add(Ir.trap_if, VOID, bits, NONE, NONE, WRONG), place);
  }
  verify(f, 'checks');
  return checks.length;
}

function isWrong(f: Func): boolean {
  for (const args of [
    [0n, 1, -1n, 60],
    [0n, -1, 1n << 63n, 3],
  ]) {
    try {
      evaluateFunc(f, args, memory, 3000);
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      if (error.code === WRONG) return true;
    }
  }
  return false;
}

test('what is said to be zero is zero in random functions, and one bit more is noticed', () => {
  let [checks, noticed] = [0, 0];
  for (let seed = 0; seed < 300; seed++) {
    const f = randomFunc(drawFrom(seed));
    checks += checkAll(f, 0);
    assert.equal(isWrong(f), false, `seed ${seed}`);
    const lied = randomFunc(drawFrom(seed));
    checkAll(lied, 1);
    if (isWrong(lied)) noticed++;
  }
  assert.ok(checks > 300, `${checks} checks`);
  assert.ok(noticed > 200, `${noticed} lies noticed`);
});

test('a pointer that steps through a loop keeps the alignment of start and step', () => {
  const signatures = new Signatures();
  signatures.intern([I64], [I32]);
  const text = `func f0 (v1: i64) -> i32
b1:
  v2 = const.i32 1024
  v3 = const.i32 24
  jump b2(v2)
b2(v4: i32):
  v5 = iadd.i32 v4, v3
  br_if v5 b2(v5), b3
b3:
  return (v5)
`;
  const f = parseFunc(text, signatures, new Func());
  const zeros = new LowZeros().compute(f, new Cfg().compute(f));
  assert.equal(zeros.of(f.param(2 as Block, 0)), 3);
});
