;;! test: asm-x64
;;; The old value comes from xadd; nobody wants it: a locked add.
(memory 1 2 shared)
(func (export "both") (param i32 i32) (result i32)
  (drop (i32.atomic.rmw.add (local.get 0) (local.get 1)))
  (i32.atomic.rmw16.sub_u offset=2 (local.get 0) (local.get 1)))

;; ; wasm 46 x64: immediate operand
;;    0  mov rax,rsi
;;    3  and eax,0x3
;; ; wasm 46
;;    6  test eax,eax
;;    8  jne 32
;;    a  mov rax,QWORD PTR [rdi+0x40]
;; ; wasm 46 x64: add as lea
;;    e  lea rcx,[rax+rsi*1]
;; ; wasm 46
;;   12  lock add DWORD PTR [rcx],edx
;; ; wasm 55 x64: add as lea
;;   15  lea rcx,[rsi+0x2]
;;   19  add esi,0x2
;; ; wasm 55 x64: immediate operand
;;   1c  and esi,0x1
;; ; wasm 55
;;   1f  test esi,esi
;;   21  jne 34
;; ; wasm 55 x64: add as lea
;;   23  add rax,rcx
;; ; wasm 55
;;   26  neg rdx
;;   29  lock xadd WORD PTR [rax],dx
;;   2e  movzx eax,dx
;; ; wasm 59
;;   31  ret
;; ; wasm 46
;;   32  ud2
;; ; wasm 55
;;   34  ud2
