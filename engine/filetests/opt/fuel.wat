;;! test: opt
;;! fuel: 1
;;; With fuel for one decision only the first is taken.
(func (param i32) (result i32)
  (i32.add (i32.add (local.get 0) (i32.const 0)) (i32.const 0)))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.i32 0
;;   v4 = const.i32 0
;;   v5 = iadd.i32 v2, v4
;;   return (v5)
