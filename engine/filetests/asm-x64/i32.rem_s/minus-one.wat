;;! test: asm-x64
;;; A divisor of -1 is sorted out beside the path.
(module
  (func (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1))))

;; ; wasm 30
;;    0  mov rcx,rdx
;;    3  mov rax,rsi
;;    6  cmp ecx,0xffffffff
;;    9  je 12
;;    b  cdq
;;    c  idiv ecx
;; ; wasm 31
;;    e  mov rax,rdx
;;   11  ret
;;   12  xor edx,edx
;;   14  jmp e
