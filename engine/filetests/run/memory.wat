;;! test: run
;;; Widths and signs of accesses, bulk operations, offsets at the end of memory, a second and a 64-bit memory.
;;; run: narrow(i32:-2) = i32:-2, i32:254, i64:65534, i64:-2
;;; run: fill(i32:100, i32:171, i32:4) = i32:-1414812757
;;; run: fill(i32:65533, i32:1, i32:4) = trap memory-out-of-bounds
;;; run: copy(i32:0) = i64:7523094288207667809
;;; run: last(i32:65535) = i32:0
;;; run: last(i32:65536) = trap memory-out-of-bounds
;;; run: far(i32:-1) = trap memory-out-of-bounds
;;; run: wide(i64:65528) = i64:0
;;; run: wide(i64:65529) = trap memory-out-of-bounds
;;; run: wide(i64:-1) = trap memory-out-of-bounds
(memory 1) (memory $m64 i64 1)
(data $text "abcdefgh")
(func (export "narrow") (param i32) (result i32 i32 i64 i64)
  (i32.store16 offset=8 (i32.const 4) (local.get 0))
  (i32.load8_s (i32.const 12)) (i32.load8_u (i32.const 12)) (i64.load16_u (i32.const 12)) (i64.load16_s (i32.const 12)))
(func (export "fill") (param i32 i32 i32) (result i32)
  (memory.fill (local.get 0) (local.get 1) (local.get 2)) (i32.load (local.get 0)))
(func (export "copy") (param i32) (result i64)
  (memory.init $text (i32.const 40) (i32.const 0) (i32.const 8))
  (memory.copy (i32.const 200) (i32.const 40) (i32.const 8))
  (i64.load offset=200 (local.get 0)))
(func (export "last") (param i32) (result i32) (i32.load8_u (local.get 0)))
(func (export "far") (param i32) (result i32) (i32.load offset=0xffffffff (local.get 0)))
(func (export "wide") (param i64) (result i64) (i64.load $m64 (local.get 0)))
