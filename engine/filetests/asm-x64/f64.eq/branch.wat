;;! test: asm-x64
;;; Equality of floats also looks at the parity flag.
(module
  (func (param f64 f64) (result i32) (if (result i32) (f64.eq (local.get 0) (local.get 1)) (then (i32.const 3)) (else (i32.const 4)))))

;; ; wasm 31 x64: compare and branch
;;    0  ucomisd xmm0,xmm1
;;    4  jp f
;;    6  jne f
;; ; wasm 33
;;    8  mov eax,0x3
;; ; wasm 35
;;    d  jmp 14
;; ; wasm 36
;;    f  mov eax,0x4
;; ; wasm 39
;;   14  ret
