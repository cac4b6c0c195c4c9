;;! test: lower-x64
;;; The comparison sets the flags that the conditional move reads.
(module
  (func (param i32 i32) (result i32) (select (local.get 0) (local.get 1) (i32.lt_s (local.get 0) (local.get 1)))))

;; m0:
;;   v2:rsi, v3:rdx = args
;;   cmp.d rm v2, v3:any  ; x64: compare and select
;;   v1:tied = cmovl.d rm v3:tied, v2:any  ; x64: compare and select
;;   return v1:rax
