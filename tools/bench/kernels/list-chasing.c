/* Follows a random cycle of 64 Ki nodes, n steps. */
#include "kernel.h"
struct node { struct node *next; u32 value; };
static struct node nodes[65536];
static u16 order[65536];
EXPORT double run(int n) {
  random_state = 19;
  for (int i = 0; i < 65536; i++) order[i] = i;
  for (int i = 65535; i > 0; i--) { int j = next_random() % (i + 1); u16 t = order[i]; order[i] = order[j]; order[j] = t; }
  for (int i = 0; i < 65536; i++) { nodes[order[i]].next = &nodes[order[(i + 1) & 65535]]; nodes[order[i]].value = i; }
  u32 sum = 0;
  struct node *at = nodes;
  for (int i = 0; i < n; i++) { sum = sum * 3 + at->value; at = at->next; }
  return sum;
}
