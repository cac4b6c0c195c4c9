;;! test: asm-x64
;;; NaN and zeros are handled beside the path.
(module
  (func (param f64 f64) (result f64) (f64.min (local.get 0) (local.get 1))))

;; ; wasm 30
;;    0  ucomisd xmm0,xmm1
;;    4  jp 12
;;    6  je d
;;    8  minsd xmm0,xmm1
;; ; wasm 31
;;    c  ret
;;    d  orps xmm0,xmm1
;;   10  jmp c
;;   12  addsd xmm0,xmm1
;;   16  jmp c
