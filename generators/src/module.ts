/**
 * The module while it is made: the index spaces that function bodies refer to, and at the end a Module.
 * Function indices are known before bodies exist: host imports first, then helpers, then the start function and entries.
 */
import {assert} from '#engine/base/assert.ts';
import type {
  DataSegment,
  ElementSegment,
  Expression,
  Global,
  Import,
  ImportType,
  LocalGroup,
  Module,
  Table,
} from '#engine/wasm/module.ts';
import {emptyModule} from '#engine/wasm/module.ts';
import type {AddressType, ValueType} from '#engine/wasm/types.ts';
import {isRef} from '#engine/wasm/types.ts';
import {drawAggregates} from './aggregate-types.ts';
import type {Call, NanLanes} from './case.ts';
import {Code} from './code.ts';
import type {TagPlan} from './exceptions.ts';
import type {HostFunctionPlan} from './imports.ts';
import {indexConstant} from './index-type.ts';
import {hasSlot, typeSlot, valueTypes} from './instruction.ts';
import type {MemoryPlan} from './memory.ts';
import type {Rng} from './random.ts';
import type {Swarm} from './swarm.ts';
import type {TablePlan} from './table.ts';
import type {TypedTablePlan} from './typed-table.ts';
import {TypeSection} from './types.ts';

/** A function that bodies may call: its index is fixed, its code may not exist yet. */
export interface FunctionPlan {
  readonly index: number;
  readonly typeIndex: number;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface LinkedFunction extends FunctionPlan {
  readonly name: string;
}

/** A finished body. */
export interface FunctionCode {
  readonly locals: readonly LocalGroup[];
  readonly bytes: Uint8Array;
  readonly instructions: number;
}

export interface GlobalPlan {
  readonly type: ValueType;
  readonly mutable: boolean;
  readonly init: Uint8Array;
}

/** A data segment; dropped ones (`droppable`) are only used with length 0. */
export interface DataPlan {
  readonly segment: DataSegment;
  readonly droppable: boolean;
}
export interface ElementPlan {
  readonly segment: ElementSegment;
  readonly droppable: boolean;
  readonly length: number;
}

/** The fuel global; every helper takes one unit at its entry, entries fill it up. */
export const FUEL = 0;

export class ModuleBuilder {
  readonly rng: Rng;
  readonly swarm: Swarm;
  readonly types: TypeSection;
  readonly host: HostFunctionPlan[] = [];
  /** The module of the case that is instantiated before this one, which then imports all that it can (link.ts). */
  before: ModuleBuilder | null = null;
  /** Functions imported from there, after the host's; their names are `p<index there>`. */
  readonly linked: LinkedFunction[] = [];
  /** How many of the first globals, tables, memories and tags are imported from there. */
  readonly imported = {globals: 0, tables: 0, typedTables: 0, memories: 0, tags: 0};
  /** Functions that bodies may call: linked ones and helpers. */
  readonly helpers: FunctionPlan[] = [];
  /** Indices of the functions that some body calls. */
  readonly called = new Set<number>();
  /** Exported functions by name: entries, and helpers that the host may call. */
  readonly exported: {readonly name: string; readonly plan: FunctionPlan}[] = [];
  readonly globals: GlobalPlan[] = [];
  /** Mutable globals by type slot, the sink of the type first. */
  readonly mutableGlobals: number[][] = valueTypes.map(() => []);
  /** All globals but the fuel by type slot. */
  readonly globalsOf: number[][] = valueTypes.map(() => []);
  readonly memories: MemoryPlan[] = [];
  readonly tables: TablePlan[] = [];
  /** Tables after those, of one function type each. */
  readonly typedTables: TypedTablePlan[] = [];
  readonly data: DataPlan[] = [];
  readonly elements: ElementPlan[] = [];
  readonly tags: TagPlan[] = [];
  readonly calls: Call[] = [];
  /** By function index: the results that are vectors of floats whose NaNs may have any bits, where there are some. */
  readonly nanLanes = new Map<number, readonly NanLanes[]>();
  start: number | null = null;
  /** Code of defined functions, by index without imports. */
  readonly codes: (FunctionCode | undefined)[] = [];
  readonly plans: FunctionPlan[] = [];
  /** The writer that all bodies use in turn. */
  readonly code = new Code(4096);

  constructor(rng: Rng, swarm: Swarm) {
    this.rng = rng;
    this.swarm = swarm;
    this.types = new TypeSection(drawAggregates(rng, swarm));
  }

  /** Position in Case.modules. */
  get position(): number {
    return this.before === null ? 0 : 1;
  }

  /** Number of imported functions. */
  get importCount(): number {
    return this.host.length + this.linked.length;
  }

  /** Gives a defined function its index. All imports must stand. */
  plan(params: readonly ValueType[], results: readonly ValueType[]): FunctionPlan {
    const plan = {
      index: this.importCount + this.plans.length,
      typeIndex: this.types.index(params, results),
      params,
      results,
    };
    this.plans.push(plan);
    return plan;
  }

  /** Gives a planned function its body. */
  define(plan: FunctionPlan, code: FunctionCode): void {
    const at = plan.index - this.importCount;
    assert(this.codes[at] === undefined, `function ${plan.index} has a body`);
    this.codes[at] = code;
  }

  addGlobal(plan: GlobalPlan): number {
    const index = this.globals.push(plan) - 1;
    if (!hasSlot(plan.type)) return index;
    const slot = typeSlot(plan.type);
    if (index === FUEL) return index;
    this.globalsOf[slot]!.push(index);
    if (plan.mutable) this.mutableGlobals[slot]!.push(index);
    return index;
  }

  /** The exported global that takes in values of a type. References have none. */
  sinkOf(type: ValueType): number {
    assert(!isRef(type), 'references have no sink');
    return this.mutableGlobals[typeSlot(type)]![0]!;
  }

  build(): Module {
    const {types, imported, codes, plans, memories, tables, typedTables, globals, data, elements, start} = this;
    return {
      ...emptyModule,
      types: types.subTypes(),
      recGroups: types.recGroups(),
      start,
      imports: this.#imports(),
      functions: plans.map(({typeIndex}) => typeIndex),
      tables: [
        ...tables.slice(imported.tables).map(({type}): Table => ({type, init: null})),
        ...typedTables.slice(imported.typedTables).map(({type, init}): Table => ({type, init: expression(init)})),
      ],
      memories: memories.slice(imported.memories).map(({type}) => type),
      globals: globals
        .slice(imported.globals)
        .map(({type, mutable, init}): Global => ({type: {type, mutable}, init: expression(init)})),
      exports: this.#exports(),
      elements: elements.map(({segment}) => segment),
      tags: this.tags.slice(imported.tags).map(({typeIndex}) => ({type: typeIndex})),
      data: data.map(({segment}) => segment),
      dataCount: this.swarm.features.has('bulk-memory') && data.length > 0 ? data.length : null,
      bodies: plans.map((plan, i) => {
        const code = codes[i];
        assert(code !== undefined, `function ${plan.index} has no body`);
        return {locals: code.locals, code: expression(code.bytes), offset: 0};
      }),
    };
  }

  #imports(): Module['imports'] {
    const {host, linked, imported, memories, globals, tables} = this;
    const link = (name: string, type: ImportType): Import => ({module: 'm0', name, type});
    return [
      ...host.map(({name, typeIndex}): Import => ({module: 'host', name, type: {kind: 'func', type: typeIndex}})),
      ...linked.map(({name, typeIndex}) => link(name, {kind: 'func', type: typeIndex})),
      ...memories.slice(0, imported.memories).map(({type}, k) => link(`m${k}`, {kind: 'memory', memory: type})),
      ...globals
        .slice(0, imported.globals)
        .map(({type, mutable}, k) => link(`g${k}`, {kind: 'global', global: {type, mutable}})),
      ...[...tables.slice(0, imported.tables), ...this.typedTables.slice(0, imported.typedTables)].map(({type}, k) =>
        link(`t${k}`, {kind: 'table', table: type}),
      ),
      ...this.tags
        .slice(0, imported.tags)
        .map(({typeIndex}, k) => link(`e${k}`, {kind: 'tag', tag: {type: typeIndex}})),
    ];
  }

  #exports(): Module['exports'] {
    return [
      ...this.exported.map(({name, plan: {index}}) => ({name, kind: 'func' as const, index})),
      ...this.memories.map((_, index) => ({name: `m${index}`, kind: 'memory' as const, index})),
      ...this.globals.flatMap(({type}, index) =>
        hasSlot(type) ? [{name: `g${index}`, kind: 'global' as const, index}] : [],
      ),
      ...[...this.tables, ...this.typedTables].map((_, index) => ({name: `t${index}`, kind: 'table' as const, index})),
      ...this.tags.map((_, index) => ({name: `e${index}`, kind: 'tag' as const, index})),
    ];
  }
}

const expression = (bytes: Uint8Array): Expression => ({bytes, offset: 0});

/** A constant expression from what writes it; `end` is added. */
export function constantExpression(write: (code: Code) => void): Uint8Array {
  const code = new Code(24);
  write(code);
  code.u8(0x0b);
  return code.toBytes();
}

/** The constant offset of an active segment. */
export function offsetExpression(address: AddressType, offset: number): Expression {
  return expression(constantExpression((code) => indexConstant(code, address, offset)));
}

/** Runs of equal types, as bodies declare locals. */
export function localGroups(types: readonly ValueType[], from: number): LocalGroup[] {
  const groups: {count: number; type: ValueType}[] = [];
  for (let i = from; i < types.length; i++) {
    const last = groups.at(-1);
    if (last !== undefined && last.type === types[i]) last.count++;
    else groups.push({count: 1, type: types[i]!});
  }
  return groups;
}
