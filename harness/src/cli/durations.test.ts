import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {formatCount, formatDuration, parseDuration} from './durations.ts';

test('durations are read in the units that people write', () => {
  assert.deepEqual(
    ['60s', '1.5h', '500ms', '1h30m', '2d'].map(parseDuration),
    [60_000, 5_400_000, 500, 5_400_000, 172_800_000],
  );
  for (const text of ['', '60', 's', '1h x', '-5s']) assert.throws(() => parseDuration(text), /not a duration/);
});

test('durations and counts are written with what matters', () => {
  assert.deepEqual([9_000, 61_000, 18_720_000, 273_600_000].map(formatDuration), ['9s', '1m01s', '5h12m', '3d4h']);
  assert.deepEqual([812, 9_999, 12_345, 41_820_000, 2.34].map(formatCount), ['812', '9999', '12.3k', '41.8M', '2.3']);
});
