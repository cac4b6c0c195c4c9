/**
 * Throughput of a campaign on one core: cases and executions per second of CPU time, and where the time of a worker
 * goes. The ranges are those of a worker (harness/src/pool/worker.ts), in this thread, with the default engines.
 */
import type {RunnerChannel} from '#engine/runner/runner.ts';
import {generateCase, packCase} from '#generators/index.ts';
import {systemClock} from '#harness/clock.ts';
import type {Engine} from '#harness/engines/engine.ts';
import type {EngineKey} from '#harness/engines/keys.ts';
import {type EngineProcess, engineStatus, livesOutside, openEngine, startEngineProcess} from '#harness/engines/open.ts';
import {type AotOptions, defaultAotOptions} from '#harness/engines/options.ts';
import {runRange} from '#harness/pool/run-range.ts';
import {phases, type ShardPart} from '#harness/shard.ts';
import {median, processTime} from './measure.ts';
import {type BenchReport, figure, type Row, SCHEMA} from './report.ts';

const ROOT = '000000005eed0001';
const WARM_UP = 400;
const RANGE = 200;
const ROUNDS = 5;
const TIMEOUT_MS = 1000;

const variants: Readonly<Record<string, AotOptions>> = {
  checked: defaultAotOptions,
  unchecked: {...defaultAotOptions, check: false},
  '-O0 checked': {...defaultAotOptions, level: 0},
};

/** What a range cost, with CPU milliseconds of this process and of the engines'. */
interface Measured {
  readonly part: ShardPart;
  readonly cpuMs: number;
}

class Campaign {
  readonly #engines: Engine[] = [];
  readonly #processes: {readonly channel: RunnerChannel; readonly process: EngineProcess}[] = [];

  constructor(keys: readonly EngineKey[], aot: AotOptions) {
    for (const key of keys) {
      let channel: RunnerChannel | null = null;
      if (livesOutside(key)) {
        const process = startEngineProcess(key);
        channel = process.channel;
        this.#processes.push({channel, process});
      }
      this.#engines.push(openEngine(key, {aot, channel}));
    }
  }

  #cpu(): number {
    const {user, system} = process.cpuUsage();
    return this.#processes.reduce((sum, {channel}) => sum + processTime(channel.pid), (user + system) / 1000);
  }

  run(lo: number, hi: number): Measured {
    const world = {
      engines: this.#engines,
      generate: (index: number) => generateCase(ROOT, index, {}),
      pack: packCase,
      clock: systemClock,
      options: {timeoutMs: TIMEOUT_MS},
      beat: () => {},
    };
    const began = this.#cpu();
    const part = runRange(world, {lo, hi, deadly: [], attempt: 0});
    return {part, cpuMs: this.#cpu() - began};
  }

  close(): void {
    for (const engine of this.#engines) engine.close();
    for (const {process} of this.#processes) {
      process.kill();
      void process.close();
    }
  }
}

/** Milliseconds per case by phase, median over the ranges. */
function split(ranges: readonly Measured[]): Map<string, number> {
  return new Map(
    phases.map((phase) => [phase, median(ranges.map(({part}) => part.timings[phase] / 1000 / part.cases))]),
  );
}

function describe(name: string, ranges: readonly Measured[]): Row[] {
  const row = (side: string, value: number, unit: string): Row => ({bench: 'fuzz', name, side, value, unit});
  const rate = (count: (part: ShardPart) => number): number =>
    median(ranges.map(({part, cpuMs}) => (count(part) * 1000) / cpuMs));
  const parts = split(ranges);
  const total = [...parts.values()].reduce((sum, value) => sum + value, 0);
  return [
    row(
      'cases',
      rate(({cases}) => cases),
      '/s',
    ),
    row(
      'executions',
      rate(({executions}) => executions),
      '/s',
    ),
    ...[...parts].map(([phase, value]) => row(phase, (value / total) * 100, '%')),
  ];
}

function topCost(name: string, rows: readonly Row[]): string {
  const [top] = rows.filter(({unit}) => unit === '%').sort((left, right) => right.value - left.value);
  return `${name}: the top cost is ${top!.side}, ${figure(top!.value)} % of a worker's time.`;
}

/** Measures each variant on the same ranges, in turns. Takes about a minute. */
export function fuzz(): BenchReport {
  const wanted: readonly EngineKey[] = ['interpreter', process.arch === 'arm64' ? 'aot-arm64' : 'aot-x64', 'v8'];
  const notes: string[] = [];
  const keys = wanted.filter((key) => {
    const status = engineStatus(key);
    if (!status.available) notes.push(`${key} skipped: ${status.reason}.`);
    return status.available;
  });
  const campaigns = Object.entries(variants).map(([name, aot]) => ({
    name,
    campaign: new Campaign(keys, aot),
    ranges: [] as Measured[],
  }));
  try {
    for (const {campaign} of campaigns) campaign.run(0, WARM_UP);
    for (let round = 0; round < ROUNDS; round++) {
      const lo = WARM_UP + round * RANGE;
      for (const {campaign, ranges} of campaigns) ranges.push(campaign.run(lo, lo + RANGE));
    }
  } finally {
    for (const {campaign} of campaigns) campaign.close();
  }
  const described = campaigns.map(({name, ranges}) => ({name, rows: describe(name, ranges)}));
  notes.push(
    `Engines: ${keys.join(', ')}. Rates are per second of CPU time, all threads and processes together: one core.`,
  );
  for (const {name, rows} of described) notes.push(topCost(name, rows));
  return {schema: SCHEMA, rows: described.flatMap(({rows}) => rows), geomean: {}, notes};
}
