;;! test: asm-x64
;;! features: baseline
;;; Without lzcnt: bsr keeps its destination when the operand is zero.
(module
  (func (param i32) (result i32) (i32.clz (local.get 0))))

;; ; wasm 27
;;    0  mov eax,0x3f
;;    5  bsr eax,esi
;;    8  xor eax,0x1f
;; ; wasm 28
;;    b  ret
