;;! test: asm-x64
;;; What has no instruction of its own.
(func (export "min") (param v128 v128) (result v128) (f32x4.min (local.get 0) (local.get 1)))
(func (export "trunc") (param v128) (result v128) (i32x4.trunc_sat_f32x4_s (local.get 0)))
(func (export "popcnt") (param v128) (result v128) (i8x16.popcnt (local.get 0)))
(func (export "shr") (param v128) (result v128) (i8x16.shr_s (local.get 0) (i32.const 3)))
(func (export "shr by") (param v128 i32) (result v128) (i8x16.shr_u (local.get 0) (local.get 1)))
(func (export "mul") (param v128 v128) (result v128) (i64x2.mul (local.get 0) (local.get 1)))
(func (export "all") (param v128) (result i32)
  (if (result i32) (i16x8.all_true (local.get 0)) (then (i32.const 7)) (else (i32.const 8))))
(func (export "madd") (param v128 v128 v128) (result v128)
  (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))

;; ; wasm 120 x64: three-operand vector
;;    0  vminps xmm2,xmm0,xmm1
;;    4  vminps xmm0,xmm1,xmm0
;;    8  vorps xmm0,xmm2,xmm0
;;    c  vcmpps xmm1,xmm0,xmm0,0x3
;;   11  vorps xmm0,xmm0,xmm1
;;   15  vpsrld xmm1,xmm1,0xa
;;   1a  vandnps xmm0,xmm1,xmm0
;; ; wasm 123
;;   1e  ret
;;
;;
;; ; wasm 128 x64: three-operand vector
;;    0  vcmpps xmm1,xmm0,xmm0,0x0
;;    5  vandps xmm0,xmm0,xmm1
;;    9  vpxor xmm1,xmm1,xmm0
;;    d  cvttps2dq xmm0,xmm0
;;   11  vpand xmm1,xmm1,xmm0
;;   15  vpsrad xmm1,xmm1,0x1f
;;   1a  vpxor xmm0,xmm0,xmm1
;; ; wasm 131
;;   1e  ret
;;
;;
;; ; wasm 136 x64: three-operand vector
;;    0  movups xmm1,[pool 0]
;;    7  movups xmm2,[pool 1]
;;    e  vpand xmm3,xmm0,xmm1
;;   12  vpshufb xmm3,xmm2,xmm3
;;   17  vpsrlw xmm0,xmm0,0x4
;;   1c  vpand xmm0,xmm0,xmm1
;;   20  vpshufb xmm0,xmm2,xmm0
;;   25  vpaddb xmm0,xmm3,xmm0
;; ; wasm 138
;;   29  ret
;;
;;
;; ; wasm 145 x64: immediate operand
;;    0  vpsrlw xmm0,xmm0,0x3
;;    5  movups xmm1,[pool 0]
;;    c  vpand xmm0,xmm0,[pool 1]
;;   14  vpxor xmm0,xmm0,xmm1
;;   18  vpsubb xmm0,xmm0,xmm1
;; ; wasm 147
;;   1c  ret
;;
;;
;; ; wasm 154 x64: three-operand vector
;;    0  mov rax,rsi
;;    3  and eax,0x7
;;    6  movd xmm1,eax
;;    a  movups xmm2,[pool 0]
;;   11  and esi,0x7
;;   14  add esi,0x8
;;   17  movd xmm3,esi
;;   1b  vpsrlw xmm2,xmm2,xmm3
;;   1f  vpackuswb xmm2,xmm2,xmm2
;;   23  vpsrlw xmm0,xmm0,xmm1
;;   27  vpand xmm0,xmm0,xmm2
;; ; wasm 156
;;   2b  ret
;;
;;
;; ; wasm 163 x64: three-operand vector
;;    0  vpsrlq xmm2,xmm0,0x20
;;    5  vpmuludq xmm2,xmm2,xmm1
;;    9  vpsrlq xmm3,xmm1,0x20
;;    e  vpmuludq xmm3,xmm3,xmm0
;;   12  vpaddq xmm2,xmm2,xmm3
;;   16  vpsllq xmm2,xmm2,0x20
;;   1b  vpmuludq xmm0,xmm0,xmm1
;;   1f  vpaddq xmm0,xmm0,xmm2
;; ; wasm 166
;;   23  ret
;;
;;
;; ; wasm 174 x64: three-operand vector
;;    0  xorps xmm1,xmm1
;;    3  vpcmpeqw xmm0,xmm1,xmm0
;;    7  ptest xmm0,xmm0
;;    c  jne 15
;; ; wasm 176
;;    e  mov eax,0x7
;; ; wasm 178
;;   13  jmp 1a
;; ; wasm 179
;;   15  mov eax,0x8
;; ; wasm 182
;;   1a  ret
;;
;;
;; ; wasm 191 x64: three-operand vector
;;    0  vfmadd231ps xmm2,xmm0,xmm1
;; ; wasm 194
;;    5  movaps xmm0,xmm2
;;    8  ret
