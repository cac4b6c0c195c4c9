/**
 * What every numeric instruction means: mnemonic -> pure function on raw bits, for the constant folder, the evaluator of
 * compiler IR and the tests. The interpreter calls the functions behind this table (i32.ts, i64-halves.ts ...) directly.
 *
 * Values, by signature letter: i and f are signed 32-bit numbers (f: IEEE bits), l and d signed 64-bit bigints (d: IEEE
 * bits), v an unsigned 128-bit bigint (lane 0 in the low bits). Two results come as a pair, none as undefined.
 * A function throws Trap (base/trap.ts) where the instruction traps. Arithmetic NaNs are canonical (bits.ts).
 */

import {present} from '../base/assert.ts';
import {SIGNATURE} from '../wasm/columns.ts';
import type {
  bulkMemory,
  control,
  exceptions,
  functionReferences,
  gc,
  memory,
  Numeric,
  numeric,
  referenceTypes,
  relaxedSimd,
  saturating,
  signExtension,
  simd,
  threads,
  wideArithmetic,
} from '../wasm/opcodes.ts';
import {Op} from '../wasm/opcodes.ts';
import {V128} from '../wasm/types.ts';
import {f32FromBits, f32ToBits, f64FromBits, f64ToBits} from './bits.ts';
import * as convert from './convert.ts';
import * as f32 from './f32.ts';
import * as f64 from './f64.ts';
import * as i32 from './i32.ts';
import * as i64 from './i64.ts';
import type {Kernel} from './lanes.ts';
import {onBits, toI32} from './on-bits.ts';
import {v128} from './v128-bits.ts';
import {f32x4, f64x2} from './v128-float.ts';
import {i64x2} from './v128-i64x2.ts';
import {i8x16, i16x8, i32x4} from './v128-integer.ts';
import {relaxed} from './v128-relaxed.ts';
import {widths} from './v128-widths.ts';

type Rows = typeof control.rows &
  typeof memory.rows &
  typeof numeric.rows &
  typeof signExtension.rows &
  typeof referenceTypes.rows &
  typeof exceptions.rows &
  typeof functionReferences.rows &
  typeof gc.rows &
  typeof saturating.rows &
  typeof bulkMemory.rows &
  typeof wideArithmetic.rows &
  typeof simd.rows &
  typeof relaxedSimd.rows &
  typeof threads.rows;

type Letter<L> = L extends 'i' | 'f' ? number : bigint;
type Letters<S extends string> = S extends `${infer L}${infer Rest}` ? [Letter<L>, ...Letters<Rest>] : [];
type Result<S extends string> = Letters<S> extends [infer One] ? One : S extends '' ? undefined : Readonly<Letters<S>>;
type Meaning<S> = S extends `${infer Operands}:${infer Results}`
  ? (...operands: Letters<Operands>) => Result<Results>
  : never;
type VectorShape = 'v128' | 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';
/** The numeric instructions on vectors, and those without. */
export type Vector = Extract<Numeric, `${VectorShape}.${string}`>;
export type Scalar = Exclude<Numeric, Vector>;
export type Scalars = {readonly [M in Scalar]: Meaning<Rows[M][2]>};

type F = (a: number) => number;
type FF = (a: number, b: number) => number;

const f_f =
  (fn: F): F =>
  (a) =>
    f32ToBits(fn(f32FromBits(a)));
const ff_f =
  (fn: FF): FF =>
  (a, b) =>
    f32ToBits(fn(f32FromBits(a), f32FromBits(b)));
const ff_i =
  (fn: FF): FF =>
  (a, b) =>
    fn(f32FromBits(a), f32FromBits(b));
const d_d =
  (fn: F) =>
  (a: bigint): bigint =>
    f64ToBits(fn(f64FromBits(a)));
const dd_d =
  (fn: FF) =>
  (a: bigint, b: bigint): bigint =>
    f64ToBits(fn(f64FromBits(a), f64FromBits(b)));
const dd_i =
  (fn: FF) =>
  (a: bigint, b: bigint): number =>
    fn(f64FromBits(a), f64FromBits(b));
const from_f =
  <T>(fn: (a: number) => T) =>
  (a: number): T =>
    fn(f32FromBits(a));
const from_d =
  <T>(fn: (a: number) => T) =>
  (a: bigint): T =>
    fn(f64FromBits(a));
const to_f =
  <T>(fn: (a: T) => number) =>
  (a: T): number =>
    f32ToBits(fn(a));
const to_d =
  <T>(fn: (a: T) => number) =>
  (a: T): bigint =>
    f64ToBits(fn(a));

export const scalars = {
  nop: () => undefined,

  'i32.eqz': i32.eqz,
  'i32.eq': i32.eq,
  'i32.ne': i32.ne,
  'i32.lt_s': i32.lt_s,
  'i32.lt_u': i32.lt_u,
  'i32.gt_s': i32.gt_s,
  'i32.gt_u': i32.gt_u,
  'i32.le_s': i32.le_s,
  'i32.le_u': i32.le_u,
  'i32.ge_s': i32.ge_s,
  'i32.ge_u': i32.ge_u,
  'i64.eqz': i64.eqz,
  'i64.eq': i64.eq,
  'i64.ne': i64.ne,
  'i64.lt_s': i64.lt_s,
  'i64.lt_u': i64.lt_u,
  'i64.gt_s': i64.gt_s,
  'i64.gt_u': i64.gt_u,
  'i64.le_s': i64.le_s,
  'i64.le_u': i64.le_u,
  'i64.ge_s': i64.ge_s,
  'i64.ge_u': i64.ge_u,
  'f32.eq': ff_i(f32.eq),
  'f32.ne': ff_i(f32.ne),
  'f32.lt': ff_i(f32.lt),
  'f32.gt': ff_i(f32.gt),
  'f32.le': ff_i(f32.le),
  'f32.ge': ff_i(f32.ge),
  'f64.eq': dd_i(f64.eq),
  'f64.ne': dd_i(f64.ne),
  'f64.lt': dd_i(f64.lt),
  'f64.gt': dd_i(f64.gt),
  'f64.le': dd_i(f64.le),
  'f64.ge': dd_i(f64.ge),

  'i32.clz': i32.clz,
  'i32.ctz': i32.ctz,
  'i32.popcnt': i32.popcnt,
  'i32.add': i32.add,
  'i32.sub': i32.sub,
  'i32.mul': i32.mul,
  'i32.div_s': i32.div_s,
  'i32.div_u': i32.div_u,
  'i32.rem_s': i32.rem_s,
  'i32.rem_u': i32.rem_u,
  'i32.and': i32.and,
  'i32.or': i32.or,
  'i32.xor': i32.xor,
  'i32.shl': i32.shl,
  'i32.shr_s': i32.shr_s,
  'i32.shr_u': i32.shr_u,
  'i32.rotl': i32.rotl,
  'i32.rotr': i32.rotr,
  'i64.clz': i64.clz,
  'i64.ctz': i64.ctz,
  'i64.popcnt': i64.popcnt,
  'i64.add': i64.add,
  'i64.sub': i64.sub,
  'i64.mul': i64.mul,
  'i64.div_s': i64.div_s,
  'i64.div_u': i64.div_u,
  'i64.rem_s': i64.rem_s,
  'i64.rem_u': i64.rem_u,
  'i64.and': i64.and,
  'i64.or': i64.or,
  'i64.xor': i64.xor,
  'i64.shl': i64.shl,
  'i64.shr_s': i64.shr_s,
  'i64.shr_u': i64.shr_u,
  'i64.rotl': i64.rotl,
  'i64.rotr': i64.rotr,

  'f32.abs': f32.abs,
  'f32.neg': f32.neg,
  'f32.copysign': f32.copysign,
  'f32.ceil': f_f(f32.ceil),
  'f32.floor': f_f(f32.floor),
  'f32.trunc': f_f(f32.trunc),
  'f32.nearest': f_f(f32.nearest),
  'f32.sqrt': f_f(f32.sqrt),
  'f32.add': ff_f(f32.add),
  'f32.sub': ff_f(f32.sub),
  'f32.mul': ff_f(f32.mul),
  'f32.div': ff_f(f32.div),
  'f32.min': ff_f(f32.min),
  'f32.max': ff_f(f32.max),
  'f64.abs': f64.abs,
  'f64.neg': f64.neg,
  'f64.copysign': f64.copysign,
  'f64.ceil': d_d(f64.ceil),
  'f64.floor': d_d(f64.floor),
  'f64.trunc': d_d(f64.trunc),
  'f64.nearest': d_d(f64.nearest),
  'f64.sqrt': d_d(f64.sqrt),
  'f64.add': dd_d(f64.add),
  'f64.sub': dd_d(f64.sub),
  'f64.mul': dd_d(f64.mul),
  'f64.div': dd_d(f64.div),
  'f64.min': dd_d(f64.min),
  'f64.max': dd_d(f64.max),

  'i32.wrap_i64': convert.i32_wrap_i64,
  'i32.trunc_f32_s': from_f(convert.i32_trunc_f32_s),
  'i32.trunc_f32_u': from_f(convert.i32_trunc_f32_u),
  'i32.trunc_f64_s': from_d(convert.i32_trunc_f64_s),
  'i32.trunc_f64_u': from_d(convert.i32_trunc_f64_u),
  'i64.extend_i32_s': convert.i64_extend_i32_s,
  'i64.extend_i32_u': convert.i64_extend_i32_u,
  'i64.trunc_f32_s': from_f(convert.i64_trunc_f32_s),
  'i64.trunc_f32_u': from_f(convert.i64_trunc_f32_u),
  'i64.trunc_f64_s': from_d(convert.i64_trunc_f64_s),
  'i64.trunc_f64_u': from_d(convert.i64_trunc_f64_u),
  'f32.convert_i32_s': to_f(convert.f32_convert_i32_s),
  'f32.convert_i32_u': to_f(convert.f32_convert_i32_u),
  'f32.convert_i64_s': to_f(convert.f32_convert_i64_s),
  'f32.convert_i64_u': to_f(convert.f32_convert_i64_u),
  'f32.demote_f64': (a) => f32ToBits(convert.f32_demote_f64(f64FromBits(a))),
  'f64.convert_i32_s': to_d(convert.f64_convert_i32_s),
  'f64.convert_i32_u': to_d(convert.f64_convert_i32_u),
  'f64.convert_i64_s': to_d(convert.f64_convert_i64_s),
  'f64.convert_i64_u': to_d(convert.f64_convert_i64_u),
  'f64.promote_f32': (a) => f64ToBits(convert.f64_promote_f32(f32FromBits(a))),
  'i32.reinterpret_f32': (a) => a,
  'i64.reinterpret_f64': (a) => a,
  'f32.reinterpret_i32': (a) => a,
  'f64.reinterpret_i64': (a) => a,

  'i32.extend8_s': i32.extend8_s,
  'i32.extend16_s': i32.extend16_s,
  'i64.extend8_s': i64.extend8_s,
  'i64.extend16_s': i64.extend16_s,
  'i64.extend32_s': i64.extend32_s,

  'i32.trunc_sat_f32_s': from_f(convert.i32_trunc_sat_f32_s),
  'i32.trunc_sat_f32_u': from_f(convert.i32_trunc_sat_f32_u),
  'i32.trunc_sat_f64_s': from_d(convert.i32_trunc_sat_f64_s),
  'i32.trunc_sat_f64_u': from_d(convert.i32_trunc_sat_f64_u),
  'i64.trunc_sat_f32_s': from_f(convert.i64_trunc_sat_f32_s),
  'i64.trunc_sat_f32_u': from_f(convert.i64_trunc_sat_f32_u),
  'i64.trunc_sat_f64_s': from_d(convert.i64_trunc_sat_f64_s),
  'i64.trunc_sat_f64_u': from_d(convert.i64_trunc_sat_f64_u),

  'i64.add128': i64.add128,
  'i64.sub128': i64.sub128,
  'i64.mul_wide_s': i64.mul_wide_s,
  'i64.mul_wide_u': i64.mul_wide_u,
} as const satisfies Scalars;

/** Vector instructions as they work on slots; the interpreter calls these. */
export const kernels = {
  ...i8x16,
  ...i16x8,
  ...i32x4,
  ...i64x2,
  ...f32x4,
  ...f64x2,
  ...v128,
  ...widths,
  ...relaxed,
} as const satisfies Readonly<Record<Vector, Kernel>>;

/** One vector instruction on raw bits. */
function meaning(name: Vector): (...operands: (number | bigint)[]) => number | bigint {
  const kernel: Kernel = kernels[name];
  const {results} = present(SIGNATURE[Op[name]], name);
  return results[0] === V128 ? (...operands) => onBits(kernel, operands) : (...operands) => toI32(kernel, operands);
}

type Vectors = {readonly [M in Vector]: Meaning<Rows[M][2]>};

/** The meaning of every numeric instruction. */
export const semantics: Scalars & Vectors = {
  ...scalars,
  ...(Object.fromEntries(Object.keys(kernels).map((name) => [name, meaning(name as Vector)])) as unknown as Vectors),
};
