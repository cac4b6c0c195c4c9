;;! test: asm-arm64
;;; Tests of all lanes leave their result in the flags, of masks without making them lanes of a sign.
(func (export "any") (param v128) (result i32) (v128.any_true (local.get 0)))
(func (export "all") (param v128) (result i32) (i8x16.all_true (local.get 0)))
(func (export "all equal") (param v128 v128) (result i32) (i32x4.all_true (i32x4.eq (local.get 0) (local.get 1))))
(func (export "all long") (param v128) (result i32) (i64x2.all_true (local.get 0)))
(func (export "select") (param v128 i32 i32) (result i32) (select (local.get 1) (local.get 2) (v128.any_true (local.get 0))))
(func (export "no match") (param v128 v128) (result i32)
  (if (result i32) (i32.eqz (i8x16.bitmask (i8x16.eq (local.get 0) (local.get 1)))) (then (i32.const 3)) (else (i32.const 4))))
(func (export "bitmask") (param v128) (result i32) (i8x16.bitmask (local.get 0)))
(func (export "bitmask of a mask") (param v128 v128) (result i32) (i32x4.bitmask (f32x4.lt (local.get 0) (local.get 1))))

;; ; wasm 135
;;    0  umaxv b0, v0.16b
;;    4  fcmp s0, #0.0
;;    8  csinc w0, wzr, wzr, eq
;; ; wasm 137
;;    c  ret
;;
;;
;; ; wasm 142
;;    0  uminv b0, v0.16b
;;    4  fcmp s0, #0.0
;;    8  csinc w0, wzr, wzr, eq
;; ; wasm 144
;;    c  ret
;;
;;
;; ; wasm 151
;;    0  cmeq v0.4s, v0.4s, v1.4s
;; ; wasm 153 arm64: lanes known to be a mask
;;    4  uminv s0, v0.4s
;;    8  fcmp s0, #0.0
;;    c  csinc w0, wzr, wzr, eq
;; ; wasm 156
;;   10  ret
;;
;;
;; ; wasm 161
;;    0  cmeq v0.2d, v0.2d, #0
;;    4  addp d0, v0.2d
;;    8  fcmp d0, #0.0
;;    c  csinc w0, wzr, wzr, ne
;; ; wasm 164
;;   10  ret
;;
;;
;; ; wasm 175 arm64: vector tested in the flags
;;    0  umaxv b0, v0.16b
;;    4  fcmp s0, #0.0
;;    8  csel w0, w1, w2, ne
;; ; wasm 176
;;    c  ret
;;
;;
;; ; wasm 183
;;    0  cmeq v0.16b, v0.16b, v1.16b
;; ; wasm 188 arm64: lanes known to be a mask
;;    4  umaxv b0, v0.16b
;;    8  fcmp s0, #0.0
;;    c  b.eq 18
;; ; wasm 193
;;   10  movz x0, #0x4
;; ; wasm 195
;;   14  b 1c
;; ; wasm 190
;;   18  movz x0, #0x3
;; ; wasm 196
;;   1c  ret
;;
;;
;; ; wasm 201
;;    0  cmlt v0.16b, v0.16b, #0
;;    4  ldr q1, [pool 0]
;;    8  and v0.16b, v0.16b, v1.16b
;;    c  ext v1.16b, v0.16b, v0.16b, #8
;;   10  zip1 v0.16b, v0.16b, v1.16b
;;   14  addv h0, v0.8h
;;   18  fmov w0, s0
;; ; wasm 203
;;   1c  ret
;;
;;
;; ; wasm 210
;;    0  fcmgt v0.4s, v1.4s, v0.4s
;; ; wasm 212 arm64: lanes known to be a mask
;;    4  ldr q1, [pool 0]
;;    8  and v0.16b, v0.16b, v1.16b
;;    c  addv s0, v0.4s
;;   10  fmov w0, s0
;; ; wasm 215
;;   14  ret
