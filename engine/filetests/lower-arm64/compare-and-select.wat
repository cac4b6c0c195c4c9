;;! test: lower-arm64
(func (param i32 i32 f64 f64) (result f64)
  (select (local.get 2) (local.get 3) (i32.ge_u (local.get 0) (local.get 1))))

;; m0:
;;   v4:x1, v5:x2, v2:q0, v3:q1 = args
;;   cmp.w r v4, v5  ; arm64: compare and select
;;   v1 = fcsel.d v2, v3, #2  ; arm64: compare and select
;;   return v1:q0
