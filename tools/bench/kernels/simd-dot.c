/* Dot products of 16-bit samples, eight at once, n rounds over 16 KiB. */
#include "kernel.h"
#include <wasm_simd128.h>
static short a[8192], b[8192];
EXPORT double run(int n) {
  random_state = 9;
  for (int i = 0; i < 8192; i++) { a[i] = next_random(); b[i] = next_random(); }
  u32 hash = 1;
  for (int r = 0; r < n; r++) {
    v128_t sum = wasm_i32x4_splat(r);
    for (int i = 0; i < 8192; i += 8) sum = wasm_i32x4_add(sum, wasm_i32x4_shr(wasm_i32x4_dot_i16x8(wasm_v128_load(&a[i]), wasm_v128_load(&b[i])), 4));
    hash = mix(hash, wasm_i32x4_extract_lane(sum, 0) + wasm_i32x4_extract_lane(sum, 1) + wasm_i32x4_extract_lane(sum, 2) + wasm_i32x4_extract_lane(sum, 3));
  }
  return hash;
}
