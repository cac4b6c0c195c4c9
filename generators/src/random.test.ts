import {deepStrictEqual, notEqual, ok, throws} from 'node:assert/strict';
import {it} from 'node:test';
import fc from 'fast-check';
import {drawAddress, Rng} from './random.ts';

const ROOT = '0123456789abcdef';

it('addresses that differ in one bit give unrelated streams', () => {
  const seen = new Set<number>();
  for (let index = 0; index < 20_000; index++) seen.add(Rng.ofCase(ROOT, index).next());
  // 20,000 draws of 2^32 collide in 0.05 pairs on average.
  ok(seen.size >= 19_997, `${seen.size} distinct`);
  notEqual(Rng.ofCase(ROOT, 0).next(), Rng.ofCase('1123456789abcdef', 0).next());
  notEqual(Rng.ofCase(ROOT, 0).next(), Rng.ofCase(ROOT, 2 ** 32).next());
});

it('every bit is set half of the time', () => {
  const rng = Rng.ofCase(ROOT, 1);
  const ones = new Array<number>(32).fill(0);
  for (let i = 0; i < 10_000; i++) for (let bits = rng.next(), k = 0; k < 32; k++) ones[k]! += (bits >>> k) & 1;
  for (const count of ones) ok(Math.abs(count - 5000) < 250, `${count} of 10,000`);
});

it('draws stay in their ranges', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({min: 1, max: 1000}),
      fc.array(fc.nat({max: 9}), {minLength: 1}),
      (index, bound, weights) => {
        const rng = Rng.ofCase(ROOT, index);
        ok(rng.below(bound) < bound);
        const value = rng.between(-bound, bound);
        ok(value >= -bound && value <= bound);
        if (weights.some((weight) => weight > 0)) ok(weights[rng.weighted(weights)]! > 0);
        deepStrictEqual(rng.shuffle([...weights]).sort(), [...weights].sort());
      },
    ),
    {seed: 42},
  );
});

it('a clone goes on alike, and fast-check can draw from the stream', () => {
  const rng = Rng.ofCase(ROOT, 3);
  const clone = rng.clone();
  deepStrictEqual(rng.getState(), clone.getState());
  deepStrictEqual(
    Array.from({length: 8}, () => rng.next()),
    Array.from({length: 8}, () => clone.next()),
  );
  const first = fc.nat().generate(Rng.ofCase(ROOT, 4).toFastCheck(), undefined).value;
  deepStrictEqual(fc.nat().generate(Rng.ofCase(ROOT, 4).toFastCheck(), undefined).value, first);
  const {root, index} = drawAddress(Rng.ofCase(ROOT, 5).toFastCheck());
  ok(/^[0-9a-f]{16}$/.test(root) && index >= 0);
});

it('a root that is no seed is refused', () => {
  throws(() => Rng.ofCase('xyz', 0), SyntaxError);
});
