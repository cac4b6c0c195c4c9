/** A session of the AOT engine: instances of one script file in one runner, linked by handles. */
import {assert} from '#engine/base/assert.ts';
import {Unlinkable} from '#engine/base/errors.ts';
import type {WireValue} from '#engine/base/wire-value.ts';
import type {Image} from '#engine/compiler/image.ts';
import {Batch, type BatchReply, type Runner} from '#engine/runner/runner.ts';
import type {Compiled, Instance, Instantiation, Lookup, Session, SharedExports} from '../engine.ts';
import type {CallOutcome} from '../observation.ts';
import type {AotInstance, Extern} from './externs.ts';
import {type AotModule, type GrownLimits, Handles, link, resolveImports} from './linker.ts';
import {callOutcome, failedOutcome} from './outcomes.ts';
import {refSlots, slotsOf, toSlots, toValue} from './values.ts';

export interface AotSessionWorld {
  /** Throws Malformed, Invalid or Unsupported. */
  readonly compile: (bytes: Uint8Array) => AotModule;
  readonly runner: Runner;
  readonly heap: {readonly stress: boolean};
  /** Lets the runner's threads that were started for this session end; whoever uses them must be done. */
  readonly endThreads: () => void;
  /** Told when emitted code did what it cannot: the runner is not to be trusted any more. */
  readonly onWild: () => void;
}

/** Limit per call in scripts; none of the official ones needs a second. */
const TIMEOUT_MS = 20_000;

/** Handles of each kind that a thread of the runner may use. */
const THREAD_HANDLES = 1 << 16;

export class AotSession implements Session {
  readonly #world: AotSessionWorld;
  readonly #handles: Handles;
  readonly #images = new Map<number, Image>();
  readonly #sources: {readonly images: Map<number, Image>; readonly tags: Handles['tags']};
  readonly #batch = new Batch();

  constructor(world: AotSessionWorld) {
    this.#world = world;
    const {thread = 0} = world.runner.channel;
    this.#handles = new Handles(thread * THREAD_HANDLES);
    this.#sources = {images: this.#images, tags: this.#handles.tags};
    if (thread !== 0) return;
    this.#send((batch) => {
      batch.reset();
      batch.heap(world.heap);
    });
  }

  /** Writes a batch and runs it. */
  #send<T>(write: (batch: Batch) => T): {reply: BatchReply; written: T} {
    this.#batch.clear();
    const written = write(this.#batch);
    return {reply: this.#world.runner.run(this.#batch), written};
  }

  compile(bytes: Uint8Array): Compiled {
    return this.#world.compile(bytes) as unknown as Compiled;
  }

  instantiate(compiled: Compiled, lookup: Lookup): Instantiation {
    const module = compiled as unknown as AotModule;
    try {
      const imports = resolveImports(
        module,
        (item) => (lookup(item.module) as unknown as AotInstance | undefined)?.exports.get(item.name),
        this.#grown(),
      );
      const {reply, written} = this.#send((batch) => {
        batch.group();
        return link(batch, this.#handles, module, imports, TIMEOUT_MS);
      });
      this.#images.set(module.code, module.image);
      const failed = written.guarded.find((op) => reply.status(op) !== 'ok');
      if (failed !== undefined)
        return {kind: 'failed', outcome: this.#watched(failedOutcome(reply, failed, this.#sources))};
      assert(reply.firstFailure() < 0, 'ops of an instantiation succeed');
      return {kind: 'instance', instance: written.instance as unknown as Instance};
    } catch (error) {
      if (error instanceof Unlinkable) return {kind: 'unlinkable', message: error.message};
      throw error;
    }
  }

  #watched(outcome: CallOutcome): CallOutcome {
    if (outcome.kind === 'crash') this.#world.onWild();
    return outcome;
  }

  #grown(): GrownLimits {
    return {
      memoryPages: (handle) => {
        const {reply, written} = this.#send((batch) => batch.memoryGrow(handle, 0));
        return BigInt(reply.grown(written));
      },
      tableLength: (handle) => {
        const {reply, written} = this.#send((batch) => batch.tableRead(handle, 0, 0));
        return BigInt(reply.table(written).length);
      },
    };
  }

  invoke(instance: Instance, name: string, args: readonly WireValue[]): CallOutcome {
    const func = (instance as unknown as AotInstance).exports.get(name);
    assert(func?.kind === 'func', `no exported function ${name}`);
    const {type, handle, entry} = func;
    const {reply, written} = this.#send((batch) =>
      batch.call({
        func: handle,
        entry,
        timeoutMs: TIMEOUT_MS,
        args: toSlots(args),
        argRefs: refSlots(type.params),
        resultSlots: slotsOf(type.results),
        resultRefs: refSlots(type.results),
      }),
    );
    return this.#watched(callOutcome(reply, written, type, this.#sources));
  }

  readGlobal(instance: Instance, name: string): WireValue {
    const global = (instance as unknown as AotInstance).exports.get(name);
    assert(global?.kind === 'global', `no exported global ${name}`);
    const {reply, written} = this.#send((batch) => batch.globalRead([global.handle]));
    const [low = 0n, high = 0n] = reply.slots(written);
    return toValue(global.type.type, low, high);
  }

  share(instance: Instance): SharedExports {
    const {exports} = instance as unknown as AotInstance;
    const memories = [...exports].filter(([, item]) => item.kind === 'memory' && item.type.shared);
    return memories as unknown as SharedExports;
  }

  /** Objects have the same handles in all threads of a runner. */
  adopt(shared: SharedExports): Instance {
    const instance: AotInstance = {exports: new Map(shared as unknown as [string, Extern][])};
    return instance as unknown as Instance;
  }

  /** Waits for the threads that were started for it; those share its objects, and leave them alone. */
  close(): void {
    this.#world.endThreads();
    if (this.#world.runner.channel.thread === undefined) this.#send((batch) => batch.reset());
  }
}
