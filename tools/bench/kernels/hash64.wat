;; An xxHash-like mix over 8 KiB in 64-bit steps. run(times) -> i64
(module
  (memory (export "memory") 1)
  (func $round (param $acc i64) (param $x i64) (result i64)
    (i64.mul (i64.rotl (i64.add (local.get $acc) (i64.mul (local.get $x) (i64.const -4417276706812531889))) (i64.const 31))
      (i64.const -7046029288634856825)))
  (func (export "run") (param $times i32) (result i64) (local $i i32) (local $h i64) (local $k i64)
    (loop $fill (i64.store (local.get $i) (i64.mul (i64.extend_i32_u (local.get $i)) (i64.const 0x9e3779b97f4a7c15)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 8192))))
    (loop $again
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $h (call $round (local.get $h) (i64.load (local.get $i))))
        (local.set $k (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 29))))
        (local.set $h (i64.add (i64.mul (local.get $k) (i64.const 1609587929392839161)) (i64.xor (local.get $k) (i64.const 0x85ebca77c2b2ae63))))
        (local.set $h (i64.sub (local.get $h) (i64.shl (local.get $k) (i64.const 7))))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 8192))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $h)))
