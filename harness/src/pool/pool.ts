/**
 * The pool: worker threads (piscina) and, per slot, the processes that its engines live in. The main thread starts and
 * reaps processes and watches the heartbeats; a worker that hangs in an engine of its own thread is terminated with it,
 * one that waits for a process is freed by killing that process.
 */
import {fileURLToPath} from 'node:url';
import {Piscina} from 'piscina';
import type {RunnerChannel} from '#engine/runner/channel.ts';
import type {Lease} from '../campaign.ts';
import type {Clock} from '../clock.ts';
import type {EngineKey} from '../engines/keys.ts';
import {type EngineProcess, livesOutside, startEngineProcess} from '../engines/open.ts';
import type {ShardPart} from '../shard.ts';
import {LostWorker, type Pool} from '../supervisor.ts';
import {Heartbeats} from './heartbeat.ts';
import type {RangeSettings, RangeTask} from './messages.ts';

export interface PoolOptions {
  readonly slots: number;
  readonly settings: RangeSettings;
  readonly clock: Clock;
  /** A worker that shows no progress for so long is lost, in milliseconds. */
  readonly hangMs: number;
}

const WATCH_MS = 250;
/** A worker's heap; a case that needs more loses its worker, not the campaign. */
const HEAP_MB = 1024;

interface Slot {
  readonly processes: Map<EngineKey, EngineProcess>;
  abort: AbortController | null;
  /** Why the watchdog ended the present lease. */
  hung: {readonly at: number; readonly engine: EngineKey | null} | null;
}

/** Opens a pool; processes are started with the first lease of their slot. */
export function openPool(options: PoolOptions): Pool & {readonly threads: Piscina} {
  const {slots: count, settings, clock, hangMs} = options;
  const filename = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const threads = new Piscina({
    filename,
    name: 'runTask',
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: {maxOldGenerationSizeMb: HEAP_MB},
  });
  const buffer = Heartbeats.allocate(count);
  const heartbeats = new Heartbeats(buffer);
  const slots: Slot[] = Array.from({length: count}, () => ({processes: new Map(), abort: null, hung: null}));
  const watchdog = setInterval(() => {
    slots.forEach((slot, index) => watch(slot, heartbeats.read(index), clock.monotonic() - hangMs));
  }, WATCH_MS);
  watchdog.unref();

  const run = async (slotIndex: number, lease: Lease): Promise<ShardPart> => {
    const slot = slots[slotIndex]!;
    const task: RangeTask = {
      slot: slotIndex,
      settings,
      lease,
      channels: channelsOf(slot, settings.engines),
      heartbeats: buffer,
    };
    slot.abort = new AbortController();
    slot.hung = null;
    heartbeats.beat(slotIndex, lease.lo, null, clock.monotonic());
    try {
      const part = (await threads.run(task, {signal: slot.abort.signal})) as ShardPart;
      if (part.hi < lease.hi) await replaceProcesses(slot);
      return part;
    } catch (error) {
      await replaceProcesses(slot);
      throw lost(slot, error as Error, heartbeats.read(slotIndex));
    } finally {
      slot.abort = null;
    }
  };
  const close = async (): Promise<void> => {
    clearInterval(watchdog);
    for (const slot of slots) slot.abort?.abort();
    await threads.destroy();
    for (const slot of slots) await replaceProcesses(slot);
  };
  return {run, close, threads};
}

/** Ends what has not moved since `before`. A process is killed; the thread is terminated when the engine is in it. */
function watch(slot: Slot, beat: ReturnType<Heartbeats['read']>, before: number): void {
  if (slot.abort === null || slot.hung !== null || beat.startedMs >= before) return;
  slot.hung = {at: beat.index, engine: beat.engine};
  const process = beat.engine === null ? undefined : slot.processes.get(beat.engine);
  if (process === undefined) slot.abort.abort();
  else process.kill();
}

function lost(slot: Slot, error: Error, beat: ReturnType<Heartbeats['read']>): LostWorker {
  if (slot.hung !== null)
    return new LostWorker(
      `no answer in ${slot.hung.engine ?? 'the harness'}`,
      slot.hung.at,
      slot.hung.engine,
      'timeout',
    );
  return new LostWorker(error.message, beat.index, beat.engine, 'crash');
}

/** Channels to the slot's processes, started when they are not there. */
function channelsOf(slot: Slot, engines: readonly EngineKey[]): Partial<Record<EngineKey, RunnerChannel>> {
  const channels: Partial<Record<EngineKey, RunnerChannel>> = {};
  for (const key of engines.filter(livesOutside)) {
    const process = slot.processes.get(key) ?? startEngineProcess(key);
    slot.processes.set(key, process);
    channels[key] = process.channel;
  }
  return channels;
}

async function replaceProcesses(slot: Slot): Promise<void> {
  const processes = [...slot.processes.values()];
  slot.processes.clear();
  for (const process of processes) process.kill();
  await Promise.all(processes.map((process) => process.close()));
}
