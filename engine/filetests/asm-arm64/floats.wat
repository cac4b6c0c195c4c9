;;! test: asm-arm64
;;; Constants in the instruction and in the pool; a conversion that traps.
(func (param f64) (result f64) (f64.add (f64.mul (local.get 0) (f64.const 0.5)) (f64.const 0.1)))
(func (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
(func (param f64 f64) (result f64) (f64.copysign (f64.min (local.get 0) (local.get 1)) (local.get 1)))

;; ; wasm 40 arm64: float in the instruction
;;    0  fmov d1, #5.000000000000000000e-01
;; ; wasm 49
;;    4  fmul d0, d0, d1
;; ; wasm 50
;;    8  ldr d1, [pool 0]
;; ; wasm 59
;;    c  fadd d0, d0, d1
;; ; wasm 60
;;   10  ret
;;
;;
;; ; wasm 65
;;    0  movi v1.4s, #0xcf, lsl #24
;;    4  movi v31.4s, #0x4f, lsl #24
;;    8  fcmp s0, s1
;;    c  fccmp s0, s31, #0x0, ge
;;   10  b.pl 1c
;;   14  fcvtzs w0, s0
;; ; wasm 66
;;   18  ret
;;   1c  fcmp s0, s0
;;   20  b.vs 28
;;   24  udf #3
;;   28  udf #4
;;
;;
;; ; wasm 73
;;    0  fmin d0, d0, d1
;; ; wasm 76
;;    4  ushr d1, d1, #63
;;    8  sli d0, d1, #63
;; ; wasm 77
;;    c  ret
