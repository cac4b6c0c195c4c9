;;! test: opt
;;; Unsigned division by ten is a multiplication; signed division by eight rounds towards zero with a bias.
(func (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 10)))
(func (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 8)))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = extend_u.i64 v2
;;   v4 = const.i64 3435973837
;;   v5 = imul.i64 v3, v4
;;   v6 = const.i64 35
;;   v7 = ishr_u.i64 v5, v6
;;   v8 = wrap.i32 v7
;;   return (v8)
;;
;; func f1 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.i32 31
;;   v4 = ishr_s.i32 v2, v3
;;   v5 = const.i32 29
;;   v6 = ishr_u.i32 v4, v5
;;   v7 = iadd.i32 v2, v6
;;   v8 = const.i32 3
;;   v9 = ishr_s.i32 v7, v8
;;   return (v9)
