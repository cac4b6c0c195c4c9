;;! test: asm-x64
;;; mul takes rax and gives rdx:rax; the low half alone is an ordinary imul.
(func (export "high") (param i64 i64) (result i64)
  (local i64)
  (i64.mul_wide_u (local.get 0) (local.get 1)) (local.set 2) (drop) (local.get 2))
(func (export "low") (param i64 i64) (result i64)
  (i64.mul_wide_u (local.get 0) (local.get 1)) (drop))

;; ; wasm 49
;;    0  mov rax,rsi
;;    3  mul rdx
;; ; wasm 56
;;    6  mov rax,rdx
;;    9  ret
;;
;;
;; ; wasm 63 x64: low half alone
;;    0  mov rax,rsi
;;    3  imul rax,rdx
;; ; wasm 66
;;    7  ret
