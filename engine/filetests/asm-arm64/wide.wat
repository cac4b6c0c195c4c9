;;! test: asm-arm64
(func (param i64 i64 i64 i64) (result i64 i64)
  (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
(func (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1)))

;; ; wasm 45
;;    0  adds x0, x1, x3
;;    4  adc x1, x2, x4
;; ; wasm 47
;;    8  ret
;;
;;
;; ; wasm 54
;;    0  mul x0, x1, x2
;;    4  umulh x1, x1, x2
;; ; wasm 56
;;    8  ret
