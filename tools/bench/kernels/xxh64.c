/* xxHash64 of 4 KiB, n times: 64-bit multiplications. */
#include "kernel.h"
#define P1 0x9e3779b185ebca87ull
#define P2 0xc2b2ae3d27d4eb4full
#define P3 0x165667b19e3779f9ull
static u64 data[512];
static inline u64 lane(u64 acc, u64 in) { return rotl64(acc + in * P2, 31) * P1; }
EXPORT double run(int n) {
  for (int i = 0; i < 512; i++) data[i] = P3 * i;
  u64 seed = 0;
  for (int r = 0; r < n; r++) {
    u64 a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
    for (int i = 0; i < 512; i += 4) { a = lane(a, data[i]); b = lane(b, data[i + 1]); c = lane(c, data[i + 2]); d = lane(d, data[i + 3]); }
    u64 h = rotl64(a, 1) + rotl64(b, 7) + rotl64(c, 12) + rotl64(d, 18);
    h ^= h >> 33; h *= P2; h ^= h >> 29; h *= P3; h ^= h >> 32;
    seed = h;
  }
  return (u32)(seed ^ seed >> 32);
}
