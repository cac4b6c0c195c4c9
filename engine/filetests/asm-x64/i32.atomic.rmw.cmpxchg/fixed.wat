;;! test: asm-x64
;;; The expected value and the old one share rax; memory64 is checked.
(memory i64 1 2 shared)
(func (export "cas") (param i64 i32 i32) (result i32)
  (i32.atomic.rmw16.cmpxchg_u offset=8 (local.get 0) (local.get 1) (local.get 2)))

;; ; wasm 48 x64: add as lea
;;    0  lea rax,[rsi+0x8]
;;    4  add esi,0x8
;; ; wasm 48 x64: immediate operand
;;    7  and esi,0x1
;; ; wasm 48
;;    a  test esi,esi
;;    c  jne 3c
;; ; wasm 48 x64: immediate operand
;;    e  cmp rax,0x8
;;   12  jb 3e
;; ; wasm 48
;;   14  mov rsi,QWORD PTR [rdi+0x48]
;;   18  mov rsi,QWORD PTR [rsi]
;;   1b  mov r8,rax
;;   1e  add r8,0x2
;;   22  jb 40
;;   24  cmp r8,rsi
;;   27  ja 42
;; ; wasm 48 x64: load as operand
;;   29  mov rsi,rax
;;   2c  add rsi,QWORD PTR [rdi+0x40]
;; ; wasm 48
;;   30  mov rax,rdx
;;   33  lock cmpxchg WORD PTR [rsi],cx
;;   38  movzx eax,ax
;; ; wasm 52
;;   3b  ret
;; ; wasm 48
;;   3c  ud2
;;   3e  ud2
;;   40  ud2
;;   42  ud2
