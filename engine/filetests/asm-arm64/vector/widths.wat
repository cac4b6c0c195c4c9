;;! test: asm-arm64
;;; Lanes become wider or narrower and are shifted by one row; distances and signs of results are one row too.
(func (export "narrow") (param v128 v128) (result v128) (i8x16.narrow_i16x8_u (i16x8.shr_s (local.get 0) (i32.const 6)) (i16x8.shr_u (local.get 1) (i32.const 8))))
(func (export "wider") (param v128) (result v128) (i32x4.shl (i32x4.extend_low_i16x8_u (local.get 0)) (i32.const 3)))
(func (export "distance") (param v128 v128) (result v128) (i16x8.sub (i16x8.max_s (local.get 0) (local.get 1)) (i16x8.min_s (local.get 0) (local.get 1))))
(func (export "saturated") (param v128 v128) (result v128) (v128.or (i8x16.sub_sat_u (local.get 0) (local.get 1)) (i8x16.sub_sat_u (local.get 1) (local.get 0))))
(func (export "float distance") (param v128 v128) (result v128) (f64x2.abs (f64x2.sub (local.get 0) (local.get 1))))
(func (export "scalar") (param f32 f32) (result f32) (f32.abs (f32.sub (local.get 0) (local.get 1))))
(func (export "negated") (param f64 f64) (result f64) (f64.neg (f64.mul (local.get 0) (local.get 1))))

;; ; wasm 142 arm64: shift with another width of lanes
;;    0  sqshrun v0.8b, v0.8h, #6
;;    4  uqshrn2 v0.16b, v1.8h, #8
;; ; wasm 144
;;    8  ret
;;
;;
;; ; wasm 154 arm64: shift with another width of lanes
;;    0  ushll v0.4s, v0.4h, #3
;; ; wasm 157
;;    4  ret
;;
;;
;; ; wasm 174 arm64: absolute difference
;;    0  sabd v0.8h, v0.8h, v1.8h
;; ; wasm 177
;;    4  ret
;;
;;
;; ; wasm 192 arm64: absolute difference
;;    0  uabd v0.16b, v0.16b, v1.16b
;; ; wasm 194
;;    4  ret
;;
;;
;; ; wasm 204 arm64: absolute difference
;;    0  fabd v0.2d, v0.2d, v1.2d
;; ; wasm 207
;;    4  ret
;;
;;
;; ; wasm 215 arm64: sign of a result
;;    0  fabd s0, s0, s1
;; ; wasm 216
;;    4  ret
;;
;;
;; ; wasm 224 arm64: sign of a result
;;    0  fnmul d0, d0, d1
;; ; wasm 225
;;    4  ret
