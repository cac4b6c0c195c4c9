;;! test: asm-x64
;;; Distances from the table itself; the last entry is the default.
(module
  (func (param i32) (result i32)
    (block (block (block (br_table 0 1 0 2 (local.get 0))) (return (i32.const 10))) (return (i32.const 20)))
    (i32.const 30)))

;; ; wasm 33
;;    0  mov eax,0x3
;;    5  cmp esi,eax
;;    7  mov ecx,esi
;;    9  cmovae ecx,eax
;;    c  lea rax,[rip+0x0]
;;   13  movsxd rcx,DWORD PTR [rax+rcx*4]
;;   17  add rcx,rax
;;   1a  jmp rcx
;; ; wasm 44
;;   1c  mov eax,0x14
;; ; wasm 46
;;   21  ret
;; ; wasm 40
;;   22  mov eax,0xa
;; ; wasm 42
;;   27  ret
;; ; wasm 48
;;   28  mov eax,0x1e
;; ; wasm 50
;;   2d  ret
