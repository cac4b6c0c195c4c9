;;! test: asm-x64
;;; A shuffle is one instruction where there is one, a byte shuffle of one operand, or two of them.
(func (export "splat of a lane") (param v128) (result v128)
  (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7 (local.get 0) (local.get 0)))
(func (export "interleave") (param v128 v128) (result v128)
  (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get 0) (local.get 1)))
(func (export "align") (param v128 v128) (result v128)
  (i8x16.shuffle 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 (local.get 0) (local.get 1)))
(func (export "blend") (param v128 v128) (result v128)
  (i8x16.shuffle 0 1 18 19 4 5 22 23 8 9 26 27 12 13 30 31 (local.get 0) (local.get 1)))
(func (export "reverse") (param v128) (result v128)
  (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 (local.get 0) (local.get 0)))
(func (export "any") (param v128 v128) (result v128)
  (i8x16.shuffle 0 31 5 17 2 9 20 1 30 3 7 16 22 11 4 8 (local.get 0) (local.get 1)))

;; ; wasm 107 x64: shuffle as one instruction
;;    0  pshufd xmm0,xmm0,0x55
;; ; wasm 125
;;    5  ret
;;
;;
;; ; wasm 132 x64: shuffle as one instruction
;;    0  vpunpcklbw xmm0,xmm0,xmm1
;; ; wasm 150
;;    4  ret
;;
;;
;; ; wasm 157 x64: shuffle as one instruction
;;    0  vpalignr xmm0,xmm1,xmm0,0x5
;; ; wasm 175
;;    6  ret
;;
;;
;; ; wasm 182 x64: shuffle as one instruction
;;    0  vpblendw xmm0,xmm0,xmm1,0xaa
;; ; wasm 200
;;    6  ret
;;
;;
;; ; wasm 207 x64: shuffle as one instruction
;;    0  vpshufb xmm0,xmm0,[pool 0]
;; ; wasm 225
;;    9  ret
;;
;;
;; ; wasm 232 x64: shuffle as one instruction
;;    0  vpshufb xmm0,xmm0,[pool 0]
;;    9  vpshufb xmm1,xmm1,[pool 1]
;;   12  vpor xmm0,xmm1,xmm0
;; ; wasm 250
;;   16  ret
