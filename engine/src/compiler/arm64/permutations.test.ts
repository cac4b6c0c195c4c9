import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {insertion, permutation} from './permutations.ts';

const SEED = 20261123;
const bytes = fc.array(fc.nat(255), {minLength: 16, maxLength: 16});

/** What a row does to its bytes, from the manual's descriptions. */
function meaning(name: string, number: number, n: readonly number[], m: readonly number[]): number[] {
  const [mnemonic, ...rest] = name.split('.');
  const arrangement = rest.at(-1) as string;
  const size = {b: 1, h: 2, s: 4, d: 8}[arrangement.at(-1) as 'b' | 'h' | 's' | 'd'];
  const lanes = (from: readonly number[]): number[][] =>
    Array.from({length: 16 / size}, (_, k) => from.slice(k * size, (k + 1) * size));
  const [left, right] = [lanes(n), lanes(m)];
  const half = left.length / 2;
  const pairs = (first: number[][], second: number[][]): number[][] => first.flatMap((lane, k) => [lane, second[k]!]);
  const parity = (from: number[][], odd: number): number[][] => from.filter((_, k) => k % 2 === odd);
  switch (mnemonic) {
    case 'mov':
      return [...n];
    case 'ext':
      return [...n, ...m].slice(number, number + 16);
    case 'dup':
      return left.flatMap(() => left[number]!);
    case 'zip1':
      return pairs(left.slice(0, half), right.slice(0, half)).flat();
    case 'zip2':
      return pairs(left.slice(half), right.slice(half)).flat();
    case 'uzp1':
    case 'uzp2':
      return parity([...left, ...right], mnemonic === 'uzp1' ? 0 : 1).flat();
    case 'trn1':
    case 'trn2':
      return pairs(parity(left, mnemonic === 'trn1' ? 0 : 1), parity(right, mnemonic === 'trn1' ? 0 : 1)).flat();
    default: {
      const group = Number((mnemonic as string).slice(3)) / 8 / size;
      return left.flatMap((_, k) => left[Math.floor(k / group) * group + group - 1 - (k % group)]!);
    }
  }
}

/** Lanes that rows can make, and random ones. */
const shuffles = fc.oneof(
  fc.array(fc.nat(31), {minLength: 16, maxLength: 16}),
  fc.nat(31).map((start) => Array.from({length: 16}, (_, n) => (n + start) & 31)),
  fc
    .tuple(fc.nat(31), fc.constantFrom(1, 2, 4, 8))
    .map(([lane, size]) => Array.from({length: 16}, (_, n) => (lane & -size) + (n % size))),
  fc
    .tuple(fc.constantFrom(1, 3, 7, 2, 6, 4), fc.constantFrom(0, 16))
    .map(([flip, base]) => Array.from({length: 16}, (_, n) => (n ^ flip) + base)),
  fc.tuple(fc.constantFrom(1, 2, 4, 8), fc.nat(1), fc.constantFrom(0, 16), fc.nat(2)).map(([size, odd, base, kind]) =>
    Array.from({length: 16}, (_, n) => {
      const [lane, within, count] = [Math.floor(n / size), n % size, 16 / size];
      const from = [
        2 * lane + odd,
        (lane >> 1) + (odd * count) / 2 + (lane & 1) * count,
        (lane & ~1) + odd + (lane & 1) * count,
      ][kind]!;
      return (from * size + within) ^ base;
    }),
  ),
);

test('a row that stands for a shuffle gives the lanes that the shuffle names', () => {
  let hits = 0;
  fc.assert(
    fc.property(shuffles, fc.boolean(), bytes, bytes, (lanes, isSame, first, other) => {
      const second = isSame ? first : other;
      const row = permutation(lanes, isSame);
      if (row === null) return;
      hits++;
      const [n, m] = row.operands.map((operand) => (operand === 0 ? first : second));
      const expected = lanes.map((lane) => [...first, ...second][lane]);
      assert.deepEqual(meaning(row.name, row.number, n!, m ?? []), expected, row.name);
    }),
    {seed: SEED, numRuns: 3_000},
  );
  assert.ok(hits > 1_000, `${hits}`);
});

test('lanes without order have no row', () => {
  assert.equal(permutation([0, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], false), null);
});

test('an insertion is found for every lane of either operand put into either, and gives the lanes that the shuffle names', () => {
  for (const size of [1, 2, 4, 8])
    for (const base of [0, 16])
      for (let to = 0; to < 16 / size; to++)
        for (let from = 0; from < 32 / size; from++) {
          const lanes = Array.from({length: 16}, (_, n) =>
            Math.floor(n / size) === to ? from * size + (n % size) : base + n,
          );
          const found = insertion(lanes);
          if (from * size === base + to * size) continue;
          assert.ok(found !== null, lanes.join());
          const width = {b: 1, h: 2, s: 4, d: 8}[found.name.at(-1) as 'b' | 'h' | 's' | 'd'];
          const given = Array.from({length: 16}, (_, n) =>
            Math.floor(n / width) === found.to
              ? 16 * found.from + found.lane * width + (n % width)
              : 16 * found.into + n,
          );
          assert.deepEqual(given, lanes);
        }
  assert.equal(insertion([1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]), null);
  assert.equal(insertion([1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]), null);
});
