;; CRC-32 of 16 KiB by table, the table made on the way. run(times) -> i64
(module
  (memory (export "memory") 1)
  (func $table (local $i i32) (local $c i32) (local $k i32)
    (loop $entries
      (local.set $c (local.get $i)) (local.set $k (i32.const 8))
      (loop $bits
        (local.set $c (if (result i32) (i32.and (local.get $c) (i32.const 1))
          (then (i32.xor (i32.shr_u (local.get $c) (i32.const 1)) (i32.const 0xedb88320)))
          (else (i32.shr_u (local.get $c) (i32.const 1)))))
        (br_if $bits (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $c))
      (br_if $entries (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 256)))))
  (func $crc (param $from i32) (param $to i32) (param $crc i32) (result i32)
    (local.set $crc (i32.xor (local.get $crc) (i32.const -1)))
    (loop $next
      (local.set $crc (i32.xor
        (i32.load (i32.shl (i32.and (i32.xor (local.get $crc) (i32.load8_u (local.get $from))) (i32.const 255)) (i32.const 2)))
        (i32.shr_u (local.get $crc) (i32.const 8))))
      (br_if $next (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $to))))
    (i32.xor (local.get $crc) (i32.const -1)))
  (func (export "run") (param $times i32) (result i64) (local $crc i32) (local $i i32)
    (call $table)
    (loop $fill (i32.store8 offset=1024 (local.get $i) (i32.mul (local.get $i) (i32.const 31)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 16384))))
    (loop $again
      (local.set $crc (call $crc (i32.const 1024) (i32.const 17408) (local.get $crc)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (i64.extend_i32_u (local.get $crc))))
