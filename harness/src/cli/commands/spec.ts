/** `parallax spec [filter...]`: the official suite and our own scripts on any engines, with pass rates and failures. */
import {existsSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {Unsupported} from '#engine/base/errors.ts';
import {type Assessment, assess, unexpected} from '#spec-tests/assess.ts';
import {expectedFailures} from '#spec-tests/expected-failures.ts';
import {type Job, type JobReport, runJobs} from '#spec-tests/pool.ts';
import {jsonReport, junitReport, plainReport} from '#spec-tests/report.ts';
import {readShard, type ShardOf, shardOf} from '#spec-tests/shard.ts';
import {
  findSuite,
  readFilter,
  type Suite,
  type SuiteFile,
  selectFiles,
  suiteHint,
  suiteRoot,
} from '#spec-tests/suite.ts';
import {systemClock} from '../../clock.ts';
import type {EngineKey} from '../../engines/keys.ts';
import type {AotOptions} from '../../engines/options.ts';
import {openDatabase} from '../../store/open.ts';
import {lastFailedFiles, recordSpecRun} from '../../store/spec-results.ts';
import {Store} from '../../store/store.ts';
import {enginesHere} from '../engines-here.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';

export interface SpecOptions {
  /** Parts of file names, or `file.wast:line`; none: everything. */
  readonly filters: readonly string[];
  /** Folder of the store; null: results are not stored. */
  readonly directory: string | null;
  readonly color: boolean;
  /** None: interpreter, the AOT compiler for x86-64 and V8, as far as they are available. */
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  readonly suite: string | null;
  /** Worker threads; null: one per core. */
  readonly jobs: number | null;
  /** Deadline per file. */
  readonly timeoutMs: number;
  /** `i/n`. */
  readonly shard: string | null;
  readonly lastFailed: boolean;
  /** Where to write a JUnit report. */
  readonly junit: string | null;
  readonly json: boolean;
}

const DEFAULT_ENGINES: readonly EngineKey[] = ['interpreter', 'aot-x64', 'v8'];

/** Runs the command. */
export async function spec(options: SpecOptions): Promise<Exit> {
  const engines = enginesHere(options.engines, DEFAULT_ENGINES);
  const suite = openSuite(options);
  const jobs = engines.flatMap((engine) => jobsOf(engine, suite, options));
  if (jobs.length === 0) return nothingRun(options);
  const began = systemClock.now();
  const reports = await runAll(jobs, options);
  const assessment = assess(reports, expectedFailures);
  const result = exit(unexpected(assessment).length > 0 ? 'findings' : 'ok');
  if (options.junit !== null) writeFileSync(options.junit, junitReport(assessment));
  if (options.directory !== null)
    record(reports, assessment, suite, options, {beganMs: began, wallMs: systemClock.now() - began});
  print(assessment, suite, options, result);
  return result;
}

function openSuite({suite}: SpecOptions): Suite {
  const root = suiteRoot({option: suite ?? undefined, environment: process.env});
  if (root !== null && !existsSync(root)) throw new UserError('environment', `no folder ${root}. ${suiteHint}`);
  if (root === null) process.stderr.write(`${suiteHint}\nRunning only the project's own scripts.\n`);
  try {
    return findSuite(root);
  } catch (error) {
    throw new UserError('environment', (error as Error).message);
  }
}

function shardFrom(text: string | null): ShardOf {
  try {
    return text === null ? {index: 1, count: 1} : readShard(text);
  } catch (error) {
    throw new UserError('usage', (error as Error).message);
  }
}

function jobsOf(engine: EngineKey, suite: Suite, options: SpecOptions): Job[] {
  const expected = expectedFailures(engine);
  const lines = selectFiles(suite, options.filters.map(readFilter));
  const files = options.lastFailed ? onlyLastFailed([...lines.keys()], engine, options) : [...lines.keys()];
  return shardOf(files, shardFrom(options.shard)).map((file) => ({
    engine,
    file,
    lines: lines.get(file) ?? null,
    watched: [...(expected.get(file.name)?.keys() ?? [])],
  }));
}

const databasePath = (directory: string): string => join(resolve(directory), 'parallax.db');

function onlyLastFailed(files: readonly SuiteFile[], engine: EngineKey, {directory}: SpecOptions): SuiteFile[] {
  if (directory === null || !existsSync(databasePath(directory))) return [];
  const database = openDatabase(databasePath(directory), {readonly: true});
  const failed = new Set(lastFailedFiles(database, engine));
  database.close();
  return files.filter(({name}) => failed.has(name));
}

function nothingRun({json, lastFailed}: SpecOptions): Exit {
  const result = exit('nothing-run');
  process.stderr.write(lastFailed ? 'no failures in the last run\n' : 'no script matches\n');
  if (json)
    process.stdout.write(`${JSON.stringify(jsonReport(null, {engines: new Map(), failures: []}, result.name))}\n`);
  return result;
}

async function runAll(jobs: readonly Job[], options: SpecOptions): Promise<JobReport[]> {
  const isShown = process.stderr.isTTY === true;
  let done = 0;
  const onReport = ({job}: JobReport): void => {
    done++;
    if (isShown) process.stderr.write(`\r\x1b[K${done}/${jobs.length} ${job.engine} ${job.file.name}`);
  };
  try {
    return await runJobs(jobs, {
      workers: options.jobs ?? navigator.hardwareConcurrency,
      aot: options.aot,
      timeoutMs: options.timeoutMs,
      onReport,
    });
  } catch (error) {
    if (error instanceof Unsupported) throw new UserError('environment', error.message);
    throw error;
  } finally {
    if (isShown) process.stderr.write('\r\x1b[K');
  }
}

interface Times {
  readonly beganMs: number;
  readonly wallMs: number;
}

function record(
  reports: readonly JobReport[],
  assessment: Assessment,
  suite: Suite,
  options: SpecOptions,
  times: Times,
): void {
  const database = openDatabase(databasePath(options.directory!));
  const store = new Store(database);
  const whole = options.filters.length === 0 && !options.lastFailed && options.shard === null;
  const failures = unexpected(assessment);
  for (const [key, {counts}] of assessment.engines) {
    const mine = reports.filter(({job}) => job.engine === key);
    recordSpecRun(database, {
      ...times,
      build: store.build(key, mine[0]!.version, times.beganMs),
      suite: suite.root ?? 'own',
      whole,
      counts,
      files: mine.map(({job, counts: of}) => ({file: job.file.name, counts: of})),
      failures: failures
        .filter(({engine}) => engine === key)
        .map(({file, line, command, status, message}) => ({file, line, directive: command, status, message})),
    });
  }
  database.close();
}

function print(assessment: Assessment, suite: Suite, {json}: SpecOptions, {name}: Exit): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(jsonReport(suite.root, assessment, name))}\n`);
    return;
  }
  const count = unexpected(assessment).length;
  const verdict = count === 0 ? 'as expected' : `${count} unexpected failure${count === 1 ? '' : 's'}`;
  process.stdout.write(`${plainReport(assessment).join('\n')}\n\n${verdict}\n`);
}
