;; Product of two n x n matrices of f64, n = 48; returns one element's bits mixed. run(times) -> i64
(module
  (memory (export "memory") 2)
  (func $at (param $base i32) (param $i i32) (param $j i32) (result i32)
    (i32.add (local.get $base) (i32.shl (i32.add (i32.mul (local.get $i) (i32.const 48)) (local.get $j)) (i32.const 3))))
  (func $fill (param $base i32) (local $i i32)
    (loop $next
      (f64.store (i32.add (local.get $base) (i32.shl (local.get $i) (i32.const 3)))
        (f64.div (f64.convert_i32_s (i32.rem_s (i32.mul (local.get $i) (i32.const 7919)) (i32.const 1000))) (f64.const 997)))
      (br_if $next (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2304)))))
  (func $multiply (local $i i32) (local $j i32) (local $k i32) (local $sum f64)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (local.set $sum (f64.const 0))
        (local.set $k (i32.const 0))
        (loop $inner
          (local.set $sum (f64.add (local.get $sum)
            (f64.mul (f64.load (call $at (i32.const 0) (local.get $i) (local.get $k)))
              (f64.load (i32.add (i32.const 18432) (i32.shl (i32.add (i32.mul (local.get $k) (i32.const 48)) (local.get $j)) (i32.const 3)))))))
          (br_if $inner (i32.lt_s (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 48))))
        (f64.store (call $at (i32.const 36864) (local.get $i) (local.get $j)) (local.get $sum))
        (br_if $columns (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 48))))
      (br_if $rows (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 48)))))
  (func (export "run") (param $times i32) (result i64)
    (call $fill (i32.const 0)) (call $fill (i32.const 18432))
    (loop $again (call $multiply) (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i64.load (i32.const 40000))))
