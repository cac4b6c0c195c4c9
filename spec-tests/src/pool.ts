/**
 * Runs files on engines in worker threads, each file under a deadline. A file that hangs or kills its worker costs that
 * file only: what it had not reached counts as `timeout` or `crash`. The main thread starts the processes of engines that
 * live outside, one per slot, and kills them to free a worker that waits for one.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {MessageChannel} from 'node:worker_threads';
import {Piscina} from 'piscina';
import {wasm3} from '#engine/wasm/features.ts';
import type {EngineKey} from '#harness/engines/keys.ts';
import {type EngineProcess, livesOutside, startEngineProcess} from '#harness/engines/open.ts';
import type {AotOptions} from '#harness/engines/options.ts';
import type {FileMessage, FileReport, FileTask} from './messages.ts';
import {Progress} from './progress.ts';
import type {Counts, Result, Status} from './results.ts';
import {commandsOf} from './run-file.ts';
import type {SuiteFile} from './suite.ts';

/** One file on one engine. */
export interface Job {
  readonly engine: EngineKey;
  readonly file: SuiteFile;
  readonly lines: ReadonlySet<number> | null;
  readonly watched: readonly number[];
}

export interface JobReport extends Omit<FileReport, 'lost'> {
  readonly job: Job;
}

export interface PoolOptions {
  readonly workers: number;
  readonly aot: AotOptions;
  /** Deadline per file in milliseconds. */
  readonly timeoutMs: number;
  readonly onReport: (report: JobReport) => void;
}

/** What a worker, its engine and their processes may take to start, in milliseconds; the deadline begins after that. */
const START_MS = 60_000;
/** A worker's heap in MB; a file that needs more loses its worker. */
const HEAP_MB = 2048;

interface Slot {
  readonly processes: Map<EngineKey, EngineProcess>;
  readonly progress: SharedArrayBuffer;
}

/** Runs all jobs, the largest files first; reports come in the order in which files end. */
export async function runJobs(jobs: readonly Job[], options: PoolOptions): Promise<JobReport[]> {
  const filename = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const count = Math.min(options.workers, jobs.length);
  const threads = new Piscina({
    filename,
    name: 'runTask',
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: {maxOldGenerationSizeMb: HEAP_MB},
  });
  const queue = [...jobs].sort((a, b) => a.file.bytes - b.file.bytes);
  const reports: JobReport[] = [];
  const serve = async (): Promise<void> => {
    const slot: Slot = {processes: new Map(), progress: Progress.allocate()};
    for (let job = queue.pop(); job !== undefined; job = queue.pop()) {
      const report = await runJob(threads, slot, job, options);
      reports.push(report);
      options.onReport(report);
    }
    await endProcesses(slot);
  };
  try {
    await Promise.all(Array.from({length: count}, serve));
  } finally {
    await threads.destroy();
  }
  return reports;
}

async function runJob(threads: Piscina, slot: Slot, job: Job, {aot, timeoutMs}: PoolOptions): Promise<JobReport> {
  const {port1, port2} = new MessageChannel();
  const seen: Result[] = [];
  const progress = new Progress(slot.progress);
  progress.clear();
  const abort = new AbortController();
  let isLate = false;
  const end = (): void => {
    isLate = true;
    for (const process of slot.processes.values()) process.kill();
    abort.abort();
  };
  let deadline = setTimeout(end, START_MS + timeoutMs);
  port1.on('message', (message: FileMessage) => {
    if (message !== 'running') return void seen.push(message);
    clearTimeout(deadline);
    deadline = setTimeout(end, timeoutMs);
  });
  try {
    const task = taskOf(job, slot, aot, port2);
    // Piscina's type of `transferList` follows the last overload of postMessage, which takes options instead.
    const transferList = [port2] as never;
    const report = (await threads.run(task, {signal: abort.signal, transferList})) as FileReport;
    if (report.lost) await endProcesses(slot);
    return {job, counts: report.counts, results: report.results, version: report.version};
  } catch (error) {
    await endProcesses(slot);
    return cutShort(
      job,
      progress,
      seen,
      isLate ? 'timeout' : 'crash',
      isLate ? `not done after ${timeoutMs} ms` : (error as Error).message,
    );
  } finally {
    clearTimeout(deadline);
    port1.close();
  }
}

function taskOf({engine, file, lines, watched}: Job, slot: Slot, aot: AotOptions, port: FileTask['port']): FileTask {
  const {features} = file.group;
  return {
    engine,
    aot,
    channel: channelOf(engine, slot),
    path: file.path,
    features: [...features],
    needs: [...features].filter((feature) => !wasm3.has(feature)),
    lines: lines === null ? null : [...lines],
    watched,
    port,
    progress: slot.progress,
  };
}

function channelOf(key: EngineKey, slot: Slot): FileTask['channel'] {
  if (!livesOutside(key)) return null;
  const process = slot.processes.get(key) ?? startEngineProcess(key);
  slot.processes.set(key, process);
  return process.channel;
}

async function endProcesses({processes}: Slot): Promise<void> {
  const ending = [...processes.values()];
  processes.clear();
  for (const process of ending) process.kill();
  await Promise.all(ending.map((process) => process.close()));
}

/** The report of a file whose worker is gone: what it had not done has the given status. */
function cutShort(job: Job, progress: Progress, seen: readonly Result[], status: Status, message: string): JobReport {
  const counts: Counts = progress.counts();
  const commands = commandsOf(readFileSync(job.file.path, 'latin1'), () => {}).filter(
    (command) => job.lines === null || job.lines.has(command.line),
  );
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const where = progress.line === 0 ? 'before the first command' : `line ${progress.line}`;
  const rest = commands.slice(done).map(
    ({line, kind}, index): Result => ({
      line,
      command: kind,
      status,
      message: index === 0 ? `${message} (${where})` : `not reached: ${where} ended the file`,
    }),
  );
  counts[status] += rest.length;
  return {job, counts, results: [...seen, ...rest], version: 'unknown'};
}
