;;! test: run
;;; Rounding, signs of zero, conversions at their limits.
;;; run: nearest(f64:0x4004000000000000) = f64:0x4000000000000000
;;; run: minimum(f32:0x80000000, f32:0x00000000) = f32:0x80000000
;;; run: less(f64:0x7ff8000000000000, f64:0x3ff0000000000000) = i32:0, i32:1
;;; run: trunc(f64:0x41dfffffffc00000) = i32:2147483647
;;; run: trunc(f64:0x41e0000000000000) = trap integer-overflow
;;; run: trunc(f64:0x7ff8000000000000) = trap invalid-conversion
;;; run: saturate(f32:0xff800000) = i64:-9223372036854775808, i64:0
;;; run: unsigned(i64:-1) = f32:0x5f800000, f64:0x43f0000000000000
;;; run: select(i32:0) = f64:0xbff0000000000000
(func (export "nearest") (param f64) (result f64) (f64.nearest (local.get 0)))
(func (export "minimum") (param f32 f32) (result f32) (f32.min (local.get 0) (local.get 1)))
(func (export "less") (param f64 f64) (result i32 i32)
  (f64.lt (local.get 0) (local.get 1)) (i32.eqz (f64.ge (local.get 0) (local.get 1))))
(func (export "trunc") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
(func (export "saturate") (param f32) (result i64 i64) (i64.trunc_sat_f32_s (local.get 0)) (i64.trunc_sat_f32_u (local.get 0)))
(func (export "unsigned") (param i64) (result f32 f64) (f32.convert_i64_u (local.get 0)) (f64.convert_i64_u (local.get 0)))
(func (export "select") (param i32) (result f64) (select (f64.const 1) (f64.const -1) (local.get 0)))
