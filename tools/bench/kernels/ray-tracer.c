/* Spheres with shadows and mirrors on n x n pixels. */
#include "kernel.h"
typedef struct { double x, y, z; } vec;
static vec add(vec a, vec b) { return (vec){a.x + b.x, a.y + b.y, a.z + b.z}; }
static vec scale(vec a, double k) { return (vec){a.x * k, a.y * k, a.z * k}; }
static vec sub(vec a, vec b) { return add(a, scale(b, -1)); }
static double dot(vec a, vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static vec unit(vec a) { return scale(a, 1 / __builtin_sqrt(dot(a, a))); }
static const struct { vec center; double radius, mirror, shade; } spheres[4] = {
  {{0, -1000, 0}, 999, 0.1, 0.8}, {{-1, 0, 4}, 1, 0.5, 0.9}, {{1.2, 0.2, 3}, 0.8, 0.3, 0.7}, {{0, 1.4, 5}, 0.6, 0.7, 1}};
static NOINLINE int hit(vec from, vec to, double *distance) {
  int found = -1;
  for (int i = 0; i < 4; i++) {
    vec oc = sub(from, spheres[i].center);
    double b = dot(oc, to), d = b * b - dot(oc, oc) + spheres[i].radius * spheres[i].radius;
    if (d <= 0) continue;
    double t = -b - __builtin_sqrt(d);
    if (t > 1e-4 && t < *distance) { *distance = t; found = i; }
  }
  return found;
}
static double trace(vec from, vec to, int depth) {
  double t = 1e9, far = 1e9;
  int i = hit(from, to, &t);
  if (i < 0) return 0.2 + 0.3 * to.y;
  vec at = add(from, scale(to, t)), normal = unit(sub(at, spheres[i].center)), light = unit((vec){3, 5, -4});
  double bright = dot(normal, light);
  if (bright < 0 || hit(at, light, &far) >= 0) bright = 0.05;
  double own = bright * spheres[i].shade;
  if (depth == 0) return own;
  return own * (1 - spheres[i].mirror) + spheres[i].mirror * trace(at, sub(to, scale(normal, 2 * dot(to, normal))), depth - 1);
}
EXPORT double run(int n) {
  double sum = 0;
  for (int y = 0; y < n; y++) for (int x = 0; x < n; x++) sum += trace((vec){0, 0, -3}, unit((vec){2.0 * x / n - 1, 1 - 2.0 * y / n, 1.5}), 3);
  return sum;
}
