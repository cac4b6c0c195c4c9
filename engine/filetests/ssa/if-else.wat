;;! test: ssa
;;; A join has parameters for results and for locals that differ between the arms.
(func (param i32) (result i32) (local i32)
  (if (result i32) (local.get 0)
    (then (local.set 1 (i32.const 7)) (i32.const 1))
    (else (i32.const 2)))
  (i32.add (local.get 1)))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.i32 0
;;   br_if v2 b2, b3
;; b2:
;;   v4 = const.i32 7
;;   v5 = const.i32 1
;;   jump b4(v5, v4)
;; b3:
;;   v6 = const.i32 2
;;   jump b4(v6, v3)
;; b4(v7: i32, v8: i32):
;;   v9 = iadd.i32 v7, v8
;;   return (v9)
