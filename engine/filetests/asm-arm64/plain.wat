;;! test: asm-arm64
;;! level: 0
;;; Without optional decisions.
(memory 1)
(func (param i32 i32) (result i32)
  (if (i32.lt_s (local.get 0) (local.get 1)) (then (i32.store (local.get 0) (i32.const 0))))
  (i32.add (i32.shl (local.get 0) (i32.const 3)) (i32.const 1)))

;; ; wasm 35
;;    0  cmp w1, w2
;;    4  csinc w2, wzr, wzr, ge
;; ; wasm 36
;;    8  cmp w2, #0x0
;;    c  b.eq 24
;; ; wasm 40
;;   10  movz x2, #0x0
;; ; wasm 42
;;   14  ldr x0, [x0, #64]
;;   18  add x0, x0, x1
;;   1c  ldrb wzr, [x0, #3]
;;   20  str w2, [x0]
;; ; wasm 48
;;   24  movz x0, #0x3
;; ; wasm 50
;;   28  lsl w0, w1, w0
;; ; wasm 51
;;   2c  movz x1, #0x1
;; ; wasm 53
;;   30  add w0, w1, w0
;; ; wasm 54
;;   34  ret
