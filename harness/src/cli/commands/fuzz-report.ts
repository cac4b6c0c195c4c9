/**
 * The faces of a campaign: dashboard, plain lines, or nothing until the JSON document at the end. Progress goes to
 * stderr; stdout carries the summary, or with --json one document and nothing else.
 */
import {systemClock} from '../../clock.ts';
import {type BucketSummary, engineTotals, specRates} from '../../store/queries.ts';
import type {Placement, Settled} from '../../store/store.ts';
import type {CampaignEnd} from '../../supervisor.ts';
import {ascii, unicode} from '../../tui/text.ts';
import {painter} from '../color.ts';
import {formatCount, formatDuration} from '../durations.ts';
import type {Exit} from '../exit-codes.ts';
import {type CampaignView, RateMeter, takeSnapshot} from './fuzz-view.ts';

export interface FuzzReporter {
  finding(settled: Settled, placement: Placement): void;
  /** Takes the screen away; may be called twice. */
  close(): Promise<void>;
  summary(end: CampaignEnd, code: Exit, buckets: readonly BucketSummary[], folder: string): void;
}

export interface ReportOptions {
  readonly ui: 'auto' | 'tui' | 'plain' | 'quiet';
  readonly json: boolean;
  readonly color: boolean;
  readonly unicode: boolean;
}

const HEARTBEAT_MS = 10_000;
const CI_HEARTBEAT_MS = 60_000;
const FEED_LENGTH = 50;

/** Whether the campaign is shown as a dashboard: on a terminal at both ends, unless told otherwise. */
export function wantsDashboard({ui, json}: ReportOptions): boolean {
  const terminal =
    process.stdout.isTTY === true &&
    process.stdin.isTTY === true &&
    process.env['TERM'] !== 'dumb' &&
    (process.env['CI'] ?? '') === '';
  return ui === 'tui' || (ui === 'auto' && terminal && !json);
}

/** Opens the face of a campaign. */
export async function openReporter(
  options: ReportOptions,
  view: CampaignView,
  onStop: () => void,
): Promise<FuzzReporter> {
  const base = new Report(options, view);
  if (wantsDashboard(options)) await base.showDashboard(onStop);
  else if (options.ui !== 'quiet') base.startHeartbeat();
  return base;
}

/** The line that is printed for a finding, and the three commands that follow from it. */
export function findingLines({finding, reproduced, evidence}: Settled, {slug, isNew, signature}: Placement): string[] {
  const {divergence, index} = finding;
  const head = `${isNew ? 'NEW' : 'hit'} ${slug} ${divergence.kind} ${divergence.partition} ${divergence.channel}: ${divergence.shown} vs ${divergence.believed}`;
  if (!isNew) return [head];
  return [
    head,
    `    rule ${evidence.rule ?? 'unknown'}  reproduced ${reproduced}  case ${index}  ${signature}`,
    `    repro:  parallax repro ${slug}`,
  ];
}

class Report implements FuzzReporter {
  readonly #options: ReportOptions;
  readonly #view: CampaignView;
  readonly #meter = new RateMeter();
  readonly #feed: {ms: number; text: string}[] = [];
  #lastNewMs: number | null = null;
  #closeScreen: (() => Promise<void>) | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Whether findings are written as lines. */
  #lines = false;

  constructor(options: ReportOptions, view: CampaignView) {
    this.#options = options;
    this.#view = view;
  }

  async showDashboard(onStop: () => void): Promise<void> {
    const {showDashboard} = await import('../../tui/view.ts');
    const snapshot = () => takeSnapshot(this.#view, this.#meter, this.#feed, this.#lastNewMs, systemClock.now());
    this.#closeScreen = showDashboard({snapshot, onStop}, this.#options.unicode ? unicode : ascii);
  }

  startHeartbeat(): void {
    this.#lines = true;
    const {campaign, slots, versions} = this.#view;
    const engines = [...versions].map(([key, version]) => `${key} (${version})`).join(', ');
    this.#say(
      `parallax: campaign ${campaign.slug} seed ${campaign.root_seed} from case ${campaign.watermark}, ${slots} workers: ${engines}`,
    );
    this.#timer = setInterval(
      () => this.#say(this.#heartbeat()),
      (process.env['CI'] ?? '') === '' ? HEARTBEAT_MS : CI_HEARTBEAT_MS,
    );
  }

  #heartbeat(): string {
    const now = systemClock.now();
    const {cases, executions, unsupported, newBuckets, hits} = this.#view.supervisor.totals;
    const {casesPerSecond, executionsPerSecond} = this.#meter.read(now, cases, executions);
    const {limit, beganMs, supervisor} = this.#view;
    const left = limit?.kind === 'time' ? ` left: ${formatDuration(Math.max(0, limit.ms - (now - beganMs)))}` : '';
    const trouble = supervisor.trouble === null ? '' : ` ! ${supervisor.trouble}`;
    return `#${cases} cases/s: ${formatCount(casesPerSecond)} exec/s: ${formatCount(executionsPerSecond)} unsupported: ${unsupported} new: ${newBuckets} hits: ${hits} rss: ${Math.round(process.memoryUsage.rss() / 2 ** 20)}M elapsed: ${formatDuration(now - beganMs)}${left}${trouble}`;
  }

  #say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  finding(settled: Settled, placement: Placement): void {
    const now = systemClock.now();
    if (placement.isNew) this.#lastNewMs = now;
    const lines = findingLines(settled, placement);
    this.#feed.push({ms: now, text: lines[0]!});
    if (this.#feed.length > FEED_LENGTH) this.#feed.shift();
    if (this.#lines && placement.isNew) for (const line of lines) this.#say(line);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const close = this.#closeScreen;
    this.#closeScreen = null;
    await close?.();
  }

  summary(end: CampaignEnd, code: Exit, buckets: readonly BucketSummary[], folder: string): void {
    if (end.error !== null)
      this.#say(
        `parallax: stopped by an error: ${end.error.stack ?? end.error.message}\nWhat was committed is stored; the same command resumes the campaign.`,
      );
    process.stdout.write(
      this.#options.json
        ? `${JSON.stringify(this.#document(end, code, buckets))}\n`
        : `${this.#text(end, code, buckets, folder).join('\n')}\n`,
    );
  }

  /** The `fuzz` document of the JSON contract. */
  #document(end: CampaignEnd, code: Exit, buckets: readonly BucketSummary[]): unknown {
    const {database, campaign, supervisor, beganMs} = this.#view;
    const {cases, executions, unsupported, newBuckets, hits} = supervisor.totals;
    const seconds = Math.max(0.001, (systemClock.now() - beganMs) / 1000);
    const row = database.prepare('SELECT digest FROM campaign WHERE id = ?').get(campaign.id) as {digest: number};
    const engines = Object.fromEntries(engineTotals(database, campaign.id).map(({key, ...counts}) => [key, counts]));
    const findings = buckets.map(
      ({slug, kind, suspect, title, hits: count, bytes, repro_ok, repro_n, first_seen_ms}) => ({
        id: slug,
        kind,
        suspect,
        signature: title,
        hits: count,
        bytes,
        reproduced: `${repro_ok}/${repro_n}`,
        new: first_seen_ms >= beganMs,
      }),
    );
    return {
      schema: 'parallax/fuzz@1',
      campaign: campaign.slug,
      seed: campaign.root_seed,
      reason: end.reason,
      cases,
      executions,
      unsupported,
      newBuckets,
      hits,
      digest: row.digest.toString(16).padStart(8, '0'),
      engines,
      findings,
      rates: {cases_per_second: cases / seconds, executions_per_second: executions / seconds},
      split_us: supervisor.totals.timings,
      exit: code,
    };
  }

  #text(end: CampaignEnd, code: Exit, buckets: readonly BucketSummary[], folder: string): string[] {
    const paint = painter(this.#options.color);
    const {database, campaign, supervisor, beganMs} = this.#view;
    const {cases, executions, unsupported, newBuckets, hits} = supervisor.totals;
    const elapsed = systemClock.now() - beganMs;
    const rate = (count: number): string => formatCount(count / Math.max(0.001, elapsed / 1000));
    const spec = specRates(database).map(
      ({key, pass, total}) => `${key} ${(Math.floor((10_000 * pass) / Math.max(1, total)) / 100).toFixed(2)}%`,
    );
    const fresh = buckets.filter(({first_seen_ms}) => first_seen_ms >= beganMs);
    return [
      paint(
        'bold',
        `parallax: ${campaign.slug} ended (${end.reason}) after ${formatDuration(elapsed)}: ${cases} cases, ${executions} executions`,
      ),
      `  ${rate(cases)} cases/s   ${rate(executions)} executions/s`,
      `  new ${newBuckets}   hits on known buckets ${hits}   unsupported ${unsupported}`,
      ...fresh.map(({slug, kind, suspect, title, bytes, repro_ok, repro_n}) =>
        paint('red', `    ${slug} ${kind} ${suspect}  ${title}  ${bytes} B  reproduced ${repro_ok}/${repro_n}`),
      ),
      ...(spec.length > 0 ? [`  spec ${spec.join('  ')}`] : []),
      ...(fresh[0] !== undefined ? [`Reproduce: parallax repro ${fresh[0].slug}`] : []),
      `Resume:    parallax fuzz ${campaign.slug}    Files: ${folder}`,
      `exit ${code.code} (${code.name})`,
    ];
  }
}
