/**
 * Types of WebAssembly 3.0 (spec section 2.3).
 *
 * A value type is one number, so that comparing and storing types costs nothing:
 *   number and vector types    their binary code: 0x7f i32, 0x7e i64, 0x7d f32, 0x7c f64, 0x7b v128
 *   packed storage types       0x78 i8, 0x77 i16
 *   reference types            0x1000 + (heap + 64) * 2 + (nullable ? 1 : 0)
 *   bottom                     0: the type of operands in unreachable code
 * A heap type is its binary s33 value: abstract heap types negative (-0x10 func ...), concrete ones the type index.
 * Concrete heap types are relative to a module; `subtyping.ts` compares them across modules by canonical id.
 */
import {assert} from '../base/assert.ts';

declare const valueTypeBrand: unique symbol;
export type ValueType = number & {readonly [valueTypeBrand]: true};
declare const heapTypeBrand: unique symbol;
export type HeapType = number & {readonly [heapTypeBrand]: true};

const valueType = (code: number): ValueType => code as ValueType;
const heapType = (code: number): HeapType => code as HeapType;

export const I32 = valueType(0x7f);
export const I64 = valueType(0x7e);
export const F32 = valueType(0x7d);
export const F64 = valueType(0x7c);
export const V128 = valueType(0x7b);
/** Packed storage types; never on the operand stack. */
export const I8 = valueType(0x78);
export const I16 = valueType(0x77);
/** The bottom value type. */
export const BOTTOM = valueType(0);

/** Abstract heap types: name -> s33 code, and the hierarchy (top of each) of spec section 3.3.3. */
export const heapTypes = {
  'noexn':    {code: -0x0c, top: 'exn'},
  'nofunc':   {code: -0x0d, top: 'func'},
  'noextern': {code: -0x0e, top: 'extern'},
  'none':     {code: -0x0f, top: 'any'},
  'func':     {code: -0x10, top: 'func'},
  'extern':   {code: -0x11, top: 'extern'},
  'any':      {code: -0x12, top: 'any'},
  'eq':       {code: -0x13, top: 'any'},
  'i31':      {code: -0x14, top: 'any'},
  'struct':   {code: -0x15, top: 'any'},
  'array':    {code: -0x16, top: 'any'},
  'exn':      {code: -0x17, top: 'exn'},
} as const satisfies Record<string, {code: number; top: string}>;

export type AbstractHeapType = keyof typeof heapTypes;

/** The abstract heap types by name: `Heap.func` and so on. */
export const Heap = Object.fromEntries(
  Object.entries(heapTypes).map(([name, {code}]) => [name, heapType(code)]),
) as Readonly<Record<AbstractHeapType, HeapType>>;

const nameOfHeap = new Map<number, AbstractHeapType>(
  (Object.keys(heapTypes) as AbstractHeapType[]).map((name) => [heapTypes[name].code, name]),
);

/** Heap type of a type index. */
export function concreteHeap(typeIndex: number): HeapType {
  assert(typeIndex >= 0, `type index ${typeIndex}`);
  return heapType(typeIndex);
}

/** The abstract heap type with this s33 code, undefined when there is none. */
export function abstractHeap(code: number): HeapType | undefined {
  return nameOfHeap.has(code) ? heapType(code) : undefined;
}

/** Name of an abstract heap type, undefined for concrete ones. */
export function heapName(heap: HeapType): AbstractHeapType | undefined {
  return nameOfHeap.get(heap);
}

export const isConcrete = (heap: HeapType): boolean => heap >= 0;

const REFERENCE = 0x1000;

/** `(ref null? heap)`. */
export function refType(heap: HeapType, nullable: boolean): ValueType {
  return valueType(REFERENCE + (heap + 64) * 2 + (nullable ? 1 : 0));
}

export const isRef = (type: ValueType): boolean => type >= REFERENCE;
export const isNullable = (type: ValueType): boolean => (type & 1) === 1;
/** Type indices are u32, so a reference type may exceed 31 bits. */
export const heapOf = (type: ValueType): HeapType =>
  heapType((type < 0x4000_0000 ? (type - REFERENCE) >> 1 : Math.floor((type - REFERENCE) / 2)) - 64);
export const isPacked = (type: ValueType): boolean => type === I8 || type === I16;
/** Number types and v128: no references. */
export const isNumeric = (type: ValueType): boolean => type >= V128 && type <= I32;
/** Number and vector types and nullable references have a default value (spec section 3.2.5). */
export const isDefaultable = (type: ValueType): boolean => !isRef(type) || isNullable(type);

export const FUNCREF = refType(Heap.func, true);
export const EXTERNREF = refType(Heap.extern, true);
export const EXNREF = refType(Heap.exn, true);
export const ANYREF = refType(Heap.any, true);

const numericNames: Readonly<Record<number, string>> = {
  [I32]: 'i32', [I64]: 'i64', [F32]: 'f32', [F64]: 'f64', [V128]: 'v128', [I8]: 'i8', [I16]: 'i16', [BOTTOM]: 'bot',
};

/** The type in the text format: `i32`, `funcref`, `(ref null 3)`. */
export function typeName(type: ValueType): string {
  if (!isRef(type)) return numericNames[type] ?? `type(${type})`;
  const heap = heapOf(type);
  const name = heapName(heap);
  if (name !== undefined && isNullable(type)) return shorthand[name] ?? `${name}ref`;
  return `(ref ${isNullable(type) ? 'null ' : ''}${name ?? heap})`;
}

const shorthand: Partial<Record<AbstractHeapType, string>> = {
  none: 'nullref', nofunc: 'nullfuncref', noextern: 'nullexternref', noexn: 'nullexnref',
};

/** Bytes of a value of this storage type in memory; references have none. */
export function sizeOf(type: ValueType): number {
  switch (type) {
    case I8: return 1;
    case I16: return 2;
    case I32: case F32: return 4;
    case I64: case F64: return 8;
    case V128: return 16;
    default: throw new RangeError(`${typeName(type)} has no size`);
  }
}

export interface FuncType {
  readonly kind: 'func';
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}
/** A field of a structure, or the element of an array; `type` may be packed. */
export interface FieldType {
  readonly type: ValueType;
  readonly mutable: boolean;
}
export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly FieldType[];
}
export interface ArrayType {
  readonly kind: 'array';
  readonly element: FieldType;
}
export type CompositeType = FuncType | StructType | ArrayType;

/** One entry of the type index space. */
export interface SubType {
  readonly final: boolean;
  /** Type indices; at most one in 3.0, but the binary format has a vector. */
  readonly supertypes: readonly number[];
  readonly composite: CompositeType;
}

/** Types that are defined together and may refer to each other: indices `start` .. `start + length - 1`. */
export interface RecGroup {
  readonly start: number;
  readonly length: number;
}

/** Address type of a memory or table. */
export type AddressType = 'i32' | 'i64';

/** Limits in the units of what they limit (pages, elements); u64, never allocated from. */
export interface Limits {
  readonly min: bigint;
  readonly max: bigint | null;
}

export interface TableType {
  /** Element type, a reference type. */
  readonly element: ValueType;
  readonly limits: Limits;
  readonly address: AddressType;
}
export interface MemoryType {
  readonly limits: Limits;
  readonly address: AddressType;
  readonly shared: boolean;
  /** Log2 of the page size in bytes: 16, or 0 with custom-page-sizes. */
  readonly pageSizeLog2: number;
}
export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}
export interface TagType {
  /** Type index of the function type that gives the payload. */
  readonly type: number;
}

/** The block type of an instruction as the binary format has it. */
export type BlockType = {readonly kind: 'empty'} | {readonly kind: 'value'; readonly type: ValueType} | {readonly kind: 'type'; readonly index: number};
