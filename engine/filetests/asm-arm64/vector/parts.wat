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
(func (export "sum of lanes") (param v128) (result i32) (i32.add (i32.add (i32.add (i32x4.extract_lane 0 (local.get 0)) (i32x4.extract_lane 1 (local.get 0))) (i32x4.extract_lane 2 (local.get 0))) (i32x4.extract_lane 3 (local.get 0))))
(func (export "constant factor") (param v128) (result v128) (i64x2.mul (local.get 0) (v128.const i64x2 0x500000003 0x500000003)))

;; ; wasm 257 arm64: sum of vectors with a part
;;    0  mla v2.4s, v0.4s, v1.4s
;; ; wasm 260
;;    4  mov v0.16b, v2.16b
;;    8  ret
;;
;;
;; ; wasm 272 arm64: sum of vectors with a part
;;    0  ssra v0.4s, v1.4s, #4
;; ; wasm 275
;;    4  ret
;;
;;
;; ; wasm 285 arm64: sum of vectors with a part
;;    0  usubw2 v0.8h, v0.8h, v1.16b
;; ; wasm 288
;;    4  ret
;;
;;
;; ; wasm 297 arm64: sum of vectors with a part
;;    0  sadalp v1.4s, v0.8h
;; ; wasm 300
;;    4  mov v0.16b, v1.16b
;;    8  ret
;;
;;
;; ; wasm 323 arm64: vector compared with zero
;;    0  cmlt v0.8h, v0.8h, #0
;; ; wasm 325
;;    4  ret
;;
;;
;; ; wasm 352 arm64: vector compared with zero
;;    0  cmtst v0.4s, v0.4s, v1.4s
;; ; wasm 354
;;    4  ret
;;
;;
;; ; wasm 377 arm64: logic of vectors with a part
;;    0  bic v0.8h, #0xff, lsl #8
;; ; wasm 379
;;    4  ret
;;
;;
;; ; wasm 386 arm64: vectors shifted by a constant
;;    0  shl v1.4s, v0.4s, #7
;; ; wasm 396 arm64: logic of vectors with a part
;;    4  sri v1.4s, v0.4s, #25
;; ; wasm 398
;;    8  mov v0.16b, v1.16b
;;    c  ret
;;
;;
;; ; wasm 415 arm64: logic of vectors with a part
;;    0  rev32 v0.8h, v0.8h
;; ; wasm 417
;;    4  ret
;;
;;
;; ; wasm 426 arm64: operation by one lane
;;    0  fmul v0.4s, v0.4s, v1.s[0]
;; ; wasm 429
;;    4  ret
;;
;;
;; ; wasm 436
;;    0  not v0.16b, v0.16b
;; ; wasm 442 arm64: logic of vectors with a part
;;    4  bit v1.16b, v0.16b, v2.16b
;; ; wasm 444
;;    8  eor v0.16b, v2.16b, v1.16b
;; ; wasm 446
;;    c  ret
;;
;;
;; ; wasm 453
;;    0  smull v2.8h, v0.8b, v1.8b
;;    4  smull2 v0.8h, v0.16b, v1.16b
;;    8  addp v0.8h, v2.8h, v0.8h
;; ; wasm 456
;;    c  ret
;;
;;
;; ; wasm 465
;;    0  sdot v2.4s, v0.16b, v1.16b
;; ; wasm 468
;;    4  mov v0.16b, v2.16b
;;    8  ret
;;
;;
;; ; wasm 493 arm64: sum of vectors with a part
;;    0  addv s0, v0.4s
;;    4  fmov w0, s0
;; ; wasm 494
;;    8  ret
;;
;;
;; ; wasm 517 arm64: vector in the instruction
;;    0  ldr q1, [pool 0]
;;    4  movi v2.4s, #0x3
;;    8  mul v1.4s, v1.4s, v0.4s
;;    c  uaddlp v1.2d, v1.4s
;;   10  shl v1.2d, v1.2d, #32
;;   14  xtn v0.2s, v0.2d
;;   18  umlal v1.2d, v0.2s, v2.2s
;; ; wasm 520
;;   1c  mov v0.16b, v1.16b
;;   20  ret
