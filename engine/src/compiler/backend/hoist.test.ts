import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Chaos} from '../chaos.ts';
import {Fuel} from '../fuel.ts';
import {ConstantHoister} from './hoist.ts';
import {Constraint, InstFlag, MFunc, RegClass} from './mfunc.ts';
import {randomMFunc} from './regalloc/random-mfunc.ts';
import {RegisterAllocator} from './regalloc/regalloc.ts';

const {def: DEF} = Constraint;
const file = {
  int: [0, 1, 2, 6, 7, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15],
  float: [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  split: 16,
  stackPointer: 4,
};
/** So many that loops take whatever they may. */
const plenty = {...file, int: [...file.int, ...file.int, ...file.int], float: [...file.float, ...file.float]};
const CONSTANT = 9;

const random = (seed: number) => {
  const chaos = new Chaos(seed);
  return (n: number): number => chaos.below(n);
};

const isConstant = (f: MFunc, i: number): boolean =>
  f.remat[f.opVreg[f.opStart[i] as number] as number] === i &&
  (f.opStart[i + 1] as number) - (f.opStart[i] as number) === 1;

/** What instructions see along a random way: the values of their uses, each named by what computed it. */
function trace(f: MFunc, below: (n: number) => number): string[] {
  const values = new Map<number, string>();
  const seen: string[] = [];
  const valueOf = (v: number): string => values.get(v) ?? `v${v} is not defined`;
  for (let block = 0, steps = 0; steps < 40; steps++) {
    for (let k = f.blockFirst[block] as number; k < (f.blockFirst[block + 1] as number); k++) {
      const i = f.order[k] as number;
      const name = `${f.code[i]}:${f.imm[i]}${isConstant(f, i) ? '' : `@${steps}.${i}`}`;
      const uses: string[] = [];
      for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
        const v = f.opVreg[o] as number;
        if (((f.opInfo[o] as number) & DEF) === 0) uses.push(valueOf(v));
        else values.set(v, isConstant(f, i) ? name : `${name}/${o}`);
      }
      if (!isConstant(f, i)) seen.push(`${name}(${uses.join()})`);
    }
    const [first, end] = [f.succStart[block] as number, f.succStart[block + 1] as number];
    if (first === end) break;
    const e = first + below(end - first);
    const to = f.edgeTarget[e] as number;
    const args = Array.from(f.args.slice(f.argStart[e], f.argStart[e + 1]), valueOf);
    args.forEach((value, n) => {
      values.set(f.params[(f.paramStart[to] as number) + n] as number, value);
    });
    block = to;
  }
  return seen;
}

/** A random function in which a constant is made before every third use, and used there. */
function withConstants(seed: number, size: number): MFunc {
  const f = randomMFunc(random(seed), size);
  const order = f.order.slice(0, f.orderLength);
  const firsts = f.blockFirst.slice(0, f.blockCount + 1);
  f.orderLength = 0;
  for (let block = 0; block < f.blockCount; block++) {
    f.blockFirst[block] = f.orderLength;
    for (const i of order.slice(firsts[block], firsts[block + 1])) {
      for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++)
        if (f.opInfo[o] === 0 && o % 3 === 0)
          f.opVreg[o] = constant(f, f.vregClass[f.opVreg[o] as number] as number, o % 4);
      f.place(i);
    }
  }
  f.blockFirst[f.blockCount] = f.orderLength;
  return f;
}

function constant(f: MFunc, regClass: number, value: number): number {
  const v = f.addVreg(regClass);
  const i = f.addInst(CONSTANT, 0, 0);
  f.imm[i] = value;
  f.addOperand(v, DEF);
  f.remat[v] = i;
  f.place(i);
  return v;
}

const all = (): Fuel => new Fuel();

test('instructions see the same values after constants have left the loops, and registers are found for all', () => {
  const hoister = new ConstantHoister();
  const allocator = new RegisterAllocator();
  let moved = 0;
  fc.assert(
    fc.property(fc.nat(), fc.integer({min: 10, max: 120}), (seed, size) => {
      const [before, after] = [withConstants(seed, size), withConstants(seed, size)];
      const fuel = all();
      hoister.run(after, plenty, fuel);
      moved += fuel.spent;
      for (let way = 0; way < 3; way++) assert.deepEqual(trace(after, random(way)), trace(before, random(way)));
      allocator.run(after, file, all(), true);
    }),
    {seed: 21, numRuns: 400},
  );
  assert.ok(moved > 50, `${moved}`);
});

test('a value that is another is noticed', () => {
  const f = withConstants(3, 80);
  const before = trace(f, random(1));
  const use = f.opInfo
    .slice(0, f.opCount)
    .findIndex((info, o) => (info & DEF) === 0 && f.remat[f.opVreg[o] as number] === 0);
  f.opVreg[use] = (f.opVreg[use] as number) === 1 ? 2 : 1;
  assert.notDeepEqual(trace(f, random(1)), before);
});

/** entry: jump. loop: c := 5; c2 := 5; use c, c2; again or out. out: return. */
function loop(callFlags: number): MFunc {
  const f = new MFunc();
  f.beginBlock(0);
  f.place(f.addInst(3, 0, 0));
  f.addEdge(1);
  f.endBlock();
  f.beginBlock(1);
  const [c, same] = [constant(f, RegClass.int, 5), constant(f, RegClass.int, 5)];
  const use = f.addInst(1, 0, 0);
  f.addOperand(c, 0);
  f.addOperand(same, 0);
  f.flags[use] = callFlags;
  f.place(use);
  f.place(f.addInst(3, 0, 0));
  f.addEdge(2);
  f.addEdge(3);
  f.endBlock();
  f.beginBlock(1);
  f.place(f.addInst(3, 0, 0));
  f.addEdge(1);
  f.endBlock();
  f.beginBlock(0);
  f.place(f.addInst(4, 0, 0));
  f.endBlock();
  return f;
}

const codes = (f: MFunc, block: number): number[] =>
  Array.from(f.order.slice(f.blockFirst[block], f.blockFirst[block + 1]), (i) => f.code[i] as number);

test('equal constants become one before the loop', () => {
  const f = loop(0);
  new ConstantHoister().run(f, file, all());
  assert.deepEqual(
    [0, 1, 2, 3].map((block) => codes(f, block)),
    [[CONSTANT, 3], [1, 3], [3], [4]],
  );
  const use = f.order[f.blockFirst[1] as number] as number;
  const [first, second] = f.opVreg.slice(f.opStart[use], f.opStart[use + 1]);
  assert.equal(first, second);
});

test('constants stay in loops with calls, where there are no registers, and without fuel', () => {
  for (const [f, registers, fuel] of [
    [loop(InstFlag.call), file, all()],
    [loop(0), {...file, int: file.int.slice(0, 6)}, all()],
    [loop(0), file, new Fuel({limit: 0})],
  ] as const) {
    new ConstantHoister().run(f, registers, fuel);
    assert.deepEqual(codes(f, 1), [CONSTANT, CONSTANT, 1, 3]);
  }
});
