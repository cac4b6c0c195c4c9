/* A register machine in one switch: the loop that an interpreter inside Wasm is made of; n rounds. */
#include "kernel.h"
static u32 code[64], regs[8];
EXPORT double run(int n) {
  random_state = 11;
  for (int i = 0; i < 63; i++) code[i] = next_random() % 9 << 24 | (next_random() & 0x070707);
  code[63] = 9u << 24;
  for (int i = 0; i < 8; i++) regs[i] = i + 1;
  for (int left = n, pc = 0; left > 0;) {
    u32 w = code[pc++], a = w >> 16 & 7, b = w >> 8 & 7, c = w & 7;
    switch (w >> 24) {
      case 0: regs[a] = regs[b] + regs[c]; break;
      case 1: regs[a] = regs[b] - regs[c]; break;
      case 2: regs[a] = regs[b] * (regs[c] | 1); break;
      case 3: regs[a] = regs[b] ^ regs[c]; break;
      case 4: regs[a] = rotl32(regs[b], 7); break;
      case 5: regs[a] = regs[b] < regs[c]; break;
      case 6: regs[a] = regs[b] + 0x9e3779b9u; break;
      case 7: if (regs[a] & 1) pc |= 1; break;
      case 8: regs[a] = ~regs[b] >> 1; break;
      default: pc = 0; left--; break;
    }
  }
  u32 hash = 1;
  for (int i = 0; i < 8; i++) hash = mix(hash, regs[i]);
  return hash;
}
