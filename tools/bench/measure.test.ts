import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {geometricMean, interleave, mainThreadTime, median, ratios, threadTime} from './measure.ts';
import {printed, type Row, SCHEMA} from './report.ts';

const seed = 20261123;

test(`half of the values are on each side of the median (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), {minLength: 1}), (values) => {
      const middle = median(values);
      assert.ok(values.filter((value) => value < middle).length * 2 <= values.length);
      assert.ok(values.filter((value) => value > middle).length * 2 <= values.length);
    }),
    {seed},
  );
});

test('ratios of a side and its peer in either direction are inverse', () => {
  const row = (name: string, side: string, value: number): Row => ({bench: 'b', name, side, value, unit: 'ms'});
  const rows = [row('x', 'a', 2), row('x', 'b', 8), row('y', 'a', 3), row('y', 'b', 3), row('z', 'a', 1)];
  assert.equal(ratios(rows, 'a')['b'], 0.5);
  assert.equal(ratios(rows, 'b')['a'], 2);
  assert.equal(geometricMean([1, 4, 16]).toFixed(9), '4.000000000');
});

test('sides take turns, each round begins with another one, and warm-up does not count', () => {
  const order: string[] = [];
  const costs = {a: 1, b: 10};
  const side = (name: 'a' | 'b') => () => {
    order.push(name);
    return costs[name]++;
  };
  const result = interleave(
    new Map([
      ['a', side('a')],
      ['b', side('b')],
    ]),
    3,
    1,
  );
  assert.deepEqual(order.join(''), 'abbaabba');
  assert.deepEqual(
    [...result],
    [
      ['a', 3],
      ['b', 12],
    ],
  );
});

test('work costs time of this thread, and of this process', () => {
  const work = () => {
    for (let i = 0, x = 1; i < 5e6; i++) x = Math.imul(x, 33);
  };
  assert.ok(threadTime(work) > 0);
  assert.ok(process.platform !== 'linux' || mainThreadTime(process.pid) > 0);
});

test('a report as text has a line per name and names the mean', () => {
  const rows: Row[] = [
    {bench: 'b', name: 'sieve', side: 'ours', value: 2, unit: 'ms'},
    {bench: 'b', name: 'sieve', side: 'peer', value: 1, unit: 'ms'},
  ];
  const text = printed({schema: SCHEMA, rows, geomean: {peer: 2}, notes: ['A note.']});
  assert.deepEqual(
    text.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim()),
    ['ours ms peer ms', 'sieve 2.00 1.00', 'geometric mean, ours / peer: 2.00', 'A note.'],
  );
});
