;; A thread that sees the memory of the script, and what it leaves there.
(module $M (memory (export "shared") 1 1 shared)
  (func (export "load") (result i32) (i32.atomic.load (i32.const 8))))
(thread $T (shared (module $M))
  (register "m" $M)
  (module
    (memory (import "m" "shared") 1 1 shared)
    (func (export "wait") (result i32) (memory.atomic.wait32 (i32.const 0) (i32.const 1) (i64.const -1)))
    (func (export "store") (i32.atomic.store (i32.const 8) (i32.const 42))))
  (assert_return (invoke "wait") (i32.const 1))
  (invoke "store"))
(wait $T)
(assert_return (invoke $M "load") (i32.const 42))
(module (memory (import "m" "shared") 1 1 shared))
