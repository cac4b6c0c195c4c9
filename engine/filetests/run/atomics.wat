;;! test: run
;;; run: add(i32:8, i32:-1) = i32:0
;;; run: add(i32:8, i32:5) = i32:-1
;;; run: add(i32:9, i32:5) = trap unaligned-atomic
;;; run: add(i32:65536, i32:5) = trap memory-out-of-bounds
;;; run: load8(i32:8) = i32:4
;;; run: sub16(i32:8, i64:5) = i64:4
;;; run: sub16(i32:8, i64:0) = i64:65535
;;; run: bits(i32:16, i64:-1) = i64:0, i64:-1, i64:-16
;;; run: cas(i32:32, i32:0, i32:7) = i32:0
;;; run: cas(i32:32, i32:0, i32:9) = i32:7
;;; run: cas8(i32:32, i32:263, i32:511) = i32:7
;;; run: load8(i32:32) = i32:255
;;; run: swap(i32:40, i32:3) = i32:0
;;; run: wide(i64:4294967296) = trap memory-out-of-bounds
;;; run: wide(i64:4294967297) = trap unaligned-atomic
;;; run: wait(i32:48, i32:1) = i32:1
;;; run: wait(i32:50, i32:1) = trap unaligned-atomic
;;; run: wait(i32:65536, i32:1) = trap memory-out-of-bounds
;;; run: unshared() = trap expected-shared-memory
;;; run: notify(i32:48) = i32:0
(memory 1 2 shared)
(memory $wide i64 1 2)
(func (export "add") (param i32 i32) (result i32) (i32.atomic.rmw.add (local.get 0) (local.get 1)))
(func (export "load8") (param i32) (result i32) (i32.atomic.load8_u (local.get 0)))
(func (export "sub16") (param i32 i64) (result i64) (i64.atomic.rmw16.sub_u (local.get 0) (local.get 1)))
(func (export "bits") (param i32 i64) (result i64 i64 i64)
  (i64.atomic.rmw.or (local.get 0) (local.get 1))
  (i64.atomic.rmw.xor (local.get 0) (i64.const 15))
  (drop (i64.atomic.rmw8.and_u offset=8 (local.get 0) (i64.const 3)))
  (i64.atomic.load (local.get 0)))
(func (export "cas") (param i32 i32 i32) (result i32)
  (i32.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2)))
(func (export "cas8") (param i32 i32 i32) (result i32)
  (i32.atomic.rmw8.cmpxchg_u (local.get 0) (local.get 1) (local.get 2)))
(func (export "swap") (param i32 i32) (result i32)
  (i32.atomic.store (local.get 0) (local.get 1))
  (atomic.fence)
  (i32.atomic.rmw.xchg (local.get 0) (i32.const 0))
  (i32.sub (local.get 1)))
(func (export "wide") (param i64) (result i32) (i32.atomic.load $wide (local.get 0)))
(func (export "wait") (param i32 i32) (result i32)
  (memory.atomic.wait32 (local.get 0) (local.get 1) (i64.const -1)))
(func (export "unshared") (result i32) (memory.atomic.wait64 $wide (i64.const 0) (i64.const 0) (i64.const 0)))
(func (export "notify") (param i32) (result i32) (memory.atomic.notify (local.get 0) (i32.const 9)))
