;;! test: opt
;;; Nothing is known of the address, but the load has shown that the store is in bounds; the last store reaches further.
(memory 1)
(func (param i32)
  (i32.store (local.get 0) (i32.load offset=4 (local.get 0)))
  (i64.store offset=4 (local.get 0) (i64.const 0)))

;; func f0 (v1: i64, v2: i32)
;; b1:
;;   v3 = vm_load.i64 v1 +64 constant
;;   v4 = load.i32 v3, v2 +4 mem0
;;   store v3, v2, v4 +0 mem0 checked
;;   v5 = const.i64 0
;;   store v3, v2, v5 +4 mem0
;;   return ()
