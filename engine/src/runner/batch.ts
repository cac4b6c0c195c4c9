/**
 * Writes the ops of one batch (layout.ts, `Op`) into a buffer that is reused. Every method appends one op and gives its
 * index, under which the reply has its record. Handles are chosen by the caller: dense, one space per kind.
 */
import {assert} from '#engine/base/assert.ts';
import {bitsOf} from '#engine/base/wire-value.ts';
import {emptyUnwindTable, type UnwindTable} from '#engine/compiler/unwind.ts';
import {
  type HostAction,
  HostActionCode,
  type HostScript,
  type HostType,
  HostTypeCode,
} from '#engine/runtime/host-script.ts';
import {
  FieldKind,
  Frame,
  FrameKind,
  HeapOption,
  MemoryFlag,
  Op,
  OpFlag,
  RefTag,
  TypeKind,
} from '#engine/runtime/layout.ts';

type U64 = number | bigint;

/** A reference on the wire: tag | payload << 32. */
export type WireRef = bigint;
export const nullRef: WireRef = 0n;
export const functionRef = (handle: number): WireRef => BigInt(RefTag.func) | (BigInt(handle) << 32n);
export const externRef = (id: number): WireRef => BigInt(RefTag.extern) | (BigInt(id) << 32n);
/** Input only: an object that `structNew` or `arrayNew` made, by its handle. */
export const objectRef = (handle: number): WireRef => BigInt(RefTag.object) | (BigInt(handle) << 32n);
export const i31Ref = (value: number): WireRef => BigInt(RefTag.i31) | (BigInt(value & 0x7fffffff) << 32n);
/** Input only: the present value of a global. */
export const globalRef = (handle: number): WireRef => BigInt(RefTag.global) | (BigInt(handle) << 32n);

export interface MemorySpec {
  readonly minPages: U64;
  readonly maxPages: U64;
  /** 16 unless custom page sizes. */
  readonly pageSizeLog2?: number;
  readonly is64?: boolean;
  readonly shared?: boolean;
}

/** A canonical type as the runner wants it (runtime/layout.ts, TypeDesc). */
export interface TypeSpec {
  readonly kind: 'func' | 'struct' | 'array';
  /** Of a structure with its header, of an element of an array, 0 for functions. */
  readonly bytes: number;
  /** Ids, the root first. */
  readonly supertypes: ArrayLike<number>;
  /** Byte offsets of a structure's references; [0] for an array of references. */
  readonly references: readonly number[];
}

export interface InstanceSpec {
  /** `size` of its InstanceLayout. */
  readonly vmctxSize: number;
  readonly memories: readonly number[];
  readonly tables: readonly number[];
  /** How many; all empty (dropped) until dataSegment and elemSegment fill them. */
  readonly dataSegments: number;
  readonly elemSegments: number;
}

export interface FieldWrite {
  readonly kind: keyof typeof FieldKind;
  /** In the vmctx. */
  readonly offset: number;
  /** Immediate or handle. */
  readonly value: U64;
}

export interface FunctionPlacement {
  readonly instance: number;
  /** Of the first FuncRef in the vmctx; the others follow. */
  readonly offset: number;
  /** Handle of the first function; the others follow. */
  readonly first: number;
  readonly code: number;
  readonly codeOffsets: ArrayLike<number>;
  readonly typeIds: ArrayLike<number>;
}

export interface CodePlace {
  readonly code: number;
  readonly offset: number;
}

export interface CallSpec {
  readonly func: number;
  /** The entry thunk of the function's signature. */
  readonly entry: CodePlace;
  /** 0: none. */
  readonly timeoutMs: number;
  /** Argument slots; references as WireRef at the slots of `argRefs`. */
  readonly args: readonly bigint[];
  readonly resultSlots: number;
  /** Slot indices that hold references. */
  readonly argRefs?: readonly number[];
  readonly resultRefs?: readonly number[];
}

/** An export that the script may call back. */
export interface HostCallback {
  readonly func: number;
  readonly entry: CodePlace;
  readonly params: readonly HostType[];
  readonly results: readonly HostType[];
}

export interface GuardOption {
  /** Skipped after an earlier guarded op of the group failed. */
  readonly guarded?: boolean;
}

const NO_HANDLE = 0xffffffff;

/** The fields of an action on the wire; arguments apart. */
function actionFields(
  action: HostAction,
  callbacks: readonly string[],
): {index: number; limit: number; address: number; value: U64} {
  switch (action.kind) {
    case 'log':
      return {index: 0, limit: 0, address: 0, value: 0};
    case 'write':
      return {index: action.memory, limit: action.width, address: action.address, value: action.value};
    case 'grow':
      return {index: action.memory, limit: 0, address: 0, value: action.pages};
    case 'call': {
      const impossible = action.args.some(({kind}) => !(kind in HostTypeCode));
      const index = impossible ? NO_HANDLE : callbacks.indexOf(action.name) >>> 0;
      return {index, limit: action.depth, address: 0, value: 0};
    }
    case 'trap':
      return {index: 0, limit: action.after, address: 0, value: 0};
    default:
      return action satisfies never;
  }
}

export class Batch {
  #words = new Uint32Array(4096);
  #bytes = new Uint8Array(this.#words.buffer);
  /** In words. */
  #length = Frame.header / 4;
  #opStart = 0;
  /** Ops so far. */
  count = 0;

  /** Forgets all ops. */
  clear(): void {
    this.#length = Frame.header / 4;
    this.count = 0;
  }

  /** The frame, valid until the next change. */
  frame(sequence: number): Uint8Array {
    this.#words[0] = this.#length * 4 - Frame.header;
    this.#words[1] = Frame.requestMagic;
    this.#words[2] = FrameKind.batch;
    this.#words[3] = sequence;
    return this.#bytes.subarray(0, this.#length * 4);
  }

  /** Frees every object and the host world. */
  reset(): number {
    this.#begin(Op.reset);
    return this.#end();
  }

  /** Starts a group of guarded ops. */
  group(): number {
    this.#begin(Op.group);
    return this.#end();
  }

  /** `unwind`: what exceptions need to go through the code; without it they cannot. */
  code(handle: number, bytes: Uint8Array, unwind: UnwindTable = emptyUnwindTable): number {
    this.#begin(Op.code);
    this.#u32(handle);
    this.#blob(bytes);
    for (const rows of [unwind.frames, unwind.sites]) {
      this.#u32(rows.length / 3);
      for (const word of rows) this.#u32(word);
    }
    return this.#end();
  }

  memory(handle: number, spec: MemorySpec): number {
    this.#begin(Op.memory);
    this.#u32(handle);
    this.#u32((spec.is64 === true ? MemoryFlag.is64 : 0) | (spec.shared === true ? MemoryFlag.shared : 0));
    this.#u32(spec.pageSizeLog2 ?? 16);
    this.#u32(0);
    this.#u64(spec.minPages);
    this.#u64(spec.maxPages);
    return this.#end();
  }

  table(handle: number, length: U64, max: U64, init: WireRef): number {
    this.#begin(Op.table);
    this.#u32(handle);
    this.#u64(init);
    this.#u64(length);
    this.#u64(max);
    return this.#end();
  }

  /** A global outside of any instance. `low` is a WireRef for references; `high` is the upper half of a v128. */
  global(handle: number, isRef: boolean, low: bigint, high: bigint): number {
    this.#begin(Op.global);
    this.#u32(handle);
    this.#u32(isRef ? 1 : 0);
    this.#u64(low);
    this.#u64(high);
    return this.#end();
  }

  /** A tag; for each value of its exceptions whether it is a reference. */
  tag(handle: number, isRef: readonly boolean[]): number {
    this.#begin(Op.tag);
    this.#u32(handle);
    this.#list(isRef.map(Number));
    return this.#end();
  }

  instance(handle: number, spec: InstanceSpec): number {
    this.#begin(Op.instance);
    for (const word of [handle, spec.vmctxSize, spec.dataSegments, spec.elemSegments]) this.#u32(word);
    this.#list(spec.memories);
    this.#list(spec.tables);
    return this.#end();
  }

  fields(instance: number, writes: readonly FieldWrite[]): number {
    this.#begin(Op.fields);
    this.#u32(instance);
    this.#u32(writes.length);
    for (const write of writes) {
      this.#u32(FieldKind[write.kind]);
      this.#u32(write.offset);
      this.#u64(write.value);
    }
    return this.#end();
  }

  /** Names consecutive inline cells: handles first, first + 1, ... */
  globalsAt(instance: number, offset: number, first: number, isRef: readonly boolean[]): number {
    this.#begin(Op.globalsAt);
    for (const word of [instance, offset, first]) this.#u32(word);
    this.#list(isRef.map(Number));
    return this.#end();
  }

  /** Writes and names consecutive inline FuncRefs. */
  functionsAt(place: FunctionPlacement): number {
    this.#begin(Op.functionsAt);
    for (const word of [place.instance, place.offset, place.first, place.code, place.codeOffsets.length])
      this.#u32(word);
    for (let i = 0; i < place.codeOffsets.length; i++) {
      this.#u32(place.codeOffsets[i]!);
      this.#u32(place.typeIds[i]!);
    }
    return this.#end();
  }

  /**
   * Function `index` of the script, behind a host thunk. `callbacks`: callbackNames(script), as for hostExports.
   * A function with no actions returns draws of the world's seed; one without results does nothing.
   */
  hostFunction(
    handle: number,
    typeId: number,
    thunk: CodePlace,
    index: number,
    script: HostScript,
    callbacks: readonly string[],
  ): number {
    const host = script.functions[index]!;
    this.#begin(Op.hostFunction);
    for (const word of [handle, typeId, thunk.code, thunk.offset, index]) this.#u32(word);
    this.#types(host.params);
    this.#types(host.results);
    this.#u32(host.actions.length);
    for (const action of host.actions) this.#action(action, callbacks);
    return this.#end();
  }

  /** A new world for all host functions: its seed, an empty trace, no exports. Comes before the first call. */
  hostWorld(seed: number): number {
    this.#begin(Op.hostWorld);
    this.#u32(seed);
    return this.#end();
  }

  /**
   * What scripts see from now on: exported memories in export order, and for each of callbackNames(script) the export,
   * null when there is none or when it has types that are no numbers. Comes after a completed instantiation.
   */
  hostExports(
    memories: readonly number[],
    callbacks: readonly (HostCallback | null)[],
    option: GuardOption = {},
  ): number {
    this.#begin(Op.hostExports, option);
    this.#list(memories);
    this.#u32(callbacks.length);
    for (const callback of callbacks) {
      this.#u32(callback === null ? NO_HANDLE : callback.func);
      this.#u32(callback === null ? 0 : callback.entry.code);
      this.#u32(callback === null ? 0 : callback.entry.offset);
      this.#types(callback === null ? [] : callback.params);
      this.#types(callback === null ? [] : callback.results);
    }
    return this.#end();
  }

  dataSegment(instance: number, index: number, bytes: Uint8Array): number {
    this.#begin(Op.dataSegment);
    this.#u32(instance);
    this.#u32(index);
    this.#blob(bytes);
    return this.#end();
  }

  elemSegment(instance: number, index: number, refs: readonly WireRef[], option: GuardOption = {}): number {
    this.#begin(Op.elemSegment, option);
    this.#u32(instance);
    this.#u32(index);
    this.#u32(refs.length);
    for (const ref of refs) this.#u64(ref);
    return this.#end();
  }

  /** Tells a canonical type; once, and before what names it. */
  type(typeId: number, {kind, bytes, supertypes, references}: TypeSpec): number {
    this.#begin(Op.type);
    for (const word of [typeId, TypeKind[kind], bytes, 0]) this.#u32(word);
    this.#list(Array.from(supertypes));
    this.#list(references);
    return this.#end();
  }

  /** A structure that lives until reset: the bytes of all fields, and its references in the order of the type's. */
  structNew(
    handle: number,
    typeId: number,
    fields: Uint8Array,
    refs: readonly WireRef[],
    option: GuardOption = {},
  ): number {
    this.#begin(Op.structNew, option);
    this.#u32(handle);
    this.#u32(typeId);
    this.#blob(fields);
    this.#u32(refs.length);
    for (const ref of refs) this.#u64(ref);
    return this.#end();
  }

  /**
   * An array that lives until reset. `values`: (low or WireRef, high) of each element, of one that all have, or of none when
   * they are zero or null. Traps when it is too large.
   */
  arrayNew(
    handle: number,
    typeId: number,
    length: number,
    values: readonly (readonly [bigint, bigint])[],
    option: GuardOption = {},
  ): number {
    this.#begin(Op.arrayNew, option);
    for (const word of [handle, typeId, length, values.length]) this.#u32(word);
    for (const [low, high] of values) {
      this.#u64(low);
      this.#u64(high);
    }
    return this.#end();
  }

  /** Options of the heap until the next reset. */
  heap({stress}: {readonly stress: boolean}): number {
    this.#begin(Op.heap);
    this.#u32(stress ? HeapOption.stress : 0);
    return this.#end();
  }

  heapFacts(): number {
    this.#begin(Op.heapFacts);
    return this.#end();
  }

  globalWrite(handle: number, low: bigint, high: bigint, option: GuardOption = {}): number {
    this.#begin(Op.globalWrite, option);
    this.#u32(handle);
    this.#u32(0);
    this.#u64(low);
    this.#u64(high);
    return this.#end();
  }

  /** Traps when out of bounds, as an active data segment does. */
  memoryWrite(memory: number, offset: U64, bytes: Uint8Array, option: GuardOption = {}): number {
    this.#begin(Op.memoryWrite, option);
    this.#u32(memory);
    this.#u32(0);
    this.#u64(offset);
    this.#blob(bytes);
    return this.#end();
  }

  /** Traps when out of bounds, as an active element segment does. */
  tableWrite(table: number, offset: U64, refs: readonly WireRef[], option: GuardOption = {}): number {
    this.#begin(Op.tableWrite, option);
    this.#u32(table);
    this.#u32(refs.length);
    this.#u64(offset);
    for (const ref of refs) this.#u64(ref);
    return this.#end();
  }

  call(spec: CallSpec, option: GuardOption = {}): number {
    this.#begin(Op.call, option);
    const {entry, args, resultSlots} = spec;
    for (const word of [spec.func, entry.code, entry.offset, spec.timeoutMs, args.length, resultSlots]) this.#u32(word);
    this.#mask(args.length, spec.argRefs ?? []);
    this.#mask(resultSlots, spec.resultRefs ?? []);
    for (const slot of args) this.#u64(slot);
    return this.#end();
  }

  memoryRead(memory: number, offset: U64, length: number): number {
    this.#begin(Op.memoryRead);
    this.#u32(memory);
    this.#u32(length);
    this.#u64(offset);
    return this.#end();
  }

  memoryDigest(memory: number, wantsChunks: boolean): number {
    this.#begin(Op.memoryDigest);
    this.#u32(memory);
    this.#u32(wantsChunks ? 1 : 0);
    return this.#end();
  }

  memoryGrow(memory: number, deltaPages: U64): number {
    this.#begin(Op.memoryGrow);
    this.#u32(memory);
    this.#u32(0);
    this.#u64(deltaPages);
    return this.#end();
  }

  tableRead(table: number, offset: U64, count: number): number {
    this.#begin(Op.tableRead);
    this.#u32(table);
    this.#u32(count);
    this.#u64(offset);
    return this.#end();
  }

  /** `isExtern`: of the extern hierarchy, where what is no host reference is seen as nothing but foreign. */
  tableDigest(table: number, isExtern = false): number {
    this.#begin(Op.tableDigest);
    this.#u32(table);
    this.#u32(isExtern ? 1 : 0);
    return this.#end();
  }

  globalRead(globals: readonly number[]): number {
    this.#begin(Op.globalRead);
    this.#list(globals);
    return this.#end();
  }

  hostTrace(): number {
    this.#begin(Op.hostTrace);
    return this.#end();
  }

  /** Another thread of the runner serves these FIFOs from now on; both are held open here meanwhile. */
  thread(readPath: string, writePath: string): number {
    this.#begin(Op.thread);
    for (const path of [readPath, writePath]) this.#blob(new TextEncoder().encode(path));
    return this.#end();
  }

  #begin(op: number, option: GuardOption = {}): void {
    this.#opStart = this.#length;
    this.#u32(op | (option.guarded === true ? OpFlag.guarded << 8 : 0));
    this.#u32(0);
  }

  #end(): number {
    this.#words[this.#opStart + 1] = (this.#length - this.#opStart) * 4;
    return this.count++;
  }

  #room(words: number): void {
    if (this.#length + words <= this.#words.length) return;
    const grown = new Uint32Array(Math.max(this.#words.length * 2, this.#length + words));
    grown.set(this.#words.subarray(0, this.#length));
    this.#words = grown;
    this.#bytes = new Uint8Array(grown.buffer);
  }

  #u32(value: number): void {
    this.#room(1);
    this.#words[this.#length++] = value;
  }

  #u64(value: U64): void {
    if (typeof value === 'number') {
      assert(Number.isSafeInteger(value) && value >= 0, `u64 ${value}`);
      this.#u32(value >>> 0);
      this.#u32(Math.floor(value / 2 ** 32));
    } else {
      this.#u32(Number(value & 0xffffffffn));
      this.#u32(Number((value >> 32n) & 0xffffffffn));
    }
  }

  #list(values: readonly number[]): void {
    this.#u32(values.length);
    for (const value of values) this.#u32(value);
  }

  #blob(bytes: Uint8Array): void {
    const words = Math.ceil(bytes.length / 4);
    this.#u32(bytes.length);
    this.#room(words);
    if (words > 0) this.#words[this.#length + words - 1] = 0;
    this.#bytes.set(bytes, this.#length * 4);
    this.#length += words;
  }

  #types(types: readonly HostType[]): void {
    this.#blob(Uint8Array.from(types, (type) => HostTypeCode[type]));
  }

  #action(action: HostAction, callbacks: readonly string[]): void {
    const fields = actionFields(action, callbacks);
    for (const word of [HostActionCode[action.kind], fields.index, fields.limit]) this.#u32(word);
    this.#u64(fields.address);
    this.#u64(fields.value);
    const args = action.kind === 'call' ? action.args : [];
    // Arguments that are no numbers make the call impossible, as any export's types then differ.
    const numbers = args.every(({kind}) => kind in HostTypeCode) ? args : [];
    this.#types(numbers.map(({kind}) => kind as HostType));
    for (const arg of numbers) this.#u64(bitsOf(arg));
  }

  #mask(slots: number, refs: readonly number[]): void {
    const words = new Uint32Array(Math.ceil(slots / 32));
    for (const slot of refs) {
      assert(slot < slots, `reference in slot ${slot} of ${slots}`);
      words[slot >>> 5]! |= 1 << (slot & 31);
    }
    for (const word of words) this.#u32(word);
  }
}
