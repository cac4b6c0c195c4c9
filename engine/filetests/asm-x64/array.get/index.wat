;;! test: asm-x64
;;; The index of an element is part of the address; the length is compared in memory.
(module
  (type $longs (array (mut i64)))
  (type $bytes (array (mut i8)))
  (func (param (ref $longs) i32) (result i64) (array.get $longs (local.get 0) (local.get 1)))
  (func (param (ref $bytes) i32 i32) (array.set $bytes (local.get 0) (local.get 1) (local.get 2))))

;; ; wasm 45 x64: load as operand
;;    0  cmp edx,DWORD PTR [rsi+0x8]
;;    3  jae b
;; ; wasm 45 x64: scaled index
;;    5  mov rax,QWORD PTR [rsi+rdx*8+0x10]
;; ; wasm 48
;;    a  ret
;; ; wasm 45
;;    b  ud2
;;
;;
;; ; wasm 57 x64: load as operand
;;    0  cmp edx,DWORD PTR [rsi+0x8]
;;    3  jae a
;; ; wasm 57 x64: index of an element in the address
;;    5  mov BYTE PTR [rsi+rdx*1+0x10],cl
;; ; wasm 60
;;    9  ret
;; ; wasm 57
;;    a  ud2
