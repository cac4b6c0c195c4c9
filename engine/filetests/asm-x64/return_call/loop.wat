;;! test: asm-x64
;;; A tail call with as many stack arguments leaves the return address in its place.
(module
  (func $f (param i32 i32) (result i32) (if (result i32) (i32.eqz (local.get 0)) (then (local.get 1)) (else (return_call $f (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (local.get 0)))))))

;; ; wasm 29 branch: eqz exchanges the targets
;;    0  test esi,esi
;;    2  je 11
;; ; wasm 38 x64: add as lea
;;    4  lea eax,[rsi-0x1]
;; ; wasm 43 x64: add as lea
;;    7  add edx,esi
;; ; wasm 44
;;    9  mov rsi,rax
;;    c  jmp function 0
;; ; wasm 47
;;   11  mov rax,rdx
;;   14  ret
