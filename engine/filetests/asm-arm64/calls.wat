;;! test: asm-arm64
;;; The return address is in the frame; the callee drops stack arguments.
(type $wide (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
(func $wide (type $wide) (i32.sub (local.get 8) (local.get 7)))
(func (param i32) (result i32)
  (i32.add (local.get 0) (call $wide
    (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0))))
(func (param i32) (result i32)
  (return_call $wide
    (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (i32.const 1)))

;; ; wasm 0
;;    0  ldp x0, x1, [sp]
;; ; wasm 44
;;    4  sub w0, w1, w0
;; ; wasm 45
;;    8  add sp, sp, #0x10
;;    c  ret
;;
;;
;;    0  ldr x16, [x0]
;;    4  cmp sp, x16, uxtx
;;    8  b.cc 50
;;    c  sub sp, sp, #0x30
;;   10  str x30, [sp, #16]
;; ; wasm 68
;;   14  str x1, [sp, #32]
;;   18  stp x1, x1, [sp]
;;   1c  mov x7, x1
;;   20  mov x2, x1
;;   24  mov x3, x1
;;   28  mov x4, x1
;;   2c  mov x5, x1
;;   30  mov x6, x1
;;   34  bl function 0
;;   38  sub sp, sp, #0x10
;; ; wasm 70
;;   3c  ldr x1, [sp, #32]
;;   40  add w0, w1, w0
;; ; wasm 71
;;   44  ldr x30, [sp, #16]
;;   48  add sp, sp, #0x30
;;   4c  ret
;; ; wasm 0
;;   50  udf #22
;;
;;
;;    0  sub sp, sp, #0x10
;; ; wasm 90
;;    4  movz x2, #0x1
;; ; wasm 92
;;    8  stp x1, x2, [sp]
;;    c  mov x7, x1
;;   10  mov x2, x1
;;   14  mov x3, x1
;;   18  mov x4, x1
;;   1c  mov x5, x1
;;   20  mov x6, x1
;;   24  b function 0
