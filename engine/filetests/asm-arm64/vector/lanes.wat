;;! test: asm-arm64
;;; Lanes come from memory and go there, move between vectors, and stand in zero, each by one instruction and its address.
(memory 1)
(func (export "splat") (param i32) (result v128) (v128.load16_splat (local.get 0)))
(func (export "replace") (param i32 v128) (result v128) (v128.load8_lane offset=8 3 (local.get 0) (local.get 1)))
(func (export "zero") (param i32) (result v128) (v128.load64_zero (local.get 0)))
(func (export "store") (param i32 v128) (v128.store32_lane 2 (local.get 0) (local.get 1)))
(func (export "store low") (param i32 v128) (v128.store8_lane 0 (local.get 0) (local.get 1)))
(func (export "between") (param v128 v128) (result v128) (i16x8.replace_lane 5 (local.get 0) (i16x8.extract_lane_u 2 (local.get 1))))
(func (export "splat of a lane") (param v128) (result v128) (i8x16.splat (i8x16.extract_lane_s 7 (local.get 0))))
(func (export "low lane of zero") (param i32) (result v128) (i32x4.replace_lane 0 (v128.const i64x2 0 0) (local.get 0)))
(func (export "low lane") (param v128) (result f32) (f32x4.extract_lane 0 (local.get 0)))
(func (export "signed lane") (param v128) (result i64) (i64.extend_i32_s (i16x8.extract_lane_s 3 (local.get 0))))
(func (export "put in") (param v128 v128) (result v128) (i8x16.shuffle 0 1 2 3 24 25 26 27 8 9 10 11 12 13 14 15 (local.get 0) (local.get 1)))
(func (export "table") (param v128) (result v128) (i8x16.shuffle 3 31 1 31 5 31 7 31 9 31 2 31 4 31 6 31 (local.get 0) (v128.const i64x2 0 0)))

;; ; wasm 214
;;    0  ldr x0, [x0, #64]
;; ; wasm 214 arm64: lane from memory
;;    4  add x0, x0, x1
;;    8  ld1r {v0.8h}, [x0]
;; ; wasm 218
;;    c  ret
;;
;;
;; ; wasm 225
;;    0  ldr x0, [x0, #64]
;; ; wasm 225 arm64: offset of an access
;;    4  add x0, x0, x1
;;    8  add x0, x0, #0x8
;;    c  ld1 {v0.b}[3], [x0]
;; ; wasm 230
;;   10  ret
;;
;;
;; ; wasm 235
;;    0  ldr x0, [x0, #64]
;; ; wasm 235 arm64: lane from memory
;;    4  ldr d0, [x0, x1]
;; ; wasm 239
;;    8  ret
;;
;;
;; ; wasm 246
;;    0  ldr x0, [x0, #64]
;; ; wasm 246 arm64: lane to memory
;;    4  add x0, x0, x1
;;    8  ldrb wzr, [x0, #3]
;;    c  st1 {v0.s}[2], [x0]
;; ; wasm 251
;;   10  ret
;;
;;
;; ; wasm 258
;;    0  ldr x0, [x0, #64]
;; ; wasm 258 arm64: lane to memory
;;    4  str b0, [x0, x1]
;; ; wasm 263
;;    8  ret
;;
;;
;; ; wasm 273 arm64: lane of another vector
;;    0  ins v0.h[5], v1.h[2]
;; ; wasm 276
;;    4  ret
;;
;;
;; ; wasm 284 arm64: lane of another vector
;;    0  dup v0.16b, v0.b[7]
;; ; wasm 286
;;    4  ret
;;
;;
;; ; wasm 309 arm64: lane in zero
;;    0  fmov s0, w1
;; ; wasm 312
;;    4  ret
;;
;;
;; ; wasm 320
;;    0  ret
;;
;;
;; ; wasm 328 arm64: lane of another vector
;;    0  smov x0, v0.h[3]
;; ; wasm 329
;;    4  ret
;;
;;
;; ; wasm 336 arm64: shuffle as one permutation
;;    0  ins v0.s[1], v1.s[2]
;; ; wasm 354
;;    4  ret
;;
;;
;; ; wasm 377 arm64: shuffle as one permutation
;;    0  ldr q1, [pool 0]
;;    4  tbl v0.16b, {v0.16b}, v1.16b
;; ; wasm 395
;;    8  ret
