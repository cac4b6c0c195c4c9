;;! test: run
;;; Many arguments of mixed types, several results, tail calls, calls through tables and references.
;;; run: mixed(i32:3) = f64:0x4055400000000000
;;; run: pair(i64:5) = i64:6, i32:5
;;; run: count(i32:300) = i32:300
;;; run: choose(i32:1, i32:9) = i32:10
;;; run: reference(i32:41) = i32:42
(type $f (func (param i32) (result i32)))
(table funcref (elem $dec $inc))
(elem declare func $inc)
(func $dec (type $f) (i32.sub (local.get 0) (i32.const 1)))
(func $inc (type $f) (i32.add (local.get 0) (i32.const 1)))
(func $sum (param i32 f64 i64 f32 i32 i32 f64 i64 i32 f32 f64 f64 f64 f64 i32 i32) (result f64)
  (f64.add (f64.add (f64.convert_i32_s (i32.add (local.get 0) (i32.add (local.get 4) (local.get 15)))) (local.get 1))
    (f64.add (f64.add (f64.convert_i64_s (i64.mul (local.get 2) (local.get 7))) (f64.promote_f32 (local.get 9))) (f64.add (local.get 13) (local.get 6)))))
(func (export "mixed") (param i32) (result f64)
  (call $sum (local.get 0) (f64.const 1) (i64.const 6) (f32.const 9) (i32.const 4) (i32.const 5) (f64.const 2) (i64.const 7)
    (i32.const 9) (f32.const 0) (f64.const 1) (f64.const 2) (f64.const 3) (f64.const 4) (i32.const 5) (i32.const 29)))
(func $two (param i64) (result i64 i32) (i64.add (local.get 0) (i64.const 1)) (i32.wrap_i64 (local.get 0)))
(func (export "pair") (param i64) (result i64 i32) (call $two (local.get 0)))
(func $down (param i32 i32) (result i32)
  (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
  (return_call $down (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 1))))
(func (export "count") (param i32) (result i32) (return_call $down (local.get 0) (i32.const 0)))
(func (export "choose") (param i32 i32) (result i32) (call_indirect (type $f) (local.get 1) (local.get 0)))
(func (export "reference") (param i32) (result i32) (call_ref $f (local.get 0) (ref.func $inc)))
