;;! test: lower-arm64
;;; Zero needs no register, neither to be stored nor to be selected.
(memory 1)
(func (param i32 i64) (result i64)
  (i64.store32 (local.get 0) (i64.const 0))
  (select (i64.const 0) (local.get 1) (i32.eqz (local.get 0))))

;; m0:
;;   v6:x0, v3:x1, v2:x2 = args
;;   v4 = ldr.x v6, #64
;;   v5 = add.x r v4, v3  ; arm64: zero register
;;   ldrb v5, zero@1, #3  ; arm64: zero register
;;   str.w v5, zero@1  ; arm64: zero register
;;   cmp.w i v3  ; arm64: zero register
;;   v1 = csel.x v2, zero@100, #1  ; arm64: zero register
;;   return v1:x0
