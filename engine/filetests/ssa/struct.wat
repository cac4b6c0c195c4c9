;;! test: ssa
;;; A new structure gets its header and fields by stores; a get of a reference that may be null traps on null.
(module
  (type $pair (struct (field $a i8) (field $b (mut i64))))
  (func (param i32 i64) (result (ref $pair))
    (struct.new $pair (local.get 0) (local.get 1)))
  (func (param (ref null $pair)) (result i32)
    (struct.get_s $pair $a (local.get 0)))
  (func (param (ref $pair) i64)
    (struct.set $pair $b (local.get 0) (local.get 1))))

;; func f0 (v1: i64, v2: i32, v3: i64) -> ref
;; b1:
;;   v4 = vm_load.i64 v1 +80 constant
;;   v5 = call_builtin.ref builtin15 (v1, v4)
;;   v6 = vm_load.i64 v1 +80 constant
;;   vm_store v5, v6 +0 object
;;   vm_store8 v5, v2 +8 object
;;   vm_store v5, v3 +16 field2
;;   return (v5)
;;
;; func f1 (v1: i64, v2: ref) -> i32
;; b1:
;;   v3 = ieqz.i32 v2
;;   trap_if v3 null-structure
;;   v4 = vm_load8_s.i32 v2 +8 object
;;   return (v4)
;;
;; func f2 (v1: i64, v2: ref, v3: i64)
;; b1:
;;   vm_store v2, v3 +16 field2
;;   return ()
