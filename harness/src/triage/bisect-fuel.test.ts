import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {bisectFuel, type FuelProbe} from './bisect-fuel.ts';

test('the decision at the boundary is named, in logarithmically many runs', () => {
  fc.assert(
    fc.property(fc.integer({min: 1, max: 5000}), fc.nat(), (count, draw) => {
      const guilty = draw % count;
      const rules = Array.from({length: count}, (_, index) => `rule ${index}`);
      let runs = 0;
      const probe: FuelProbe = (fuel) => {
        runs++;
        return {diverges: (fuel ?? count) > guilty, rules: rules.slice(0, fuel ?? count)};
      };
      assert.deepEqual(bisectFuel(probe), {kind: 'rule', rule: `rule ${guilty}`, fuel: guilty + 1});
      assert.ok(runs <= 3 + Math.ceil(Math.log2(count + 1)));
    }),
    {seed: 3},
  );
});

test('what no optional decision causes is mandatory, and what does not diverge is gone', () => {
  assert.deepEqual(
    bisectFuel(() => ({diverges: true, rules: ['a']})),
    {kind: 'mandatory'},
  );
  assert.deepEqual(
    bisectFuel(() => ({diverges: false, rules: ['a']})),
    {kind: 'gone'},
  );
});
