/**
 * Runs a case on an engine that lives in this thread: instantiates the modules in order, makes the calls, and digests the
 * exported state after each. Host functions see the module whose instantiation was completed last (host-script.ts). State is named by export, with `m<k>.` in front when there are several modules.
 */
import type {WireValue} from '#engine/base/wire-value.ts';
import {type ExportSignature, HostRun, type HostScript, type HostWorld} from '#engine/runtime/host-script.ts';
import type {Case} from '#generators/case.ts';
import type {Compiled, Instance, Lookup, Session} from './engine.ts';
import {MemoryDigester} from './memory-digester.ts';
import type {CallObservation, CallOutcome, Observation, StateDigest} from './observation.ts';
import {rejection} from './rejected.ts';
import {refsDigest} from './state.ts';

export interface ObservedMemory {
  readonly name: string;
  /** The present bytes; valid until the memory grows. */
  bytes(): Uint8Array;
  /** The old size in pages, or -1. */
  grow(pages: number): number;
}

export interface ObservedTable {
  readonly name: string;
  refs(): readonly WireValue[];
}

export interface ObservedGlobal {
  readonly name: string;
  value(): WireValue;
}

/** What an instance exports, each kind in export order. */
export interface Observed {
  readonly memories: readonly ObservedMemory[];
  readonly tables: readonly ObservedTable[];
  readonly globals: readonly ObservedGlobal[];
}

/** A session that also plays the host of cases. */
export interface CaseSession extends Session {
  /** An instance that exports the functions of the script; each call goes to `run`. */
  host(script: HostScript, run: HostRun): Instance;
  observed(instance: Instance): Observed;
  /** Types of an exported function, undefined when there is none. */
  signature(instance: Instance, name: string): ExportSignature | undefined;
  /** Calls an exported function of number types from a host function; whatever it throws goes on through the host. */
  callBack(instance: Instance, name: string, args: readonly bigint[]): readonly bigint[];
}

/** A memory and its digest, which is cheap to ask for again. */
class DigestedMemory {
  readonly memory: ObservedMemory;
  readonly #digester = new MemoryDigester();

  constructor(memory: ObservedMemory) {
    this.memory = memory;
  }

  digest(): number {
    return this.#digester.digest(this.memory.bytes());
  }
}

interface Digested extends Omit<Observed, 'memories'> {
  readonly memories: readonly DigestedMemory[];
}

/** The host's view of the module that was instantiated last. */
class World implements HostWorld {
  readonly #session: CaseSession;
  #instance: Instance | null = null;
  #memories: readonly DigestedMemory[] = [];

  constructor(session: CaseSession) {
    this.#session = session;
  }

  show(instance: Instance, memories: readonly DigestedMemory[]): void {
    this.#instance = instance;
    this.#memories = memories;
  }

  memory(k: number): Uint8Array | undefined {
    return this.#memories[k]?.memory.bytes();
  }

  digest(k: number): number {
    return this.#memories[k]?.digest() ?? 0;
  }

  grow(k: number, pages: number): number {
    return this.#memories[k]?.memory.grow(pages) ?? -1;
  }

  signature(name: string): ExportSignature | undefined {
    return this.#instance === null ? undefined : this.#session.signature(this.#instance, name);
  }

  call(name: string, args: readonly bigint[]): readonly bigint[] {
    return this.#session.callBack(this.#instance!, name, args);
  }
}

/** Runs the case; `session` is fresh and is closed by the caller. */
export function runCase(session: CaseSession, testCase: Case): Observation {
  let modules: readonly Compiled[];
  try {
    modules = testCase.modules.map((bytes) => session.compile(bytes));
  } catch (error) {
    return rejection(error);
  }
  const world = new World(session);
  const run = new HostRun(testCase.host, world);
  const linked = link(session, modules, session.host(testCase.host, run), world);
  if (!('instances' in linked)) return linked;
  const {instances, observed} = linked;
  const calls = testCase.calls.map(({module, name, args}): CallObservation => {
    const instance = instances[module];
    if (instance === undefined) throw new TypeError(`call of module ${module}`);
    const outcome = session.invoke(instance, name, args);
    return {outcome, state: digestState(observed), trace: {count: run.count, hash: run.hash}};
  });
  return {status: 'ran', instantiation: {kind: 'return', values: []}, calls};
}

interface Linked {
  readonly instances: readonly Instance[];
  readonly observed: readonly Digested[];
}

function link(session: CaseSession, modules: readonly Compiled[], host: Instance, world: World): Observation | Linked {
  const instances: Instance[] = [];
  const observed: Digested[] = [];
  const lookup: Lookup = (name) =>
    name === 'host' ? host : /^m\d+$/.test(name) ? instances[Number(name.slice(1))] : undefined;
  for (const module of modules) {
    const result = session.instantiate(module, lookup);
    if (result.kind === 'unlinkable') return {status: 'unlinkable', message: result.message};
    if (result.kind === 'failed') return failedStart(result.outcome);
    const seen = digested(session.observed(result.instance));
    instances.push(result.instance);
    observed.push(seen);
    world.show(result.instance, seen.memories);
  }
  return {instances, observed};
}

function digested(observed: Observed): Digested {
  return {...observed, memories: observed.memories.map((memory) => new DigestedMemory(memory))};
}

/** What a case shows when a module cannot be instantiated: no calls are made. */
export function failedStart(outcome: CallOutcome): Observation {
  return {status: 'ran', instantiation: outcome, calls: []};
}

/** Name of an export of module k of a case with `count` modules. */
export const stateName = (count: number, k: number, name: string): string => (count > 1 ? `m${k}.${name}` : name);

function digestState(observed: readonly Digested[]): StateDigest {
  const memories: StateDigest['memories'][number][] = [];
  const globals: StateDigest['globals'][number][] = [];
  const tables: StateDigest['tables'][number][] = [];
  observed.forEach((instance, k) => {
    const named = (name: string): string => stateName(observed.length, k, name);
    for (const entry of instance.memories) {
      const {name} = entry.memory;
      memories.push({name: named(name), bytes: entry.memory.bytes().length, digest: entry.digest()});
    }
    for (const global of instance.globals) globals.push({name: named(global.name), value: global.value()});
    for (const table of instance.tables) {
      const refs = table.refs();
      tables.push({name: named(table.name), length: refs.length, digest: refsDigest(refs)});
    }
  });
  return {memories, globals, tables};
}
