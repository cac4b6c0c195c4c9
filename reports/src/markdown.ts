/** A summary as Markdown, for step summaries and mail. */
import {type Summary, verdictLine} from './summary.ts';

/** Text that stands in a table cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: (string | number)[]): string => `| ${cells.map((each) => cell(String(each))).join(' | ')} |`;

/** Passed of all, rounded down: 100.00 % means all of it. */
export const percent = (pass: number, total: number): string =>
  total === 0 ? '-' : `${(Math.floor((10_000 * pass) / total) / 100).toFixed(2)} %`;

/** The whole report. */
export function markdown(summary: Summary): string {
  const {campaign, seed, cases, executions, unsupported, engines, buckets, spec, legal} = summary;
  return [
    `### ${verdictLine(summary)}`,
    '',
    `Campaign \`${campaign}\`, seed \`${seed}\`: ${cases} cases, ${executions} executions, ${unsupported} unsupported.`,
    '',
    ...(buckets.length === 0
      ? ['No divergence.']
      : [
          row('bucket', 'kind', 'suspect', 'signature', 'hits', 'reproduced'),
          row('---', '---', '---', '---', '--:', '---'),
          ...buckets.map(({slug, kind, suspect, title, hits, reproduced, isNew}) =>
            row(isNew ? `**${slug}** new` : slug, kind, suspect, title, hits, reproduced),
          ),
          '',
          `Again: \`parallax repro ${buckets[0]!.slug}\``,
        ]),
    '',
    row('engine', 'build', 'executions', 'unsupported', 'time-outs', 'odd one out', 'spec'),
    row('---', '---', '--:', '--:', '--:', '--:', '--:'),
    ...engines.map(({key, version, executions: count, unsupported: missing, timeouts, odd}) => {
      const rate = spec.find((entry) => entry.key === key);
      return row(
        key,
        version,
        count,
        missing,
        timeouts,
        odd,
        rate === undefined ? '-' : percent(rate.pass, rate.total),
      );
    }),
    ...(legal.length === 0
      ? []
      : ['', `Legal differences used: ${legal.map(({rule, uses}) => `${rule} ${uses}`).join(', ')}.`]),
    '',
  ].join('\n');
}
