/**
 * Linear memories (spec section 4.2.8). The bytes live in a buffer that may be larger than the memory: growth copies only
 * when the buffer is full, and nothing but growth changes `bytes` and `view`. Bytes at `byteLength` and above are zero.
 *
 * A shared memory is a growable SharedArrayBuffer, which grows in place and may be grown by another thread at any time:
 * `refresh` finds that out. Threads share one by sending `buffer` and making a Memory of it on the other side.
 */
import {assert} from '../base/assert.ts';
import type {MemoryType} from '../wasm/types.ts';

/** Growth beyond this many bytes fails, creation throws RangeError. */
export const DEFAULT_MAX_BYTES = 2 ** 32;

/** Integer views for atomic accesses. */
export interface AtomicViews {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
}

export class Memory {
  readonly type: MemoryType;
  /** Size in bytes, always a whole number of pages; at most 2^53. */
  byteLength: number;
  /** All of the buffer; only the first `byteLength` bytes are the memory's. */
  bytes: Uint8Array;
  view: DataView;
  readonly #maxBytes: number;
  #atomics: AtomicViews | null = null;

  /** A new memory, zero; or, with `shared`, another thread's memory of the same type. */
  constructor(type: MemoryType, maxBytes = DEFAULT_MAX_BYTES, shared: SharedArrayBuffer | null = null) {
    const pageSize = 2 ** type.pageSizeLog2;
    const min = Number(type.limits.min) * pageSize;
    const declared = type.limits.max === null ? Number.POSITIVE_INFINITY : Number(type.limits.max) * pageSize;
    if (min > maxBytes) throw new RangeError(`memory of ${min} bytes is above the limit of ${maxBytes}`);
    assert(shared === null || type.shared, 'a shared memory');
    this.type = type;
    this.#maxBytes = Math.min(maxBytes, declared, type.address === 'i32' ? 2 ** 32 : 2 ** 53);
    const buffer =
      shared ?? (type.shared ? new SharedArrayBuffer(min, {maxByteLength: this.#maxBytes}) : new ArrayBuffer(min));
    this.byteLength = buffer.byteLength;
    this.bytes = new Uint8Array(buffer, 0, buffer.byteLength);
    this.view = new DataView(buffer, 0, buffer.byteLength);
  }

  /** The buffer of a shared memory, to be sent to another thread. */
  get buffer(): SharedArrayBuffer {
    const {buffer} = this.bytes;
    assert(buffer instanceof SharedArrayBuffer, 'a shared memory');
    return buffer;
  }

  /** Size in pages. */
  get pages(): number {
    this.refresh();
    return this.byteLength / 2 ** this.type.pageSizeLog2;
  }

  /** Exactly the memory's bytes; valid until the memory grows. */
  contents(): Uint8Array {
    this.refresh();
    return this.bytes.subarray(0, this.byteLength);
  }

  /** Reads the size of a shared memory again; whether another thread has grown it. */
  refresh(): boolean {
    if (!this.type.shared || this.bytes.buffer.byteLength === this.byteLength) return false;
    this.#use(this.bytes.buffer);
    return true;
  }

  /** Grows by pages; the old size in pages, or -1 when that is not possible. */
  grow(delta: number): number {
    return this.type.shared ? this.#growShared(delta) : this.#growOwn(delta);
  }

  /** Views for atomic accesses; valid until the memory grows. */
  get atomics(): AtomicViews {
    if (this.#atomics?.u8.buffer === this.bytes.buffer && this.#atomics.u8.length === this.bytes.length)
      return this.#atomics;
    const {buffer, length} = this.bytes;
    this.#atomics = {
      u8: this.bytes,
      u16: new Uint16Array(buffer, 0, length >> 1),
      i32: new Int32Array(buffer, 0, Math.floor(length / 4)),
      i64: new BigInt64Array(buffer, 0, Math.floor(length / 8)),
    };
    return this.#atomics;
  }

  #use(buffer: ArrayBufferLike): void {
    const {byteLength} = buffer;
    this.byteLength = byteLength;
    this.bytes = new Uint8Array(buffer, 0, byteLength);
    this.view = new DataView(buffer, 0, byteLength);
  }

  #growOwn(delta: number): number {
    const old = this.pages;
    const wanted = this.byteLength + delta * 2 ** this.type.pageSizeLog2;
    if (wanted > this.#maxBytes) return -1;
    if (wanted > this.bytes.length && !this.#reserve(wanted)) return -1;
    this.byteLength = wanted;
    return old;
  }

  #reserve(byteLength: number): boolean {
    const capacity = Math.min(this.#maxBytes, Math.max(byteLength, this.bytes.length * 2));
    const buffer = tryAllocate(capacity) ?? tryAllocate(byteLength);
    if (buffer === null) return false;
    const bytes = new Uint8Array(buffer);
    bytes.set(this.contents());
    this.bytes = bytes;
    this.view = new DataView(buffer);
    return true;
  }

  /** Another thread may grow at the same time: then the sum is computed again. */
  #growShared(delta: number): number {
    const {buffer} = this;
    for (;;) {
      const before = buffer.byteLength;
      const wanted = before + delta * 2 ** this.type.pageSizeLog2;
      if (wanted > this.#maxBytes) return -1;
      if (tryGrow(buffer, before, wanted)) {
        this.#use(buffer);
        return before / 2 ** this.type.pageSizeLog2;
      }
      if (buffer.byteLength === before) return -1;
    }
  }
}

/** Grows a shared buffer that has the size of before; false when it has not, or when there is no memory. */
function tryGrow(buffer: SharedArrayBuffer, before: number, wanted: number): boolean {
  try {
    if (buffer.byteLength !== before) return false;
    buffer.grow(wanted);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function tryAllocate(byteLength: number): ArrayBuffer | null {
  try {
    return new ArrayBuffer(byteLength);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
