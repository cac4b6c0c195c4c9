;;! test: asm-x64
;;; A load with one user is done by the addition; its fault stays the load's.
(module
  (memory 1)
  (func (param i32 i32) (result i32) (i32.add (local.get 1) (i32.load offset=8 (local.get 0)))))

;; ; wasm 35
;;    0  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 35 x64: load as operand
;;    4  add edx,DWORD PTR [rax+rsi*1+0x8]
;; ; wasm 39
;;    8  mov rax,rdx
;;    b  ret
