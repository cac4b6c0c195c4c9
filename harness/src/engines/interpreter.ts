/** Our interpreter behind the interface of an engine: in this thread, bounded by fuel instead of time. */
import {Bug} from '#engine/base/assert.ts';
import {Unlinkable, Unsupported} from '#engine/base/errors.ts';
import {Trap, trap} from '#engine/base/trap.ts';
import {trapCode} from '#engine/base/traps.ts';
import {bitsOf, type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import {
  hostFunction,
  type Instantiation as Instantiated,
  instantiate,
  invoke,
} from '#engine/interpreter/interpreter.ts';
import {ExnInstance} from '#engine/runtime/exception.ts';
import {Func} from '#engine/runtime/func.ts';
import {ArrayInstance, StructInstance} from '#engine/runtime/gc.ts';
import {Global} from '#engine/runtime/global.ts';
import type {ExportSignature, HostRun, HostScript} from '#engine/runtime/host-script.ts';
import type {Extern} from '#engine/runtime/instance.ts';
import {Memory} from '#engine/runtime/memory.ts';
import type {Outcome} from '#engine/runtime/outcome.ts';
import {Table} from '#engine/runtime/table.ts';
import {HostRef, hostRef, type Value} from '#engine/runtime/values.ts';
import {load} from '#engine/valid/load.ts';
import {type FeatureSet, supported} from '#engine/wasm/features.ts';
import type {Module} from '#engine/wasm/module.ts';
import {topOf} from '#engine/wasm/subtyping.ts';
import {
  F32,
  F64,
  type FuncType,
  Heap,
  heapOf,
  I32,
  I64,
  isRef,
  type MemoryType,
  typeName,
  V128,
  type ValueType,
} from '#engine/wasm/types.ts';
import type {Case} from '#generators/case.ts';
import {systemClock} from '../clock.ts';
import {TOOL_VERSION} from '../version.ts';
import type {
  CaseOptions,
  Compiled,
  Engine,
  Instance,
  Instantiation,
  Lookup,
  SharedExports,
  ThreadWorld,
} from './engine.ts';
import {engineKeys} from './keys.ts';
import {type CallOutcome, type Observation, trapped} from './observation.ts';
import {defaultAotOptions} from './options.ts';
import {type CaseSession, type Observed, runCase} from './run-case.ts';

/** Exports by name: of a module instance, or of the host. */
type Exports = ReadonlyMap<string, Extern>;

const seal = <T>(value: Exports | Module): T => value as unknown as T;
const exportsOf = (instance: Instance): Exports => instance as unknown as Exports;

const kinds: Readonly<Record<number, NumericKind>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
  [V128]: 'v128',
};
const types: Readonly<Record<string, ValueType>> = {i32: I32, i64: I64, f32: F32, f64: F64};

/** Instructions that a call may execute per millisecond of its limit: about the interpreter's slowest pace. */
const FUEL_PER_MS = 50_000;
/** A script's calls are bounded by its file's deadline. */
const SCRIPT_LIMIT: Limit = {};
type Limit = {readonly fuel?: number};

/** How a value of the interpreter looks from outside. */
function toWire(value: Value, type: ValueType): WireValue {
  if (typeof value === 'bigint') return numeric(kinds[type]!, value);
  if (value === null) return {kind: 'null'};
  const isExtern = topOf(heapOf(type)) === Heap.extern;
  if (value instanceof HostRef) return {kind: isExtern ? 'extern' : 'host', id: value.id};
  if (isExtern) return {kind: 'externref'};
  if (typeof value === 'number') return {kind: 'i31', value};
  if (value instanceof Func) return {kind: 'func'};
  if (value instanceof StructInstance) return {kind: 'struct'};
  if (value instanceof ArrayInstance) return {kind: 'array'};
  return value instanceof ExnInstance ? {kind: 'exn'} : {kind: 'any'};
}

function fromWire(value: WireValue): Value {
  if ('bits' in value) return bitsOf(value);
  if (value.kind === 'null') return null;
  if (value.kind === 'extern' || value.kind === 'host') return hostRef(value.id);
  if (value.kind === 'i31') return value.value;
  throw new Unsupported(`argument of kind ${value.kind}`);
}

function toOutcome(outcome: Outcome, results: readonly ValueType[]): CallOutcome {
  switch (outcome.kind) {
    case 'return':
      return {kind: 'return', values: outcome.values.map((value, index) => toWire(value, results[index]!))};
    case 'trap':
      return trapped(outcome.trap, outcome.offset);
    case 'exhaustion':
      return {kind: 'exhaustion', resource: 'stack'};
    case 'out-of-fuel':
      return {kind: 'exhaustion', resource: 'fuel'};
    case 'exception': {
      const {tag, payload} = outcome.exception;
      return {kind: 'exception', payload: payload.map((value, index) => toWire(value, tag.type.params[index]!))};
    }
  }
}

class InterpreterSession implements CaseSession {
  readonly #features: FeatureSet;
  readonly #limit: Limit;
  readonly #onLoaded: (us: number) => void;

  constructor(features: FeatureSet, limit: Limit, onLoaded: (us: number) => void) {
    this.#features = features;
    this.#limit = limit;
    this.#onLoaded = onLoaded;
  }

  compile(bytes: Uint8Array): Compiled {
    const began = systemClock.monotonic();
    const module = load(bytes, this.#features);
    this.#onLoaded((systemClock.monotonic() - began) * 1000);
    return seal<Compiled>(module);
  }

  instantiate(compiled: Compiled, lookup: Lookup): Instantiation {
    const module = compiled as unknown as Module;
    let made: Instantiated;
    try {
      made = instantiate(
        module,
        ({module: from, name}) => {
          const found = lookup(from);
          return found === undefined ? undefined : exportsOf(found).get(name);
        },
        this.#limit,
      );
    } catch (error) {
      if (error instanceof Unlinkable) return {kind: 'unlinkable', message: error.message};
      if (error instanceof RangeError) return {kind: 'failed', outcome: {kind: 'exhaustion', resource: 'memory'}};
      throw error;
    }
    const {instance, outcome} = made;
    return outcome.kind === 'return'
      ? {kind: 'instance', instance: seal<Instance>(instance.exports)}
      : {kind: 'failed', outcome: toOutcome(outcome, [])};
  }

  invoke(instance: Instance, name: string, args: readonly WireValue[]): CallOutcome {
    const func = this.#function(instance, name);
    return toOutcome(invoke(func, args.map(fromWire), this.#limit), func.type.results);
  }

  #function(instance: Instance, name: string): Func {
    const func = exportsOf(instance).get(name);
    if (!(func instanceof Func)) throw new Bug(`no exported function ${name}`);
    return func;
  }

  readGlobal(instance: Instance, name: string): WireValue {
    const global = exportsOf(instance).get(name);
    if (!(global instanceof Global)) throw new Bug(`no exported global ${name}`);
    return toWire(global.value, global.type.type);
  }

  host(script: HostScript, run: HostRun): Instance {
    const exports = new Map<string, Extern>();
    script.functions.forEach(({name, params, results}, index) => {
      const type: FuncType = {
        kind: 'func',
        params: params.map((kind) => types[kind]!),
        results: results.map((kind) => types[kind]!),
      };
      exports.set(
        name,
        hostFunction(type, (args) => run.invoke(index, args as readonly bigint[])),
      );
    });
    return seal<Instance>(exports);
  }

  observed(instance: Instance): Observed {
    const all = [...exportsOf(instance)];
    return {
      memories: all.flatMap(([name, item]) =>
        item instanceof Memory ? [{name, bytes: () => item.contents(), grow: (pages: number) => item.grow(pages)}] : [],
      ),
      tables: all.flatMap(([name, item]) =>
        item instanceof Table
          ? [{name, refs: () => item.elements.map((element) => toWire(element, item.type.element))}]
          : [],
      ),
      globals: all.flatMap(([name, item]) =>
        item instanceof Global ? [{name, value: () => toWire(item.value, item.type.type)}] : [],
      ),
    };
  }

  signature(instance: Instance, name: string): ExportSignature | undefined {
    const func = exportsOf(instance).get(name);
    if (!(func instanceof Func)) return undefined;
    const spell = (type: ValueType): string => (isRef(type) ? typeName(type) : kinds[type]!);
    return {params: func.type.params.map(spell), results: func.type.results.map(spell)};
  }

  share(instance: Instance): SharedExports {
    const memories = [...exportsOf(instance)].flatMap(([name, item]) =>
      item instanceof Memory && item.type.shared ? [{name, type: item.type, buffer: item.buffer}] : [],
    );
    return memories as unknown as SharedExports;
  }

  adopt(shared: SharedExports): Instance {
    const memories = shared as unknown as readonly {
      readonly name: string;
      readonly type: MemoryType;
      readonly buffer: SharedArrayBuffer;
    }[];
    return seal<Instance>(new Map(memories.map(({name, type, buffer}) => [name, new Memory(type, undefined, buffer)])));
  }

  callBack(instance: Instance, name: string, args: readonly bigint[]): readonly bigint[] {
    const outcome = invoke(this.#function(instance, name), args);
    return outcome.kind === 'return' ? (outcome.values as readonly bigint[]) : rethrow(outcome);
  }

  close(): void {}
}

/** Lets a call that a host function made end the host function the same way. */
function rethrow(outcome: Exclude<Outcome, {kind: 'return'}>): never {
  switch (outcome.kind) {
    case 'trap':
      throw new Trap(trapCode(outcome.trap), outcome.offset);
    case 'exhaustion':
      return trap('stack-overflow');
    case 'out-of-fuel':
      return trap('out-of-fuel');
    case 'exception':
      throw outcome.exception;
  }
}

export class InterpreterEngine implements Engine {
  readonly key = 'interpreter';
  readonly family = engineKeys.interpreter.family;
  readonly version = TOOL_VERSION;
  readonly features = supported;
  readonly lost = false;
  readonly timings = {validate: 0};

  session(features: FeatureSet): CaseSession {
    return new InterpreterSession(features, SCRIPT_LIMIT, () => {});
  }

  runCase(testCase: Case, {timeoutMs}: CaseOptions): Observation {
    const session = new InterpreterSession(this.features, {fuel: timeoutMs * FUEL_PER_MS}, (us) => {
      this.timings.validate += us;
    });
    return runCase(session, testCase);
  }

  forThread(): ThreadWorld {
    return {aot: defaultAotOptions, channel: null};
  }

  close(): void {}
}
