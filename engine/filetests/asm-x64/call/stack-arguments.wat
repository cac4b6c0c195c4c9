;;! test: asm-x64
;;; The callee drops its stack arguments, the caller restores its frame.
(module
  (func $f (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (local.get 8))
  (func (param i32) (result i32)
    (call $f (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0))))

;; ; wasm 0
;;    0  mov rax,QWORD PTR [rsp+0x10]
;; ; wasm 41
;;    5  ret 0x10
;;
;;
;;    0  cmp rsp,QWORD PTR [rdi]
;;    3  jb 32
;;    5  add rsp,0xffffffffffffffe8
;; ; wasm 62
;;    9  mov QWORD PTR [rsp],rsi
;;    d  mov QWORD PTR [rsp+0x8],rsi
;;   12  mov rbx,rsi
;;   15  mov rdx,rsi
;;   18  mov rcx,rsi
;;   1b  mov r8,rsi
;;   1e  mov r9,rsi
;;   21  mov r10,rsi
;;   24  call function 0
;;   29  add rsp,0xfffffffffffffff0
;; ; wasm 64
;;   2d  add rsp,0x18
;;   31  ret
;; ; wasm 0
;;   32  ud2
