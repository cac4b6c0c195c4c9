;;! test: asm-x64
;;; A constant is the displacement of a lea.
(module
  (func (param i32) (result i32) (i32.add (local.get 0) (i32.const 40))))

;; ; wasm 29 x64: add as lea
;;    0  lea eax,[rsi+0x28]
;; ; wasm 30
;;    3  ret
