import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type CycleScratches, ParallelMoves} from './moves.ts';

const scratches = {other: 99, int: null};
const spared = {other: 99, int: 98};
const isInt = (location: number): boolean => location < 8;

/** Random assignments with distinct destinations over 8 int registers, 4 others and 4 slots. */
const assignments = fc.uniqueArray(fc.tuple(fc.nat(15), fc.nat(15)), {selector: ([to]) => to, maxLength: 16});

function run(
  pairs: readonly (readonly [number, number])[],
  parallel: ParallelMoves,
  cycles: CycleScratches,
): Map<number, number> {
  const state = new Map<number, number>();
  for (let location = 0; location < 16; location++) state.set(location, location);
  for (const [n, [to, from]] of pairs.entries()) parallel.add(from, to, n);
  parallel.resolve(isInt, cycles, {
    move: (from, to) => {
      assert.ok(to !== spared.int || isInt(from), 'only an integer goes through the scratch for integers');
      state.set(to, state.get(from) ?? -1);
    },
    swap: (a, b) => {
      assert.ok(isInt(a) && isInt(b));
      const [x, y] = [state.get(a) ?? -1, state.get(b) ?? -1];
      state.set(a, y);
      state.set(b, x);
    },
  });
  return state;
}

test('the sequence does what all moves at once would do', () => {
  fc.assert(
    fc.property(assignments, fc.constantFrom(scratches, spared), (pairs, cycles) => {
      const state = run(pairs, new ParallelMoves(), cycles);
      const wanted = new Map(pairs.map(([to, from]) => [to, from]));
      for (let location = 0; location < 16; location++) {
        if (wanted.has(location)) assert.equal(state.get(location), wanted.get(location));
        else assert.equal(state.get(location), location, `location ${location} was not to change`);
      }
    }),
    {seed: 7, numRuns: 3000},
  );
});

test('a move keeps the index of its destination', () => {
  const seen: [number, number][] = [];
  const parallel = new ParallelMoves();
  parallel.add(1, 2, 10);
  parallel.add(2, 12, 11);
  parallel.resolve(isInt, scratches, {
    move: (_, to, index) => seen.push([to, index]),
    swap: () => assert.fail('no cycle'),
  });
  assert.deepEqual(seen, [
    [12, 11],
    [2, 10],
  ]);
});

test('a cycle of n integers takes n + 1 moves where a register is spared for it', () => {
  const parallel = new ParallelMoves();
  for (let n = 0; n < 7; n++) parallel.add((n + 1) % 7, n, n);
  const moves: [number, number][] = [];
  parallel.resolve(isInt, spared, {
    move: (from, to) => moves.push([from, to]),
    swap: () => assert.fail('a register is spared'),
  });
  assert.equal(moves.length, 8);
});
