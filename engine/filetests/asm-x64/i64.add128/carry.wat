;;! test: asm-x64
;;; add and adc; zero high words become the constant operand of adc.
(func (export "add") (param i64 i64 i64 i64) (result i64 i64)
  (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
(func (export "carry") (param i64 i64) (result i64 i64)
  (i64.add128 (local.get 0) (i64.const 0) (local.get 1) (i64.const 0)))

;; ; wasm 62
;;    0  mov rax,rsi
;;    3  add rax,rcx
;;    6  adc rdx,r8
;; ; wasm 64
;;    9  ret
;;
;;
;; ; wasm 69
;;    0  xor eax,eax
;; ; wasm 75 x64: immediate operand
;;    2  add rsi,rdx
;;    5  mov rdx,rax
;;    8  adc rdx,0x0
;; ; wasm 77
;;    c  mov rax,rsi
;;    f  ret
