/* Compresses 16 KiB with a hash of four bytes, decompresses, compares; n times. */
#include "kernel.h"
#define SIZE 16384
static u8 input[SIZE + 8], packed[SIZE * 2], output[SIZE + 300];
static int heads[4096];
static NOINLINE int compress(void) {
  int at = 0, out = 0;
  for (int i = 0; i < 4096; i++) heads[i] = -1;
  while (at < SIZE) {
    u32 word = input[at] | input[at + 1] << 8 | input[at + 2] << 16 | (u32)input[at + 3] << 24;
    u32 slot = word * 2654435761u >> 20;
    int from = heads[slot], length = 0;
    heads[slot] = at;
    if (from >= 0) while (length < 255 && at + length < SIZE && input[from + length] == input[at + length]) length++;
    if (length >= 5) { packed[out++] = 1; packed[out++] = length; packed[out++] = (at - from) & 255; packed[out++] = (at - from) >> 8; at += length; }
    else { packed[out++] = 0; packed[out++] = input[at++]; }
  }
  return out;
}
static NOINLINE int expand(int size) {
  int out = 0;
  for (int at = 0; at < size;)
    if (packed[at]) { int from = out - (packed[at + 2] | packed[at + 3] << 8); for (int k = packed[at + 1]; k > 0; k--) output[out++] = output[from++]; at += 4; }
    else { output[out++] = packed[at + 1]; at += 2; }
  return out;
}
EXPORT double run(int n) {
  random_state = 23;
  for (int i = 0; i < SIZE; i++) input[i] = next_random() % 100 < 70 && i > 64 ? input[i - 64] : next_random() & 15;
  u32 hash = 1;
  for (int r = 0; r < n; r++) {
    int size = compress();
    if (expand(size) != SIZE) return -1;
    for (int i = 0; i < SIZE; i++) if (output[i] != input[i]) return -2;
    hash = mix(hash, size);
    input[r * 31 % SIZE] ^= r;
  }
  return hash;
}
