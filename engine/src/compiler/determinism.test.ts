import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Chaos} from './chaos.ts';
import {Fuel} from './fuel.ts';
import {drawFrom, randomFunc} from './ir/random-func.ts';
import {Optimizer} from './passes.ts';
import {untimed} from './timer.ts';
import {X64_V3, x64} from './x64/target.ts';

/** Code of a random function, everything optional allowed; the number of decisions stands behind it. */
function codeOf(seed: number, chaosSeed: number | null): string {
  const f = randomFunc(drawFrom(seed));
  const fuel = new Fuel();
  const chaos = new Chaos(chaosSeed);
  chaos.enter(seed);
  new Optimizer(fuel, true, untimed).run(f, 2);
  const {bytes, traps, map} = x64.compile(f, {fuel, chaos, features: X64_V3, check: true});
  return `${Buffer.from(bytes).toString('hex')} ${traps} ${map} ${fuel.spent}`;
}

const blocks = (seed: number): number => randomFunc(drawFrom(seed)).blockCount;

test('code does not depend on what was compiled before', () => {
  // Small functions first: columns are then as short as they ever are, and as long as they get the second time.
  const seeds = Array.from({length: 120}, (_, i) => 900 + i)
    .sort((a, b) => blocks(a) - blocks(b))
    .slice(0, 36);
  for (const chaosSeed of [null, 4]) {
    const first = seeds.map((seed) => codeOf(seed, chaosSeed));
    const again = [...seeds]
      .reverse()
      .map((seed) => codeOf(seed, chaosSeed))
      .reverse();
    seeds.forEach((seed, i) => {
      assert.equal(again[i], first[i], `seed ${seed}`);
    });
  }
});
