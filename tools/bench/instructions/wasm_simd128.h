/* The few wasm intrinsics that the kernels use, in NEON's, so that gcc compiles the same source for AArch64. */
#pragma once
#include <arm_neon.h>
typedef uint8x16_t v128_t;
#define F32(x) vreinterpretq_f32_u8(x)
#define I32(x) vreinterpretq_s32_u8(x)
#define I16(x) vreinterpretq_s16_u8(x)
static inline v128_t wasm_v128_load(const void *p) { return vld1q_u8(p); }
static inline void wasm_v128_store(void *p, v128_t x) { vst1q_u8(p, x); }
static inline v128_t wasm_f32x4_splat(float x) { return vreinterpretq_u8_f32(vdupq_n_f32(x)); }
static inline v128_t wasm_f32x4_add(v128_t x, v128_t y) { return vreinterpretq_u8_f32(vaddq_f32(F32(x), F32(y))); }
static inline v128_t wasm_f32x4_mul(v128_t x, v128_t y) { return vreinterpretq_u8_f32(vmulq_f32(F32(x), F32(y))); }
static inline v128_t wasm_f32x4_max(v128_t x, v128_t y) { return vreinterpretq_u8_f32(vmaxq_f32(F32(x), F32(y))); }
static inline v128_t wasm_i32x4_splat(int x) { return vreinterpretq_u8_s32(vdupq_n_s32(x)); }
static inline v128_t wasm_i32x4_add(v128_t x, v128_t y) { return vreinterpretq_u8_s32(vaddq_s32(I32(x), I32(y))); }
static inline v128_t wasm_i32x4_shr(v128_t x, int n) { return vreinterpretq_u8_s32(vshlq_s32(I32(x), vdupq_n_s32(-n))); }
static inline v128_t wasm_i32x4_dot_i16x8(v128_t x, v128_t y) {
  int32x4_t low = vmull_s16(vget_low_s16(I16(x)), vget_low_s16(I16(y)));
  return vreinterpretq_u8_s32(vpaddq_s32(low, vmull_high_s16(I16(x), I16(y))));
}
#define wasm_i32x4_extract_lane(x, i) vgetq_lane_s32(I32(x), i)
