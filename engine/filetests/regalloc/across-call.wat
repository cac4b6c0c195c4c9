;;! test: regalloc-x64
;;; What lives across a call is stored once, where it is born, and loaded where it is used.
(module
  (func $g (result i32) (i32.const 7))
  (func (param i32) (result i32) (i32.mul (i32.mul (local.get 0) (call $g)) (call $g))))

;; m0:
;;   args
;;   %rax = iconst #7
;;   return %rax
;;
;;
;; m0:
;;   %rdi, %rsi = args
;;     move [slot 0] = v4 %rdi, [slot 1] = v6 %rsi
;;   %rax = call %rdi
;;   %rax = imul.d rm %rax, [slot 1]
;;     move [slot 2] = v2 %rax
;;     move %rdi = v4 [slot 0]
;;   %rax = call %rdi
;;     move %rcx = v2 [slot 2]
;;   %rcx = imul.d rm %rcx, %rax
;;     move %rax = v1 %rcx
;;   return %rax
