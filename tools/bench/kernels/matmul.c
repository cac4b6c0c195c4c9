/* Product of two n x n matrices of doubles, n at most 256. */
#include "kernel.h"
static double a[256][256], b[256][256], c[256][256];
EXPORT double run(int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) { a[i][j] = i - j * 0.5; b[i][j] = (i * j) % 7 + 0.25; c[i][j] = 0; }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  double trace = 0;
  for (int i = 0; i < n; i++) trace += c[i][n - 1 - i];
  return trace;
}
