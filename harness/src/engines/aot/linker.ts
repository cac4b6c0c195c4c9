/**
 * Links instances in a runner: decides everything on the client's side and writes the ops of one instantiation into a
 * batch. Order as the spec has it (section 4.5.4): imports, globals, tables and memories, active segments, start; earlier
 * writes of a failed instantiation persist, and its functions stay callable, because nothing is ever freed before `reset`.
 */
import {assert} from '#engine/base/assert.ts';
import {Unlinkable, Unsupported} from '#engine/base/errors.ts';
import type {Image} from '#engine/compiler/image.ts';
import {type Batch, type CodePlace, functionRef, linkInstance, nullRef, type WireRef} from '#engine/runner/runner.ts';
import {
  type ElementSegment,
  type Expression,
  funcTypeAt,
  type Import,
  importsOf,
  type Module,
} from '#engine/wasm/module.ts';
import {
  canonicalGlobal,
  typeIds as canonicalIds,
  canonicalTable,
  canonicalValue,
  isSubtype,
  matchesGlobal,
  matchesMemory,
  matchesTable,
} from '#engine/wasm/subtyping.ts';
import {
  type FuncType,
  isRef,
  type Limits,
  type MemoryType,
  type TableType,
  type ValueType,
} from '#engine/wasm/types.ts';
import {type ConstScope, evaluate, evaluateOffset} from './const-expr.ts';
import type {AotInstance, Extern} from './externs.ts';
import {constObjects, defineTypes} from './objects.ts';

const GUARDED = {guarded: true};

/** A compiled module: what the compiler made, and its code once it is in the runner. */
export interface AotModule {
  readonly module: Module;
  readonly image: Image;
  readonly typeIds: Int32Array;
  /** Handle of the image's code in the runner, -1: not there yet. */
  code: number;
}

/** Handles by kind: dense, chosen by us. */
export class Handles {
  readonly #first: number;
  readonly #next = {code: 0, memory: 0, table: 0, global: 0, instance: 0, func: 0, object: 0, tag: 0};
  /** Ids of the types that the runner knows. */
  readonly types = new Set<number>();
  /** Payload types by tag handle. */
  readonly tags: (readonly ValueType[])[] = [];
  constructor(first = 0) {
    this.#first = first;
    this.reset();
  }
  take(kind: keyof Handles['kinds'], count = 1): number {
    const first = this.#next[kind];
    this.#next[kind] += count;
    return first;
  }
  declare readonly kinds: {code: 0; memory: 0; table: 0; global: 0; instance: 0; func: 0; object: 0; tag: 0};
  reset(): void {
    this.types.clear();
    this.tags.length = 0;
    for (const kind of Object.keys(this.#next) as (keyof Handles['kinds'])[]) this.#next[kind] = this.#first;
  }
}

/** Present limits of what may have grown; asked for when it is imported. */
export interface GrownLimits {
  readonly memoryPages: (handle: number) => bigint;
  readonly tableLength: (handle: number) => bigint;
}

/** The linked instance and where its ops are in the batch. */
export interface Linked {
  readonly instance: AotInstance;
  /** Ops whose failure fails the instantiation, in order; the last one is the start call when there is one. */
  readonly guarded: readonly number[];
}

/** A compiled module with its canonical types. */
export function aotModule(module: Module, image: Image): AotModule {
  return {module, image, typeIds: canonicalIds(module), code: -1};
}

interface Spaces {
  readonly functions: Extract<Extern, {kind: 'func'}>[];
  readonly tables: Extract<Extern, {kind: 'table'}>[];
  readonly memories: Extract<Extern, {kind: 'memory'}>[];
  readonly globals: Extract<Extern, {kind: 'global'}>[];
  readonly tags: Extract<Extern, {kind: 'tag'}>[];
}

/** Checks the imports (spec section 4.5.3). Throws Unlinkable. */
export function resolveImports(
  compiled: AotModule,
  find: (item: Import) => Extern | undefined,
  grown: GrownLimits,
): Extern[] {
  return compiled.module.imports.map((item) => {
    const found = find(item);
    if (found === undefined) throw new Unlinkable(`unknown import ${item.module}.${item.name}`);
    if (!fits(compiled, item, found, grown))
      throw new Unlinkable(`incompatible import type for ${item.module}.${item.name}`);
    return found;
  });
}

function fits({typeIds}: AotModule, {type}: Import, found: Extern, grown: GrownLimits): boolean {
  switch (type.kind) {
    case 'func':
      return found.kind === 'func' && isSubtype(found.typeId, typeIds[type.type]!);
    case 'table':
      return (
        found.kind === 'table' &&
        matchesTable(withMin(found.type, grown.tableLength(found.handle)), canonicalTable(type.table, typeIds))
      );
    case 'memory':
      return (
        found.kind === 'memory' && matchesMemory(withMin(found.type, grown.memoryPages(found.handle)), type.memory)
      );
    case 'global':
      return found.kind === 'global' && matchesGlobal(found.type, canonicalGlobal(type.global, typeIds));
    case 'tag':
      return found.kind === 'tag' && found.typeId === typeIds[type.tag.type];
  }
}

function withMin<T extends {readonly limits: Limits}>(type: T, min: bigint): T {
  return {...type, limits: {...type.limits, min}};
}

/** Writes the instantiation of a module with resolved imports into the batch, whose group the caller has started. */
export function link(
  batch: Batch,
  handles: Handles,
  compiled: AotModule,
  imports: readonly Extern[],
  timeoutMs: number,
): Linked {
  if (compiled.code < 0) {
    compiled.code = handles.take('code');
    batch.code(compiled.code, compiled.image.code, compiled.image.unwind);
  }
  defineTypes(batch, handles, compiled);
  const spaces = importedSpaces(imports);
  defineMemories(batch, handles, compiled, spaces);
  const firstFunction = defineFunctions(handles, compiled, spaces);
  defineTables(batch, handles, compiled, spaces);
  defineTags(batch, handles, compiled, spaces);
  const firstGlobal = handles.take('global', compiled.module.globals.length);
  const instance = handles.take('instance');
  linkInstance(batch, plan(compiled, spaces, instance, firstFunction, firstGlobal));
  const guarded: number[] = [];
  const scope: ConstScope = {
    global: (index) => spaces.globals[index]?.value,
    func: (index) => spaces.functions[index]!.handle,
    objects: constObjects(batch, handles, compiled, guarded),
  };
  defineGlobals(batch, compiled, spaces, scope, firstGlobal);
  fillTables(batch, compiled, spaces, scope);
  initialize(batch, compiled, spaces, scope, {instance, timeoutMs, guarded});
  return {instance: {exports: exportsOf(compiled.module, spaces)}, guarded};
}

function importedSpaces(imports: readonly Extern[]): Spaces {
  const of = <K extends Extern['kind']>(kind: K) =>
    imports.filter((item): item is Extract<Extern, {kind: K}> => item.kind === kind);
  return {functions: of('func'), tables: of('table'), memories: of('memory'), globals: of('global'), tags: of('tag')};
}

function defineTags(batch: Batch, handles: Handles, {module, typeIds}: AotModule, {tags}: Spaces): void {
  for (const {type} of module.tags) {
    const handle = handles.take('tag');
    const {params} = canonicalFunc(funcTypeAt(module, type), typeIds);
    handles.tags[handle] = params;
    batch.tag(handle, params.map(isRef));
    tags.push({kind: 'tag', handle, typeId: typeIds[type]!});
  }
}

function defineMemories(batch: Batch, handles: Handles, {module}: AotModule, {memories}: Spaces): void {
  for (const type of module.memories) {
    const handle = handles.take('memory');
    batch.memory(handle, {
      minPages: type.limits.min,
      maxPages: type.limits.max ?? mostPages(type),
      is64: type.address === 'i64',
      pageSizeLog2: type.pageSizeLog2,
      shared: type.shared,
    });
    memories.push({kind: 'memory', handle, type});
  }
}

/** Pages that a memory without a maximum may reach. */
function mostPages(type: MemoryType): bigint {
  return 1n << (type.address === 'i64' ? 48n : BigInt(32 - type.pageSizeLog2));
}

function defineFunctions(handles: Handles, compiled: AotModule, {functions}: Spaces): number {
  const {module, typeIds} = compiled;
  const first = handles.take('func', module.functions.length);
  module.functions.forEach((type, index) => {
    functions.push({
      kind: 'func',
      handle: first + index,
      typeId: typeIds[type]!,
      type: canonicalFunc(funcTypeAt(module, type), typeIds),
      entry: entryOf(compiled, type),
    });
  });
  return first;
}

function canonicalFunc({params, results}: FuncType, ids: Int32Array): FuncType {
  return {
    kind: 'func',
    params: params.map((type) => canonicalValue(type, ids)),
    results: results.map((type) => canonicalValue(type, ids)),
  };
}

/** Entry thunk for a function type of the module. */
function entryOf({image, code}: AotModule, type: number): CodePlace {
  return {code, offset: image.entryThunks[image.typeSignatures[type]!]!};
}

/** Host thunk for a function type of the module. */
export function hostThunkOf({image, code}: AotModule, type: number): CodePlace {
  return {code, offset: image.hostThunks[image.typeSignatures[type]!]!};
}

/** Evaluates the globals in order; each may read those before it. */
function defineGlobals(
  batch: Batch,
  {module, typeIds}: AotModule,
  {globals}: Spaces,
  scope: ConstScope,
  first: number,
): void {
  module.globals.forEach(({type, init}, index) => {
    const handle = first + index;
    const value = evaluate(init, scope);
    globals.push({
      kind: 'global',
      handle,
      type: canonicalGlobal(type, typeIds),
      value: type.mutable ? undefined : value,
    });
    if ('ref' in value) batch.globalWrite(handle, value.ref, 0n, GUARDED);
    else batch.globalWrite(handle, value.low, value.high, GUARDED);
  });
}

function defineTables(batch: Batch, handles: Handles, {module, typeIds}: AotModule, {tables}: Spaces): void {
  for (const {type} of module.tables) {
    const handle = handles.take('table');
    batch.table(handle, type.limits.min, type.limits.max ?? mostElements(type), nullRef);
    tables.push({kind: 'table', handle, type: canonicalTable(type, typeIds)});
  }
}

/** Tables that start with another value than null; written once the functions exist that the value may name. */
function fillTables(batch: Batch, {module}: AotModule, {tables}: Spaces, scope: ConstScope): void {
  const own = tables.slice(tables.length - module.tables.length);
  module.tables.forEach(({type, init}, index) => {
    const value = init === null ? null : evaluate(init, scope);
    if (value === null || !('ref' in value) || value.ref === nullRef) return;
    const refs = new Array<WireRef>(Number(type.limits.min)).fill(value.ref);
    batch.tableWrite(own[index]!.handle, 0, refs, GUARDED);
  });
}

const mostElements = ({address}: TableType): bigint => (address === 'i64' ? 0xffffffffffffffffn : 0xffffffffn);

function plan(
  {module, image, code, typeIds}: AotModule,
  spaces: Spaces,
  instance: number,
  firstFunction: number,
  firstGlobal: number,
) {
  const imported = {functions: importsOf(module, 'func').length, globals: importsOf(module, 'global').length};
  return {
    layout: image.layout,
    instance,
    code,
    memories: spaces.memories.map(({handle}) => handle),
    tables: spaces.tables.map(({handle}) => handle),
    importedGlobals: spaces.globals.slice(0, imported.globals).map(({handle}) => handle),
    importedFunctions: spaces.functions.slice(0, imported.functions).map(({handle}) => handle),
    firstGlobal,
    globalIsRef: module.globals.map(({type}) => isRef(type.type)),
    firstFunction,
    codeOffsets: image.functions,
    functionTypeIds: module.functions.map((type) => typeIds[type]!),
    typeIds,
    tags: spaces.tags.map(({handle}) => handle),
    dataSegments: module.data.length,
    elemSegments: module.elements.length,
  };
}

/** Passive segments, then active ones in order, then the start call. Adds what may fail to `guarded`. */
function initialize(
  batch: Batch,
  {module}: AotModule,
  spaces: Spaces,
  scope: ConstScope,
  {instance, timeoutMs, guarded}: {instance: number; timeoutMs: number; guarded: number[]},
): void {
  const refs = module.elements.map((segment) =>
    segment.mode.kind === 'declarative' ? [] : elementRefs(segment, scope),
  );
  module.elements.forEach(({mode}, index) => {
    if (mode.kind === 'passive') batch.elemSegment(instance, index, refs[index]!, GUARDED);
  });
  module.data.forEach((segment, index) => {
    if (segment.mode.kind === 'passive') batch.dataSegment(instance, index, segment.bytes);
  });
  module.elements.forEach(({mode}, index) => {
    if (mode.kind !== 'active') return;
    const offset = evaluateOffset(mode.offset, scope);
    guarded.push(batch.tableWrite(spaces.tables[mode.index]!.handle, offset, refs[index]!, GUARDED));
  });
  for (const {mode, bytes} of module.data) {
    if (mode.kind === 'active')
      guarded.push(
        batch.memoryWrite(spaces.memories[mode.index]!.handle, evaluateOffset(mode.offset, scope), bytes, GUARDED),
      );
  }
  if (module.start !== null) {
    const {handle, entry} = spaces.functions[module.start]!;
    guarded.push(batch.call({func: handle, entry, timeoutMs, args: [], resultSlots: 0}, GUARDED));
  }
}

function elementRefs({items}: ElementSegment, scope: ConstScope): WireRef[] {
  if (items.kind === 'functions') return items.functions.map((index) => functionRef(scope.func(index)));
  return items.expressions.map((expression: Expression) => {
    const value = evaluate(expression, scope);
    assert('ref' in value, 'element is a reference');
    return value.ref;
  });
}

function exportsOf(module: Module, spaces: Spaces): Map<string, Extern> {
  const result = new Map<string, Extern>();
  for (const {name, kind, index} of module.exports) {
    const list = {
      func: spaces.functions,
      table: spaces.tables,
      memory: spaces.memories,
      global: spaces.globals,
      tag: spaces.tags,
    }[kind];
    const found = list[index];
    if (found === undefined) throw new Unsupported(`export of a ${kind}`);
    result.set(name, found);
  }
  return result;
}
