;;! test: asm-arm64
;;; What an instruction does together with another: sums, comparisons with zero, logic, one lane as a factor.
(func (export "multiply and add") (param v128 v128 v128) (result v128) (i32x4.add (i32x4.mul (local.get 0) (local.get 1)) (local.get 2)))
(func (export "shift and add") (param v128 v128) (result v128) (i32x4.add (local.get 0) (i32x4.shr_s (local.get 1) (i32.const 4))))
(func (export "wider") (param v128 v128) (result v128) (i16x8.sub (local.get 0) (i16x8.extend_high_i8x16_u (local.get 1))))
(func (export "pairs") (param v128 v128) (result v128) (i32x4.add (i32x4.extadd_pairwise_i16x8_s (local.get 0)) (local.get 1)))
(func (export "zero") (param v128) (result v128) (i16x8.lt_s (local.get 0) (v128.const i64x2 0 0)))
(func (export "a bit") (param v128 v128) (result v128) (i32x4.ne (v128.and (local.get 0) (local.get 1)) (v128.const i64x2 0 0)))
(func (export "clear bits") (param v128) (result v128) (v128.and (local.get 0) (v128.const i32x4 0xff00ff 0xff00ff 0xff00ff 0xff00ff)))
(func (export "rotation") (param v128) (result v128) (v128.or (i32x4.shl (local.get 0) (i32.const 7)) (i32x4.shr_u (local.get 0) (i32.const 25))))
(func (export "half rotation") (param v128) (result v128) (v128.or (i32x4.shl (local.get 0) (i32.const 16)) (i32x4.shr_u (local.get 0) (i32.const 16))))
(func (export "factor") (param v128 f32) (result v128) (f32x4.mul (local.get 0) (f32x4.splat (local.get 1))))
(func (export "kept mask") (param v128 v128 v128) (result v128) (v128.xor (local.get 2) (v128.bitselect (v128.not (local.get 0)) (local.get 1) (local.get 2))))
(func (export "dot") (param v128 v128) (result v128) (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1)))
(func (export "dot and add") (param v128 v128 v128) (result v128) (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2)))

;; ; wasm 217 arm64: sum of vectors with a part
;;    0  mla v2.4s, v0.4s, v1.4s
;; ; wasm 220
;;    4  mov v0.16b, v2.16b
;;    8  ret
;;
;;
;; ; wasm 232 arm64: sum of vectors with a part
;;    0  ssra v0.4s, v1.4s, #4
;; ; wasm 235
;;    4  ret
;;
;;
;; ; wasm 245 arm64: sum of vectors with a part
;;    0  usubw2 v0.8h, v0.8h, v1.16b
;; ; wasm 248
;;    4  ret
;;
;;
;; ; wasm 257 arm64: sum of vectors with a part
;;    0  sadalp v1.4s, v0.8h
;; ; wasm 260
;;    4  mov v0.16b, v1.16b
;;    8  ret
;;
;;
;; ; wasm 283 arm64: vector compared with zero
;;    0  cmlt v0.8h, v0.8h, #0
;; ; wasm 285
;;    4  ret
;;
;;
;; ; wasm 312 arm64: vector compared with zero
;;    0  cmtst v0.4s, v0.4s, v1.4s
;; ; wasm 314
;;    4  ret
;;
;;
;; ; wasm 337 arm64: logic of vectors with a part
;;    0  bic v0.8h, #0xff, lsl #8
;; ; wasm 339
;;    4  ret
;;
;;
;; ; wasm 346 arm64: vectors shifted by a constant
;;    0  shl v1.4s, v0.4s, #7
;; ; wasm 356 arm64: logic of vectors with a part
;;    4  sri v1.4s, v0.4s, #25
;; ; wasm 358
;;    8  mov v0.16b, v1.16b
;;    c  ret
;;
;;
;; ; wasm 375 arm64: logic of vectors with a part
;;    0  rev32 v0.8h, v0.8h
;; ; wasm 377
;;    4  ret
;;
;;
;; ; wasm 386 arm64: operation by one lane
;;    0  fmul v0.4s, v0.4s, v1.s[0]
;; ; wasm 389
;;    4  ret
;;
;;
;; ; wasm 396
;;    0  not v0.16b, v0.16b
;; ; wasm 402 arm64: logic of vectors with a part
;;    4  bit v1.16b, v0.16b, v2.16b
;; ; wasm 404
;;    8  eor v0.16b, v2.16b, v1.16b
;; ; wasm 406
;;    c  ret
;;
;;
;; ; wasm 413
;;    0  smull v2.8h, v0.8b, v1.8b
;;    4  smull2 v0.8h, v0.16b, v1.16b
;;    8  addp v0.8h, v2.8h, v0.8h
;; ; wasm 416
;;    c  ret
;;
;;
;; ; wasm 425
;;    0  sdot v2.4s, v0.16b, v1.16b
;; ; wasm 428
;;    4  mov v0.16b, v2.16b
;;    8  ret
