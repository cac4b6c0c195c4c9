;;! test: opt
;;; Behind a cast that succeeded the reference is not null, and the same cast succeeds again: neither is checked.
(module
  (type $node (struct (field (mut i32)) (field (mut (ref null $node)))))
  (func (param anyref) (result i32)
    (drop (ref.cast (ref $node) (local.get 0)))
    (i32.add
      (struct.get $node 0 (ref.cast (ref null $node) (local.get 0)))
      (ref.test (ref $node) (local.get 0)))))

;; func f0 (v1: i64, v2: ref) -> i32
;; b1:
;;   v3 = vm_load.ref v1 +32 constant
;;   v4 = bitcast.i64 v2
;;   v5 = const.i64 34
;;   v6 = ishr_u.i64 v4, v5
;;   v7 = ieqz.i32 v6
;;   v8 = select.ref v7, v3, v2
;;   v9 = vm_load.i64 v8 +0 object
;;   v10 = vm_load.i64 v1 +72 constant
;;   v11 = ieq.i32 v9, v10
;;   v12 = ine.i32 v9, v10
;;   trap_if v12 cast-failure
;;   v13 = vm_load.i32 v2 +8 field1
;;   v14 = iadd.i32 v13, v11
;;   return (v14)
