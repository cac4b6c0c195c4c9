/**
 * Which engines there are here, and how to open one: the only place that knows all adapters. Engines that live in a
 * process of their own get a channel to it; the main thread starts these processes.
 */
import {Unsupported} from '#engine/base/errors.ts';
import {type RunnerChannel, runnerCommand, startRunner} from '#engine/runner/runner.ts';
import {systemClock} from '../clock.ts';
import {TOOL_VERSION} from '../version.ts';
import {aotVersion, openAotEngine, type Precompiled} from './aot/aot.ts';
import type {Engine} from './engine.ts';
import {InterpreterEngine} from './interpreter.ts';
import type {EngineKey} from './keys.ts';
import type {AotOptions} from './options.ts';
import {V8Engine} from './v8.ts';
import {startV8, V8ChildEngine} from './v8-child.ts';

export interface EngineProcess {
  readonly channel: RunnerChannel;
  /** Ends it at once; whoever waits for its answer sees end-of-file. */
  kill(): void;
  /** Closes our ends and waits for its end. */
  close(): Promise<unknown>;
}

export type EngineStatus = {readonly available: true} | {readonly available: false; readonly reason: string};

type AotKey = 'aot-x64' | 'aot-arm64';
const isAot = (key: EngineKey): key is AotKey => key === 'aot-x64' || key === 'aot-arm64';
const isV8Child = (key: EngineKey): key is 'v8-liftoff' | 'v8-turbofan' =>
  key === 'v8-liftoff' || key === 'v8-turbofan';
const targetName = (key: AotKey): 'x64' | 'arm64' => (key === 'aot-x64' ? 'x64' : 'arm64');

/** Whether the engine can run here, and if not, what is missing. */
export function engineStatus(key: EngineKey): EngineStatus {
  if (key === 'interpreter' || key === 'v8') return {available: true};
  if (!isAot(key)) return {available: true};
  const found = runnerCommand(targetName(key));
  return 'missing' in found ? {available: false, reason: found.missing} : {available: true};
}

/** Version and options, for people and for the store. */
export function engineVersion(key: EngineKey, aot: AotOptions): string {
  if (isAot(key)) return aotVersion(TOOL_VERSION, aot);
  return key === 'interpreter' ? TOOL_VERSION : process.versions.v8;
}

/** Whether the engine needs a process that the main thread starts. */
export const livesOutside = (key: EngineKey): boolean => key !== 'interpreter' && key !== 'v8';

/** Starts the process of an engine that lives outside. Throws Unsupported. */
export function startEngineProcess(key: EngineKey): EngineProcess {
  if (isAot(key)) return startRunner({target: targetName(key)});
  if (isV8Child(key)) return startV8(key);
  throw new Unsupported(`a process for ${key}`);
}

export interface EngineWorld {
  readonly aot: AotOptions;
  readonly channel: RunnerChannel | null;
  /** Code that the AOT engines need not compile. */
  readonly precompiled?: Precompiled | undefined;
}

/** Opens an engine in this thread; `channel` for those that live outside. */
export function openEngine(key: EngineKey, {aot, channel, precompiled}: EngineWorld): Engine {
  if (key === 'interpreter') return new InterpreterEngine();
  if (key === 'v8') return new V8Engine(key);
  if (channel === null) throw new Unsupported(`${key} without its process`);
  return isAot(key)
    ? openAotEngine(key, engineVersion(key, aot), {channel, clock: systemClock, options: aot, precompiled})
    : new V8ChildEngine(key, channel);
}

/** Opens an engine with a process of its own, which ends with it. For commands that run a few cases. */
export function openEngineHere(key: EngineKey, aot: AotOptions, precompiled?: Precompiled): Engine {
  if (!livesOutside(key)) return openEngine(key, {aot, channel: null});
  const process = startEngineProcess(key);
  const engine = openEngine(key, {aot, channel: process.channel, precompiled});
  const close = engine.close.bind(engine);
  engine.close = () => {
    close();
    process.kill();
    void process.close();
  };
  return engine;
}
