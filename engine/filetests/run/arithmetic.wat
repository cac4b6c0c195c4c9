;;! test: run
;;; run: div(i32:7, i32:-2) = i32:-3
;;; run: div(i32:7, i32:0) = trap integer-divide-by-zero
;;; run: div(i32:-2147483648, i32:-1) = trap integer-overflow
;;; run: divided(i32:-9) = i32:-1, i32:429496728, i32:-1
;;; run: wide(i64:-1) = i64:-256
(func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
(func (export "divided") (param i32) (result i32 i32 i32)
  (i32.div_s (local.get 0) (i32.const 8)) (i32.div_u (local.get 0) (i32.const 10)) (i32.rem_s (local.get 0) (i32.const 4)))
(func (export "wide") (param i64) (result i64) (i64.shl (local.get 0) (i64.const 72)))
