;;! test: asm-x64
;;; A store is an exchange, a load is plain, a fence is a locked instruction on the stack.
(memory 1 2 shared)
(func (export "store") (param i32 i64) (result i64)
  (i64.atomic.store (local.get 0) (local.get 1))
  (atomic.fence)
  (i64.atomic.load8_u (local.get 0)))

;; ; wasm 47 x64: immediate operand
;;    0  mov rax,rsi
;;    3  and eax,0x7
;; ; wasm 47
;;    6  test eax,eax
;;    8  jne 1a
;; ; wasm 47 x64: load as operand
;;    a  add rsi,QWORD PTR [rdi+0x40]
;; ; wasm 47
;;    e  xchg QWORD PTR [rsi],rdx
;; ; wasm 51
;;   11  lock or DWORD PTR [rsp],0x0
;; ; wasm 56
;;   16  movzx eax,BYTE PTR [rsi]
;; ; wasm 60
;;   19  ret
;; ; wasm 47
;;   1a  ud2
