/* SipHash-2-4 of n messages of 64 bytes: 64-bit additions, rotations and exclusive ors. */
#include "kernel.h"
static u64 message[8];
#define ROUND v0 += v1; v1 = rotl64(v1, 13) ^ v0; v0 = rotl64(v0, 32); v2 += v3; v3 = rotl64(v3, 16) ^ v2; \
  v0 += v3; v3 = rotl64(v3, 21) ^ v0; v2 += v1; v1 = rotl64(v1, 17) ^ v2; v2 = rotl64(v2, 32);
static NOINLINE u64 hash(u64 k0, u64 k1) {
  u64 v0 = k0 ^ 0x736f6d6570736575ull, v1 = k1 ^ 0x646f72616e646f6dull, v2 = k0 ^ 0x6c7967656e657261ull, v3 = k1 ^ 0x7465646279746573ull;
  for (int i = 0; i < 8; i++) { v3 ^= message[i]; ROUND ROUND v0 ^= message[i]; }
  v3 ^= 64ull << 56; ROUND ROUND v0 ^= 64ull << 56;
  v2 ^= 255; ROUND ROUND ROUND ROUND
  return v0 ^ v1 ^ v2 ^ v3;
}
EXPORT double run(int n) {
  u64 key = 0x0706050403020100ull;
  for (int i = 0; i < 8; i++) message[i] = key * (i + 1);
  for (int i = 0; i < n; i++) { key = hash(key, ~key); message[i & 7] ^= key; }
  return (u32)(key ^ key >> 32);
}
