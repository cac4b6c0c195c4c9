/**
 * The worker thread: opens the engines of its slot once and runs ranges on them. An engine is opened again when its
 * channel is another one, which is how the main thread replaces a process that died.
 */
import {generateCase, packCase} from '#generators/index.ts';
import {systemClock} from '../clock.ts';
import type {Engine} from '../engines/engine.ts';
import type {EngineKey} from '../engines/keys.ts';
import {openEngine} from '../engines/open.ts';
import {generatorOptions} from '../profiles.ts';
import type {ShardPart} from '../shard.ts';
import {Heartbeats} from './heartbeat.ts';
import type {RangeTask} from './messages.ts';
import {runRange} from './run-range.ts';

interface Opened {
  readonly identity: string;
  readonly engine: Engine;
}

const opened = new Map<EngineKey, Opened>();

/** Runs one lease; called by the pool. */
export function runTask(task: RangeTask): ShardPart {
  const {settings, slot, lease} = task;
  const heartbeats = new Heartbeats(task.heartbeats);
  return runRange(
    {
      engines: settings.engines.map((key) => engineOf(task, key)),
      generate: (index) => generateCase(settings.root, index, generatorOptions(settings)),
      pack: packCase,
      clock: systemClock,
      options: {timeoutMs: settings.timeoutMs},
      beat: (index, engine) => heartbeats.beat(slot, index, engine, systemClock.monotonic()),
    },
    lease,
  );
}

function engineOf({channels, settings}: RangeTask, key: EngineKey): Engine {
  const channel = channels[key] ?? null;
  const identity = JSON.stringify([channel, settings.aot]);
  const known = opened.get(key);
  if (known !== undefined && known.identity === identity && !known.engine.lost) return known.engine;
  known?.engine.close();
  const engine = openEngine(key, {aot: settings.aot, channel});
  opened.set(key, {identity, engine});
  return engine;
}
