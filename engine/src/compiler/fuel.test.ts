import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {defineRule, Fuel, ruleNames} from './fuel.ts';

const first = defineRule('test: first');
const second = defineRule('test: second');

test('fuel grants as many decisions as its limit, in order', () => {
  const fuel = new Fuel({limit: 2, record: true});
  fuel.enter(7);
  assert.deepEqual([fuel.allow(first), fuel.allow(second), fuel.allow(first)], [true, true, false]);
  assert.equal(fuel.spent, 2);
  assert.deepEqual(fuel.report(), [
    {n: 1, functionIndex: 7, rule: 'test: first'},
    {n: 2, functionIndex: 7, rule: 'test: second'},
  ]);
});

test('a disabled rule is never granted and costs nothing', () => {
  const fuel = new Fuel({disabledRules: ['test: first'], limit: 1});
  assert.deepEqual([fuel.allow(first), fuel.allow(second), fuel.allow(second)], [false, true, false]);
});

test('a rule that does not exist cannot be disabled, and no name is defined twice', () => {
  assert.throws(() => new Fuel({disabledRules: ['no such rule']}), RangeError);
  assert.throws(() => defineRule('test: first'));
  assert.ok(ruleNames().includes('test: second'));
});
