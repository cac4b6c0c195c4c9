/** What every bench gives: the document `parallax/bench@1`, and how people see it. */

export const SCHEMA = 'parallax/bench@1';

/** One measurement: `value` of `side` on `name`; `unit` says what it counts. */
export interface Row {
  readonly bench: string;
  readonly name: string;
  readonly side: string;
  readonly value: number;
  readonly unit: string;
}

export interface BenchReport {
  readonly schema: typeof SCHEMA;
  readonly rows: readonly Row[];
  /** Ours over the peer's, as times, geometric mean over the names that both ran: below 1 we are faster. */
  readonly geomean: Readonly<Record<string, number>>;
  /** What was skipped or not supported, and what the figures mean; one sentence each. */
  readonly notes: readonly string[];
}

/** Three or four significant digits, whatever the size. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return value.toFixed(0);
  return value.toFixed(magnitude >= 10 ? 1 : magnitude >= 0.1 ? 2 : 4);
}

/** A table with a line per name and a column per side and unit; then means and notes. */
export function printed({rows, geomean, notes}: BenchReport): string {
  const column = ({side, unit}: Row): string => `${side} ${unit}`.trim();
  const columns = [...new Set(rows.map(column))];
  const names = [...new Set(rows.map(({name}) => name))];
  const cells = new Map(rows.map((row) => [`${row.name}\n${column(row)}`, figure(row.value)]));
  const first = Math.max(...names.map(({length}) => length), 0);
  const line = (head: string, of: (title: string) => string): string =>
    [head.padEnd(first), ...columns.map((title) => of(title).padStart(Math.max(title.length, 7)))].join('  ');
  return [
    line('', (title) => title),
    ...names.map((name) => line(name, (title) => cells.get(`${name}\n${title}`) ?? '')),
    ...Object.entries(geomean).map(([peer, ratio]) => `geometric mean, ours / ${peer}: ${figure(ratio)}`),
    ...notes,
  ].join('\n');
}
