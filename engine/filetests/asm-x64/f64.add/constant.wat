;;! test: asm-x64
;;; A constant is an operand in the pool.
(module
  (func (param f64) (result f64) (f64.add (local.get 0) (f64.const 1.5))))

;; ; wasm 36 x64: pool constant as operand
;;    0  vaddsd xmm0,xmm0,[pool 0]
;; ; wasm 37
;;    8  ret
