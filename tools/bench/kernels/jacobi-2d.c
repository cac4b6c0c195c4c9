/* Five-point stencil on 128 x 128 doubles, n steps, in the manner of PolyBench. */
#include "kernel.h"
#define N 128
static double a[N][N], b[N][N];
static NOINLINE void step(double (*from)[N], double (*to)[N]) {
  for (int i = 1; i < N - 1; i++) for (int j = 1; j < N - 1; j++) to[i][j] = 0.2 * (from[i][j] + from[i][j - 1] + from[i][j + 1] + from[i + 1][j] + from[i - 1][j]);
}
EXPORT double run(int n) {
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) { a[i][j] = (i * (j + 2) + 2.0) / N; b[i][j] = (i * (j + 3) + 3.0) / N; }
  for (int t = 0; t < n; t++) { step(a, b); step(b, a); }
  double sum = 0;
  for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) sum += a[i][j];
  return sum;
}
