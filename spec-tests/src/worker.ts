/**
 * The worker thread of a spec run: runs files on engines that it opens once. An engine is opened again when its channel is
 * another one, which is how the main thread replaces a process that died.
 */
import {readFileSync} from 'node:fs';
import type {Engine} from '#harness/engines/engine.ts';
import type {EngineKey} from '#harness/engines/keys.ts';
import {openEngine} from '#harness/engines/open.ts';
import type {FileMessage, FileReport, FileTask} from './messages.ts';
import {Progress} from './progress.ts';
import type {Result} from './results.ts';
import {runFile} from './run-file.ts';

interface Opened {
  readonly identity: string;
  readonly engine: Engine;
}

const opened = new Map<EngineKey, Opened>();

function engineOf({engine: key, aot, channel}: FileTask): Engine {
  const identity = JSON.stringify([channel, aot]);
  const known = opened.get(key);
  if (known !== undefined && known.identity === identity && !known.engine.lost) return known.engine;
  known?.engine.close();
  const engine = openEngine(key, {aot, channel});
  opened.set(key, {identity, engine});
  return engine;
}

/** Runs one file; called by the pool. */
export async function runTask(task: FileTask): Promise<FileReport> {
  const engine = engineOf(task);
  const progress = new Progress(task.progress);
  const watched = new Set(task.watched);
  const results: Result[] = [];
  const post = (message: FileMessage): void => task.port.postMessage(message);
  const report = (result: Result): void => {
    progress.count(result.status);
    if (result.status === 'pass' || result.status === 'textPass') {
      if (watched.has(result.line)) results.push(result);
      return;
    }
    results.push(result);
    post(result);
  };
  const {features, needs, lines} = task;
  const text = readFileSync(task.path, 'latin1');
  await runFile(
    engine,
    {text, features: new Set(features), needs, lines: lines === null ? null : new Set(lines)},
    report,
    ({line}) => {
      if (progress.line === 0) post('running');
      progress.line = line;
    },
  );
  return {counts: progress.counts(), results, version: engine.version, lost: engine.lost};
}
