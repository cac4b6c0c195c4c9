/**
 * The decoded module: one interface per section item (spec section 2.5), function bodies and constant expressions as
 * bytes. All index spaces list imports first. What the binary format lets a writer choose (order of sections, custom
 * sections, padded LEBs, segment forms) is kept in `encoding`, so that encoding a decoded module gives the same bytes.
 */
import type {FuncType, GlobalType, MemoryType, RecGroup, SubType, TableType, TagType, ValueType} from './types.ts';

export type ExternKind = 'func' | 'table' | 'memory' | 'global' | 'tag';

/** Bytes of an instruction sequence including its final `end`, and where they stand in the module. */
export interface Expression {
  readonly bytes: Uint8Array;
  /** Offset of bytes[0] from the start of the module. */
  readonly offset: number;
}

export type ImportType =
  | {readonly kind: 'func'; readonly type: number}
  | {readonly kind: 'table'; readonly table: TableType}
  | {readonly kind: 'memory'; readonly memory: MemoryType}
  | {readonly kind: 'global'; readonly global: GlobalType}
  | {readonly kind: 'tag'; readonly tag: TagType};

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: ImportType;
}
export interface Table {
  readonly type: TableType;
  /** Initial value of the elements; null: the element type's null. */
  readonly init: Expression | null;
}
export interface Global {
  readonly type: GlobalType;
  readonly init: Expression;
}
export interface Export {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}
export type SegmentMode =
  | {readonly kind: 'passive'}
  | {readonly kind: 'declarative'}
  /** `index`: table or memory index. */
  | {readonly kind: 'active'; readonly index: number; readonly offset: Expression};

export interface ElementSegment {
  readonly mode: SegmentMode;
  readonly type: ValueType;
  /** Function indices (forms 0-3) or one expression per element (forms 4-7). */
  readonly items:
    | {readonly kind: 'functions'; readonly functions: readonly number[]}
    | {readonly kind: 'expressions'; readonly expressions: readonly Expression[]};
  /** Form 0-7 that the segment had in the binary; undefined: the encoder picks the shortest. */
  readonly form?: number;
}
export interface DataSegment {
  readonly mode: SegmentMode;
  readonly bytes: Uint8Array;
  /** Form 0-2 that the segment had in the binary; undefined: the encoder picks the shortest. */
  readonly form?: number;
}
/** A run of locals of one type, as the binary format declares them; `count` is a u32. */
export interface LocalGroup {
  readonly count: number;
  readonly type: ValueType;
}
export interface Body {
  readonly locals: readonly LocalGroup[];
  readonly code: Expression;
  /** Offset of the body's size field from the start of the module; error messages and code maps use it. */
  readonly offset: number;
}
export interface CustomSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

export interface Module {
  /** The type index space, flattened, and its recursion groups in order. */
  readonly types: readonly SubType[];
  readonly recGroups: readonly RecGroup[];
  readonly imports: readonly Import[];
  /** Type index of each defined function; bodies[i] belongs to functions[i]. */
  readonly functions: readonly number[];
  readonly tables: readonly Table[];
  readonly memories: readonly MemoryType[];
  readonly tags: readonly TagType[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start: number | null;
  readonly elements: readonly ElementSegment[];
  readonly dataCount: number | null;
  readonly bodies: readonly Body[];
  readonly data: readonly DataSegment[];
  readonly customs: readonly CustomSection[];
  /** How the module was written; undefined for modules made in memory. Owned by binary/. */
  readonly encoding?: Encoding;
}

/**
 * Choices of the writer that the module itself does not show. Counted in file order: the n-th LEB outside of
 * expressions (a size counts before what it measures), the n-th place where two forms are possible.
 */
export interface Encoding {
  /** Section ids in file order; 0 entries take the custom sections in order. */
  readonly sections: readonly number[];
  /** Extra bytes of over-long LEBs: pairs of (ordinal of the LEB, extra bytes). */
  readonly padding: readonly number[];
  /**
   * Ordinals of the choices where the longer form was taken: a nullable abstract reference in two bytes, a recursion
   * group of one type, an explicit `sub final` without supertypes, an explicit page size of 64 KiB.
   */
  readonly choices: readonly number[];
}

/** A module with nothing in it; generators and tests start from it. */
export const emptyModule: Module = {
  types: [],
  recGroups: [],
  imports: [],
  functions: [],
  tables: [],
  memories: [],
  tags: [],
  globals: [],
  exports: [],
  start: null,
  elements: [],
  dataCount: null,
  bodies: [],
  data: [],
  customs: [],
};

/** Imports of one kind, in index order. */
export function importsOf<K extends ExternKind>(module: Module, kind: K): Extract<ImportType, {kind: K}>[] {
  const result: Extract<ImportType, {kind: K}>[] = [];
  for (const {type} of module.imports) if (type.kind === kind) result.push(type as Extract<ImportType, {kind: K}>);
  return result;
}

/** Type index of every function, imports first. */
export function functionTypeIndices(module: Module): readonly number[] {
  if (module.imports.length === 0) return module.functions;
  return [...importsOf(module, 'func').map(({type}) => type), ...module.functions];
}

/** Type of every table, imports first. */
export function tableTypes(module: Module): TableType[] {
  return [...importsOf(module, 'table').map(({table}) => table), ...module.tables.map(({type}) => type)];
}

/** Type of every memory, imports first. */
export function memoryTypes(module: Module): readonly MemoryType[] {
  if (module.imports.length === 0) return module.memories;
  return [...importsOf(module, 'memory').map(({memory}) => memory), ...module.memories];
}

/** Type of every global, imports first. */
export function globalTypes(module: Module): GlobalType[] {
  return [...importsOf(module, 'global').map(({global}) => global), ...module.globals.map(({type}) => type)];
}

/** Type of every tag, imports first. */
export function tagTypes(module: Module): readonly TagType[] {
  if (module.imports.length === 0) return module.tags;
  return [...importsOf(module, 'tag').map(({tag}) => tag), ...module.tags];
}

/** The function type at a type index. The module must be valid. */
export function funcTypeAt(module: Module, typeIndex: number): FuncType {
  const composite = module.types[typeIndex]?.composite;
  if (composite?.kind !== 'func') throw new TypeError(`type ${typeIndex} is no function type`);
  return composite;
}
