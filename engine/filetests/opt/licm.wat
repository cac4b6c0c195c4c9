;;! test: opt
;;; The product and the memory's base move in front of the loop; the load stays.
(memory 1)
(func (param i32 i32) (result i32) (local i32)
  (loop $next
    (local.set 2 (i32.add (local.get 2) (i32.mul (local.get 1) (local.get 1))))
    (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
    (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
  (local.get 2))

;; func f0 (v1: i64, v2: i32, v3: i32) -> i32
;; b1:
;;   v4 = const.i32 0
;;   v5 = imul.i32 v3, v3
;;   v6 = vm_load.i64 v1 +64 constant
;;   jump b2(v4, v2)
;; b2(v7: i32, v8: i32):
;;   v9 = iadd.i32 v7, v5
;;   v10 = load.i32 v6, v8 +0 mem0
;;   v11 = iadd.i32 v9, v10
;;   v12 = const.i32 -4
;;   v13 = iadd.i32 v8, v12
;;   br_if v13 b2(v11, v13), b3
;; b3:
;;   return (v11)
