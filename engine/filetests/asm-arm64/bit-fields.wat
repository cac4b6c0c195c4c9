;;! test: asm-arm64
;;; Shift and mask are one extraction; so are two shifts.
(func (param i32) (result i32) (i32.and (i32.shr_u (local.get 0) (i32.const 5)) (i32.const 63)))
(func (param i64) (result i64) (i64.shr_s (i64.shl (local.get 0) (i64.const 20)) (i64.const 33)))
(func (param i64) (result i64) (i64.and (local.get 0) (i64.const 0xff00ff00ff00ff00)))

;; ; wasm 39 arm64: bit field
;;    0  ubfm w0, w1, #5, #10
;; ; wasm 40
;;    4  ret
;;
;;
;; ; wasm 50 arm64: bit field
;;    0  sbfm x0, x1, #13, #43
;; ; wasm 51
;;    4  ret
;;
;;
;; ; wasm 66 arm64: logical immediate
;;    0  and x0, x1, #0xff00ff00ff00ff00
;; ; wasm 67
;;    4  ret
