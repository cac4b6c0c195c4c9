;;! test: asm-arm64
;;; Constants are in the instruction where it can hold them; the others are in the pool.
(func (export "bytes") (result v128) (v128.const i8x16 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7))
(func (export "shifted") (result v128) (v128.const i16x8 0x700 0x700 0x700 0x700 0x700 0x700 0x700 0x700))
(func (export "inverted") (result v128) (v128.const i32x4 -3 -3 -3 -3))
(func (export "ones behind") (result v128) (v128.const i32x4 0x12ff 0x12ff 0x12ff 0x12ff))
(func (export "byte mask") (result v128) (v128.const i64x2 0xff00ff0000ff00ff 0xff00ff0000ff00ff))
(func (export "float") (result v128) (v128.const f32x4 1.5 1.5 1.5 1.5))
(func (export "double") (result v128) (v128.const f64x2 -2 -2))
(func (export "low half") (result v128) (v128.const i32x4 9 9 0 0))
(func (export "low lane") (result v128) (v128.const f32x4 1 0 0 0))
(func (export "scalar") (result f32) (f32.const -0))
(func (export "pool") (result v128) (v128.const i32x4 1 2 3 4))

;; ; wasm 152 arm64: vector in the instruction
;;    0  movi v0.16b, #0x7
;; ; wasm 170
;;    4  ret
;;
;;
;; ; wasm 173 arm64: vector in the instruction
;;    0  movi v0.8h, #0x7, lsl #8
;; ; wasm 191
;;    4  ret
;;
;;
;; ; wasm 194 arm64: vector in the instruction
;;    0  mvni v0.4s, #0x2
;; ; wasm 212
;;    4  ret
;;
;;
;; ; wasm 215 arm64: vector in the instruction
;;    0  movi v0.4s, #0x12, msl #8
;; ; wasm 233
;;    4  ret
;;
;;
;; ; wasm 236 arm64: vector in the instruction
;;    0  movi v0.2d, #0xff00ff0000ff00ff
;; ; wasm 254
;;    4  ret
;;
;;
;; ; wasm 257 arm64: vector in the instruction
;;    0  fmov v0.4s, #1.500000000000000000e+00
;; ; wasm 275
;;    4  ret
;;
;;
;; ; wasm 278 arm64: vector in the instruction
;;    0  fmov v0.2d, #-2.000000000000000000e+00
;; ; wasm 296
;;    4  ret
;;
;;
;; ; wasm 299 arm64: vector in the instruction
;;    0  movi v0.2s, #0x9
;; ; wasm 317
;;    4  ret
;;
;;
;; ; wasm 320 arm64: vector in the instruction
;;    0  fmov s0, #1.000000000000000000e+00
;; ; wasm 338
;;    4  ret
;;
;;
;; ; wasm 341 arm64: float in the instruction
;;    0  movi v0.4s, #0x80, lsl #24
;; ; wasm 346
;;    4  ret
;;
;;
;; ; wasm 349
;;    0  ldr q0, [pool 0]
;; ; wasm 367
;;    4  ret
