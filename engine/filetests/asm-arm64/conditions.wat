;;! test: asm-arm64
;;; A chain of comparisons, branches on a register, selections with a step.
(func (param i32 i32 i32) (result i32)
  (if (i32.and (i32.lt_s (local.get 0) (local.get 1)) (i32.ne (local.get 1) (i32.const 7)))
    (then (return (i32.const 1))))
  (if (i32.and (local.get 2) (i32.const 16)) (then (return (i32.const 2))))
  (if (i32.eqz (local.get 0)) (then (return (i32.const 3))))
  (select (local.get 0) (i32.add (local.get 1) (i32.const 1)) (i32.gt_u (local.get 0) (local.get 2))))

;; ; wasm 38 arm64: conditions in a chain
;;    0  cmp w1, w2
;; ; wasm 38 arm64: immediate operand
;;    4  ccmp w2, #0x7, #0x4, lt
;;    8  b.eq 14
;; ; wasm 40
;;    c  movz x0, #0x1
;; ; wasm 42
;;   10  ret
;; ; wasm 49 arm64: branch on a bit
;;   14  tbz w3, #4, 20
;; ; wasm 51
;;   18  movz x0, #0x2
;; ; wasm 53
;;   1c  ret
;; ; wasm 58 branch: eqz exchanges the targets
;;   20  cbz w1, 30
;; ; wasm 76 arm64: compare and select
;;   24  cmp w1, w3
;;   28  csinc w0, w1, w2, hi
;; ; wasm 77
;;   2c  ret
;; ; wasm 60
;;   30  movz x0, #0x3
;; ; wasm 62
;;   34  ret
