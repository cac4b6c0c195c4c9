;;! test: asm-x64
;;! level: 0
;;; Without optional decisions the constant has a register of its own.
(module
  (func (param i32) (result i32) (i32.add (local.get 0) (i32.const 40))))

;; ; wasm 27
;;    0  mov eax,0x28
;; ; wasm 29
;;    5  add esi,eax
;; ; wasm 30
;;    7  mov rax,rsi
;;    a  ret
