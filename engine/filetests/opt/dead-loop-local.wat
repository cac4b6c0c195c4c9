;;! test: opt
;;; A local that only feeds itself around a loop goes.
(func (param i32) (local i32)
  (loop $next
    (local.set 1 (i32.mul (local.get 1) (i32.const 3)))
    (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))

;; func f0 (v1: i64, v2: i32)
;; b1:
;;   jump b2(v2)
;; b2(v3: i32):
;;   v4 = const.i32 -1
;;   v5 = iadd.i32 v3, v4
;;   br_if v5 b2(v5), b3
;; b3:
;;   return ()
