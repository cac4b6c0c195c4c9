/**
 * V8 in the current thread, through the JavaScript interface. Numbers cross as bits in a memory that generated modules
 * load from and store to (bits-modules.ts); those modules are made once per function type and thread. Endless loops
 * cannot be stopped here: the pool's watchdog ends the thread.
 */
import {Bug, present} from '#engine/base/assert.ts';
import {Trap} from '#engine/base/trap.ts';
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import type {ExportSignature, HostRun, HostScript} from '#engine/runtime/host-script.ts';
import {type FeatureSet, wasm3, withFeatures} from '#engine/wasm/features.ts';
import {type GlobalType, heapOf, isConcrete, isRef, typeName, type ValueType} from '#engine/wasm/types.ts';
import type {Case} from '#generators/case.ts';
import {
  AnyKind,
  type Crossing,
  callerModule,
  crossing,
  hostModule,
  isPortable,
  kindModule,
  passesByValue,
  readerModule,
  SLOT_BYTES,
} from './bits-modules.ts';
import type {
  CaseOptions,
  Compiled,
  Engine,
  Instance,
  Instantiation,
  Lookup,
  Session,
  SharedExports,
  ThreadWorld,
} from './engine.ts';
import {externValue, hostObject} from './host-objects.ts';
import {
  JsApi,
  type JsExports,
  type JsFunction,
  type JsGlobal,
  type JsInstance,
  type JsMemory,
  type JsModule,
  type JsTable,
} from './js-api.ts';
import {type EngineKey, engineKeys} from './keys.ts';
import {functionType, type ModuleShape, moduleShape} from './module-shape.ts';
import type {CallOutcome, Observation} from './observation.ts';
import {defaultAotOptions} from './options.ts';
import {type CaseSession, type Observed, runCase} from './run-case.ts';
import {compileError, missingFeature, outcomeOf} from './v8-errors.ts';

/** The memory that values lie in while they cross, 4096 slots; nested calls reuse it, since both sides copy at once. */
const bits = new JsApi.Memory({initial: 1});
const wide = new BigUint64Array(bits.buffer);
const words = new Uint32Array(bits.buffer);

/** How functions of one type are called. */
interface Caller {
  readonly call: JsFunction;
  readonly params: readonly Crossing[];
  readonly results: readonly Crossing[];
  /** Results that pass by value. */
  readonly valueCount: number;
}

class V8Module {
  readonly module: JsModule;
  readonly #bytes: Uint8Array;
  #shape: ModuleShape | null = null;
  /** Callers and readers of types that mean something in this module only. */
  readonly callers = new Map<number, Caller>();

  constructor(module: JsModule, bytes: Uint8Array) {
    this.module = module;
    this.#bytes = bytes;
  }

  get shape(): ModuleShape {
    return (this.#shape ??= moduleShape(this.#bytes));
  }
}

class V8Instance {
  readonly exports: JsExports;
  readonly source: V8Module;
  /** How each exported function is called, by name. */
  readonly callers = new Map<string, Caller>();
  readers: ReadonlyMap<string, () => WireValue> | null = null;

  constructor(exports: JsExports, source: V8Module) {
    this.exports = exports;
    this.source = source;
  }
}

const inside = <T>(value: Compiled | Instance): T => value as unknown as T;
const sealed = <T>(value: V8Module | V8Instance): T => value as unknown as T;

/** Made modules that are kept per kind; beyond that, all of a kind are forgotten. */
const MAX_KEPT = 512;
const portableCallers = new Map<string, Caller>();

function makeCaller(source: Uint8Array, params: readonly Crossing[], results: readonly Crossing[]): Caller {
  const instance = new JsApi.Instance(new JsApi.Module(source), {'': {bits}});
  return {
    call: instance.exports['call'] as JsFunction,
    params,
    results,
    valueCount: results.filter(passesByValue).length,
  };
}

function callerOf(instance: V8Instance, name: string): Caller {
  const known = instance.callers.get(name);
  if (known !== undefined) return known;
  const {shape} = instance.source;
  const row = shape.exports.find((entry) => entry.name === name && entry.kind === 'func');
  if (row === undefined) throw new Bug(`no exported function ${JSON.stringify(name)}`);
  const caller = callerOfType(instance.source, present(shape.functions[row.index], 'function'));
  instance.callers.set(name, caller);
  return caller;
}

function callerOfType(source: V8Module, typeIndex: number): Caller {
  const {shape} = source;
  const type = functionType(shape, typeIndex);
  const crossings = (types: readonly ValueType[]): Crossing[] => types.map((value) => crossing(value, shape.types));
  if (!isPortable(present(shape.types[typeIndex], 'type'))) {
    const made =
      source.callers.get(typeIndex) ??
      makeCaller(callerModule(type, {shape, typeIndex}), crossings(type.params), crossings(type.results));
    source.callers.set(typeIndex, made);
    return made;
  }
  const key = `${type.params.join()}:${type.results.join()}`;
  const made =
    portableCallers.get(key) ?? makeCaller(callerModule(type, null), crossings(type.params), crossings(type.results));
  if (portableCallers.size >= MAX_KEPT) portableCallers.clear();
  portableCallers.set(key, made);
  return made;
}

/** Puts a number into its slot. */
function putNumber(slot: number, value: bigint): void {
  const at = (slot * SLOT_BYTES) / 8;
  wide[at] = value;
  wide[at + 1] = value >> 64n;
}

/** Puts arguments into slots; gives those that pass by value. */
function putArguments(caller: Caller, args: readonly WireValue[]): unknown[] {
  const values: unknown[] = [];
  caller.params.forEach((kind, slot) => {
    const arg = present(args[slot], 'argument');
    if ('bits' in arg) putNumber(slot, arg.bits);
    else if (passesByValue(kind)) values.push(refArgument(arg));
  });
  return values;
}

function refArgument(value: WireValue): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'extern':
    case 'host':
      return hostObject(value.id);
    case 'i31':
      return value.value;
    default:
      throw new Bug(`${value.kind} cannot be an argument`);
  }
}

function numberAt(kind: 'i32' | 'i64' | 'f32' | 'f64' | 'v128', slot: number): bigint {
  const at = (slot * SLOT_BYTES) / 8;
  if (kind === 'i32' || kind === 'f32') return BigInt(words[at * 2]!);
  return kind === 'v128' ? wide[at]! | (wide[at + 1]! << 64n) : wide[at]!;
}

/** A result from its slot and, where it passes by value, the JS value. */
function resultAt(kind: Crossing, slot: number, value: unknown): WireValue {
  switch (kind) {
    case 'func':
      return {kind: value === null ? 'null' : 'func'};
    case 'extern':
      return externValue(value);
    case 'any':
      return anyValue(words[(slot * SLOT_BYTES) / 4]!, value);
    case 'exn':
      return {kind: words[(slot * SLOT_BYTES) / 4] === 0 ? 'null' : 'exn'};
    default:
      return numeric(kind, numberAt(kind, slot));
  }
}

function anyValue(kind: number, value: unknown): WireValue {
  switch (kind) {
    case AnyKind.null:
      return {kind: 'null'};
    case AnyKind.i31:
      return {kind: 'i31', value: value as number};
    case AnyKind.struct:
      return {kind: 'struct'};
    case AnyKind.array:
      return {kind: 'array'};
    default: {
      const seen = externValue(value);
      return seen.kind === 'extern' ? {kind: 'host', id: seen.id} : {kind: 'any'};
    }
  }
}

function takeResults({results, valueCount}: Caller, returned: unknown): WireValue[] {
  const values = valueCount > 1 ? (returned as unknown[]) : [returned];
  let next = 0;
  return results.map((kind, slot) => resultAt(kind, slot, passesByValue(kind) ? values[next++] : undefined));
}

const isPlainGlobal = (kind: Crossing): boolean =>
  kind === 'i32' || kind === 'i64' || kind === 'func' || kind === 'extern';

/** Readers of all exported globals by name. What JS cannot show exactly goes through a generated module. */
function makeReaders({exports, source}: V8Instance): ReadonlyMap<string, () => WireValue> {
  const {shape} = source;
  const rows = shape.exports.filter(({kind}) => kind === 'global');
  const special: {readonly type: GlobalType; readonly name: string}[] = [];
  const readers = new Map<string, () => WireValue>();
  for (const {name, index} of rows) {
    const type = present(shape.globals[index], 'global');
    const kind = crossing(type.type, shape.types);
    if (isPlainGlobal(kind)) readers.set(name, () => plainGlobal(kind, exports[name] as JsGlobal));
    else special.push({type, name});
  }
  if (special.length === 0) return readers;
  const read = instantiateReader(
    source,
    special.map(({type}) => type),
    special.map(({name}) => exports[name]),
  );
  special.forEach(({type, name}, index) => {
    const kind = crossing(type.type, shape.types);
    readers.set(name, () => resultAt(kind, 0, (read[`${index}`] as JsFunction)()));
  });
  return readers;
}

function plainGlobal(kind: Crossing, {value}: JsGlobal): WireValue {
  if (kind === 'i32' || kind === 'i64') return numeric(kind, BigInt(value as number | bigint));
  return resultAt(kind, 0, value);
}

const portableReaders = new Map<string, JsModule>();

function instantiateReader(source: V8Module, types: readonly GlobalType[], globals: readonly unknown[]): JsExports {
  const isLocal = types.some(({type}) => isRef(type) && isConcrete(heapOf(type)));
  const key = isLocal ? '' : types.map(({type, mutable}) => `${type}${mutable ? 'm' : ''}`).join();
  let module = portableReaders.get(key);
  if (module === undefined) {
    module = new JsApi.Module(readerModule(types, isLocal ? source.shape : null));
    if (portableReaders.size >= MAX_KEPT) portableReaders.clear();
    if (!isLocal) portableReaders.set(key, module);
  }
  const g: JsExports = Object.fromEntries(globals.map((global, index) => [`${index}`, global]));
  return new JsApi.Instance(module, {'': {bits}, g}).exports;
}

/** A host module of one list of functions, and the case that it serves at present. */
interface Host {
  readonly instance: V8Instance;
  script: HostScript;
  run: HostRun;
}

const hosts = new Map<string, Host>();
/** Set while a trap of a host function travels through V8 as `unreachable`. */
let hostTrapped = false;

function hostFor(script: HostScript, run: HostRun): Host {
  const key = JSON.stringify(script.functions.map(({name, params, results}) => [name, params, results]));
  let host = hosts.get(key);
  if (host === undefined) {
    if (hosts.size >= MAX_KEPT) hosts.clear();
    const source = hostModule(script.functions);
    const made: Host = {instance: undefined as never, script, run};
    const call = (index: number): number => callHost(made, index);
    const module = new JsApi.Module(source);
    const {exports} = new JsApi.Instance(module, {'': {bits}, host: {call}});
    host = Object.assign(made, {instance: new V8Instance(exports, new V8Module(module, source))});
    hosts.set(key, host);
  }
  host.script = script;
  host.run = run;
  return host;
}

/** One call of a host function: arguments in slots, results into slots; 1 to trap. */
function callHost({script, run}: Host, index: number): number {
  const {params} = present(script.functions[index], 'host function');
  try {
    const args = params.map((kind, slot) => numberAt(kind, slot));
    for (const [slot, value] of run.invoke(index, args).entries()) putNumber(slot, value);
    return 0;
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    hostTrapped = true;
    return 1;
  }
}

/** Runs something that may end in a trap; errors that are not V8's are thrown on. */
function caught(run: () => CallOutcome): CallOutcome {
  hostTrapped = false;
  try {
    return run();
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === undefined) throw error;
    if (hostTrapped && outcome.kind === 'trap') return {kind: 'trap', traps: ['host'], offset: null};
    return outcome;
  }
}

/** Names of the modules that a module of a V8 session imports from. */
export function importedModules(compiled: Compiled): string[] {
  return [...new Set(inside<V8Module>(compiled).shape.imports.map(({module}) => module))];
}

class V8Session implements CaseSession {
  compile(bytes: Uint8Array): Compiled {
    try {
      const made = new V8Module(new JsApi.Module(bytes), bytes);
      // Types that cannot cross are Unsupported now, not at the first call.
      void made.shape;
      return sealed(made);
    } catch (error) {
      if (error instanceof JsApi.CompileError) throw compileError(error);
      throw error;
    }
  }

  instantiate(compiled: Compiled, lookup: Lookup): Instantiation {
    const source = inside<V8Module>(compiled);
    const imports: Record<string, JsExports> = Object.create(null) as Record<string, JsExports>;
    for (const {module} of source.shape.imports) {
      const found = lookup(module);
      if (found !== undefined) imports[module] = inside<V8Instance>(found).exports;
    }
    let made: JsInstance | null = null;
    try {
      const outcome = caught(() => {
        made = new JsApi.Instance(source.module, imports);
        return {kind: 'return', values: []};
      });
      if (made === null) return {kind: 'failed', outcome};
      return {kind: 'instance', instance: sealed(new V8Instance((made as JsInstance).exports, source))};
    } catch (error) {
      if (error instanceof JsApi.LinkError || error instanceof TypeError)
        return {kind: 'unlinkable', message: error.message};
      throw error;
    }
  }

  invoke(handle: Instance, name: string, args: readonly WireValue[]): CallOutcome {
    const instance = inside<V8Instance>(handle);
    const caller = callerOf(instance, name);
    return caught(() => {
      const values = putArguments(caller, args);
      return {kind: 'return', values: takeResults(caller, caller.call(instance.exports[name], ...values))};
    });
  }

  readGlobal(handle: Instance, name: string): WireValue {
    const instance = inside<V8Instance>(handle);
    instance.readers ??= makeReaders(instance);
    return present(instance.readers.get(name), `exported global ${name}`)();
  }

  host(script: HostScript, run: HostRun): Instance {
    return sealed(hostFor(script, run).instance);
  }

  observed(handle: Instance): Observed {
    const instance = inside<V8Instance>(handle);
    const {
      exports,
      source: {shape},
    } = instance;
    const rows = shape.exports;
    instance.readers ??= makeReaders(instance);
    const {readers} = instance;
    return {
      memories: rows
        .filter(({kind}) => kind === 'memory')
        .map(({name, index}) => observedMemory(name, exports[name] as JsMemory, shape.memories[index]?.is64 === true)),
      tables: rows
        .filter(({kind}) => kind === 'table')
        .map(({name, index}) => ({
          name,
          refs: () => tableRefs(exports[name] as JsTable, ...tableKind(shape, index)),
        })),
      globals: rows
        .filter(({kind}) => kind === 'global')
        .map(({name}) => ({name, value: present(readers.get(name), name)})),
    };
  }

  signature(handle: Instance, name: string): ExportSignature | undefined {
    const {shape} = inside<V8Instance>(handle).source;
    const row = shape.exports.find((entry) => entry.name === name && entry.kind === 'func');
    if (row === undefined) return undefined;
    const {params, results} = functionType(shape, present(shape.functions[row.index], 'function'));
    return {params: params.map(typeName), results: results.map(typeName)};
  }

  callBack(handle: Instance, name: string, args: readonly bigint[]): readonly bigint[] {
    const instance = inside<V8Instance>(handle);
    const caller = callerOf(instance, name);
    for (const [slot, value] of args.entries()) putNumber(slot, value);
    caller.call(instance.exports[name]);
    return caller.results.map((kind, slot) => numberAt(kind as 'i32', slot));
  }

  share(handle: Instance): SharedExports {
    const {exports} = inside<V8Instance>(handle);
    const memories = Object.entries(exports).filter(
      ([, item]) => item instanceof JsApi.Memory && item.buffer instanceof SharedArrayBuffer,
    );
    return Object.fromEntries(memories) as unknown as SharedExports;
  }

  adopt(shared: SharedExports): Instance {
    return sealed(new V8Instance(shared as unknown as JsExports, new V8Module(NO_MODULE, new Uint8Array())));
  }

  close(): void {}
}

/** Adopted exports come from no module: they can be imported, not called. */
const NO_MODULE = new JsApi.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

function observedMemory(name: string, memory: JsMemory, is64: boolean): Observed['memories'][number] {
  return {
    name,
    bytes: () => new Uint8Array(memory.buffer),
    grow: (pages) => {
      try {
        return Number(memory.grow(is64 ? BigInt(pages) : pages));
      } catch (error) {
        if (error instanceof RangeError) return -1;
        throw error;
      }
    },
  };
}

/** How elements cross, and whether indices are bigints. */
function tableKind({tables, types}: ModuleShape, index: number): [Crossing, boolean] {
  const {element, is64} = present(tables[index], 'table');
  return [crossing(element, types), is64];
}

function tableRefs(table: JsTable, kind: Crossing, is64: boolean): WireValue[] {
  return Array.from({length: Number(table.length)}, (_, index) => {
    const value = table.get(is64 ? BigInt(index) : index);
    if (value === null) return {kind: 'null'};
    return kind === 'any' ? anyRef(value) : resultAt(kind, 0, value);
  });
}

let kindOf: JsFunction | undefined;

/** A reference of the `any` hierarchy; JS does not see whether an object is a structure or an array. */
function anyRef(value: unknown): WireValue {
  kindOf ??= new JsApi.Instance(new JsApi.Module(kindModule()), {'': {bits}}).exports['kind'] as JsFunction;
  const seen = kindOf(value);
  return anyValue(words[0]!, seen);
}

/** A case that V8 rejects because it does not have a proposal is unsupported, by the feature's name. */
function withoutFeature(observation: Observation): Observation {
  const feature = observation.status === 'rejected' ? missingFeature(observation.message) : undefined;
  return feature === undefined ? observation : {status: 'unsupported', feature};
}

/** What V8 14.6 implements without flags. */
export const v8Features: FeatureSet = withFeatures(wasm3, ['threads', 'legacy-exceptions']);

export class V8Engine implements Engine {
  readonly key: EngineKey;
  readonly family: string;
  readonly lost = false;
  readonly features = v8Features;
  readonly version: string;

  /** `key`: which of the V8 engines this process is; its flags are those of the process. */
  constructor(key: EngineKey = 'v8') {
    this.key = key;
    this.family = engineKeys[key].family;
    this.version = `V8 ${process.versions.v8}`;
  }

  session(_features: FeatureSet): Session {
    return new V8Session();
  }

  runCase(testCase: Case, _options: CaseOptions): Observation {
    return withoutFeature(runCase(new V8Session(), testCase));
  }

  /** Workers of this process have a V8 of the same flags; no other process shares a memory with it. */
  forThread(): ThreadWorld {
    return {aot: defaultAotOptions, channel: null};
  }

  close(): void {}
}
