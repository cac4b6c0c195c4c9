;;! test: run
;;; run: fib(i32:12) = i32:144
;;; run: fac(i64:20) = i64:2432902008176640000
(func $fib (export "fib") (param i32) (result i32)
  (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
    (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
(func (export "fac") (param i64) (result i64) (local i64)
  (local.set 1 (i64.const 1))
  (block $out (loop $next (br_if $out (i64.eqz (local.get 0)))
    (local.set 1 (i64.mul (local.get 1) (local.get 0)))
    (local.set 0 (i64.sub (local.get 0) (i64.const 1))) (br $next)))
  (local.get 1))
