/* Counts the ways to place n queens, with bit sets and recursion. */
#include "kernel.h"
static NOINLINE int place(u32 all, u32 columns, u32 left, u32 right) {
  if (columns == all) return 1;
  int count = 0;
  for (u32 free = all & ~(columns | left | right); free;) {
    u32 bit = free & -free;
    free ^= bit;
    count += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}
EXPORT double run(int n) { return place((1u << n) - 1, 0, 0, 0); }
