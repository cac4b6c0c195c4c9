;;! test: opt
;;; A new object is not null, its fields are what was stored, and allocating another one changes neither.
(module
  (type $node (struct (field (mut i32)) (field (mut (ref null $node)))))
  (func (param i32) (result i32)
    (local $a (ref null $node)) (local $b (ref null $node))
    (local.set $a (struct.new $node (local.get 0) (ref.null $node)))
    (local.set $b (struct.new $node (i32.const 7) (local.get $a)))
    (i32.add (struct.get $node 0 (local.get $a)) (struct.get $node 0 (struct.get $node 1 (local.get $b))))))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   v3 = const.ref null
;;   v4 = vm_load.i64 v1 +72 constant
;;   v5 = call_builtin.ref builtin15 (v1, v4)
;;   vm_store v5, v4 +0 object
;;   vm_store v5, v2 +8 field1
;;   vm_store v5, v3 +16 field2
;;   v6 = const.i32 7
;;   v7 = call_builtin.ref builtin15 (v1, v4)
;;   vm_store v7, v4 +0 object
;;   vm_store v7, v6 +8 field1
;;   vm_store v7, v5 +16 field2
;;   v8 = iadd.i32 v2, v2
;;   return (v8)
