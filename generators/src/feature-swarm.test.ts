import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {it} from 'node:test';
import {type Feature, supported} from '#engine/wasm/features.ts';
import {drawFeatures} from './feature-swarm.ts';
import {defaultFeatures} from './index.ts';
import {Rng} from './random.ts';

const rng = Rng.ofCase('5eed000000000001', 0);
const draws = Array.from({length: 2000}, () => drawFeatures(rng, supported));

it('every feature is in some cases, and what can be left out is left out of some', () => {
  for (const name of supported)
    ok(
      draws.some((drawn) => drawn.has(name)),
      name,
    );
  const always = [...supported].filter((name) => draws.every((drawn) => drawn.has(name)));
  deepStrictEqual(always.sort(), [...defaultFeatures].sort());
});

it('a feature comes with those that it needs', () => {
  const needs: [Feature, Feature][] = [
    ['relaxed-simd', 'simd'],
    ['gc', 'function-references'],
  ];
  for (const drawn of draws) for (const [name, other] of needs) ok(!drawn.has(name) || drawn.has(other), name);
});

it('nothing is drawn that is not wanted, and the default features stay whole', () => {
  strictEqual(drawFeatures(rng, defaultFeatures), defaultFeatures);
  ok(draws.every((drawn) => [...drawn].every((name) => supported.has(name))));
});
