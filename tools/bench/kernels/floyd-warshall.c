/* Shortest paths between all pairs of n nodes, in integers; n at most 256. */
#include "kernel.h"
static int path[256][256];
EXPORT double run(int n) {
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) path[i][j] = (i + j) % 13 == 0 || (i + j) % 7 == 0 || (i + j) % 11 == 0 ? 999 : i * j % 7 + 1;
  for (int k = 0; k < n; k++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++) { int via = path[i][k] + path[k][j]; if (via < path[i][j]) path[i][j] = via; }
  u32 hash = 1;
  for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) hash = mix(hash, path[i][j]);
  return hash;
}
