import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {html} from './html.ts';
import {markdown, percent} from './markdown.ts';
import {type Summary, verdictLine} from './summary.ts';

const summary: Summary = {
  schema: 'parallax/report@1',
  campaign: 'nightly',
  seed: '000000005eed0b11',
  state: 'done',
  cases: 1000,
  executions: 3000,
  unsupported: 2,
  engines: [{key: 'aot-x64', version: '0.1.0 -O2', executions: 1000, timeouts: 1, unsupported: 2, odd: 3}],
  buckets: [
    {
      slug: 'D-0001',
      kind: 'value',
      suspect: 'aot-x64',
      title: 'aot-x64 ¦ x<y & "z" | w',
      hits: 4,
      reproduced: '3/3',
      isNew: true,
    },
  ],
  spec: [{key: 'aot-x64', suite: 'test', pass: 99_999, total: 100_000}],
  legal: [{rule: 'nan-payload', uses: 7}],
  progress: [
    {t_ms: 0, cases: 0},
    {t_ms: 10_000, cases: 500},
    {t_ms: 20_000, cases: 1000},
  ],
};

test('the first line says what has to be looked at', () => {
  assert.equal(verdictLine(summary), 'RED - 1 new bucket');
  assert.equal(
    verdictLine({...summary, buckets: summary.buckets.map((bucket) => ({...bucket, isNew: false}))}),
    'AMBER - 1 known bucket hit',
  );
  assert.equal(
    verdictLine({...summary, buckets: []}),
    'GREEN - every engine agrees; the suite is not complete on aot-x64',
  );
});

test('a rate is rounded down: only all of it is 100 %', () => {
  assert.equal(percent(99_999, 100_000), '99.99 %');
  assert.equal(percent(100_000, 100_000), '100.00 %');
  assert.equal(percent(0, 0), '-');
});

test('both formats name the bucket and the command that repeats it, and nothing breaks out of a cell', () => {
  const text = markdown(summary);
  assert.match(text, /\*\*D-0001\*\* new \| value \| aot-x64 \| aot-x64 ¦ x<y & "z" \\\| w \| 4 \| 3\/3/);
  assert.match(text, /parallax repro D-0001/);
  const page = html(summary);
  assert.match(page, /aot-x64 ¦ x&lt;y &amp; &quot;z&quot; \| w/);
  assert.match(page, /<polyline points="0.0,120.0 320.0,60.0 640.0,0.0"\/>/);
  assert.doesNotMatch(page, /https?:|<script/);
});
