/* D = A B C on n x n doubles in the manner of PolyBench; n at most 192. */
#include "kernel.h"
static double a[192][192], b[192][192], c[192][192], d[192][192], t[192][192];
EXPORT double run(int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) { a[i][j] = (double)(i * j % n) / n; b[i][j] = (double)(i * (j + 1) % n) / n; c[i][j] = (double)(i * (j + 3) % n) / n; d[i][j] = 1; }
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) { t[i][j] = 0; for (int k = 0; k < n; k++) t[i][j] += 1.5 * a[i][k] * b[k][j]; }
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) { d[i][j] *= 1.2; for (int k = 0; k < n; k++) d[i][j] += t[i][k] * c[k][j]; }
  double sum = 0;
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) sum += d[i][j];
  return sum;
}
