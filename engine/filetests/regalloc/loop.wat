;;! test: regalloc-x64
;;; Loop variables stay in their registers: no moves on the back edge.
(module
  (func (param i32) (result i32) (local i32)
    (loop $l
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $l (local.get 0)))
    (local.get 1)))

;; m0:
;;   %rsi = args
;;   %rax = iconst
;;   jump
;;     -> m1(v5, v6)
;; m1(v4, v3): loop 1
;;   %rax = lea.d rm %rax, %rsi, base+index+0  ; x64: add as lea
;;   %rsi = lea.d rm %rsi, base-1  ; x64: add as lea
;;   test.d mr %rsi, %rsi
;;   branch #5
;;     -> m2
;;     -> m3
;; m2: loop 1
;;   jump
;;     -> m1(v1, v2)
;; m3:
;;   return %rax
