/** A summary as one HTML file without scripts or network: tables are tables, the curve is inline SVG. */
import {escaped} from './escape.ts';
import {percent} from './markdown.ts';
import {type Summary, verdictLine} from './summary.ts';

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = (tag: string, values: readonly (string | number)[]): string =>
    values.map((value) => `<${tag}>${escaped(value)}</${tag}>`).join('');
  return `<table><thead><tr>${cells('th', head)}</tr></thead><tbody>${rows.map((values) => `<tr>${cells('td', values)}</tr>`).join('')}</tbody></table>`;
}

const WIDTH = 640;
const HEIGHT = 120;

/** Cases over time as a polyline; nothing when there are fewer than two samples. */
function curve(progress: Summary['progress']): string {
  const last = progress.at(-1);
  if (progress.length < 2 || last === undefined || last.t_ms === 0) return '';
  const points = progress.map(
    ({t_ms, cases}) =>
      `${((t_ms / last.t_ms) * WIDTH).toFixed(1)},${(HEIGHT - (cases / Math.max(1, last.cases)) * HEIGHT).toFixed(1)}`,
  );
  return `<h2>Cases over time</h2><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${last.cases} cases in ${Math.round(last.t_ms / 1000)} seconds"><polyline points="${points.join(' ')}"/></svg>`;
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #8884;font-variant-numeric:tabular-nums}
svg{width:100%;border:1px solid #8884}polyline{fill:none;stroke:currentColor;stroke-width:2}code{font-family:ui-monospace,monospace}.red{color:#d22}.green{color:#284}`;

/** The whole page. */
export function html(summary: Summary): string {
  const {campaign, seed, cases, executions, unsupported, engines, buckets, spec, progress} = summary;
  const verdict = verdictLine(summary);
  const tone = verdict.startsWith('GREEN') ? 'green' : 'red';
  const findings =
    buckets.length === 0
      ? '<p>No divergence.</p>'
      : table(
          ['bucket', 'kind', 'suspect', 'signature', 'hits', 'reproduced', ''],
          buckets.map(({slug, kind, suspect, title, hits, reproduced, isNew}) => [
            slug,
            kind,
            suspect,
            title,
            hits,
            reproduced,
            isNew ? 'new' : '',
          ]),
        );
  const rates = new Map(spec.map(({key, pass, total}) => [key, `${percent(pass, total)} (${pass} of ${total})`]));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>parallax ${escaped(campaign)}</title><style>${STYLE}</style>
<h1 class="${tone}">${escaped(verdict)}</h1>
<p>Campaign <code>${escaped(campaign)}</code>, seed <code>${escaped(seed)}</code>: ${cases} cases, ${executions} executions, ${unsupported} unsupported.</p>
<h2>Divergences</h2>${findings}
<h2>Engines</h2>${table(
    ['engine', 'build', 'executions', 'unsupported', 'time-outs', 'odd one out', 'spec suite'],
    engines.map(({key, version, executions: count, unsupported: missing, timeouts, odd}) => [
      key,
      version,
      count,
      missing,
      timeouts,
      odd,
      rates.get(key) ?? '-',
    ]),
  )}
${curve(progress)}
</html>
`;
}
