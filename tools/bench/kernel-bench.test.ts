import assert from 'node:assert/strict';
import {test} from 'node:test';
import {benchKernels} from './kernel-bench.ts';

test('a side that gives a wrong checksum is left out and named, the others are compared', () => {
  const broken = {
    name: 'broken',
    run: () => {
      throw new Error('broken: fib(12) = 1, not 144');
    },
  };
  const report = benchKernels(
    'b',
    [{name: 'ours', run: () => 6}, {name: 'peer', run: () => 3}, broken],
    ['fib'],
    'small',
    2,
  );
  assert.deepEqual(report.geomean, {peer: 2});
  assert.deepEqual(report.notes, ['skipped: broken: fib(12) = 1, not 144']);
});
