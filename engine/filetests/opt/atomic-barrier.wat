;;! test: opt
;;; Nothing is forwarded across an atomic access or a fence, and the size is read again behind it.
(memory 1 2 shared)
(func (export "load") (param i32) (result i32)
  (i32.load (local.get 0))
  (drop (i32.atomic.load (local.get 0)))
  (i32.load (local.get 0))
  i32.add
  (i32.store (local.get 0) (i32.const 5))
  (atomic.fence)
  (i32.load (local.get 0))
  i32.add)
(func (export "size") (result i32)
  (i32.add (memory.size) (i32.sub (memory.size) (i32.atomic.rmw.or (i32.const 0) (i32.const 1))))
  (i32.add (memory.size)))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = vm_load.i64 v1 +64 constant
;;   v4 = load.i32 v3, v2 +0 mem0
;;   v5 = extend_u.i64 v2
;;   v6 = const.i32 3
;;   v7 = iand.i32 v2, v6
;;   trap_if v7 unaligned-atomic
;;   v8 = iadd.i64 v3, v5
;;   v9 = atomic_load.i32 v8 bytes 4 mem0
;;   v10 = load.i32 v3, v2 +0 mem0 checked
;;   v11 = iadd.i32 v4, v10
;;   v12 = const.i32 5
;;   store v3, v2, v12 +0 mem0 checked
;;   fence
;;   v13 = load.i32 v3, v2 +0 mem0 checked
;;   v14 = iadd.i32 v11, v13
;;   return (v14)
;;
;; func f1 (v1: i64) -> i32
;; b1:
;;   v2 = vm_load.i64 v1 +72 constant
;;   v3 = vm_load.i64 v2 +0 memory_length
;;   v4 = const.i64 16
;;   v5 = ishr_u.i64 v3, v4
;;   v6 = wrap.i32 v5
;;   v7 = const.i32 1
;;   v8 = vm_load.i64 v1 +64 constant
;;   v9 = atomic_rmw.i32 v8, v7 or bytes 4 mem0
;;   v10 = isub.i32 v6, v9
;;   v11 = iadd.i32 v6, v10
;;   v12 = vm_load.i64 v2 +0 memory_length
;;   v13 = ishr_u.i64 v12, v4
;;   v14 = wrap.i32 v13
;;   v15 = iadd.i32 v11, v14
;;   return (v15)
