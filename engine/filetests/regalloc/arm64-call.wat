;;! test: regalloc-arm64
;;; A value that lives over a call waits in a slot.
(func $f (param i32) (result i32) (local.get 0) (loop))
(func (param i32) (result i32) (i32.add (local.get 0) (call $f (i32.add (local.get 0) (i32.const 1)))))

;; m0:
;;   %x1 = args
;;     move %x0 = v1 %x1
;;   return %x0
;;
;;
;; m0:
;;   %x0, %x1 = args
;;     move [slot 0] = v2 %x1
;;   %x1 = add.w i %x1, #1  ; arm64: immediate operand
;;   %x0 = call %x0, %x1
;;     move %x1 = v2 [slot 0]
;;   %x0 = add.w r %x1, %x0
;;   return %x0
