;;! test: lower-x64
;;; A constant is stored from the instruction.
(module
  (memory 1)
  (func (param i32) (i32.store8 (local.get 0) (i32.const 65)) (i64.store offset=4 (local.get 0) (i64.const -1))))

;; m0:
;;   v3:rdi, v2:rsi = args
;;   v1 = mov.q rm v3, base+64
;;   mov.b mi8 v1, v2, base+index+0, #65  ; x64: store of a constant
;;   mov.q mi32 v1, v2, base+index+4, #-1  ; x64: store of a constant
;;   return
