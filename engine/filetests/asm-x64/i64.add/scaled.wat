;;! test: asm-x64
;;; A shift by one to three is the scale of an address.
(module
  (func (param i64 i64) (result i64) (i64.add (local.get 0) (i64.shl (local.get 1) (i64.const 3)))))

;; ; wasm 33 x64: scaled index
;;    0  lea rax,[rsi+rdx*8]
;; ; wasm 34
;;    4  ret
