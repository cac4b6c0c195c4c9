/**
 * The digest of one memory again and again: chunks that did not change since the last time keep their digest. Comparing
 * is native and ten times faster than digesting. Gives exactly `memoryDigest` (engine/src/base/digest.ts).
 */
import {CHUNK_BYTES, combineChunks, xxh32} from '#engine/base/digest.ts';

const ZEROS = Buffer.alloc(CHUNK_BYTES);

export class MemoryDigester {
  /** What the memory held when it was digested last. */
  #known = Buffer.alloc(0);
  #chunks = new Uint32Array();
  #digest = combineChunks(this.#chunks, 0);

  /** Digest of the memory with these bytes; memories never shrink. */
  digest(bytes: Uint8Array): number {
    const present = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const isSameSize = present.length === this.#known.length;
    if (isSameSize && present.equals(this.#known)) return this.#digest;
    if (!isSameSize) this.#resize(present.length);
    for (let start = 0; start < present.length; start += CHUNK_BYTES) this.#update(present, start);
    this.#digest = combineChunks(this.#chunks, present.length);
    return this.#digest;
  }

  #resize(byteLength: number): void {
    const known = Buffer.alloc(byteLength);
    this.#known.copy(known);
    // The last chunk may have been a part of one.
    const whole = Math.floor(this.#known.length / CHUNK_BYTES);
    if (this.#known.length % CHUNK_BYTES !== 0) known.fill(0, whole * CHUNK_BYTES);
    const chunks = new Uint32Array(Math.ceil(byteLength / CHUNK_BYTES));
    chunks.set(this.#chunks.subarray(0, whole));
    this.#known = known;
    this.#chunks = chunks;
  }

  #update(present: Buffer, start: number): void {
    const end = Math.min(start + CHUNK_BYTES, present.length);
    if (present.compare(this.#known, start, end, start, end) === 0) return;
    const isZero = present.compare(ZEROS, 0, end - start, start, end) === 0;
    this.#chunks[start / CHUNK_BYTES] = isZero ? 0 : xxh32(present.subarray(start, end));
    present.copy(this.#known, start, start, end);
  }
}
