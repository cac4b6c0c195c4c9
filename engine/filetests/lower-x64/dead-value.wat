;;! test: lower-x64
;;; What nobody wants is not lowered, but a load may trap.
(module
  (memory 1)
  (func (param i32) (drop (i32.load (local.get 0))) (drop (i32.mul (local.get 0) (i32.const 3)))))

;; m0:
;;   v4:rdi, v2:rsi = args
;;   v1 = mov.q rm v4, base+64
;;   v3 = mov.d rm v1, v2, base+index+0
;;   return
