;; Three-tap convolution of 1024 f32 by vectors. run(times) -> i64
(module
  (memory (export "memory") 1)
  (func (export "run") (param $times i32) (result i64) (local $i i32) (local $acc v128)
    (loop $fill (f32.store (local.get $i) (f32.convert_i32_s (i32.rem_s (i32.mul (local.get $i) (i32.const 37)) (i32.const 255))))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 4112))))
    (loop $again
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $acc (f32x4.mul (v128.load (local.get $i)) (f32x4.splat (f32.const 0.25))))
        (local.set $acc (f32x4.add (local.get $acc) (f32x4.mul (v128.load offset=4 (local.get $i)) (f32x4.splat (f32.const 0.5)))))
        (local.set $acc (f32x4.add (local.get $acc) (f32x4.mul (v128.load offset=8 (local.get $i)) (f32x4.splat (f32.const 0.25)))))
        (v128.store offset=8192 (local.get $i) (local.get $acc))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (i32.const 4096))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i64.load (i32.const 9000))))
