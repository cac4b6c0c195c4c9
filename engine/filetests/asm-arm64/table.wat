;;! test: asm-arm64
(func (param i32) (result i32)
  (block $a (block $b (block $c (br_table $a $b $c $a $b (local.get 0))) (return (i32.const 3))) (return (i32.const 2)))
  (i32.const 1))

;; ; wasm 33
;;    0  movz x2, #0x4
;;    4  cmp w1, w2
;;    8  csel w2, w1, w2, cc
;;    c  adr x0, table
;;   10  ldrsw x2, [x0, w2, uxtw #2]
;;   14  add x0, x0, x2
;;   18  br x0
;; ; wasm 41
;;   1c  movz x0, #0x3
;; ; wasm 43
;;   20  ret
;; ; wasm 49
;;   24  movz x0, #0x1
;; ; wasm 51
;;   28  ret
;; ; wasm 45
;;   2c  movz x0, #0x2
;; ; wasm 47
;;   30  ret
