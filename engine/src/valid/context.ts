/**
 * The context C of the validation rules (spec section 3.1.1): every index space of a module, imports first, with
 * canonical types, laid out for quick lookup. Valid once the type section is.
 */
import {Invalid} from '../base/errors.ts';
import type {FeatureSet} from '../wasm/features.ts';
import {functionTypeIndices, globalTypes, type Module, memoryTypes, tableTypes, tagTypes} from '../wasm/module.ts';
import {canonicalType, canonicalValue, typeIds} from '../wasm/subtyping.ts';
import {
  type ArrayType,
  BOTTOM,
  type CompositeType,
  type FuncType,
  type GlobalType,
  Heap,
  type HeapType,
  heapOf,
  I32,
  I64,
  isConcrete,
  isRef,
  type MemoryType,
  type StructType,
  type TableType,
  typeName,
  type ValueType,
} from '../wasm/types.ts';
import {Cursor} from './cursor.ts';
import {featureOfType, require} from './gates.ts';
import {messages, unknown, wrongKind} from './messages.ts';

export class Context {
  readonly module: Module;
  readonly features: FeatureSet;
  /** Canonical id and canonical composite type of every type index. */
  readonly ids: Int32Array;
  readonly composites: readonly CompositeType[];
  /** Type index of every function. */
  readonly functions: readonly number[];
  readonly tables: readonly TableType[];
  readonly memories: readonly MemoryType[];
  /** I32 or I64 for every memory. */
  readonly memoryAddresses: readonly ValueType[];
  readonly globals: readonly GlobalType[];
  /** How many globals the constant expression at hand may see. */
  visibleGlobals: number;
  /** Type index of every tag. */
  readonly tags: readonly number[];
  /** Element type of every element segment. */
  readonly elements: readonly ValueType[];
  /** 1 for every function that `ref.func` may name in a body (C.refs). */
  readonly declared: Uint8Array;

  /** The item that is being validated. */
  readonly cursor: Cursor;

  constructor(module: Module, features: FeatureSet, cursor = new Cursor()) {
    this.cursor = cursor;
    this.module = module;
    this.features = features;
    this.ids = typeIds(module);
    const composites: CompositeType[] = [];
    for (const id of this.ids) composites.push(canonicalType(id).composite);
    this.composites = composites;
    this.functions = functionTypeIndices(module);
    for (const [i, index] of this.functions.entries()) {
      cursor.atIndex('func', i);
      this.funcType(index, null);
    }
    this.tables = tableTypes(module).map((table, i) => {
      cursor.atIndex('table', i);
      return {...table, element: this.elementType(table.element)};
    });
    this.memories = memoryTypes(module);
    this.memoryAddresses = this.memories.map(({address}) => addressType(address));
    this.globals = globalTypes(module).map((global, i) => {
      cursor.atIndex('global', i);
      return {...global, type: this.valueType(global.type, null)};
    });
    this.visibleGlobals = this.globals.length - module.globals.length;
    this.tags = tagTypes(module).map(({type}) => type);
    this.elements = module.elements.map(({type}, i) => {
      cursor.at('element', i);
      return this.elementType(type);
    });
    this.declared = new Uint8Array(this.functions.length);
  }

  /** The composite type at a type index. */
  private composite(index: number, offset: number | null): CompositeType {
    const composite = this.composites[index];
    if (composite === undefined) throw new Invalid(unknown('type', index), offset);
    return composite;
  }

  funcType(index: number, offset: number | null): FuncType {
    const composite = this.composite(index, offset);
    if (composite.kind !== 'func') throw new Invalid(wrongKind('function', index), offset);
    return composite;
  }

  structType(index: number, offset: number | null): StructType {
    const composite = this.composite(index, offset);
    if (composite.kind !== 'struct') throw new Invalid(wrongKind('structure', index), offset);
    return composite;
  }

  arrayType(index: number, offset: number | null): ArrayType {
    const composite = this.composite(index, offset);
    if (composite.kind !== 'array') throw new Invalid(wrongKind('array', index), offset);
    return composite;
  }

  /** Checks a value type of the module and gives its canonical form. */
  valueType(type: ValueType, offset: number | null): ValueType {
    if (type <= I32 && type > (this.features.has('simd') ? 0x7a : 0x7b)) return type;
    require(this.features, featureOfType(type), typeName(type), offset);
    if (isRef(type)) this.heapType(heapOf(type), offset);
    return canonicalValue(type, this.ids);
  }

  /** The same for elements of tables and segments, which have been functions since WebAssembly 1.0. */
  private elementType(type: ValueType): ValueType {
    return heapOf(type) === Heap.func ? type : this.valueType(type, null);
  }

  /** Checks a heap type of the module and gives its canonical form. */
  heapType(heap: HeapType, offset: number | null): HeapType {
    if (!isConcrete(heap)) return heap;
    const id = this.ids[heap];
    if (id === undefined) throw new Invalid(unknown('type', heap), offset);
    return id as HeapType;
  }

  table(index: number, offset: number | null): TableType {
    const table = this.tables[index];
    if (table === undefined) throw new Invalid(unknown('table', index), offset);
    return table;
  }

  /** Address type of a memory. */
  memoryAddress(index: number, offset: number | null): ValueType {
    const address = this.memoryAddresses[index];
    if (address === undefined) throw new Invalid(unknown('memory', index), offset);
    return address;
  }

  /** Payload of a tag. */
  tagParams(index: number, offset: number | null): readonly ValueType[] {
    const type = this.tags[index];
    if (type === undefined) throw new Invalid(unknown('tag', index), offset);
    return this.funcType(type, offset).params;
  }

  element(index: number, offset: number | null): ValueType {
    const type = this.elements[index];
    if (type === undefined) throw new Invalid(unknown('elem segment', index), offset);
    return type;
  }

  /** Type index of a function. */
  functionType(index: number, offset: number | null): number {
    const type = this.functions[index];
    if (type === undefined) throw new Invalid(unknown('function', index), offset);
    return type;
  }
}

export const addressType = (address: 'i32' | 'i64'): ValueType => (address === 'i32' ? I32 : I64);

const EMPTY: readonly ValueType[] = [];
const singles = new Map<ValueType, readonly ValueType[]>();
const numericSingles: readonly (readonly ValueType[])[] = Array.from({length: I32 + 1}, (_, type) =>
  type === BOTTOM ? EMPTY : [type as ValueType],
);

/** The list of one type, always the same; of no type for bottom. */
export function single(type: ValueType): readonly ValueType[] {
  if (type <= I32) return numericSingles[type]!;
  const known = singles.get(type);
  if (known !== undefined) return known;
  const list = [type];
  if (singles.size < 1000) singles.set(type, list);
  return list;
}

/** Checks that a size is a matching pair of limits. */
export function checkLimits(min: bigint, max: bigint | null): void {
  if (max !== null && min > max) throw new Invalid(messages.limits, null);
}
