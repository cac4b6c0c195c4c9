/* Nine-point stencil in place on 128 x 128 doubles, n steps: each value depends on the one before. */
#include "kernel.h"
#define N 128
static double a[N][N];
EXPORT double run(int n) {
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) a[i][j] = (i * (j + 2) % 17 + 2.0) / N;
  for (int t = 0; t < n; t++)
    for (int i = 1; i < N - 1; i++)
      for (int j = 1; j < N - 1; j++)
        a[i][j] = (a[i - 1][j - 1] + a[i - 1][j] + a[i - 1][j + 1] + a[i][j - 1] + a[i][j] + a[i][j + 1] + a[i + 1][j - 1] + a[i + 1][j] + a[i + 1][j + 1]) / 9.0;
  double sum = 0;
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) sum += a[i][j];
  return sum;
}
