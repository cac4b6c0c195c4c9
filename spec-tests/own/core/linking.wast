;; Instances that share: functions through tables, memories, mutable globals; failed instantiations that leave traces.
(module $A
  (memory (export "memory") 1)
  (table (export "table") 3 funcref)
  (global (export "global") (mut i64) (i64.const 7))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(register "A" $A)

(module $B
  (import "A" "memory" (memory 1))
  (import "A" "table" (table 2 funcref))
  (import "A" "global" (global $g (mut i64)))
  (import "spectest" "print_i32" (func $print (param i32)))
  (import "spectest" "global_i32" (global $six i32))
  (data (i32.const 10) "\2a")
  (elem (i32.const 1) $answer)
  (func $answer (export "answer") (result i32) (call $print (i32.const 1)) (global.set $g (i64.const 8)) (global.get $six)))

(assert_return (invoke $A "load" (i32.const 10)) (i32.const 42))
(assert_return (invoke $A "call" (i32.const 1)) (i32.const 666))
(assert_return (get $A "global") (i64.const 8))
(assert_trap (invoke $A "call" (i32.const 0)) "uninitialized element")

;; The data segment is written before the element segment traps... in order: elements first, then data.
(assert_trap
  (module
    (import "A" "memory" (memory 1))
    (import "A" "table" (table 3 funcref))
    (func $two (result i32) (i32.const 2))
    (elem (i32.const 2) $two)
    (data (i32.const 20) "\07")
    (data (i32.const 65536) "\07"))
  "out of bounds memory access")
(assert_return (invoke $A "call" (i32.const 2)) (i32.const 2))
(assert_return (invoke $A "load" (i32.const 20)) (i32.const 7))

(assert_unlinkable (module (import "A" "missing" (func))) "unknown import")
(assert_unlinkable (module (import "nowhere" "missing" (func))) "unknown import")
(assert_unlinkable (module (import "A" "load" (func))) "incompatible import type")
(assert_unlinkable (module (import "A" "memory" (memory 2))) "incompatible import type")
(assert_unlinkable (module (import "A" "global" (global i64))) "incompatible import type")
(assert_trap (module (func $start (unreachable)) (start $start)) "unreachable")

(module definition $D (global $n (mut i32) (i32.const 0))
  (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
(module instance $one $D)
(module instance $two $D)
(assert_return (invoke $one "next") (i32.const 1))
(assert_return (invoke $one "next") (i32.const 2))
(assert_return (invoke $two "next") (i32.const 1))
