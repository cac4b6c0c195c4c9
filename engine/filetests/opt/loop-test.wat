;;! test: opt
;;; The counter is compared after its step: the comparison takes the next value.
(func (param i32) (local i32)
  (loop $next
    (local.set 0 (i32.add (i32.mul (local.get 0) (local.get 0)) (local.get 1)))
    (br_if $next (i32.ne (i32.sub (local.tee 1 (i32.add (local.get 1) (i32.const 4))) (i32.const 4)) (i32.const 96)))))

;; func f0 (v1: i64, v2: i32)
;; b1:
;;   v3 = const.i32 0
;;   jump b2(v3)
;; b2(v4: i32):
;;   v5 = const.i32 4
;;   v6 = iadd.i32 v4, v5
;;   v7 = const.i32 100
;;   v8 = ine.i32 v6, v7
;;   br_if v8 b2(v6), b3
;; b3:
;;   return ()
