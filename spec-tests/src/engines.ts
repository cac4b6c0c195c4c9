/** Engines that scripts can run on, and the processes of those that live outside of this one. */
import {Unsupported} from '#engine/base/errors.ts';
import type {RunnerChannel} from '#engine/runner/channel.ts';
import type {Engine} from '#harness/engines/engine.ts';
import {InterpreterEngine} from '#harness/engines/interpreter.ts';
import type {EngineKey} from '#harness/engines/keys.ts';
import {startV8, V8ChildEngine, type V8Process} from '#harness/engines/v8-child.ts';
import {V8Engine} from '#harness/engines/v8.ts';

export type EngineProcess = V8Process;

/** Whether the engine needs a process that the main thread starts. */
export const livesOutside = (key: EngineKey): boolean => key !== 'interpreter' && key !== 'v8';

/** Starts the process of an engine that lives outside. Throws Unsupported. */
export function startEngineProcess(key: EngineKey): EngineProcess {
  if (key === 'v8-liftoff' || key === 'v8-turbofan') return startV8(key);
  throw new Unsupported(`a process for ${key}`);
}

/** Opens an engine in this thread; `channel` for those that live outside. */
export function openEngine(key: EngineKey, channel: RunnerChannel | null): Engine {
  if (key === 'interpreter') return new InterpreterEngine();
  if (key === 'v8') return new V8Engine();
  if (channel === null || (key !== 'v8-liftoff' && key !== 'v8-turbofan')) throw new Unsupported(key);
  return new V8ChildEngine(key, channel);
}
