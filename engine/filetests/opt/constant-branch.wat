;;! test: opt
;;; A branch on a constant goes; so does what cannot be reached any more.
(func (param i32) (result i32)
  (if (result i32) (i32.eqz (i32.const 0))
    (then (i32.add (local.get 0) (i32.const 1)))
    (else (i32.div_s (local.get 0) (i32.const 0)))))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.i32 1
;;   v4 = iadd.i32 v2, v3
;;   return (v4)
