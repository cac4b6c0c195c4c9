/**
 * The official suite beside a campaign: when the store has no whole run of the engines' present builds, one is made in a
 * process of its own, at low priority, so that the dashboard has pass rates. It writes its result itself, once, at the end.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {setPriority} from 'node:os';
import {fileURLToPath} from 'node:url';
import type {EngineKey} from '../../engines/keys.ts';
import type {AotOptions} from '../../engines/options.ts';
import type {StoreDatabase} from '../../store/open.ts';
import {hasWholeSpecRun} from '../../store/queries.ts';

export interface SpecBeside {
  readonly running: boolean;
  stop(): void;
}

const LOW_PRIORITY = 15;
const NOT_NEEDED: SpecBeside = {running: false, stop() {}};

/** Starts the run when it is needed. */
export function specBeside(
  database: StoreDatabase,
  directory: string,
  versions: ReadonlyMap<EngineKey, string>,
  {level}: AotOptions,
): SpecBeside {
  const missing = [...versions]
    .filter(([key, version]) => !hasWholeSpecRun(database, key, version))
    .map(([key]) => key);
  if (missing.length === 0) return NOT_NEEDED;
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const args = ['-C', directory, 'spec', '--engines', missing.join(','), '-O', String(level), '-j', '1', '--json'];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: 'ignore',
    detached: true,
  });
  lower(child);
  const state = {running: true};
  child.on('exit', () => {
    state.running = false;
  });
  child.on('error', () => {
    state.running = false;
  });
  child.unref();
  return {
    get running() {
      return state.running;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

function lower(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, LOW_PRIORITY);
  } catch {
    // It has ended already, or priorities cannot be set here: then it runs as it is.
  }
}
