/* Spectral norm of an infinite matrix cut to n x n, n at most 1000. */
#include "kernel.h"
static double u[1000], v[1000], w[1000];
static inline double a(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }
static NOINLINE void times(int n, const double *x, double *y) { for (int i = 0; i < n; i++) { y[i] = 0; for (int j = 0; j < n; j++) y[i] += a(i, j) * x[j]; } }
static NOINLINE void transposed(int n, const double *x, double *y) { for (int i = 0; i < n; i++) { y[i] = 0; for (int j = 0; j < n; j++) y[i] += a(j, i) * x[j]; } }
EXPORT double run(int n) {
  for (int i = 0; i < n; i++) u[i] = 1;
  for (int r = 0; r < 10; r++) { times(n, u, w); transposed(n, w, v); times(n, v, w); transposed(n, w, u); }
  double uv = 0, vv = 0;
  for (int i = 0; i < n; i++) { uv += u[i] * v[i]; vv += v[i] * v[i]; }
  return __builtin_sqrt(uv / vv);
}
