;;! test: asm-x64
;;; Only the high half is wanted: the low one is still computed, for its borrow.
(func (export "high") (param i64 i64 i64 i64) (result i64)
  (local i64)
  (i64.sub128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))
  (local.set 4) (drop) (local.get 4))

;; ; wasm 48
;;    0  sub rsi,rcx
;;    3  mov rax,rdx
;;    6  sbb rax,r8
;; ; wasm 55
;;    9  ret
