import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {drawDashboard} from './dashboard.ts';
import {example} from './example.ts';
import type {Dashboard} from './model.ts';
import {ascii, unicode} from './text.ts';

const draw = (dashboard: Dashboard, columns: number, rows: number, glyphs = unicode) =>
  drawDashboard(dashboard, {columns, rows, glyphs, hint: ' q stop'});

test('a screen fills the terminal exactly, whatever its size', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 20, max: 250}),
      fc.integer({min: 5, max: 80}),
      fc.array(fc.nat()),
      (columns, rows, history) => {
        const lines = draw({...example, history}, columns, rows);
        assert.equal(lines.length, columns < 80 || rows < 20 ? 5 : rows);
        for (const {text} of lines) assert.equal(text.length, columns);
      },
    ),
    {seed: 5},
  );
});

test('the first screen at 80x24 shows state, rates, findings, engines with pass rates, buckets and the feed', () => {
  assert.deepEqual(
    draw(example, 80, 24)
      .slice(1, 16)
      .map(({text}) => text.trimEnd()),
    [
      '─ progress ──────────────────────────────────────────────── log: events.ndjson ─',
      ' cases   41.8M   2310/s ▁▂▃▄▅▆▇█▇▆▅       last new bucket 12m00s',
      ' execs    167M   9240/s  unsup 0.00%  t/o 0.00%  opcodes 172/198 ▕███████▉ ▏',
      ' time  compile 40%  interpret 30%  generate 10%  v8 10%  run 5%  validate 4%  c…',
      '─ findings ─────────────────────────────────────────────── this run / all time ─',
      ' 3 NEW / 17 open   value 9  trap 3   212 hits on known buckets',
      '─ engines ─────────────────────────────────────────────────────── core@285a903 ─',
      ' engine       build            execs  unsup  t/o  odd-1  spec pass',
      ' interpreter  0.1.0            41.8M      0    0      2  99.99%',
      ' aot-x64      0.1.0 -O2        41.8M     10   12     14  50.00% 5/258',
      ' v8           14.6.202.34-n…   41.8M      0    0      0  -',
      '─ newest buckets ────────────────────────────────────────────── hits bytes age ─',
      '▸D-0217 value    aot-x64 ¦ x64.ishr_s                            31    37 12m00s',
      '─ feed ─────────────────────────────────────────────────────────────────────────',
      ' 05:11:02 NEW D-0217 value',
    ],
  );
});

test('the header keeps the whole seed at 80 columns', () => {
  assert.match(draw(example, 80, 24)[0]!.text, /seed 000000005eed0b11$/);
});

test('without Unicode everything drawn is ASCII, cut marks apart', () => {
  const lines = draw({...example, buckets: []}, 100, 30, ascii);
  for (const {text} of lines) assert.doesNotMatch(text.replaceAll('…', ''), /[^\x20-\x7e]/);
});

test('trouble with the store is shown in the findings', () => {
  assert.ok(
    draw({...example, trouble: 'store: disk is full'}, 80, 24).some(
      ({text, style}) => style === 'red' && text.includes('disk is full'),
    ),
  );
});
