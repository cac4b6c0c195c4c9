/* Pancake flips over all permutations of n numbers, n at most 12. */
#include "kernel.h"
EXPORT double run(int n) {
  int perm[12], perm1[12], count[12], max = 0, sum = 0, r = n, nperm = 0;
  for (int i = 0; i < n; i++) perm1[i] = i;
  for (;;) {
    for (; r != 1; r--) count[r - 1] = r;
    for (int i = 0; i < n; i++) perm[i] = perm1[i];
    int flips = 0;
    for (int k; (k = perm[0]) != 0; flips++)
      for (int i = 0, j = k; i < j; i++, j--) { int t = perm[i]; perm[i] = perm[j]; perm[j] = t; }
    if (flips > max) max = flips;
    sum += nperm++ & 1 ? -flips : flips;
    for (;; r++) {
      if (r == n) return sum * 100.0 + max;
      int first = perm1[0];
      for (int i = 0; i < r; i++) perm1[i] = perm1[i + 1];
      perm1[r] = first;
      if (--count[r] > 0) break;
    }
  }
}
