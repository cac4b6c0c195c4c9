;;! test: asm-arm64
;;; A store of several bytes reads its last byte first, so that it is done wholly or not at all.
(memory 1)
(func (param i32 i32) (result i32)
  (i32.store offset=8 (local.get 0) (local.get 1))
  (i32.store8 (local.get 0) (i32.const 0))
  (i64.store (i32.const 64) (i64.const 0))
  (i32.load (local.get 1)))
(func (param i32) (result i64) (i64.extend_i32_s (i32.load offset=40000 (local.get 0))))
(func (param i64) (result i32) (i32.load16_s (i32.wrap_i64 (local.get 0))))

;; ; wasm 47
;;    0  ldr x0, [x0, #64]
;;    4  add x3, x0, x1
;;    8  ldrb wzr, [x3, #11]
;;    c  str w2, [x3, #8]
;; ; wasm 54 arm64: zero register
;;   10  strb wzr, [x0, x1]
;; ; wasm 62 arm64: constant address
;;   14  str xzr, [x0, #64]
;; ; wasm 67
;;   18  ldr w0, [x0, x2]
;; ; wasm 70
;;   1c  ret
;;
;;
;; ; wasm 75
;;    0  ldr x0, [x0, #64]
;; ; wasm 80 arm64: load that extends
;;    4  movz x2, #0x9c40
;;    8  add x1, x1, x2
;; ; wasm 75 arm64: load that extends
;;    c  ldrsw x0, [x0, x1]
;; ; wasm 81
;;   10  ret
;;
;;
;; ; wasm 87
;;    0  ldr x0, [x0, #64]
;; ; wasm 87 arm64: low word of an address
;;    4  ldrsh w0, [x0, w1, uxtw]
;; ; wasm 90
;;    8  ret
