/**
 * Reports of a spec run: the JSON document of `parallax spec --json`, plain text, and JUnit XML (one suite per engine and
 * group, one case per failure and one per group for the rest).
 */
import type {EngineKey} from '#harness/engines/keys.ts';
import type {Assessment, Failure} from './assess.ts';
import {type Counts, statuses} from './results.ts';

export const SPEC_SCHEMA = 'parallax.spec/1';

/** The document; fields are added, never renamed. */
export function jsonReport(suite: string | null, {engines, failures}: Assessment, exitName: string): object {
  const byEngine = <T>(of: (key: EngineKey) => T): Record<string, T> =>
    Object.fromEntries([...engines.keys()].map((key) => [key, of(key)]));
  return {
    schema: SPEC_SCHEMA,
    suite,
    engines: byEngine((key) => engines.get(key)!.counts),
    groups: byEngine((key) => Object.fromEntries(engines.get(key)!.groups)),
    unsupported: byEngine((key) => Object.fromEntries(engines.get(key)!.unsupported)),
    failures,
    exit: exitName,
  };
}

/** Passes per command that an engine could pass or fail, 0 to 1; text counts apart. */
export function passRate({pass, fail, unsupported, skip, crash, timeout}: Counts): number {
  return pass / Math.max(1, pass + fail + unsupported + skip + crash + timeout);
}

/** Rounded down, so that 100 % means all. */
const percent = (rate: number): string => `${(Math.floor(rate * 10_000) / 100).toFixed(2)} %`;
const number = (count: number): string => count.toLocaleString('en-US');

const HEADS = ['engine', ...statuses.slice(0, 6), 'text', 'rate'];
const MAX_SHOWN = 60;
const MAX_FEATURES = 8;

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

function row(name: string, counts: Counts): string[] {
  const text = `${number(counts.textPass)}${counts.textFail > 0 ? ` (${counts.textFail} fail)` : ''}`;
  return [name, ...statuses.slice(0, 6).map((status) => number(counts[status])), text, percent(passRate(counts))];
}

/** Lines of the plain report: failures, counts per engine and group, what is unsupported. */
export function plainReport({engines, failures}: Assessment): string[] {
  const lines = failures.slice(0, MAX_SHOWN).map(describe);
  if (failures.length > MAX_SHOWN) lines.push(`... and ${failures.length - MAX_SHOWN} more (--json has all)`);
  if (lines.length > 0) lines.push('');
  const rows = [HEADS];
  for (const [key, {counts, groups}] of engines) {
    rows.push(row(key, counts));
    if (groups.size > 1) for (const [folder, group] of groups) rows.push(row(`  ${folder}`, group));
  }
  lines.push(...table(rows));
  for (const [key, {unsupported}] of engines) {
    const most = [...unsupported].sort((a, b) => b[1] - a[1]);
    const shown = most
      .slice(0, MAX_FEATURES)
      .map(([feature, count]) => `${feature} (${number(count)})`)
      .join(', ');
    if (most.length > 0)
      lines.push('', `${key} does not support: ${shown}${most.length > MAX_FEATURES ? ', ...' : ''}`);
  }
  return lines;
}

function describe({engine, file, line, command, status, message, expected}: Failure): string {
  const note = expected === null ? '' : ` (expected: ${expected})`;
  return `${status.toUpperCase()} ${engine} ${file}:${line} ${command}: ${message}${note}`;
}

const xml = (text: string): string =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** JUnit XML. Passes are aggregated: one test case per command would be a file that no viewer opens. */
export function junitReport({engines, failures}: Assessment): string {
  const suites: string[] = [];
  for (const [key, {groups}] of engines) {
    for (const [folder, counts] of groups) suites.push(junitSuite(key, folder, counts, failures));
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

function junitSuite(key: EngineKey, folder: string, counts: Counts, failures: readonly Failure[]): string {
  const mine = failures.filter(({engine, file}) => engine === key && file.startsWith(`${folder}/`));
  const cases = mine.map(({file, line, command, message, expected}) => {
    const name = `<testcase classname="${key}.${xml(folder)}" name="${xml(`${file}:${line} ${command}`)}">`;
    const body =
      expected === null
        ? `<failure message="${xml(message)}"/>`
        : `<skipped message="${xml(`expected failure: ${expected}`)}"/>`;
    return `    ${name}${body}</testcase>`;
  });
  const rest = statuses
    .filter((status) => counts[status] > 0)
    .map((status) => `${status}: ${counts[status]}`)
    .join(', ');
  const total = `    <testcase classname="${key}.${xml(folder)}" name="all commands"><system-out>${rest}</system-out></testcase>`;
  const failed = mine.filter(({expected}) => expected === null).length;
  const skipped = mine.length - failed;
  const head = `  <testsuite name="${key} ${xml(folder)}" tests="${mine.length + 1}" failures="${failed}" skipped="${skipped}">`;
  return [head, ...cases, total, '  </testsuite>'].join('\n');
}
