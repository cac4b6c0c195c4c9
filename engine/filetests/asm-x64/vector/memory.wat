;;! test: asm-x64
;;; Loads are done by the operations on lanes, and lanes are stored right from their vector.
(memory 1)
(func (export "extend") (param i32) (result v128) (v128.load8x8_s offset=4 (local.get 0)))
(func (export "splat") (param i32) (result v128) (v128.load16_splat (local.get 0)))
(func (export "zero") (param i32) (result v128) (v128.load64_zero (local.get 0)))
(func (export "replace") (param i32 v128) (result v128) (v128.load8_lane 3 (local.get 0) (local.get 1)))
(func (export "store") (param i32 v128) (v128.store32_lane 2 (local.get 0) (local.get 1)))
(func (export "operand") (param i32 v128) (result v128) (i32x4.add (v128.load (local.get 0)) (local.get 1)))

;; ; wasm 103
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 103 x64: load as operand
;;    4  pmovsxbw xmm0,QWORD PTR [rax+rsi*1+0x4]
;; ; wasm 107
;;    b  ret
;;
;;
;; ; wasm 112
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 112 x64: load as operand
;;    4  vpbroadcastw xmm0,WORD PTR [rax+rsi*1]
;; ; wasm 116
;;    a  ret
;;
;;
;; ; wasm 121
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 121 x64: load as operand
;;    4  movq xmm0,QWORD PTR [rax+rsi*1]
;; ; wasm 125
;;    9  ret
;;
;;
;; ; wasm 132
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 132 x64: load as operand
;;    4  vpinsrb xmm0,xmm0,BYTE PTR [rax+rsi*1],0x3
;; ; wasm 137
;;    b  ret
;;
;;
;; ; wasm 144
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 144 x64: lane to memory
;;    4  pextrd DWORD PTR [rax+rsi*1],xmm0,0x2
;; ; wasm 149
;;    b  ret
;;
;;
;; ; wasm 154
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 154 x64: load as operand
;;    4  vpaddd xmm0,xmm0,XMMWORD PTR [rax+rsi*1]
;; ; wasm 163
;;    9  ret
