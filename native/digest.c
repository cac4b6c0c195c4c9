/* Digests of memories and slot lists: the same numbers as engine/src/base/digest.ts, which describes them. */
#include <sys/mman.h>
#include "native.h"

#define P1 0x9e3779b1u
#define P2 0x85ebca77u
#define P3 0xc2b2ae3du
#define P4 0x27d4eb2fu
#define P5 0x165667b1u

#define CHUNK LIMIT_DIGEST_CHUNK
#define WINDOW (16ull << 20) /* memories above this ask the kernel which pages were never touched */

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

static uint32_t word(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

static uint32_t avalanche(uint32_t h) {
  h = (h ^ h >> 15) * P2;
  h = (h ^ h >> 13) * P3;
  return h ^ h >> 16;
}

uint32_t xxh32(const uint8_t *bytes, uint64_t length) {
  const uint8_t *at = bytes, *end = bytes + length;
  uint32_t h = P5;
  if (length >= 16) {
    uint32_t a = P1 + P2, b = P2, c = 0, d = 0u - P1;
    for (; end - at >= 16; at += 16) {
      a = rotate(a + word(at) * P2, 13) * P1;
      b = rotate(b + word(at + 4) * P2, 13) * P1;
      c = rotate(c + word(at + 8) * P2, 13) * P1;
      d = rotate(d + word(at + 12) * P2, 13) * P1;
    }
    h = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  }
  h += (uint32_t)length;
  for (; end - at >= 4; at += 4) h = rotate(h + word(at) * P3, 17) * P4;
  for (; at < end; at++) h = rotate(h + *at * P5, 11) * P1;
  return avalanche(h);
}

static bool isZero(const uint8_t *bytes, uint64_t length) {
  uint64_t i = 0;
  for (; i + 32 <= length; i += 32) {
    uint64_t w[4];
    memcpy(w, bytes + i, 32);
    if (w[0] | w[1] | w[2] | w[3]) return false;
  }
  for (; i < length; i++)
    if (bytes[i]) return false;
  return true;
}

static uint32_t fold(uint32_t hash, uint32_t value) { return rotate(hash ^ value * P2, 13) * P1 + P4; }

static bool untouched(const unsigned char *pages, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (pages[i] & 1) return false;
  return true;
}

/* Digest of a memory; also each chunk's digest when `chunks` is given (room for one per started chunk). */
uint32_t memoryDigest(const uint8_t *bytes, uint64_t length, uint32_t *chunks) {
  static _Thread_local unsigned char pages[WINDOW / HOST_PAGE];
  uint32_t h = fold(fold(P5, (uint32_t)length), (uint32_t)(length >> 32));
  for (uint64_t at = 0; at < length; at += CHUNK) {
    uint64_t size = length - at < CHUNK ? length - at : CHUNK;
    bool skip = false;
    if (length > WINDOW) {
      uint64_t left = length - at < WINDOW ? length - at : WINDOW;
      if (at % WINDOW == 0 && mincore((void *)(uintptr_t)(bytes + at), left, pages) != 0) memset(pages, 1, sizeof pages);
      skip = untouched(pages + at % WINDOW / HOST_PAGE, (size + HOST_PAGE - 1) / HOST_PAGE);
    }
    uint32_t digest = skip || isZero(bytes + at, size) ? 0 : xxh32(bytes + at, size);
    if (chunks) chunks[at / CHUNK] = digest;
    if (digest) h = fold(fold(h, (uint32_t)(at / CHUNK)), digest);
  }
  return avalanche(h);
}
