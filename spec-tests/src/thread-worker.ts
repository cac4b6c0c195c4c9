/**
 * A thread of a script (`(thread $T (shared (module $M)) ...)`): runs its commands on an engine of its own, with the shared
 * memories of the modules that it names, and posts the outcome once.
 */
import {parentPort, workerData} from 'node:worker_threads';
import {present} from '#engine/base/assert.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import type {SharedExports, ThreadWorld} from '#harness/engines/engine.ts';
import type {EngineKey} from '#harness/engines/keys.ts';
import {openEngine} from '#harness/engines/open.ts';
import type {Result} from './results.ts';
import {ScriptRun} from './run.ts';
import type {Command} from './script.ts';

export interface ThreadTask {
  readonly engine: EngineKey;
  readonly world: ThreadWorld;
  readonly features: FeatureSet;
  readonly commands: readonly Command[];
  /** By the module's name in the script. */
  readonly shared: ReadonlyMap<string, SharedExports>;
}

/** Names that the thread registered, with the module that each stands for. */
export interface ThreadReport {
  readonly results: readonly Result[];
  readonly registered: readonly {readonly name: string; readonly module: string}[];
}

async function runThread({engine: key, world, features, commands, shared}: ThreadTask): Promise<ThreadReport> {
  const run = new ScriptRun(openEngine(key, world), features);
  for (const [id, exports] of shared) run.adopt(id, exports);
  const results: Result[] = [];
  for (const command of commands) results.push(await run.run(command));
  const registered = commands.flatMap((command) =>
    command.kind === 'register' && command.module !== null ? [{name: command.name, module: command.module}] : [],
  );
  return {results, registered};
}

const port = present(parentPort, 'port of the thread that started this one');
port.postMessage(await runThread(workerData as ThreadTask));
