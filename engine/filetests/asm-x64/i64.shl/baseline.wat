;;! test: asm-x64
;;! features: baseline
;;; Without BMI2 the count is in cl.
(module
  (func (param i64 i64) (result i64) (i64.shl (local.get 0) (local.get 1))))

;; ; wasm 30
;;    0  mov rcx,rdx
;;    3  mov rax,rsi
;;    6  shl rax,cl
;; ; wasm 31
;;    9  ret
