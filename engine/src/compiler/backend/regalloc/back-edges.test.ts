import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Bug} from '#engine/base/assert.ts';
import {Chaos} from '../../chaos.ts';
import {Fuel} from '../../fuel.ts';
import {Constraint, MFunc, RegClass} from '../mfunc.ts';
import {checkAllocation} from './check.ts';
import {randomMFunc} from './random-mfunc.ts';
import {RegisterAllocator} from './regalloc.ts';
import {type Allocation, Phase} from './resolve.ts';

const {def: DEF} = Constraint;
const INT = [0, 1, 2, 6, 7, 3];
const file = {int: INT, float: INT.map((register) => 16 + register), split: 16, stackPointer: 4};

/** Layout indices of the loop below: its branch, and the jump back. */
const [BRANCH, JUMP] = [4, 5];

/** entry: a; loop (old): next := old; both are read; branch to `back` (jump to the loop with next) or to the exit, which reads. */
function loop(exitReads: 'old' | 'next'): MFunc {
  const f = new MFunc();
  const inst = (...operands: [vreg: number, info: number][]): void => {
    f.place(f.addInst(1, 0, 0));
    for (const [vreg, info] of operands) f.addOperand(vreg, info);
  };
  const [a, old, next] = [f.addVreg(RegClass.int), f.addVreg(RegClass.int), f.addVreg(RegClass.int)];
  f.beginBlock(0);
  inst([a, DEF]);
  inst();
  f.addEdge(1);
  f.addArg(a);
  f.endBlock();
  f.beginBlock(1);
  f.addParam(old);
  inst([old, 0], [next, DEF]);
  inst([old, 0], [next, 0]);
  inst();
  f.addEdge(2);
  f.addEdge(3);
  f.endBlock();
  f.beginBlock(1);
  inst();
  f.addEdge(1);
  f.addArg(next);
  f.endBlock();
  f.beginBlock(0);
  inst([exitReads === 'old' ? old : next, 0]);
  f.endBlock();
  return f;
}

const allocate = (f: MFunc, fuel: Fuel): Allocation => new RegisterAllocator().run(f, file, fuel, true);

test('in random functions moves are moved, and the checker finds nothing', () => {
  const fuel = new Fuel();
  for (let seed = 0; seed < 800; seed++) {
    const chaos = new Chaos(seed);
    allocate(
      randomMFunc((n) => chaos.below(n), 160),
      fuel,
    );
  }
  assert.ok(fuel.spent > 80, `${fuel.spent} back edges`);
});

test('a move that nobody else minds stands before the branch, and the jump is alone', () => {
  const allocation = allocate(loop('next'), new Fuel());
  assert.equal(allocation.moveHead[JUMP], 0);
  assert.equal(allocation.movePhase[allocation.moveHead[BRANCH] as number], Phase.edgeOut);
});

test('a move stays when the exit reads what it overwrites, or without fuel', () => {
  for (const allocation of [allocate(loop('old'), new Fuel()), allocate(loop('next'), new Fuel({limit: 0}))]) {
    assert.equal(allocation.moveHead[BRANCH], 0);
    assert.notEqual(allocation.moveHead[JUMP], 0);
  }
});

test('the checker notices a move that was moved although the exit reads what it overwrites', () => {
  const f = loop('old');
  const allocation = allocate(f, new Fuel());
  const m = allocation.moveHead[JUMP] as number;
  allocation.moveHead[JUMP] = 0;
  allocation.moveHead[BRANCH] = m;
  assert.throws(() => checkAllocation(f, allocation, file), Bug);
});
