;;! test: opt
;;; Equal products are computed once.
(func (param i32) (result i32)
  (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.mul (local.get 0) (i32.const 3))))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.i32 3
;;   v4 = imul.i32 v2, v3
;;   v5 = iadd.i32 v4, v4
;;   return (v5)
