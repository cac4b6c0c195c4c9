;;! test: regalloc-x64
;;; Two parameters that change places every time are exchanged.
(module
  (func (param i32 i32 i32) (result i32) (local i32)
    (loop $l
      (local.set 3 (local.get 0)) (local.set 0 (local.get 1)) (local.set 1 (local.get 3))
      (br_if $l (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
    (local.get 0)))

;; m0:
;;   %rsi, %rdx, %rcx = args
;;     move %rax = v6 %rdx
;;   jump
;;     -> m1(v5, v6, v7)
;; m1(v2, v1, v4): loop 1
;;   %rcx = lea.d rm %rcx, base-1  ; x64: add as lea
;;   test.d mr %rcx, %rcx
;;   branch #5
;;     -> m2
;;     -> m3
;; m2: loop 1
;;     move %rsi = v1 %rax, %rax = v2 %rsi
;;   jump
;;     -> m1(v1, v2, v3)
;; m3:
;;   return %rax
