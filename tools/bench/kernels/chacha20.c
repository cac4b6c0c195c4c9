/* n blocks of the ChaCha20 key stream. */
#include "kernel.h"
#define QUARTER(a, b, c, d) \
  x[a] += x[b]; x[d] = rotl32(x[d] ^ x[a], 16); x[c] += x[d]; x[b] = rotl32(x[b] ^ x[c], 12); \
  x[a] += x[b]; x[d] = rotl32(x[d] ^ x[a], 8); x[c] += x[d]; x[b] = rotl32(x[b] ^ x[c], 7);
static u32 state[16], out[16];
static NOINLINE void block(void) {
  u32 x[16];
  for (int i = 0; i < 16; i++) x[i] = state[i];
  for (int i = 0; i < 10; i++) {
    QUARTER(0, 4, 8, 12) QUARTER(1, 5, 9, 13) QUARTER(2, 6, 10, 14) QUARTER(3, 7, 11, 15)
    QUARTER(0, 5, 10, 15) QUARTER(1, 6, 11, 12) QUARTER(2, 7, 8, 13) QUARTER(3, 4, 9, 14)
  }
  for (int i = 0; i < 16; i++) out[i] = x[i] + state[i];
  state[12]++;
}
EXPORT double run(int n) {
  static const u32 words[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (int i = 0; i < 16; i++) state[i] = i < 4 ? words[i] : i * 0x01020304u;
  u32 hash = 1;
  for (int i = 0; i < n; i++) { block(); hash = mix(hash, out[i & 15]); }
  return hash;
}
