;;! test: ssa
;;; 64-bit addresses are checked; an offset beyond 32 bits is added first.
(memory i64 1)
(func (param i64) (result i32) (i32.load offset=8 (local.get 0)))
(func (param i64) (result i32) (i32.load offset=0x1_0000_0008 (local.get 0)))

;; func f0 (v1: i64, v2: i64) -> i32
;; b1:
;;   v3 = vm_load.i64 v1 +64 constant
;;   v4 = vm_load.i64 v1 +72 constant
;;   v5 = vm_load.i64 v4 +0 memory_length
;;   v6 = bound.i64 v2, v5 +8 bytes 4
;;   v7 = load.i32 v3, v6 +8 mem0 checked
;;   return (v7)
;;
;; func f1 (v1: i64, v2: i64) -> i32
;; b1:
;;   v3 = vm_load.i64 v1 +64 constant
;;   v4 = vm_load.i64 v1 +72 constant
;;   v5 = vm_load.i64 v4 +0 memory_length
;;   v6 = const.i64 4294967304
;;   v7 = iadd.i64 v2, v6
;;   v8 = ilt_u.i32 v7, v6
;;   trap_if v8 memory-out-of-bounds
;;   v9 = bound.i64 v7, v5 +0 bytes 4
;;   v10 = load.i32 v3, v9 +0 mem0 checked
;;   return (v10)
