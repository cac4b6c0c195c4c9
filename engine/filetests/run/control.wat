;;! test: run
;;; Branch tables, loops with several exits, blocks with parameters.
;;; run: table(i32:0) = i32:10
;;; run: table(i32:1) = i32:21
;;; run: table(i32:2) = i32:30
;;; run: table(i32:-1) = i32:30
;;; run: collatz(i32:27) = i32:111
;;; run: params(i32:5) = i32:26
;;; run: swap(i32:7) = i32:13, i32:21
(func (export "table") (param i32) (result i32)
  (block $c (block $b (block $a (br_table $a $b $c (local.get 0)))
      (return (i32.const 10)))
    (return (i32.const 21)))
  (i32.const 30))
(func (export "collatz") (param i32) (result i32) (local i32)
  (block $done
    (loop $next
      (br_if $done (i32.eq (local.get 0) (i32.const 1)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (if (i32.and (local.get 0) (i32.const 1))
        (then (local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.const 1))))
        (else (local.set 0 (i32.shr_u (local.get 0) (i32.const 1)))))
      (br $next)))
  (local.get 1))
(func (export "params") (param i32) (result i32)
  (i32.const 1) (local.get 0)
  (loop $l (param i32 i32) (result i32)
    (local.set 0) (i32.mul (local.get 0)) (i32.add (i32.const 1))
    (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))
    (br_if $l (i32.gt_s (local.get 0) (i32.const 0)))
    (i32.add) (i32.mul (i32.const 13)) (i32.add (i32.const -26)))
)
(func (export "swap") (param i32) (result i32 i32) (local i32 i32)
  (local.set 1 (i32.const 0)) (local.set 2 (i32.const 1))
  (loop $next
    (i32.add (local.get 1) (local.get 2)) (local.get 2) (local.set 1) (local.set 2)
    (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
  (local.get 1) (local.get 2))
