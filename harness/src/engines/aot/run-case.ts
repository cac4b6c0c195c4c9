/** A whole case as one batch: code, instances, calls, a digest of the exported state after each call, the host's trace. */
import {assert} from '#engine/base/assert.ts';
import type {WireValue} from '#engine/base/wire-value.ts';
import type {Batch, BatchReply, HostCallback} from '#engine/runner/runner.ts';
import {callbackNames} from '#engine/runtime/host-script.ts';
import {functionTypeIndices, type Import} from '#engine/wasm/module.ts';
import {F32, F64, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import type {Case} from '#generators/case.ts';
import type {CallObservation, Observation, StateDigest} from '../observation.ts';
import {stateName} from '../run-case.ts';
import type {AotInstance, Extern} from './externs.ts';
import {type AotModule, type GrownLimits, type Handles, hostThunkOf, link, resolveImports} from './linker.ts';
import {defineTypes} from './objects.ts';
import {callOutcome, failedOutcome, type Sources} from './outcomes.ts';
import {isExternRef, refSlots, slotsOf, toSlots, toValue} from './values.ts';

export interface CaseWorld {
  readonly batch: Batch;
  readonly handles: Handles;
  readonly images: Map<number, AotModule['image']>;
  readonly send: (batch: Batch) => BatchReply;
  readonly timeoutMs: number;
  readonly heap: {readonly stress: boolean};
}

type Of<K extends Extern['kind']> = Extract<Extern, {kind: K}>;

/** Exported state of all instances, in export order: names, and the ops that read it after a call. */
interface StateOps {
  readonly memories: readonly {readonly name: string; readonly op: number}[];
  readonly globals: readonly {readonly name: string; readonly type: ValueType}[];
  readonly globalsOp: number;
  readonly tables: readonly {readonly name: string; readonly op: number}[];
}

/** A fresh instance of a case has not grown yet: its declared limits are its present ones. */
const ungrown: (declared: {memories: Map<number, bigint>; tables: Map<number, bigint>}) => GrownLimits = ({
  memories,
  tables,
}) => ({
  memoryPages: (handle) => memories.get(handle) ?? 0n,
  tableLength: (handle) => tables.get(handle) ?? 0n,
});

/** Runs the case. Unlinkable is thrown; traps and crashes are in the observation. */
export function runAotCase(testCase: Case, modules: readonly AotModule[], world: CaseWorld): Observation {
  const {batch, handles, images} = world;
  const sources = {images, tags: handles.tags};
  batch.clear();
  handles.reset();
  images.clear();
  batch.reset();
  batch.heap(world.heap);
  batch.hostWorld(testCase.host.seed);
  batch.group();
  const instances: AotInstance[] = [];
  const guarded: number[] = [];
  for (const compiled of modules) {
    compiled.code = -1;
    const linked = linkOne(testCase, compiled, instances, world);
    instances.push(linked.instance);
    guarded.push(...linked.guarded);
    images.set(compiled.code, compiled.image);
  }
  const main = instances.at(-1)!;
  hostExports(testCase, main, batch);
  const steps = testCase.calls.map(({module, name, args}) =>
    callOps(batch, instances, module, name, args, world.timeoutMs),
  );
  const reply = world.send(batch);
  const failed = guarded.find((op) => reply.status(op) !== 'ok');
  if (failed !== undefined) return {status: 'ran', instantiation: failedOutcome(reply, failed, sources), calls: []};
  return {status: 'ran', instantiation: {kind: 'return', values: []}, calls: observeSteps(steps, reply, sources)};
}

/** Calls after a limit of resources or a crash tell nothing: they are left out. */
function observeSteps(steps: readonly Step[], reply: BatchReply, sources: Sources): CallObservation[] {
  const calls: CallObservation[] = [];
  for (const {op, type, state, trace} of steps) {
    const outcome = callOutcome(reply, op, type, sources);
    const {count, hash} = reply.hostTrace(trace);
    calls.push({outcome, state: readState(reply, state), trace: {count, hash}});
    if (outcome.kind === 'crash' || outcome.kind === 'timeout') break;
  }
  return calls;
}

/** Instances of a case import from `m<k>` and from `host`. */
function linkOne(testCase: Case, compiled: AotModule, instances: readonly AotInstance[], world: CaseWorld) {
  const {batch, handles, timeoutMs} = world;
  const hosts = new Map<string, Of<'func'>>();
  const declared = declaredLimits(instances);
  if (compiled.module.imports.some(({module}) => module === 'host')) {
    compiled.code = handles.take('code');
    defineTypes(batch, handles, compiled);
    batch.code(compiled.code, compiled.image.code, compiled.image.unwind);
    defineHosts(testCase, compiled, world, hosts);
  }
  const find = ({module, name}: Import): Extern | undefined => {
    if (module === 'host') return hosts.get(name);
    const match = /^m(\d+)$/.exec(module);
    return match === null ? undefined : instances[Number(match[1])]?.exports.get(name);
  };
  const imports = resolveImports(compiled, find, ungrown(declared));
  return link(batch, handles, compiled, imports, timeoutMs);
}

function declaredLimits(instances: readonly AotInstance[]) {
  const memories = new Map<number, bigint>();
  const tables = new Map<number, bigint>();
  for (const {exports} of instances) {
    for (const item of exports.values()) {
      if (item.kind === 'memory') memories.set(item.handle, item.type.limits.min);
      if (item.kind === 'table') tables.set(item.handle, item.type.limits.min);
    }
  }
  return {memories, tables};
}

function defineHosts(
  {host}: Case,
  compiled: AotModule,
  {batch, handles}: CaseWorld,
  hosts: Map<string, Of<'func'>>,
): void {
  const types = functionTypeIndices(compiled.module);
  let index = 0;
  for (const {module, name, type} of compiled.module.imports) {
    if (type.kind !== 'func') continue;
    const typeIndex = types[index++]!;
    const position = host.functions.findIndex((candidate) => candidate.name === name);
    if (module !== 'host' || position < 0 || hosts.has(name)) continue;
    const handle = handles.take('func');
    const composite = compiled.module.types[typeIndex]!.composite;
    assert(composite.kind === 'func', 'function type');
    batch.hostFunction(
      handle,
      compiled.typeIds[typeIndex]!,
      hostThunkOf(compiled, typeIndex),
      position,
      host,
      callbackNames(host),
    );
    const entry = {code: compiled.code, offset: compiled.image.entryThunks[compiled.image.typeSignatures[typeIndex]!]!};
    hosts.set(name, {kind: 'func', handle, typeId: compiled.typeIds[typeIndex]!, type: composite, entry});
  }
}

const hostTypes: Readonly<Record<number, 'i32' | 'i64' | 'f32' | 'f64'>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
};

/** What the host script sees: exported memories and callbacks of the last instance. */
function hostExports({host}: Case, {exports}: AotInstance, batch: Batch): void {
  const memories = exported(exports, 'memory').map(([, {handle}]) => handle);
  batch.hostExports(
    memories,
    callbackNames(host).map((name) => callback(exports.get(name))),
    {guarded: true},
  );
}

function callback(found: Extern | undefined): HostCallback | null {
  if (found?.kind !== 'func') return null;
  const name = (type: ValueType) => hostTypes[type];
  const params = found.type.params.map(name);
  const results = found.type.results.map(name);
  if ([...params, ...results].includes(undefined)) return null;
  return {func: found.handle, entry: found.entry, params: params as 'i32'[], results: results as 'i32'[]};
}

function exported<K extends Extern['kind']>(exports: AotInstance['exports'], kind: K): [string, Of<K>][] {
  return [...exports].filter((entry): entry is [string, Of<K>] => entry[1].kind === kind);
}

interface Step {
  readonly op: number;
  readonly type: Of<'func'>['type'];
  readonly state: StateOps;
  readonly trace: number;
}

function callOps(
  batch: Batch,
  instances: readonly AotInstance[],
  module: number,
  name: string,
  args: readonly WireValue[],
  timeoutMs: number,
): Step {
  const func = instances[module]?.exports.get(name);
  assert(func?.kind === 'func', `case calls ${name}, which is no exported function`);
  const {type, handle, entry} = func;
  const op = batch.call({
    func: handle,
    entry,
    timeoutMs,
    args: toSlots(args),
    argRefs: refSlots(type.params),
    resultSlots: slotsOf(type.results),
    resultRefs: refSlots(type.results),
  });
  return {op, type, state: stateOps(batch, instances), trace: batch.hostTrace()};
}

function stateOps(batch: Batch, instances: readonly AotInstance[]): StateOps {
  const all = <K extends Extern['kind']>(kind: K) =>
    instances.flatMap(({exports}, k) =>
      exported(exports, kind).map(([name, item]) => ({name: stateName(instances.length, k, name), item})),
    );
  const globals = all('global');
  return {
    memories: all('memory').map(({name, item}) => ({name, op: batch.memoryDigest(item.handle, false)})),
    globals: globals.map(({name, item}) => ({name, type: item.type.type})),
    globalsOp: batch.globalRead(globals.map(({item}) => item.handle)),
    tables: all('table').map(({name, item}) => ({
      name,
      op: batch.tableDigest(item.handle, isExternRef(item.type.element)),
    })),
  };
}

function readState(reply: BatchReply, {memories, globals, globalsOp, tables}: StateOps): StateDigest {
  const cells = reply.slots(globalsOp);
  return {
    memories: memories.map(({name, op}) => {
      const {byteLength, digest} = reply.memoryDigest(op);
      return {name, bytes: byteLength, digest};
    }),
    globals: globals.map(({name, type}, index) => ({
      name,
      value: toValue(type, cells[2 * index]!, cells[2 * index + 1]!),
    })),
    tables: tables.map(({name, op}) => ({name, ...reply.tableDigest(op)})),
  };
}
