;;! test: ssa
;;; Bounds, null and type are checked, in this order.
(table 10 funcref)
(func (param i32 i64) (result i64)
  (call_indirect (param i64) (result i64) (local.get 1) (local.get 0)))

;; func f0 (v1: i64, v2: i32, v3: i64) -> i64
;; b1:
;;   v4 = extend_u.i64 v2
;;   v5 = vm_load.i64 v1 +64 constant
;;   v6 = vm_load.i64 v5 +8 table
;;   v7 = ige_u.i32 v4, v6
;;   trap_if v7 undefined-element
;;   v8 = vm_load.i64 v5 +0 table
;;   v9 = const.i64 3
;;   v10 = ishl.i64 v4, v9
;;   v11 = iadd.i64 v8, v10
;;   v12 = vm_load.ref v11 +0 table_entry
;;   v13 = ieqz.i32 v12
;;   trap_if v13 uninitialized-element
;;   v14 = vm_load.i32 v12 +16 func_ref
;;   v15 = vm_load.i32 v1 +84 constant
;;   v16 = ine.i32 v14, v15
;;   trap_if v16 indirect-call-type
;;   v17 = vm_load.i64 v12 +0 func_ref
;;   v18 = vm_load.i64 v12 +8 func_ref
;;   v19 = call_ref_code.i64 v17 s1 (v18, v3)
;;   return (v19)
