/* C = alpha A B + beta C on n x n doubles in the manner of PolyBench, rows innermost; n at most 256. */
#include "kernel.h"
static double a[256][256], b[256][256], c[256][256];
EXPORT double run(int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) { a[i][j] = (double)(i * j % n) / n; b[i][j] = (double)(i * (j + 1) % n) / n; c[i][j] = (double)(i * (j + 2) % n) / n; }
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) c[i][j] *= 1.2;
    for (int k = 0; k < n; k++)
      for (int j = 0; j < n; j++) c[i][j] += 1.5 * a[i][k] * b[k][j];
  }
  double sum = 0;
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) sum += c[i][j];
  return sum;
}
