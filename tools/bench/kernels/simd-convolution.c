/* 3 x 3 convolution of a 256 x 256 image of floats, four pixels at once, n times. */
#include "kernel.h"
#include <wasm_simd128.h>
#define W 256
static float image[W * W], out[W * W];
EXPORT double run(int n) {
  static const float kernel[9] = {0.1f, 0.2f, 0.1f, 0.05f, 0.1f, 0.05f, 0.1f, 0.2f, 0.1f};
  random_state = 5;
  for (int i = 0; i < W * W; i++) { image[i] = next_random() & 255; out[i] = 0; }
  for (int r = 0; r < n; r++) {
    for (int y = 1; y < W - 1; y++)
      for (int x = 1; x + 4 < W; x += 4) {
        v128_t sum = wasm_f32x4_splat(0);
        for (int k = 0; k < 9; k++)
          sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(&image[(y + k / 3 - 1) * W + x + k % 3 - 1]), wasm_f32x4_splat(kernel[k])));
        wasm_v128_store(&out[y * W + x], sum);
      }
    for (int i = 0; i < W * W; i += 4) wasm_v128_store(&image[i], wasm_f32x4_max(wasm_v128_load(&out[i]), wasm_f32x4_splat(1)));
  }
  double sum = 0;
  for (int i = 0; i < W * W; i++) sum += image[i];
  return sum;
}
