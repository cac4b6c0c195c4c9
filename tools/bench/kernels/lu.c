/* LU decomposition without pivoting of an n x n matrix of doubles; n at most 256. */
#include "kernel.h"
static double a[256][256];
EXPORT double run(int n) {
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) a[i][j] = i == j ? n + 1.0 : (double)((i * 3 + j * 7) % 11) / 11;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < i; j++) { for (int k = 0; k < j; k++) a[i][j] -= a[i][k] * a[k][j]; a[i][j] /= a[j][j]; }
    for (int j = i; j < n; j++) for (int k = 0; k < i; k++) a[i][j] -= a[i][k] * a[k][j];
  }
  double sum = 0;
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) sum += a[i][j];
  return sum;
}
