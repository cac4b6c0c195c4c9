/**
 * What the compiler makes of a module: position-independent bytes and the tables that explain them. Plain data, the same
 * for the same input; `encodeImage` gives versioned bytes, `decodeImage` reads them back.
 *
 * The code map and the trap table are sorted by code offset. A map entry holds for the code from its offset to the next
 * entry. A trap entry belongs to the exact offset of a faulting instruction, or to the return address of a builtin call.
 */
import {assert} from '#engine/base/assert.ts';
import {Malformed} from '#engine/base/errors.ts';
import {type InstanceCounts, type InstanceLayout, instanceLayout} from '#engine/runtime/layout.ts';
import type {Type} from './ir/types.ts';
import type {UnwindTable} from './unwind.ts';

export const IMAGE_VERSION = 3;

export interface TrapTable {
  readonly offsets: Int32Array;
  /** base/traps.ts */
  readonly codes: Uint8Array;
  /** Byte offset of the wasm instruction in the module. */
  readonly wasm: Int32Array;
}

export interface CodeMap {
  readonly offsets: Int32Array;
  readonly wasm: Int32Array;
  /** Index into `Image.rules`. */
  readonly rules: Uint16Array;
}

/** Types of the slots of a call as the machine sees them, without the vmctx. */
export interface ImageSignature {
  readonly params: readonly Type[];
  readonly results: readonly Type[];
}

export interface Image {
  readonly target: 'x64' | 'arm64';
  readonly code: Uint8Array;
  /** Code offset of each function defined in the module. */
  readonly functions: Int32Array;
  /** Code offset behind the instructions of each function, where its constants and jump tables stand. */
  readonly functionData: Int32Array;
  /** Code offset behind each function and its data. */
  readonly functionEnds: Int32Array;
  readonly signatures: readonly ImageSignature[];
  /** Signature id by wasm type index; -1: not a function type. */
  readonly typeSignatures: Int32Array;
  /** Code offset by signature id. */
  readonly entryThunks: Int32Array;
  readonly hostThunks: Int32Array;
  readonly traps: TrapTable;
  readonly map: CodeMap;
  readonly unwind: UnwindTable;
  /** Names of the rules that the code map mentions. */
  readonly rules: readonly string[];
  /** Shape of the vmctx that the code was compiled against. */
  readonly layout: InstanceLayout;
}

/**
 * Trap at an exact code offset: code and wasm offset; undefined when the code cannot trap there. `isReturn`: a builtin that
 * was to return there has trapped, else the instruction there; both may be in the table, the return (code 0) first.
 */
export function trapAt(
  image: Image,
  codeOffset: number,
  isReturn = false,
): {code: number; wasmOffset: number} | undefined {
  const {offsets, codes} = image.traps;
  let i = lastAtOrBefore(offsets, codeOffset);
  if (i < 0 || offsets[i] !== codeOffset) return undefined;
  if (isReturn && codes[i] !== 0 && offsets[i - 1] === codeOffset) i--;
  return {code: image.traps.codes[i]!, wasmOffset: image.traps.wasm[i]!};
}

/** Origin of the instruction at a code offset; undefined in thunks. */
export function originAt(image: Image, codeOffset: number): {wasmOffset: number; rule: string} | undefined {
  const i = lastAtOrBefore(image.map.offsets, codeOffset);
  if (i < 0) return undefined;
  return {wasmOffset: image.map.wasm[i]!, rule: image.rules[image.map.rules[i]!]!};
}

function lastAtOrBefore(offsets: Int32Array, offset: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const MAGIC = 0x49584c50; // "PLXI"
const COUNT_FIELDS = [
  'memories',
  'tables',
  'importedGlobals',
  'globals',
  'importedFunctions',
  'functions',
  'types',
  'tags',
] as const satisfies (keyof InstanceCounts)[];

/** Versioned bytes of an image: u32 words, then blobs; every blob is u32 length, bytes, padding to 4. */
export function encodeImage(image: Image): Uint8Array {
  const header = JSON.stringify({
    target: image.target,
    signatures: image.signatures,
    rules: image.rules,
    counts: COUNT_FIELDS.map((field) => image.layout.counts[field]),
  });
  const {traps, map} = image;
  const blobs = [
    new TextEncoder().encode(header),
    image.code,
    image.functions,
    image.functionData,
    image.functionEnds,
    image.typeSignatures,
    image.entryThunks,
    image.hostThunks,
    traps.offsets,
    traps.codes,
    traps.wasm,
    map.offsets,
    map.wasm,
    map.rules,
    image.unwind.frames,
    image.unwind.sites,
  ];
  const size = blobs.reduce((sum, blob) => sum + 4 + ((blob.byteLength + 3) & ~3), 8);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, IMAGE_VERSION, true);
  let at = 8;
  for (const blob of blobs) {
    view.setUint32(at, blob.byteLength, true);
    bytes.set(new Uint8Array(blob.buffer, blob.byteOffset, blob.byteLength), at + 4);
    at += 4 + ((blob.byteLength + 3) & ~3);
  }
  return bytes;
}

/** Inverse of encodeImage. Throws Malformed on bytes that are no image of this version. */
export function decodeImage(bytes: Uint8Array): Image {
  const blobs = readBlobs(bytes);
  const [header, code, ...columns] = blobs;
  const {target, signatures, rules, counts} = JSON.parse(new TextDecoder().decode(header)) as {
    target: Image['target'];
    signatures: ImageSignature[];
    rules: string[];
    counts: number[];
  };
  const words = (i: number): Int32Array => new Int32Array(columns[i]!.slice().buffer);
  const named = Object.fromEntries(COUNT_FIELDS.map((field, i) => [field, counts[i]])) as unknown as InstanceCounts;
  return {
    target,
    signatures,
    rules,
    code: code!.slice(),
    functions: words(0),
    functionData: words(1),
    functionEnds: words(2),
    typeSignatures: words(3),
    entryThunks: words(4),
    hostThunks: words(5),
    layout: instanceLayout(named),
    traps: {offsets: words(6), codes: columns[7]!.slice(), wasm: words(8)},
    map: {offsets: words(9), wasm: words(10), rules: new Uint16Array(columns[11]!.slice().buffer)},
    unwind: {frames: words(12), sites: words(13)},
  };
}

const BLOB_COUNT = 16;

function readBlobs(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC) throw new Malformed('not a code image', 0);
  if (view.getUint32(4, true) !== IMAGE_VERSION)
    throw new Malformed(`code image of version ${view.getUint32(4, true)}, expected ${IMAGE_VERSION}`, 4);
  const blobs: Uint8Array[] = [];
  let at = 8;
  for (let i = 0; i < BLOB_COUNT; i++) {
    if (at + 4 > bytes.length) throw new Malformed('unexpected end of code image', at);
    const length = view.getUint32(at, true);
    if (at + 4 + length > bytes.length) throw new Malformed('unexpected end of code image', at);
    blobs.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + ((length + 3) & ~3);
  }
  assert(blobs.length === BLOB_COUNT, 'blobs of an image');
  return blobs;
}
