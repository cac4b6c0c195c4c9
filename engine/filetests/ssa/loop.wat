;;! test: ssa
;;; A loop header has parameters for the locals that the loop assigns, and for no others.
(func (param i32 i32) (result i32) (local i32)
  (loop $next
    (local.set 2 (i32.add (local.get 2) (local.get 1)))
    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
    (br_if $next (local.get 0)))
  (local.get 2))

;; func f0 (v1: i64, v2: i32, v3: i32) -> i32
;; b1:
;;   v4 = const.i32 0
;;   jump b2(v4, v2)
;; b2(v5: i32, v6: i32):
;;   v7 = iadd.i32 v5, v3
;;   v8 = const.i32 1
;;   v9 = isub.i32 v6, v8
;;   br_if v9 b2(v7, v9), b3
;; b3:
;;   return (v7)
