;;! test: opt
;;; The pointer is a multiple of 32: constants join the offsets, the stores are aligned, and so in whole.
(memory 1)
(func (param $end i32) (local $p i32)
  (loop $next
    (i64.store (i32.add (local.get $p) (i32.const 16)) (i64.const 1))
    (i32.store offset=4 (i32.or (local.get $p) (i32.const 24)) (i32.const 2))
    (i64.store offset=4 (local.get $p) (i64.const 3))
    (local.set $p (i32.add (local.get $p) (i32.const 32)))
    (br_if $next (i32.lt_u (local.get $p) (local.get $end)))))

;; func f0 (v1: i64, v2: i32)
;; b1:
;;   v3 = const.i32 0
;;   v4 = vm_load.i64 v1 +64 constant
;;   jump b2(v3)
;; b2(v5: i32):
;;   v6 = const.i64 1
;;   store v4, v5, v6 +16 mem0 whole
;;   v7 = const.i32 2
;;   store v4, v5, v7 +28 mem0 checked
;;   v8 = const.i64 3
;;   store v4, v5, v8 +4 mem0 checked
;;   v9 = const.i32 32
;;   v10 = iadd.i32 v5, v9
;;   v11 = ilt_u.i32 v10, v2
;;   br_if v11 b2(v10), b3
;; b3:
;;   return ()
