/**
 * The campaign dashboard as lines: a pure function of the snapshot and the size of the terminal, so that it can be
 * tested without one. Below 80x20 it becomes five plain lines. Colour never carries meaning alone.
 */
import {formatCount, formatDuration} from '../cli/durations.ts';
import type {BucketRow, Dashboard, EngineRow} from './model.ts';
import {bar, ends, fit, type Glyphs, right, rule, spark} from './text.ts';

export interface Line {
  readonly text: string;
  readonly style?: 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan' | 'inverse';
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
  /** Hint in the last line; the first Ctrl-C changes it. */
  readonly hint: string;
}

const MIN_COLUMNS = 80;
const MIN_ROWS = 20;

/** Exactly `rows` lines of `columns` cells (five lines on a small terminal). */
export function drawDashboard(dashboard: Dashboard, screen: Screen): Line[] {
  if (screen.columns < MIN_COLUMNS || screen.rows < MIN_ROWS) return drawSmall(dashboard, screen);
  const top = [
    ...header(dashboard, screen),
    ...progress(dashboard, screen),
    ...findings(dashboard, screen),
    ...engines(dashboard, screen),
  ];
  const room = screen.rows - top.length - 1;
  const newest = buckets(dashboard, screen, Math.max(2, Math.ceil(room / 2)));
  const rest = feed(dashboard, screen, room - newest.length);
  return [...top, ...newest, ...rest, {text: fit(screen.hint, screen.columns), style: 'dim'}];
}

function drawSmall(dashboard: Dashboard, {columns, hint}: Screen): Line[] {
  const {findings: found, engines: rows} = dashboard;
  const lines = [
    `${dashboard.name} ${dashboard.state} ${formatDuration(dashboard.elapsedMs)} seed ${dashboard.seed}`,
    `${formatCount(dashboard.cases)} cases ${formatCount(dashboard.casesPerSecond)}/s  ${formatCount(dashboard.executions)} execs`,
    `${found.newBuckets} new, ${found.open} open, ${found.hits} hits${dashboard.trouble === null ? '' : `  ! ${dashboard.trouble}`}`,
    `spec ${rows.map((row) => `${row.key} ${specText(row)}`).join('  ')}`,
    hint,
  ];
  return lines.map((text) => ({text: fit(text, columns)}));
}

function header(dashboard: Dashboard, {columns, glyphs}: Screen): Line[] {
  const {limit, elapsedMs, workers} = dashboard;
  const share = limit === null ? null : limit.kind === 'time' ? elapsedMs / limit.ms : dashboard.cases / limit.cases;
  const goal =
    limit === null ? '' : limit.kind === 'time' ? `/${formatDuration(limit.ms)}` : `/${formatCount(limit.cases)} cases`;
  const meter =
    share === null
      ? ''
      : ` ${glyphs.edges[0]}${bar(glyphs, share, 16)}${glyphs.edges[1]}${Math.min(100, Math.floor(share * 100))}%`;
  const left = `parallax ${dashboard.name} ${dashboard.state} ${formatDuration(elapsedMs)}${goal}${meter}`;
  return [
    {
      text: ends(left, `${workers.busy}/${workers.all}w seed ${dashboard.seed}`, columns),
      style: dashboard.state === 'RUN' ? 'bold' : 'yellow',
    },
  ];
}

function progress(dashboard: Dashboard, {columns, glyphs}: Screen): Line[] {
  const {cases, executions, unsupported, timeouts, opcodes, sinceNewBucketMs, history} = dashboard;
  const since = sinceNewBucketMs === null ? 'no bucket yet' : `last new bucket ${formatDuration(sinceNewBucketMs)}`;
  const curve = spark(glyphs, history, Math.max(16, columns - 64));
  const share = (part: number): string => (cases === 0 ? '0%' : `${((100 * part) / cases).toFixed(2)}%`);
  const reach =
    opcodes === null
      ? ''
      : `opcodes ${opcodes.seen}/${opcodes.all} ${glyphs.edges[0]}${bar(glyphs, opcodes.seen / opcodes.all, 9)}${glyphs.edges[1]}`;
  return [
    {text: rule(glyphs, columns, 'progress', 'log: events.ndjson'), style: 'dim'},
    {
      text: fit(
        ` cases ${right(formatCount(cases), 7)} ${right(formatCount(dashboard.casesPerSecond), 6)}/s ${curve}  ${since}`,
        columns,
      ),
    },
    {
      text: fit(
        ` execs ${right(formatCount(executions), 7)} ${right(formatCount(dashboard.executionsPerSecond), 6)}/s  unsup ${share(unsupported)}  t/o ${share(timeouts)}  ${reach}`,
        columns,
      ),
    },
    {text: fit(` time  ${split(dashboard)}`, columns)},
  ];
}

/** Shares of the workers' time by phase, largest first. */
function split({timings}: Dashboard): string {
  const total = Object.values(timings).reduce((sum, us) => sum + us, 0);
  if (total === 0) return 'no case yet';
  const parts = Object.entries(timings).sort(([, a], [, b]) => b - a);
  return parts.map(([phase, us]) => `${phase} ${Math.round((100 * us) / total)}%`).join('  ');
}

function findings({findings: found, trouble}: Dashboard, {columns, glyphs}: Screen): Line[] {
  const kinds = Object.entries(found.byKind)
    .map(([kind, count]) => `${kind} ${count}`)
    .join('  ');
  const text = ` ${found.newBuckets} NEW / ${found.open} open   ${kinds === '' ? 'every engine agrees so far' : kinds}   ${found.hits} hits on known buckets`;
  const warning: Line[] = trouble === null ? [] : [{text: fit(` ! ${trouble}`, columns), style: 'red'}];
  return [
    {text: rule(glyphs, columns, 'findings', 'this run / all time'), style: 'dim'},
    {text: fit(text, columns), style: found.newBuckets > 0 ? 'red' : 'green'},
    ...warning,
  ];
}

function specText({spec}: EngineRow): string {
  if (spec === null || spec.total === 0) return '-';
  // Rounded down: 100.00% means all of it.
  const rate = `${(Math.floor((10_000 * spec.passed) / spec.total) / 100).toFixed(2)}%`;
  return spec.running === null ? rate : `${rate} ${spec.running.done}/${spec.running.files}`;
}

function engines({engines: rows, suite}: Dashboard, {columns, glyphs}: Screen): Line[] {
  const cells = (
    key: string,
    version: string,
    executions: string,
    unsupported: string,
    timeouts: string,
    odd: string,
    spec: string,
  ): string =>
    fit(
      ` ${fit(key, 12)} ${fit(version, Math.max(14, columns - 66))} ${right(executions, 7)} ${right(unsupported, 6)} ${right(timeouts, 4)} ${right(odd, 6)}  ${fit(spec, 20)}`,
      columns,
    );
  const title: Line = {text: rule(glyphs, columns, 'engines', suite), style: 'dim'};
  const head: Line = {text: cells('engine', 'build', 'execs', 'unsup', 't/o', 'odd-1', 'spec pass'), style: 'dim'};
  return [
    title,
    head,
    ...rows.map(
      (row): Line => ({
        text: cells(
          row.key,
          row.version,
          formatCount(row.executions),
          formatCount(row.unsupported),
          formatCount(row.timeouts),
          formatCount(row.odd),
          `${specText(row)}${age(row)}`,
        ),
        ...(row.odd > 0 ? {style: 'yellow' as const} : {}),
      }),
    ),
  ];
}

const age = ({spec}: EngineRow): string =>
  spec === null || spec.running !== null || spec.ageMs < 60_000 ? '' : ` ${formatDuration(spec.ageMs)} ago`;

function buckets({buckets: rows}: Dashboard, {columns, glyphs}: Screen, room: number): Line[] {
  const lines: Line[] = [{text: rule(glyphs, columns, 'newest buckets', 'hits bytes age'), style: 'dim'}];
  for (const row of rows.slice(0, Math.max(0, room - 1))) lines.push(bucketLine(row, columns, glyphs));
  if (rows.length === 0) lines.push({text: fit(' none', columns), style: 'dim'});
  return lines;
}

function bucketLine(row: BucketRow, columns: number, glyphs: Glyphs): Line {
  const tail = `${right(formatCount(row.hits), 5)} ${right(formatCount(row.bytes), 5)} ${right(formatDuration(row.ageMs), 6)}`;
  const text = ends(`${row.isNew ? glyphs.cursor : ' '}${row.slug} ${fit(row.kind, 8)} ${row.title}`, tail, columns);
  return row.isNew ? {text, style: 'red'} : {text};
}

function feed({feed: entries}: Dashboard, {columns, glyphs}: Screen, room: number): Line[] {
  if (room < 2) return Array.from({length: Math.max(0, room)}, () => ({text: ' '.repeat(columns)}));
  const shown = entries.slice(-(room - 1)).map(({time, text}): Line => ({text: fit(` ${time} ${text}`, columns)}));
  const blank = Array.from({length: room - 1 - shown.length}, (): Line => ({text: ' '.repeat(columns)}));
  return [{text: rule(glyphs, columns, 'feed'), style: 'dim'}, ...shown, ...blank];
}
