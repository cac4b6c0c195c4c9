;;! test: ssa
;;; The length is a constant field of the array; elements of packed types are extended when they are loaded.
(module
  (type $bytes (array (mut i8)))
  (func (param (ref null $bytes) i32) (result i32)
    (array.get_u $bytes (local.get 0) (local.get 1)))
  (func (param i32 i32) (result (ref $bytes))
    (array.new $bytes (local.get 0) (local.get 1))))

;; func f0 (v1: i64, v2: ref, v3: i32) -> i32
;; b1:
;;   v4 = ieqz.i32 v2
;;   trap_if v4 null-array
;;   v5 = vm_load.i32 v2 +8 object
;;   v6 = ige_u.i32 v3, v5
;;   trap_if v6 array-out-of-bounds
;;   v7 = extend_u.i64 v3
;;   v8 = bitcast.i64 v2
;;   v9 = iadd.i64 v8, v7
;;   v10 = vm_load8_u.i32 v9 +16 elements8
;;   return (v10)
;;
;; func f1 (v1: i64, v2: i32, v3: i32) -> ref
;; b1:
;;   vm_store v1, v2 +48 scratch
;;   v4 = vm_load.i64 v1 +80 constant
;;   v5 = call_builtin.ref builtin18 (v1, v4, v3)
;;   return (v5)
