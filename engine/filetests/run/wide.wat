;;! test: run
;;; run: add(i64:-1, i64:0, i64:1, i64:0) = i64:0, i64:1
;;; run: sub(i64:0, i64:0, i64:1, i64:0) = i64:-1, i64:-1
;;; run: mul_s(i64:-1, i64:-1) = i64:1, i64:0
;;; run: mul_u(i64:-1, i64:-1) = i64:1, i64:-2
;;; run: square_sum(i64:-2, i64:3) = i64:13, i64:-4
;;; run: in_loop(i64:3, i64:10) = i64:59049, i64:0
(func (export "add") (param i64 i64 i64 i64) (result i64 i64)
  (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
(func (export "sub") (param i64 i64 i64 i64) (result i64 i64)
  (i64.sub128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
(func (export "mul_s") (param i64 i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (local.get 1)))
(func (export "mul_u") (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1)))
(func (export "square_sum") (param i64 i64) (result i64 i64)
  (i64.add128
    (i64.mul_wide_u (local.get 0) (local.get 0))
    (i64.mul_wide_u (local.get 1) (local.get 1))))
(func (export "in_loop") (param i64 i64) (result i64 i64)
  (local i64 i64 i64)
  (local.set 2 (i64.const 1))
  (loop
    (i64.mul_wide_u (local.get 2) (local.get 0)) (local.set 4) (local.set 2)
    (local.set 1 (i64.sub (local.get 1) (i64.const 1)))
    (br_if 0 (i64.ne (local.get 1) (i64.const 0))))
  (local.get 2) (local.get 4))
