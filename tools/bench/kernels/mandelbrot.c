/* Mandelbrot set on n x n points, at most 50 steps each. */
#include "kernel.h"
EXPORT double run(int n) {
  u32 total = 0;
  for (int y = 0; y < n; y++)
    for (int x = 0; x < n; x++) {
      double cr = 2.0 * x / n - 1.5, ci = 2.0 * y / n - 1, zr = 0, zi = 0;
      int i = 0;
      for (; i < 50 && zr * zr + zi * zi < 4; i++) { double t = zr * zr - zi * zi + cr; zi = 2 * zr * zi + ci; zr = t; }
      total += i * (x ^ y);
    }
  return total;
}
