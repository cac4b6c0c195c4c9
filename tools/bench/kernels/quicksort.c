/* Recursive quicksort of n random words, n at most 1,000,000. */
#include "kernel.h"
static int data[1000000];
static NOINLINE void sort(int *a, int low, int high) {
  while (low < high) {
    int pivot = a[(low + high) >> 1], i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) { int t = a[i]; a[i++] = a[j]; a[j--] = t; }
    }
    if (j - low < high - i) { sort(a, low, j); low = i; } else { sort(a, i, high); high = j; }
  }
}
EXPORT double run(int n) {
  random_state = 7;
  for (int i = 0; i < n; i++) data[i] = next_random();
  sort(data, 0, n - 1);
  u32 hash = 1;
  for (int i = 0; i < n; i++) hash = mix(hash, data[i]);
  return hash;
}
