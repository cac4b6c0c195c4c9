;;! test: asm-arm64
;;; Immediates, shifted and extended operands, multiply and add.
(func (param i32 i32) (result i32)
  (i32.add (i32.add (local.get 0) (i32.const -5)) (i32.shl (local.get 1) (i32.const 3))))
(func (param i64 i32 i64) (result i64)
  (i64.sub (i64.add (local.get 0) (i64.extend_i32_s (local.get 1))) (i64.mul (local.get 2) (local.get 2))))
(func (param i32 i32) (result i32)
  (i32.and (local.get 0) (i32.xor (local.get 1) (i32.const -1))))

;; ; wasm 39 arm64: immediate operand
;;    0  sub w0, w1, #0x5
;; ; wasm 45 arm64: shifted operand
;;    4  add w0, w0, w2, lsl #3
;; ; wasm 46
;;    8  ret
;;
;;
;; ; wasm 54 arm64: extended operand
;;    0  add x0, x1, w2, sxtw
;; ; wasm 60 arm64: multiply and add
;;    4  msub x0, x3, x3, x0
;; ; wasm 61
;;    8  ret
;;
;;
;; ; wasm 71 arm64: operation with a negation
;;    0  bic w0, w1, w2
;; ; wasm 72
;;    4  ret
