;;! test: ssa
;;; The second result of a call is an operation behind it.
(func $pair (result i32 i64) (i32.const 1) (i64.const 2))
(func (result i64) (local i64) (call $pair) (local.set 0) (drop) (local.get 0))

;; func f0 (v1: i64) -> i32, i64
;; b1:
;;   v2 = const.i32 1
;;   v3 = const.i64 2
;;   return (v2, v3)
;;
;; func f1 (v1: i64) -> i64
;; b1:
;;   v2 = const.i64 0
;;   v3 = call.i32 f0 s0 (v1)
;;   v4 = result.i64 v3 1
;;   return (v4)
