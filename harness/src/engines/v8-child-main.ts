/**
 * The child process of v8-child.ts: serves requests from descriptor 0 with answers on descriptor 1 until end-of-file. A
 * thread of its own watches how long a request takes (the main thread cannot, while it runs wasm).
 */
import {setFlagsFromString} from 'node:v8';
import {Worker} from 'node:worker_threads';
import {present} from '#engine/base/assert.ts';
import {Unsupported, WasmError} from '#engine/base/errors.ts';
import {RunnerDied} from '#engine/runner/channel.ts';
import type {Compiled, Instance, Session} from './engine.ts';
import {importedModules, V8Engine} from './v8.ts';
import {type V8ChildKey, v8ChildFlags} from './v8-child-flags.ts';
import {type Reply, type Request, readMessage, writeMessage} from './v8-frames.ts';

const INPUT = 0;
const OUTPUT = 1;
/** Limit of requests that bring none of their own, in milliseconds. */
const REQUEST_MS = 60_000;

const key = process.argv[2] as V8ChildKey;
const engine = new V8Engine(key);
const watch = new Int32Array(new SharedArrayBuffer(12));
const WATCHDOG_START_MS = 20_000;

class Server {
  #session: Session = engine.session(engine.features);
  #modules: Compiled[] = [];
  #instances: Instance[] = [];

  answer(request: Request): Reply {
    switch (request.kind) {
      case 'case':
        return {kind: 'observation', observation: engine.runCase(request.testCase, request.options)};
      case 'open':
        return this.#open();
      case 'compile':
        return this.#compile(request.bytes);
      case 'instantiate':
        return this.#instantiate(request.module, request.imports);
      case 'invoke':
        return {
          kind: 'outcome',
          outcome: this.#session.invoke(this.#instance(request.instance), request.name, request.args),
        };
      case 'global':
        return {kind: 'value', value: this.#session.readGlobal(this.#instance(request.instance), request.name)};
    }
  }

  #instance(id: number): Instance {
    return present(this.#instances[id], `instance ${id}`);
  }

  #open(): Reply {
    this.#session = engine.session(engine.features);
    this.#modules = [];
    this.#instances = [];
    return {kind: 'opened'};
  }

  #compile(bytes: Uint8Array): Reply {
    try {
      const module = this.#session.compile(bytes);
      return {kind: 'module', module: this.#modules.push(module) - 1, imports: importedModules(module)};
    } catch (error) {
      if (error instanceof Unsupported)
        return {kind: 'refused', error: 'unsupported', message: error.feature, offset: error.offset};
      if (error instanceof WasmError)
        return {kind: 'refused', error: 'rejected', message: error.message, offset: error.offset};
      throw error;
    }
  }

  #instantiate(module: number, imports: ReadonlyMap<string, number>): Reply {
    const result = this.#session.instantiate(present(this.#modules[module], `module ${module}`), (name) => {
      const id = imports.get(name);
      return id === undefined ? undefined : this.#instance(id);
    });
    if (result.kind === 'instance') return {kind: 'instance', instance: this.#instances.push(result.instance) - 1};
    return result.kind === 'unlinkable' ? result : {kind: 'failed', outcome: result.outcome};
  }
}

function answer(server: Server, request: Request): Reply {
  try {
    return server.answer(request);
  } catch (error) {
    return {kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error)};
  }
}

function limitOf(request: Request): number {
  if (request.kind !== 'case') return REQUEST_MS;
  return request.options.timeoutMs * Math.max(1, request.testCase.calls.length);
}

/** Serves until the other side closes. */
function serve(): void {
  const server = new Server();
  for (;;) {
    const request = readMessage(INPUT) as Request;
    Atomics.store(watch, 1, limitOf(request));
    Atomics.add(watch, 0, 1);
    const reply = answer(server, request);
    Atomics.add(watch, 0, 1);
    writeMessage(OUTPUT, reply);
  }
}

new Worker(new URL('./v8-child-watchdog.ts', import.meta.url), {
  workerData: {watch, output: OUTPUT},
  stdout: false,
}).unref();
// The watchdog thread strips types too: it has to be up before the flags change.
Atomics.wait(watch, 2, 0, WATCHDOG_START_MS);
for (const flag of v8ChildFlags[key].late) setFlagsFromString(flag);
try {
  serve();
} catch (error) {
  if (!(error instanceof RunnerDied)) throw error;
  process.exit(0);
}
