/* Primes below 200,000 by crossing out, n times. */
#include "kernel.h"
static u8 crossed[200000];
EXPORT double run(int n) {
  int count = 0;
  for (int r = 0; r < n; r++) {
    for (int i = 0; i < 200000; i++) crossed[i] = 0;
    for (int i = 2; i < 200000; i++) {
      if (crossed[i]) continue;
      count++;
      for (int j = i * 2; j < 200000; j += i) crossed[j] = 1;
    }
  }
  return count;
}
