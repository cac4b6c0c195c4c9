;;! test: run
;;; Memories, tables and globals: what one call leaves the next one finds.
;;; run: store(i32:65532, i32:-2) =
;;; run: load(i32:65532) = i32:-2
;;; run: load(i32:65533) = trap memory-out-of-bounds
;;; run: load(i32:-1) = trap memory-out-of-bounds
;;; run: grow(i32:1) = i32:1
;;; run: load(i32:65533) = i32:16777215
;;; run: call(i32:0, i32:20) = i32:40
;;; run: call(i32:1, i32:20) = trap indirect-call-type
;;; run: call(i32:2, i32:20) = trap uninitialized-element
;;; run: call(i32:3, i32:20) = trap undefined-element
;;; run: count() = i64:1
;;; run: count() = i64:2
(memory 1) (table 3 funcref) (elem (i32.const 0) $double $count) (global $g (mut i64) (i64.const 0))
(func $double (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
(func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
(func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
(func (export "call") (param i32 i32) (result i32) (call_indirect (param i32) (result i32) (local.get 1) (local.get 0)))
(func $count (export "count") (result i64) (global.set $g (i64.add (global.get $g) (i64.const 1))) (global.get $g))
