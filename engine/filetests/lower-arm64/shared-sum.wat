;;! test: lower-arm64
;;; Accesses of one address share the sum of base and address; a probe stands only before the store that may be in part.
(memory 1)
(func (param i32 i64) (result i64)
  (i64.store offset=8 (local.get 0) (local.get 1))
  (i64.store offset=4 (local.get 0) (local.get 1))
  (i64.load offset=16 (local.get 0)))

;; m0:
;;   v6:x0, v5:x1, v3:x2 = args
;;   v4 = ldr.x v6, #64
;;   v2 = add.x r v4, v5  ; addresses: shared sum of base and address
;;   ldrb v2, zero@1, #15  ; arm64: constant address
;;   str.x v3, v2, #8  ; arm64: constant address
;;   str.x i v3, v2, #4  ; arm64: constant address
;;   v1 = ldr.x v2, #16  ; arm64: constant address
;;   return v1:x0
