/**
 * The digest of one memory again and again: chunks that did not change since the last time keep their digest. Comparing
 * is native and ten times faster than digesting. Gives exactly `memoryDigest` (engine/src/base/digest.ts).
 */
import {CHUNK_BYTES, combineChunks, xxh32} from '#engine/base/digest.ts';

const ZEROS = Buffer.alloc(CHUNK_BYTES);

export class MemoryDigester {
  /** Contents of each chunk when it was digested last. */
  readonly #known: Buffer[] = [];
  #digests = new Uint32Array();

  /** Digest of the memory with these bytes. */
  digest(bytes: Uint8Array): number {
    const count = Math.ceil(bytes.length / CHUNK_BYTES);
    if (count !== this.#digests.length) this.#resize(count);
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < count; index++)
      this.#update(index, all.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
    return combineChunks(this.#digests, bytes.length);
  }

  #resize(count: number): void {
    const digests = new Uint32Array(count);
    digests.set(this.#digests.subarray(0, count));
    this.#digests = digests;
    this.#known.length = count;
  }

  #update(index: number, chunk: Buffer): void {
    const known = this.#known[index] ?? ZEROS.subarray(0, chunk.length);
    if (known.equals(chunk)) return;
    this.#digests[index] = ZEROS.subarray(0, chunk.length).equals(chunk) ? 0 : xxh32(chunk);
    this.#known[index] = Buffer.from(chunk);
  }
}
