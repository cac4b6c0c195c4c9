;;! test: ssa
;;; Each label is an edge with its arguments; the default is the last.
(func (param i32) (result i32)
  (block $b (result i32)
    (block $a (result i32)
      (br_table $a $b $a (i32.const 5) (local.get 0)))
    (i32.add (i32.const 1))))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.i32 5
;;   br_table v2 b2, b3(v3), b2
;; b2:
;;   v4 = const.i32 1
;;   v5 = iadd.i32 v3, v4
;;   jump b3(v5)
;; b3(v6: i32):
;;   return (v6)
