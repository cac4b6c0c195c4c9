/* n insertions and look-ups in an open-addressing table of 64 Ki entries. */
#include "kernel.h"
#define SIZE 65536
static u32 keys[SIZE], values[SIZE];
static NOINLINE u32 *find(u32 key) {
  u32 at = (key * 0x9e3779b1u) >> 16;
  while (keys[at] != 0 && keys[at] != key) at = (at + 1) & (SIZE - 1);
  keys[at] = key;
  return &values[at];
}
EXPORT double run(int n) {
  for (int i = 0; i < SIZE; i++) keys[i] = values[i] = 0;
  random_state = 17;
  u32 hash = 1;
  for (int i = 0; i < n; i++) {
    u32 key = next_random() % 40000 + 1, *slot = find(key);
    *slot += i;
    hash = mix(hash, *slot);
  }
  return hash;
}
