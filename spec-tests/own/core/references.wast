;; References by kind and identity.
(module
  (table $t 3 externref)
  (func $f)
  (elem declare func $f)
  (func (export "set") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
  (func (export "get") (param i32) (result externref) (table.get $t (local.get 0)))
  (func (export "func") (result funcref) (ref.func $f))
  (func (export "nulls") (result funcref externref) (ref.null func) (ref.null extern)))

(assert_return (invoke "get" (i32.const 0)) (ref.null extern))
(invoke "set" (i32.const 1) (ref.extern 5))
(assert_return (invoke "get" (i32.const 1)) (ref.extern 5))
(assert_return (invoke "get" (i32.const 1)) (ref.extern))
(assert_return (invoke "func") (ref.func))
(assert_return (invoke "nulls") (ref.null func) (ref.null))
(assert_trap (invoke "get" (i32.const 3)) "out of bounds table access")
