/**
 * V8 with flags, in a child process: the adapter of v8.ts over a blocking channel. The child limits the time of each
 * request itself and dies when one takes too long; a dead child is replaced by whoever started it (`lost`).
 */
import {spawn} from 'node:child_process';
import {closeSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {assert, Bug} from '#engine/base/assert.ts';
import {Unsupported} from '#engine/base/errors.ts';
import type {WireValue} from '#engine/base/wire-value.ts';
import {openChannel, type RunnerChannel, RunnerDied} from '#engine/runner/channel.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import type {CaseOptions, Compiled, Engine, Instance, Instantiation, Lookup, Session} from './engine.ts';
import {engineKeys} from './keys.ts';
import type {CallOutcome, Observation} from './observation.ts';
import {Rejected} from './rejected.ts';
import {v8Features} from './v8.ts';
import {type V8ChildKey, v8ChildFlags} from './v8-child-flags.ts';
import {type Reply, type Request, readMessage, writeMessage} from './v8-frames.ts';

export interface V8Process {
  readonly channel: RunnerChannel;
  /** Kills it at once; blocked reads see end-of-file. */
  kill(): void;
  /** Closes our ends, whereupon it ends, and waits for that. */
  close(): Promise<unknown>;
}

/** Starts a child. */
export function startV8(key: V8ChildKey): V8Process {
  const {ours, theirs} = openChannel();
  const main = fileURLToPath(new URL('./v8-child-main.ts', import.meta.url));
  const child = spawn(process.execPath, [...v8ChildFlags[key].atStart, main, key], {
    stdio: [theirs.readFd, theirs.writeFd, 'inherit'],
  });
  closeSync(theirs.readFd);
  closeSync(theirs.writeFd);
  child.unref();
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  let isOpen = true;
  return {
    channel: {...ours, pid: child.pid ?? 0},
    kill: () => void child.kill('SIGKILL'),
    close: () => {
      if (isOpen) for (const fd of [ours.readFd, ours.writeFd]) closeSync(fd);
      isOpen = false;
      child.ref();
      return exited;
    },
  };
}

/** How a request ended that got no answer. */
type NoAnswer = {readonly kind: 'timeout'} | {readonly kind: 'crash'; readonly detail: string};
type Answer = Exclude<Reply, {kind: 'timeout' | 'bug'}> | NoAnswer;

const isNoAnswer = (answer: Answer): answer is NoAnswer => answer.kind === 'timeout' || answer.kind === 'crash';

interface ChildModule {
  readonly module: number;
  readonly imports: readonly string[];
}

const sealed = <T>(value: ChildModule | {readonly instance: number}): T => value as unknown as T;
const idOf = (instance: Instance): number => (instance as unknown as {instance: number}).instance;

export class V8ChildEngine implements Engine {
  readonly key: V8ChildKey;
  readonly family: string;
  readonly version: string;
  readonly features = v8Features;
  readonly #channel: RunnerChannel;
  #isLost = false;

  constructor(key: V8ChildKey, channel: RunnerChannel) {
    this.key = key;
    this.family = engineKeys[key].family;
    this.version = `V8 ${process.versions.v8} ${[...v8ChildFlags[key].atStart, ...v8ChildFlags[key].late].join(' ')}`;
    this.#channel = channel;
  }

  get lost(): boolean {
    return this.#isLost;
  }

  /** One request and its answer. A child that dies meanwhile is an answer too. */
  ask(request: Request): Answer {
    if (this.#isLost) return {kind: 'crash', detail: 'the process of V8 is gone'};
    try {
      writeMessage(this.#channel.writeFd, request);
      return this.#take(readMessage(this.#channel.readFd) as Reply);
    } catch (error) {
      if (!(error instanceof RunnerDied)) throw error;
      this.#isLost = true;
      return {kind: 'crash', detail: error.message};
    }
  }

  #take(reply: Reply): Answer {
    if (reply.kind === 'bug') throw new Bug(reply.message);
    this.#isLost ||= reply.kind === 'timeout';
    return reply;
  }

  session(features: FeatureSet): Session {
    this.ask({kind: 'open', features: [...features]});
    return new ChildSession(this);
  }

  runCase(testCase: Case, options: CaseOptions): Observation {
    const answer = this.ask({kind: 'case', testCase, options});
    if (answer.kind === 'observation') return answer.observation;
    return isNoAnswer(answer) ? withStatus(answer) : unexpected(answer);
  }

  close(): void {}
}

const withStatus = (answer: NoAnswer): Observation =>
  answer.kind === 'timeout' ? {status: 'timeout'} : {status: 'crash', detail: answer.detail};

function unexpected(answer: Answer): never {
  throw new Bug(`V8 process answered ${answer.kind}`);
}

class ChildSession implements Session {
  readonly #engine: V8ChildEngine;

  constructor(engine: V8ChildEngine) {
    this.#engine = engine;
  }

  /** Throws Rejected or Unsupported; a child that dies is Bug. */
  compile(bytes: Uint8Array): Compiled {
    const answer = this.#engine.ask({kind: 'compile', bytes});
    if (answer.kind === 'module') return sealed(answer);
    if (answer.kind !== 'refused') throw new Bug(`V8 process: ${answer.kind} while compiling`);
    throw answer.error === 'unsupported'
      ? new Unsupported(answer.message, answer.offset)
      : new Rejected(answer.message, answer.offset);
  }

  instantiate(compiled: Compiled, lookup: Lookup): Instantiation {
    const {module, imports} = compiled as unknown as ChildModule;
    const found = new Map<string, number>();
    for (const name of imports) {
      const instance = lookup(name);
      if (instance !== undefined) found.set(name, idOf(instance));
    }
    const answer = this.#engine.ask({kind: 'instantiate', module, imports: found});
    switch (answer.kind) {
      case 'instance':
        return {kind: 'instance', instance: sealed(answer)};
      case 'unlinkable':
        return answer;
      case 'failed':
        return {kind: 'failed', outcome: answer.outcome};
      default:
        return isNoAnswer(answer) ? {kind: 'failed', outcome: answer} : unexpected(answer);
    }
  }

  invoke(instance: Instance, name: string, args: readonly WireValue[]): CallOutcome {
    const answer = this.#engine.ask({kind: 'invoke', instance: idOf(instance), name, args});
    if (answer.kind === 'outcome') return answer.outcome;
    return isNoAnswer(answer) ? answer : unexpected(answer);
  }

  readGlobal(instance: Instance, name: string): WireValue {
    const answer = this.#engine.ask({kind: 'global', instance: idOf(instance), name});
    assert(answer.kind === 'value', `V8 process: ${answer.kind} for a global`);
    return answer.value;
  }

  close(): void {}
}
