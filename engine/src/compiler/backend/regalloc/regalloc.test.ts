import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Bug} from '#engine/base/assert.ts';
import {Chaos} from '../../chaos.ts';
import {Fuel} from '../../fuel.ts';
import {Constraint, InstFlag, MFunc, RegClass} from '../mfunc.ts';
import type {RegFile} from './allocate.ts';
import {checkAllocation} from './check.ts';
import {randomMFunc} from './random-mfunc.ts';
import {RegisterAllocator} from './regalloc.ts';
import {Phase, SLOT} from './resolve.ts';

const {def: DEF, tied: TIED, any: ANY} = Constraint;
const INT = [0, 1, 2, 6, 7, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15];
const FLOAT = [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29];
const file = (registers: number): RegFile => ({
  int: INT.slice(0, registers),
  float: FLOAT.slice(0, registers),
  split: 16,
  stackPointer: 4,
});

const fuel = new Fuel();

const random = (seed: number) => {
  const chaos = new Chaos(seed);
  return (n: number): number => chaos.below(n);
};

test('allocations of random functions mean what the functions say', () => {
  const allocator = new RegisterAllocator();
  fc.assert(
    fc.property(fc.nat(), fc.integer({min: 1, max: 120}), fc.integer({min: 6, max: 15}), (seed, size, registers) => {
      allocator.run(randomMFunc(random(seed), size), file(registers), fuel, true);
    }),
    {seed: 11, numRuns: 1500},
  );
});

test('the same function is allocated in the same way', () => {
  const allocator = new RegisterAllocator();
  const once = (seed: number): number[] => [
    ...allocator.run(randomMFunc(random(seed), 60), file(7), fuel, false).opLoc.slice(0, 100),
  ];
  for (let seed = 0; seed < 20; seed++) assert.deepEqual(once(seed), once(seed));
});

/** a := def; b := def; call; use a (plain), use b (any). */
function acrossCall(): MFunc {
  const f = new MFunc();
  f.beginBlock(0);
  const [a, b, c] = [f.addVreg(RegClass.int), f.addVreg(RegClass.int), f.addVreg(RegClass.int)];
  f.place(f.addInst(1, 0, 0));
  f.addOperand(a, DEF);
  f.addOperand(b, DEF);
  const call = f.addInst(2, 0, 0);
  f.flags[call] = InstFlag.call;
  f.place(call);
  f.place(f.addInst(1, 0, 0));
  f.addOperand(a, TIED);
  f.addOperand(c, DEF | TIED);
  f.addOperand(b, ANY);
  f.place(f.addInst(4, 0, 0));
  f.addOperand(c, 1);
  f.endBlock();
  return f;
}

test('a value that lives across a call is stored once and read from its slot where that is allowed', () => {
  const f = acrossCall();
  const allocation = new RegisterAllocator().run(f, file(15), fuel, true);
  assert.ok((allocation.opLoc[4] as number) >= SLOT);
  assert.equal(allocation.slotUnits, 2);
  assert.equal(allocation.opLoc[3], 0, 'the result is made where the return wants it');
});

const lies: Record<string, (allocation: ReturnType<RegisterAllocator['run']>) => void> = {
  'an operand in another register': (a) => {
    a.opLoc[2] = a.opLoc[3] = 9;
  },
  'a slot that was never written': (a) => {
    a.opLoc[4] = SLOT + 7;
  },
  'a slot of somebody else': (a) => {
    a.opLoc[4] = (a.opLoc[4] as number) ^ 1;
  },
  'a lost move': (a) => {
    a.moveHead[2] = 0;
  },
  'a lost store': (a) => {
    a.moveHead[1] = 0;
  },
  'a tied operand apart': (a) => {
    a.opLoc[3] = 5;
  },
  'a use in a fixed register elsewhere': (a) => {
    a.opLoc[5] = 1;
  },
  'a move too late': (a) => {
    a.addMove(2, Phase.edgeOut, 20, a.opLoc[2] as number, 1);
  },
  'two definitions in one register': (a) => {
    a.opLoc[1] = a.opLoc[0] as number;
  },
  'the stack pointer': (a) => {
    a.opLoc[0] = 4;
  },
};

for (const [name, lie] of Object.entries(lies)) {
  test(`the checker notices ${name}`, () => {
    const f = acrossCall();
    const allocation = new RegisterAllocator().run(f, file(15), fuel, true);
    lie(allocation);
    assert.throws(() => checkAllocation(f, allocation, file(15)), Bug);
  });
}

test('the checker notices nearly every operand that is moved to another register', () => {
  let [noticed, total] = [0, 0];
  for (let seed = 0; seed < 300; seed++) {
    const below = random(seed + 1000);
    const f = randomMFunc(below, 40);
    const allocation = new RegisterAllocator().run(f, file(8), fuel, true);
    if (f.opCount === 0) continue;
    const o = below(f.opCount);
    const old = allocation.opLoc[o] as number;
    allocation.opLoc[o] = old >= SLOT ? old + 1 : (old & 16) | ((old + 1 + below(3)) & 15);
    total++;
    try {
      checkAllocation(f, allocation, file(8));
    } catch (error) {
      assert.ok(error instanceof Bug);
      noticed++;
    }
  }
  assert.ok(noticed > 0.8 * total, `${noticed} of ${total}`); // a dead definition may go to any free register
});
