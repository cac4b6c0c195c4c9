;;! test: asm-x64
;;; The 64-bit conversion is right when the result survives its own extension.
(module
  (func (param f64) (result i32) (i32.trunc_f64_s (local.get 0))))

;; ; wasm 27
;;    0  cvttsd2si rax,xmm0
;;    5  movsxd rcx,eax
;;    8  cmp rcx,rax
;;    b  jne 10
;;    d  mov eax,eax
;; ; wasm 28
;;    f  ret
;;   10  ucomisd xmm0,xmm0
;;   14  jp 18
;;   16  ud2
;;   18  ud2
