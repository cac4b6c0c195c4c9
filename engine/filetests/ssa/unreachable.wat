;;! test: ssa
;;; Code behind a branch leaves no trace, whatever it is.
(func (param i32) (result i32)
  (block $out (result i32)
    (br $out (local.get 0))
    (block (loop (br 0)))
    (i32.add)))

;; func f0 (v1: i64, v2: i32) -> i32
;; b1:
;;   jump b2
;; b2:
;;   return (v2)
