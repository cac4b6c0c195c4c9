;;! test: opt
;;; A load gets the value that was stored there; another store ends that.
(memory 1)
(func (param i32 i64 i32) (result i64)
  (i64.store offset=8 (local.get 0) (local.get 1))
  (i64.load offset=8 (local.get 0))
  (i32.store8 (local.get 2) (i32.const 1))
  (i64.add (i64.load offset=8 (local.get 0))))

;; func f0 (v1: i64, v2: i32, v3: i64, v4: i32) -> i64
;; b1:
;;   v5 = vm_load.i64 v1 +64 constant
;;   store v5, v2, v3 +8 mem0
;;   v6 = const.i32 1
;;   store8 v5, v4, v6 +0 mem0
;;   v7 = load.i64 v5, v2 +8 mem0 checked
;;   v8 = iadd.i64 v3, v7
;;   return (v8)
