;;! test: ssa
;;; A type without sub types is compared by its descriptor, any other one by the display at its depth. What is no object
;;; is replaced by one of no type, unless the static type says that there is a header.
(module
  (type $top (sub (struct)))
  (type $leaf (sub final $top (struct (field i32))))
  (func (param anyref) (result i32) (ref.test (ref $top) (local.get 0)))
  (func (param (ref $top)) (result i32) (ref.test (ref $leaf) (local.get 0)))
  (func (param eqref) (result i32) (ref.test (ref null i31) (local.get 0)))
  (func (param anyref) (result i32) (ref.test (ref eq) (local.get 0))))

;; func f0 (v1: i64, v2: ref) -> i32
;; b1:
;;   v3 = vm_load.ref v1 +32 constant
;;   v4 = bitcast.i64 v2
;;   v5 = const.i64 34
;;   v6 = ishr_u.i64 v4, v5
;;   v7 = ieqz.i32 v6
;;   v8 = select.ref v7, v3, v2
;;   v9 = vm_load.i64 v8 +0 object
;;   v10 = vm_load.i32 v1 +64 constant
;;   v11 = vm_load.i32 v9 +32 object
;;   v12 = ieq.i32 v11, v10
;;   return (v12)
;;
;; func f1 (v1: i64, v2: ref) -> i32
;; b1:
;;   v3 = vm_load.i64 v2 +0 object
;;   v4 = vm_load.i64 v1 +96 constant
;;   v5 = ieq.i32 v3, v4
;;   return (v5)
;;
;; func f2 (v1: i64, v2: ref) -> i32
;; b1:
;;   v3 = bitcast.i64 v2
;;   v4 = wrap.i32 v3
;;   v5 = const.i32 1
;;   v6 = iand.i32 v4, v5
;;   v7 = ieqz.i32 v2
;;   v8 = ior.i32 v6, v7
;;   return (v8)
;;
;; func f3 (v1: i64, v2: ref) -> i32
;; b1:
;;   v3 = bitcast.i64 v2
;;   v4 = wrap.i32 v3
;;   v5 = const.i32 3
;;   v6 = iand.i32 v4, v5
;;   v7 = const.i32 2
;;   v8 = ine.i32 v6, v7
;;   v9 = ieqz.i32 v2
;;   v10 = ieqz.i32 v9
;;   v11 = iand.i32 v8, v10
;;   return (v11)
