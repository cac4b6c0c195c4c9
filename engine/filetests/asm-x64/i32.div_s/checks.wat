;;! test: asm-x64
;;; Zero is checked; the processor's fault is the overflow.
(module
  (func (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))

;; ; wasm 30
;;    0  mov rcx,rdx
;;    3  test ecx,ecx
;;    5  je e
;;    7  mov rax,rsi
;;    a  cdq
;;    b  idiv ecx
;; ; wasm 31
;;    d  ret
;; ; wasm 30
;;    e  ud2
