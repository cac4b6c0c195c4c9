;;! test: asm-arm64
;;; The machine does not trap: zero and the one overflow are asked for.
(func (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
(func (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1)))
(func (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 10)))

;; ; wasm 43
;;    0  cbz w2, 18
;;    4  cmn w2, #0x1
;;    8  ccmp w1, #0x1, #0x0, eq
;;    c  b.vs 1c
;;   10  sdiv w0, w1, w2
;; ; wasm 44
;;   14  ret
;; ; wasm 43
;;   18  udf #2
;;   1c  udf #3
;;
;;
;; ; wasm 51
;;    0  cbz x2, 10
;;    4  sdiv x0, x1, x2
;;    8  msub x0, x0, x2, x1
;; ; wasm 52
;;    c  ret
;; ; wasm 51
;;   10  udf #2
;;
;;
;; ; wasm 59 x /u k → (x * m) >>u s
;;    0  movz x0, #0xcccd
;;    4  movk x0, #0xcccc, lsl #16
;;    8  mul x0, x1, x0
;; ; wasm 59 arm64: immediate operand
;;    c  ubfm x0, x0, #35, #63
;; ; wasm 59 x /u k → (x * m) >>u s
;;   10  mov w0, w0
;; ; wasm 60
;;   14  ret
