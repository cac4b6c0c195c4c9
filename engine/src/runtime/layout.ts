/**
 * The machine contract between emitted code, the native runner and its client: the only source of these numbers.
 * `native/layout.h` is written from this file (layout-header.ts) and a test keeps it current; native/README.md is the prose.
 * All offsets and sizes are in bytes, all values little-endian.
 */
import {assert} from '#engine/base/assert.ts';

export const PROTOCOL_VERSION = 3;

/** Header of every vmctx; the per-module area of `instanceLayout` follows. */
export const VmContext = {
  stackLimit: 0, // u64: the lowest SP that a frame may reach
  builtins: 8, // pointer to the array of C functions, indexed by `builtins[name].index`
  runtime: 16, // pointer to the runner's record of the instance; not for emitted code
  hostFunction: 24, // in the private vmctx of a host function: pointer to its FuncRef; elsewhere 0
  nothing: 32, // an object of TypeKind.none, also readable as a FuncRef
  reserved: 40,
  scratch: 48, // 16 bytes: the value of an array instruction on its way to a builtin
  header: 64,
} as const;

/** What a table entry, a funcref value and the function area of a vmctx hold or point to. */
export const FuncRef = {
  code: 0, // u64: address of the function's wasm-convention entry
  vmctx: 8, // u64: first argument of that code
  typeId: 16, // u32: canonical type id of the runner
  handle: 20, // u32: the client's handle of the function
  type: 24, // pointer to the TypeDesc, 0 when the type was not told
  size: 32,
} as const;

/** A canonical type as emitted code sees it: pointed to by objects, FuncRefs and the type area of a vmctx. */
export const TypeDesc = {
  kind: 0, // u32: TypeKind
  typeId: 4, // u32
  bytes: 8, // u32: of a structure with its header; of an element of an array
  displayLength: 12, // u32: number of supertypes + 1, at least `displayMin`
  references: 16, // pointer to the byte offsets of a structure's references; u32 count behind it: not for emitted code
  display: 32, // u32 each: ids of the supertypes from the root, then the type's own; filled up with ffffffff
  /** So many entries every display has: no length check up to this depth. */
  displayMin: 8,
} as const;

/** `host`: what stands in for whatever is no object, so that its header may be read. */
export const TypeKind = {none: 0, func: 1, struct: 2, array: 3, exception: 4} as const;

/** An object of the heap: pointer to its TypeDesc, then fields in order, each aligned to its size, at most 8. */
export const HeapObject = {
  type: 0,
  fields: 8, // of a structure
  length: 8, // u32: of an array
  elements: 16, // of an array
  /** References at and above this are objects (or FuncRefs); null, i31 and host references are below. */
  lowest: 2 ** 34,
} as const;

/** An exception is an object whose type is its tag; the values follow, each in the low bytes of its place. */
export const ExceptionObject = {tag: 0, values: 16, stride: 16} as const;

/** In unwind tables (compiler/unwind.ts): no landing pad, or no shape because the caller is C code. */
export const UNWIND_NONE = 0xffffffff;

/** Pointed to by the vmctx, one per memory, shared by all instances that see the memory. The base never moves. */
export const MemoryDesc = {byteLength: 0, base: 8} as const;

/** Pointed to by the vmctx, one per table. `entries` moves when the table grows; each entry is an 8-byte reference. */
export const TableDesc = {entries: 0, length: 8} as const;

export const GLOBAL_SIZE = 16;

/**
 * References in emitted code, 8 bytes: null 0; funcref a pointer to its FuncRef (8-aligned); structures and arrays a
 * pointer to the object (16-aligned); host externref id k: k << 2 | 2; i31 x: x << 1 | 1. The same in every hierarchy:
 * any.convert_extern and extern.convert_any change nothing.
 */
export const Reference = {null: 0n, externBits: 2n, externShift: 2n} as const;

/**
 * References on the wire: u32 tag, then u32 payload. `struct` and `array` carry the number under which the runner holds the
 * object (equal numbers: one object). Input only: `global`, the present value of that global, and `object`, one that an op
 * of the client made, by its handle.
 */
export const RefTag = {
  null: 0,
  func: 1,
  extern: 2,
  i31: 3,
  struct: 4,
  array: 5,
  exn: 6, // no payload
  global: 16,
  object: 17,
  foreign: 8, // in digests: what is no host reference in a table of externs
  wild: 0xffffffff,
} as const;

/**
 * C functions that emitted code may call through the vmctx, SysV / AAPCS64 convention, on the wasm stack (16-aligned).
 * u64 amounts must be zero-extended. `traps`: does not return when it traps; the trap is reported at the return address.
 */
const builtinRows = [
  ['memoryGrow', 'vmctx u32:memory u64:delta', 'u64'], // old size in pages, all ones when it fails
  ['memoryFill', 'vmctx u32:memory u64:address u32:value u64:length', 'traps'],
  ['memoryCopy', 'vmctx u32:to u32:from u64:toAddress u64:fromAddress u64:length', 'traps'],
  ['memoryInit', 'vmctx u32:memory u32:segment u64:address u64:offset u64:length', 'traps'],
  ['dataDrop', 'vmctx u32:segment', ''],
  ['tableGrow', 'vmctx u32:table ref:value u64:delta', 'u64'], // old length, all ones when it fails
  ['tableFill', 'vmctx u32:table u64:index ref:value u64:length', 'traps'],
  ['tableCopy', 'vmctx u32:to u32:from u64:toIndex u64:fromIndex u64:length', 'traps'],
  ['tableInit', 'vmctx u32:table u32:segment u64:index u64:offset u64:length', 'traps'],
  ['elemDrop', 'vmctx u32:segment', ''],
  ['hostCall', 'vmctx slots', 'traps'], // vmctx of the host function; slots in: arguments, out: results
  ['trap', 'vmctx u32:code', 'traps'],
  // Addresses are effective ones. 0 woken, 1 not equal, 2 timed out; nanoseconds, negative: for ever
  ['atomicWait32', 'vmctx u32:memory u64:address u32:expected u64:timeout', 'u64 traps'],
  ['atomicWait64', 'vmctx u32:memory u64:address u64:expected u64:timeout', 'u64 traps'],
  ['atomicNotify', 'vmctx u32:memory u64:address u32:count', 'u64 traps'], // threads woken
  // Of the heap: these may collect garbage. `type` is a TypeDesc, `array` is not null.
  ['structNew', 'vmctx ptr:type', 'ref traps'], // header and fields are not initialised
  ['structNewDefault', 'vmctx ptr:type', 'ref traps'],
  ['arrayNewDefault', 'vmctx ptr:type u32:length', 'ref traps'],
  ['arrayNew', 'vmctx ptr:type u32:length', 'ref traps'], // of the value in `VmContext.scratch`
  ['arrayNewData', 'vmctx ptr:type u32:segment u32:offset u32:length', 'ref traps'],
  ['arrayNewElem', 'vmctx ptr:type u32:segment u32:offset u32:length', 'ref traps'],
  ['arrayFill', 'vmctx ref:array u32:index u32:length', 'traps'], // with the value in `VmContext.scratch`
  ['arrayCopy', 'vmctx ref:to u32:toIndex ref:from u32:fromIndex u32:length', 'traps'],
  ['arrayInitData', 'vmctx ref:array u32:segment u32:index u32:offset u32:length', 'traps'],
  ['arrayInitElem', 'vmctx ref:array u32:segment u32:index u32:offset u32:length', 'traps'],
  ['exceptionNew', 'vmctx ptr:tag', 'ref traps'], // values are zero
  ['throw', 'vmctx ref:exception', 'traps'], // goes on at a landing pad, or leaves to whoever entered
] as const;

export type Builtin = (typeof builtinRows)[number][0];

export interface BuiltinRow {
  readonly index: number;
  /** Byte offset in the array that `VmContext.builtins` points to. */
  readonly offset: number;
  /** Integer parameters in order, each `type` or `type:name`. */
  readonly params: readonly string[];
  readonly result: 'u64' | 'ref' | '';
  readonly traps: boolean;
}

function numbered(): Readonly<Record<Builtin, BuiltinRow>> {
  const table: Partial<Record<Builtin, BuiltinRow>> = {};
  builtinRows.forEach(([name, params, result], index) => {
    table[name] = {
      index,
      offset: index * 8,
      params: params.split(' '),
      result: result.startsWith('u64') ? 'u64' : result.startsWith('ref') ? 'ref' : '',
      traps: result.endsWith('traps'),
    };
  });
  return table as Record<Builtin, BuiltinRow>;
}

export const builtins = numbered();

/** Frames: u32 byte length of what follows the header, u32 magic, u32 kind or status, u32 sequence number; payload. */
export const Frame = {header: 16, requestMagic: 0x51584c50, replyMagic: 0x52584c50} as const;
export const FrameKind = {ping: 1, hello: 2, batch: 3, shutdown: 4} as const;

/** Every op: u32 op | flags << 8, u32 byte length of the op with this header, then its fields (u32 units, blobs padded to 4). */
export const Op = {
  reset: 1, // -
  group: 2, // -
  code: 3, // code, bytes, n, n * 3 words of unwind frames, n, n * 3 words of call sites (compiler/unwind.ts)
  memory: 4, // memory, flags, pageSizeLog2, 0, u64 minPages, u64 maxPages
  table: 5, // table, ref init, u64 length, u64 max
  global: 6, // global, isRef, u64 low (or ref), u64 high
  instance: 7, // instance, vmctxSize, dataSegments, elemSegments, n, memories[n], n, tables[n]
  fields: 8, // instance, n, n * (field kind, offset, u64 value)
  globalsAt: 9, // instance, offset, first global, n, n * isRef (u32)
  functionsAt: 10, // instance, offset, first function, code, n, n * (code offset, type id)
  hostFunction: 11, // function, type id, code, code offset, index, param types, result types (bytes), n, n * (kind, memory or callback, width or depth or after, u64 address, u64 value, arg types, u64 args[])
  hostWorld: 12, // seed; a new trace, no exports
  dataSegment: 13, // instance, index, bytes
  elemSegment: 14, // instance, index, n, n * ref
  globalWrite: 15, // global, 0, u64 low (or ref), u64 high
  memoryWrite: 16, // memory, 0, u64 offset, bytes
  tableWrite: 17, // table, n, u64 offset, n * ref
  call: 18, // function, code, code offset of entry, timeout ms, argument slots, result slots, ref masks, u64 arguments
  memoryRead: 19, // memory, length, u64 offset -> bytes
  memoryDigest: 20, // memory, wants chunks -> u64 byte length, digest, n, chunk digests[n]
  memoryGrow: 21, // memory, 0, u64 delta -> u64 old pages or all ones
  tableRead: 22, // table, n, u64 offset -> u64 length, n * ref
  tableDigest: 23, // table, is of externs -> u64 length, digest of its references as slots; payloads of extern and i31 only
  globalRead: 24, // n, globals[n] -> n * (u64 low or ref, u64 high)
  hostTrace: 25, // -> count, hash, n, n * (function, ordinal, digest, n, u64 args[n])
  type: 27, // type id, TypeKind, bytes, 0, n, n * id of a supertype from the root, m, m * byte offset of a reference (array: 0)
  structNew: 28, // object, type id, bytes (all fields), n, n * ref: in the order of the type's references
  arrayNew: 29, // object, type id, length, n, n * (u64 low or ref, u64 high): a value for each element, one for all, or none
  heap: 30, // HeapOption bits: from now on
  tag: 32, // tag, n, n * isRef (u32) by value
  heapFacts: 31, // -> u64 bytes of blocks in use, u64 bytes of live objects at the last collection, u64 collections
  hostExports: 26, // n, memories[n], n, n * (function or ffffffff, code, code offset, param types, result types)
  thread: 33, // path of the FIFO to read, path of the FIFO to write (bytes)
} as const;

export type OpName = keyof typeof Op;

/** `guarded` ops are skipped after a guarded op of the same group failed; `Op.group` starts a group. */
export const OpFlag = {guarded: 1} as const;

/** `stress`: collect at every allocation, check the heap, poison what is free. */
export const HeapOption = {stress: 1} as const;

export const MemoryFlag = {is64: 1, shared: 2} as const;

/** What a field write stores at its vmctx offset; `value` is an immediate or a handle. */
export const FieldKind = {
  u32: 0,
  u64: 1,
  memoryBase: 2,
  memoryDesc: 3,
  tableDesc: 4,
  globalCell: 5,
  funcRef: 6,
  codeAddress: 7, // value = code handle | code offset << 32
  typeDesc: 8, // value = type id
  tag: 9, // value = tag handle
} as const;

/** First word of each reply record; the second is the record's byte length with this header. */
export const Status = {
  ok: 0, //
  trap: 1, // the facts of `TrapRecord`
  timeout: 2, // the same facts
  skipped: 3, // guarded, and an earlier op of the group failed
  resource: 4, // out of address space, or above a limit of this file
  exception: 5, // tag, 0, (u64 low or ref, u64 high) by value
} as const;

export const ReplyStatus = {ok: 0, malformed: 1} as const;

/** Why a frame was refused: reply payload = code, op index, byte offset of the op in the payload, op number. */
export const MalformedReason = {
  frame: 1, // unknown frame kind or length
  opHeader: 2, // op length out of range, or reserved flags set
  opNumber: 3,
  opBody: 4, // fields and op length disagree
  handle: 5, // not allocated, or allocated twice
  range: 6, // an offset, index, count or size out of range
  value: 7, // a field with a closed set of values holds another one
} as const;

/** How code stopped. */
export const TrapOrigin = {
  code: 0, // signal at `codeOffset` in `code`
  builtin: 1, // a builtin trapped with `trapCode`; `codeOffset` is the return address of its call
  wild: 2, // signal outside of emitted code: the runner may be corrupt, restart it
  operation: 3, // MEMORY_WRITE and the like, no code involved
} as const;

export const FaultClass = {none: 0, memory: 1, stack: 2, unknown: 3} as const;

/** Payload of a trap or timeout record, each u32 but the last, which is u64. */
export const TrapRecord = {
  origin: 8, // TrapOrigin
  signal: 12, // signal number, 0 without
  trapCode: 16, // base/traps.ts, 0 when the trap table has to tell
  code: 20, // code handle, 0xffffffff when outside of emitted code
  codeOffset: 24,
  fault: 28, // FaultClass
  memory: 32, // memory handle of the guard that was hit
  reserved: 36,
  address: 40, // u64: offset from the memory's base, or from the top of the stack downwards, or the raw address
  size: 48,
} as const;

/** CPU features, one bit each in the hello reply. */
export const CpuFeature = {
  sse3: 0,
  ssse3: 1,
  sse41: 2,
  sse42: 3,
  popcnt: 4,
  avx: 5,
  avx2: 6,
  bmi1: 7,
  bmi2: 8,
  lzcnt: 9,
  fma: 10,
  f16c: 11,
  avx512f: 12,
  lse: 16,
  fp16: 17,
  dotprod: 18,
} as const;

export const Arch = {x64: 1, arm64: 2} as const;

export const Limits = {
  frameBytes: 64 << 20, // longest payload
  handles: 1 << 20, // per kind, exclusive
  vmctxBytes: 64 << 20,
  memoryBytes: 2 ** 32, // largest linear memory
  reservationBytes: 2 ** 33 + 65536, // from the base; everything above the length faults
  tableEntries: 10_000_000,
  segments: 1 << 20, // per instance and kind
  callSlots: 4096,
  hostSlots: 2048, // of one host function
  stackBytes: 1 << 20, // default size of the wasm stack
  stackReserve: 65536, // below stackLimit, for builtins
  stackGuard: 65536, // unmapped, below the stack
  readBytes: 16 << 20, // of one MEMORY_READ or TABLE_READ
  digestChunk: 65536,
  heapBytes: 2 ** 29, // blocks of the heap; beyond it an allocation is a resource failure
  arrayCells: 2 ** 24, // 4-byte cells or references of one array; beyond it a trap
  supertypes: 63, // of one type
  structBytes: 1 << 20,
} as const;

/** What an instance contains. Imports come first in the index spaces of globals and functions. */
export interface InstanceCounts {
  readonly memories: number;
  readonly tables: number;
  readonly importedGlobals: number;
  /** Defined in the module. */
  readonly globals: number;
  readonly importedFunctions: number;
  /** Defined in the module. */
  readonly functions: number;
  /** Entries of the type section, after recursive groups are flattened. */
  readonly types: number;
  /** Imported ones included. */
  readonly tags: number;
}

/** Byte offsets of the areas of a vmctx. Use the functions below for single items. */
export interface InstanceLayout {
  readonly counts: InstanceCounts;
  /** Per memory 16 bytes: base pointer, pointer to its MemoryDesc. */
  readonly memories: number;
  /** Per table 8 bytes: pointer to its TableDesc. */
  readonly tables: number;
  /** Per imported global 8 bytes: pointer to its 16-byte cell. */
  readonly importedGlobals: number;
  /** Per imported function 8 bytes: pointer to its FuncRef. */
  readonly importedFunctions: number;
  /** Per own global 16 bytes, 16-aligned: the cell. */
  readonly globals: number;
  /** Per type index 4 bytes: the canonical type id. */
  readonly types: number;
  /** Per type index 8 bytes: pointer to the TypeDesc. */
  readonly typeDescs: number;
  /** Per tag 8 bytes: pointer to the tag, which is the type of its exceptions. */
  readonly tags: number;
  /** Per own function 32 bytes: the FuncRef. */
  readonly functions: number;
  /** Whole vmctx, a multiple of 16. The vmctx is 64-aligned. */
  readonly size: number;
}

const align16 = (offset: number): number => (offset + 15) & ~15;

/** Layout of the vmctx for a module with these counts; compiler and client both call it. */
export function instanceLayout(counts: InstanceCounts): InstanceLayout {
  const memories = VmContext.header;
  const tables = memories + 16 * counts.memories;
  const importedGlobals = tables + 8 * counts.tables;
  const importedFunctions = importedGlobals + 8 * counts.importedGlobals;
  const globals = align16(importedFunctions + 8 * counts.importedFunctions);
  const types = globals + GLOBAL_SIZE * counts.globals;
  const typeDescs = (types + 4 * counts.types + 7) & ~7;
  const tags = typeDescs + 8 * counts.types;
  const functions = align16(tags + 8 * counts.tags);
  const size = functions + FuncRef.size * counts.functions;
  assert(size <= Limits.vmctxBytes, `vmctx of ${size} bytes`);
  return {
    counts,
    memories,
    tables,
    importedGlobals,
    importedFunctions,
    globals,
    types,
    typeDescs,
    tags,
    functions,
    size,
  };
}

/** Offset of the base pointer of memory `index`. */
export function memoryBaseOffset(layout: InstanceLayout, index: number): number {
  assert(index < layout.counts.memories, `memory ${index}`);
  return layout.memories + 16 * index;
}

/** Offset of the pointer to the MemoryDesc of memory `index`. */
export function memoryDescOffset(layout: InstanceLayout, index: number): number {
  return memoryBaseOffset(layout, index) + 8;
}

/** Offset of the pointer to the TableDesc of table `index`. */
export function tableDescOffset(layout: InstanceLayout, index: number): number {
  assert(index < layout.counts.tables, `table ${index}`);
  return layout.tables + 8 * index;
}

/** Where an item of an index space lies: inline in the vmctx, or behind a pointer there when it is imported. */
export interface Place {
  readonly offset: number;
  readonly imported: boolean;
}

/** Place of the 16-byte cell of global `index`. */
export function globalPlace(layout: InstanceLayout, index: number): Place {
  const own = index - layout.counts.importedGlobals;
  assert(own < layout.counts.globals, `global ${index}`);
  if (own < 0) return {offset: layout.importedGlobals + 8 * index, imported: true};
  return {offset: layout.globals + GLOBAL_SIZE * own, imported: false};
}

/** Place of the FuncRef of function `index`. */
export function functionPlace(layout: InstanceLayout, index: number): Place {
  const own = index - layout.counts.importedFunctions;
  assert(own < layout.counts.functions, `function ${index}`);
  if (own < 0) return {offset: layout.importedFunctions + 8 * index, imported: true};
  return {offset: layout.functions + FuncRef.size * own, imported: false};
}

/** Offset of the canonical type id (u32) of type `index`. */
export function typeIdOffset(layout: InstanceLayout, index: number): number {
  assert(index < layout.counts.types, `type ${index}`);
  return layout.types + 4 * index;
}

/** Offset of the pointer to the TypeDesc of type `index`. */
export function typeDescOffset(layout: InstanceLayout, index: number): number {
  assert(index < layout.counts.types, `type ${index}`);
  return layout.typeDescs + 8 * index;
}

/** Offset of the pointer to tag `index`. */
export function tagOffset(layout: InstanceLayout, index: number): number {
  assert(index < layout.counts.tags, `tag ${index}`);
  return layout.tags + 8 * index;
}
