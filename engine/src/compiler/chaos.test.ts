import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Chaos} from './chaos.ts';

test('without a seed nothing is perturbed', () => {
  const chaos = new Chaos(null);
  assert.deepEqual(
    Object.values(chaos.plan).filter((value) => value !== null && value !== false),
    [],
  );
  const order = [1, 2, 3, 4];
  chaos.shuffle(order, 0, 4);
  assert.deepEqual(
    [chaos.below(9), chaos.oneIn(1), order],
    [0, false, [1, 2, 3, 4].sort((a, b) => order.indexOf(a) - order.indexOf(b))],
  );
});

test('the choices in a function depend on seed and function only', () => {
  const choices = (seed: number, index: number, before: number): number[] => {
    const chaos = new Chaos(seed);
    for (let i = 0; i < before; i++) chaos.below(10);
    chaos.enter(index);
    return Array.from({length: 8}, () => chaos.below(1000));
  };
  assert.deepEqual(choices(5, 3, 0), choices(5, 3, 17));
  assert.notDeepEqual(choices(5, 3, 0), choices(5, 4, 0));
  assert.notDeepEqual(choices(5, 3, 0), choices(6, 3, 0));
});

test('seeds differ in what they perturb, and every perturbation occurs', () => {
  const plans = Array.from({length: 40}, (_, seed) => new Chaos(seed).plan);
  for (const key of Object.keys(plans[0]!) as (keyof (typeof plans)[0])[]) {
    assert.ok(new Set(plans.map((plan) => plan[key] !== false && plan[key] !== null)).size === 2, key);
  }
});

test('a shuffle keeps the items and leaves those before the start in place', () => {
  const items = [10, 11, 12, 13, 14, 15];
  new Chaos(3).shuffle(items, 2, 6);
  assert.deepEqual(items.slice(0, 2), [10, 11]);
  assert.deepEqual([...items].sort(), [10, 11, 12, 13, 14, 15]);
});
