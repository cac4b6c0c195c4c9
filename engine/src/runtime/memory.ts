/**
 * Linear memories (spec section 4.2.8). The bytes live in a buffer that may be larger than the memory: growth copies only
 * when the buffer is full, and nothing but growth changes `buffer`. Bytes at `byteLength` and above are zero.
 */
import type {MemoryType} from '../wasm/types.ts';

/** Growth and creation beyond this many bytes fail (growth) or throw RangeError (creation). */
export const DEFAULT_MAX_BYTES = 2 ** 32;

export class Memory {
  readonly type: MemoryType;
  /** Size in bytes, always a whole number of pages; at most 2^53. */
  byteLength = 0;
  /** All of the buffer; only the first `byteLength` bytes are the memory's. */
  bytes: Uint8Array;
  view: DataView;
  readonly #maxBytes: number;

  constructor(type: MemoryType, maxBytes = DEFAULT_MAX_BYTES) {
    const pageSize = 2 ** type.pageSizeLog2;
    const byteLength = Number(type.limits.min) * pageSize;
    const declared = type.limits.max === null ? Number.POSITIVE_INFINITY : Number(type.limits.max) * pageSize;
    const addressable = type.address === 'i32' ? 2 ** 32 : 2 ** 53;
    if (byteLength > maxBytes) throw new RangeError(`memory of ${byteLength} bytes is above the limit of ${maxBytes}`);
    this.type = type;
    this.#maxBytes = Math.min(maxBytes, declared, addressable);
    this.byteLength = byteLength;
    this.bytes = new Uint8Array(allocate(type.shared, byteLength, this.#maxBytes));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Size in pages. */
  get pages(): number {
    return this.byteLength / 2 ** this.type.pageSizeLog2;
  }

  /** Exactly the memory's bytes; valid until the memory grows. */
  contents(): Uint8Array {
    return this.bytes.subarray(0, this.byteLength);
  }

  /** Whether another thread may have grown the memory since its size was last read; reads it again. */
  refresh(): boolean {
    return this.type.shared;
  }

  /** Grows by pages; the old size in pages, or -1 when that is not possible. */
  grow(delta: number): number {
    const old = this.pages;
    const wanted = this.byteLength + delta * 2 ** this.type.pageSizeLog2;
    if (wanted > this.#maxBytes) return -1;
    if (wanted > this.bytes.length && !this.#reserve(wanted)) return -1;
    this.byteLength = wanted;
    return old;
  }

  #reserve(byteLength: number): boolean {
    const capacity = Math.min(this.#maxBytes, Math.max(byteLength, this.bytes.length * 2));
    const bytes = tryAllocate(this.type.shared, capacity) ?? tryAllocate(this.type.shared, byteLength);
    if (bytes === null) return false;
    bytes.set(this.contents());
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    return true;
  }
}

function allocate(shared: boolean, byteLength: number, maxBytes: number): ArrayBufferLike {
  if (shared) return new SharedArrayBuffer(byteLength, {maxByteLength: maxBytes});
  return new ArrayBuffer(byteLength);
}

function tryAllocate(shared: boolean, byteLength: number): Uint8Array | null {
  try {
    return new Uint8Array(allocate(shared, byteLength, byteLength));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
