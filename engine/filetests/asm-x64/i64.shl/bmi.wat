;;! test: asm-x64
;;; A variable shift needs no rcx with BMI2.
(module
  (func (param i64 i64) (result i64) (i64.shl (local.get 0) (local.get 1))))

;; ; wasm 30 x64: shift without flags
;;    0  shlx rax,rsi,rdx
;; ; wasm 31
;;    5  ret
