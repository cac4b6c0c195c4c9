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
;;    0  ldr x0, [sp]
;;    4  ldr x1, [sp, #8]
;; ; wasm 44
;;    8  sub w0, w1, w0
;; ; wasm 45
;;    c  add sp, sp, #0x10
;;   10  ret
;;
;;
;;    0  ldr x16, [x0]
;;    4  cmp sp, x16, uxtx
;;    8  b.cc 54
;;    c  sub sp, sp, #0x30
;;   10  str x30, [sp, #16]
;; ; wasm 68
;;   14  str x1, [sp, #32]
;;   18  str x1, [sp]
;;   1c  str x1, [sp, #8]
;;   20  mov x7, x1
;;   24  mov x2, x1
;;   28  mov x3, x1
;;   2c  mov x4, x1
;;   30  mov x5, x1
;;   34  mov x6, x1
;;   38  bl function 0
;;   3c  sub sp, sp, #0x10
;; ; wasm 70
;;   40  ldr x1, [sp, #32]
;;   44  add w0, w1, w0
;; ; wasm 71
;;   48  ldr x30, [sp, #16]
;;   4c  add sp, sp, #0x30
;;   50  ret
;; ; wasm 0
;;   54  udf #22
;;
;;
;;    0  sub sp, sp, #0x10
;; ; wasm 90
;;    4  movz x2, #0x1
;; ; wasm 92
;;    8  str x1, [sp]
;;    c  str x2, [sp, #8]
;;   10  mov x7, x1
;;   14  mov x2, x1
;;   18  mov x3, x1
;;   1c  mov x4, x1
;;   20  mov x5, x1
;;   24  mov x6, x1
;;   28  b function 0
