;;! test: asm-x64
;;; The old value of a bitwise operation needs a loop around cmpxchg.
(memory 1 2 shared)
(func (export "and") (param i32 i32) (result i32) (i32.atomic.rmw8.and_u (local.get 0) (local.get 1)))

;; ; wasm 45 x64: load as operand
;;    0  add rsi,QWORD PTR [rdi+0x40]
;; ; wasm 45
;;    4  movzx eax,BYTE PTR [rsi]
;;    7  mov rcx,rax
;;    a  and rcx,rdx
;;    d  lock cmpxchg BYTE PTR [rsi],cl
;;   11  jne 7
;; ; wasm 49
;;   13  ret
