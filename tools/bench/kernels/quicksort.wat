;; Recursive quicksort of 4096 pseudo-random i32, then a checksum. run(times) -> i64
(module
  (memory (export "memory") 1)
  (func $sort (param $lo i32) (param $hi i32) (local $i i32) (local $j i32) (local $pivot i32) (local $t i32)
    (if (i32.ge_s (local.get $lo) (local.get $hi)) (then (return)))
    (local.set $pivot (i32.load (i32.and (i32.shr_u (i32.add (local.get $lo) (local.get $hi)) (i32.const 1)) (i32.const -4))))
    (local.set $i (local.get $lo)) (local.set $j (local.get $hi))
    (block $done (loop $outer
      (br_if $done (i32.gt_s (local.get $i) (local.get $j)))
      (block $left (loop $up
        (br_if $left (i32.ge_s (i32.load (local.get $i)) (local.get $pivot)))
        (local.set $i (i32.add (local.get $i) (i32.const 4))) (br $up)))
      (block $right (loop $down
        (br_if $right (i32.le_s (i32.load (local.get $j)) (local.get $pivot)))
        (local.set $j (i32.sub (local.get $j) (i32.const 4))) (br $down)))
      (if (i32.le_s (local.get $i) (local.get $j)) (then
        (local.set $t (i32.load (local.get $i)))
        (i32.store (local.get $i) (i32.load (local.get $j)))
        (i32.store (local.get $j) (local.get $t))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (local.set $j (i32.sub (local.get $j) (i32.const 4)))))
      (br $outer)))
    (call $sort (local.get $lo) (local.get $j))
    (call $sort (local.get $i) (local.get $hi)))
  (func (export "run") (param $times i32) (result i64) (local $i i32) (local $x i32) (local $sum i64)
    (local.set $x (i32.const 12345))
    (loop $again
      (local.set $i (i32.const 0))
      (loop $fill
        (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
        (i32.store (local.get $i) (i32.shr_u (local.get $x) (i32.const 3)))
        (br_if $fill (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 16384))))
      (call $sort (i32.const 0) (i32.const 16380))
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.load (i32.const 8000))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum)))
