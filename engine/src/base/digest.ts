/**
 * Digests of memories and slot lists. native/digest.c computes the same numbers.
 * A memory is cut into 64 KiB chunks (the last may be shorter); a chunk's digest is its XXH32 with seed 0, and 0 when all
 * its bytes are 0, so that untouched pages can be skipped. The memory's digest folds (index, digest) of the non-zero
 * chunks and the byte length.
 */
export const CHUNK_BYTES = 65536;

const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

const fold = (hash: number, word: number): number => {
  const h = hash ^ Math.imul(word, P2);
  return (Math.imul((h << 13) | (h >>> 19), P1) + P4) | 0;
};

const avalanche = (hash: number): number => {
  let h = hash;
  h = Math.imul(h ^ (h >>> 15), P2);
  h = Math.imul(h ^ (h >>> 13), P3);
  return (h ^ (h >>> 16)) >>> 0;
};

/** The four lanes over whole 16-byte stripes of words, merged. */
function stripes(words: Int32Array, from: number, to: number): number {
  let a = (P1 + P2) | 0;
  let b = P2;
  let c = 0;
  let d = -P1 | 0;
  for (let i = from; i < to; i += 4) {
    a = (a + Math.imul(words[i]!, P2)) | 0;
    b = (b + Math.imul(words[i + 1]!, P2)) | 0;
    c = (c + Math.imul(words[i + 2]!, P2)) | 0;
    d = (d + Math.imul(words[i + 3]!, P2)) | 0;
    a = Math.imul((a << 13) | (a >>> 19), P1);
    b = Math.imul((b << 13) | (b >>> 19), P1);
    c = Math.imul((c << 13) | (c >>> 19), P1);
    d = Math.imul((d << 13) | (d >>> 19), P1);
  }
  const low = ((a << 1) | (a >>> 31)) + ((b << 7) | (b >>> 25));
  return (low + ((c << 12) | (c >>> 20)) + ((d << 18) | (d >>> 14))) | 0;
}

/** XXH32 with seed 0. Fast when the bytes are 4-aligned in their buffer. */
export function xxh32(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >>> 2);
  const striped = words.length & ~3;
  let h = striped > 0 ? stripes(words, 0, striped) : P5;
  h = (h + aligned.length) | 0;
  for (let i = striped; i < words.length; i++) {
    h = (h + Math.imul(words[i]!, P3)) | 0;
    h = Math.imul((h << 17) | (h >>> 15), P4);
  }
  for (let i = words.length * 4; i < aligned.length; i++) {
    h = (h + Math.imul(aligned[i]!, P5)) | 0;
    h = Math.imul((h << 11) | (h >>> 21), P1);
  }
  return avalanche(h);
}

function isZero(bytes: Uint8Array): boolean {
  let at = 0;
  if (bytes.byteOffset % 4 === 0) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    const grouped = words.length & ~7;
    let i = 0;
    for (; i < grouped; i += 8) {
      const low = words[i]! | words[i + 1]! | words[i + 2]! | words[i + 3]!;
      if ((low | words[i + 4]! | words[i + 5]! | words[i + 6]! | words[i + 7]!) !== 0) return false;
    }
    at = i * 4;
  }
  for (; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Digest of each 64 KiB chunk, in order. */
export function chunkDigests(bytes: Uint8Array): Uint32Array {
  const digests = new Uint32Array(Math.ceil(bytes.length / CHUNK_BYTES));
  for (let i = 0; i < digests.length; i++) {
    const chunk = bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    digests[i] = isZero(chunk) ? 0 : xxh32(chunk);
  }
  return digests;
}

/** Digest of a memory of `byteLength` bytes from the digests of its chunks. */
export function combineChunks(digests: Uint32Array, byteLength: number): number {
  let h = fold(fold(P5, byteLength | 0), Math.floor(byteLength / 2 ** 32));
  for (let i = 0; i < digests.length; i++) {
    if (digests[i] !== 0) h = fold(fold(h, i), digests[i]!);
  }
  return avalanche(h);
}

/** Digest of a whole memory. */
export function memoryDigest(bytes: Uint8Array): number {
  return combineChunks(chunkDigests(bytes), bytes.length);
}

/** Digest of 64-bit slots (low word first), as for table entries and globals. */
export function slotsDigest(words: Uint32Array): number {
  return xxh32(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
}
