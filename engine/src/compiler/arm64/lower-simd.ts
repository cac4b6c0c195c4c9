/**
 * Lowering of vector operations to NEON: nearly all are one row, which the table at the end says; above it the sequences.
 * Relaxed operations do what the deterministic profile does, but that products and sums are fused, and sums of products of
 * bytes do not saturate.
 */
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import type {VectorOp} from '../ir/vector-ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {defineConstant} from './lower-constant.ts';
import {elementOf, laneLowerings} from './lower-lanes.ts';
import {shuffles} from './lower-shuffle.ts';
import {vectorComparisons} from './lower-vector-compare.ts';
import {bitselect, vectorLogic} from './lower-vector-logic.ts';
import {vectorSums} from './lower-vector-sums.ts';
import {vectorTests} from './lower-vector-tests.ts';
import {vectorWidths} from './lower-vector-width.ts';
import {rules} from './rules.ts';
import {a, b, c, chain, constant, constantWords, one, temp, two} from './vectors.ts';

const sizeOf = (row: `${string}.4s` | `${string}.2d`): 's' | 'd' => (row.endsWith('4s') ? 's' : 'd');

/** A product whose right operand may be one lane of a vector. */
const product =
  (row: 'fmul.4s' | 'fmul.2d'): Lower =>
  (x, v) => {
    const element = elementOf(x, x.f.b(v), sizeOf(row));
    if (element === null) x.b.two(Inst[row], x.l.reg(v), a(x, v), b(x, v));
    else x.b.two(Inst[`${row} lane`], x.l.reg(v), a(x, v), element.vector, element.lane);
  };

/** c + a * b or c - a * b, rounded once; the same of b. */
const fused =
  (row: 'fmla.4s' | 'fmla.2d' | 'fmls.4s' | 'fmls.2d'): Lower =>
  (x, v) => {
    const element = elementOf(x, x.f.b(v), sizeOf(row));
    const [d, sum, factor] = [x.l.reg(v), c(x, v), a(x, v)];
    if (element === null) return void x.b.tiedTwo(Inst[row], d, sum, factor, b(x, v));
    const i = x.b.tiedTwo(Inst[`${row} lane`], d, sum, factor, element.vector);
    x.l.m.imm[i] = element.lane;
  };

// ---- sequences

/** The absolute value, of a difference that only it wants together with it. */
const absolute =
  (difference: 'f32x4.sub' | 'f64x2.sub', lanes: '4s' | '2d'): Lower =>
  (x, v) => {
    const from = x.f.a(v);
    const isDifference = x.f.op(from) === Ir[difference] && x.l.isSingleUse(from) && x.l.allow(rules.absolute);
    if (isDifference) x.b.two(Inst[`fabd.${lanes}`], x.l.reg(v), a(x, from), b(x, from));
    else x.b.one(Inst[`fabs.${lanes}`], x.l.reg(v), a(x, v));
  };

/** b < a ? b : a, or for the maximum a < b ? b : a; whole bits, so that NaNs stay as they are. */
const pseudoMinimum =
  (greater: InstName, isMaximum: boolean): Lower =>
  (x, v) => {
    const mask = temp(x);
    const [left, right] = isMaximum ? [b(x, v), a(x, v)] : [a(x, v), b(x, v)];
    x.b.two(Inst[greater], mask, left, right);
    x.b.tiedTwo(Inst['bsl.16b'], x.l.reg(v), mask, b(x, v), a(x, v));
  };

/** The low halves' product, plus the cross products shifted up. What is made of a constant is a constant. */
const mul64: Lower = (x, v) => {
  const [left, right] = [a(x, v), x.f.b(v)];
  const [cross, sums, high, lowLeft] = [temp(x), temp(x), temp(x), temp(x)];
  const [turned, lowRight] = partsOf(x, right);
  x.b.two(Inst['mul.4s'], cross, turned, left);
  x.b.one(Inst['uaddlp.4s'], sums, cross);
  x.b.one(Inst['shl.2d'], high, sums, 32);
  x.b.one(Inst['xtn.2s'], lowLeft, left);
  x.b.tiedTwo(Inst['umlal.2s'], x.l.reg(v), high, lowLeft, lowRight);
};

/** Lanes with their halves exchanged, and their low halves side by side. */
function partsOf(x: Arm64, v: Value): readonly [turned: number, low: number] {
  const words = constantWords(x, v);
  if (words !== null && x.l.allow(rules.vectorImmediate)) {
    const [w0, w1, w2, w3] = words as [number, number, number, number];
    return [constant(x, [w1, w0, w3, w2]), constant(x, [w0, w2, w0, w2])];
  }
  const [turned, low] = [temp(x), temp(x)];
  x.b.one(Inst['rev64.4s'], turned, x.l.reg(v));
  x.b.one(Inst['xtn.2s'], low, x.l.reg(v));
  return [turned, low];
}

/** Products of the low and of the high lanes. */
function products(x: Arm64, v: Value, low: InstName, high: InstName): readonly [number, number] {
  const [first, second] = [temp(x), temp(x)];
  x.b.two(Inst[low], first, a(x, v), b(x, v));
  x.b.two(Inst[high], second, a(x, v), b(x, v));
  return [first, second];
}

const dot: Lower = (x, v) => {
  const [low, high] = products(x, v, 'smull.4h', 'smull2.8h');
  x.b.two(Inst['addp.4s'], x.l.reg(v), low, high);
};

/** Sums of pairs of products, which wrap: -128 * -128 twice does not fit. */
function pairSums(x: Arm64, v: Value, d: number): void {
  const [low, high] = products(x, v, 'smull.8b', 'smull2.16b');
  x.b.two(Inst['addp.8h'], d, low, high);
}

const relaxedDot: Lower = (x, v) => pairSums(x, v, x.l.reg(v));

const relaxedDotAdd: Lower = (x, v) => {
  if (x.has('dotprod')) return void x.b.tiedTwo(Inst['sdot.4s'], x.l.reg(v), c(x, v), a(x, v), b(x, v));
  const pairs = temp(x);
  pairSums(x, v, pairs);
  x.b.tied(Inst['sadalp.8h'], x.l.reg(v), c(x, v), pairs);
};

/** A v128 constant. */
export function vectorConstant(x: Arm64, v: Value): void {
  defineConstant(x, x.l.reg(v), constantWords(x, v) as readonly number[]);
}

// biome-ignore format: a table
export const vectorLowerings = {
  ...vectorSums, ...vectorComparisons, ...vectorLogic, ...vectorWidths, ...vectorTests, ...laneLowerings, ...shuffles,
  // arithmetic of integer lanes
  'i8x16.abs': one('abs.16b'), 'i8x16.neg': one('neg.16b'),
  'i16x8.abs': one('abs.8h'), 'i16x8.neg': one('neg.8h'),
  'i32x4.abs': one('abs.4s'), 'i32x4.neg': one('neg.4s'),
  'i64x2.abs': one('abs.2d'), 'i64x2.neg': one('neg.2d'),
  'i16x8.mul': two('mul.8h'), 'i32x4.mul': two('mul.4s'), 'i64x2.mul': mul64,
  'i8x16.add_sat_s': two('sqadd.16b'), 'i8x16.add_sat_u': two('uqadd.16b'), 'i8x16.sub_sat_s': two('sqsub.16b'), 'i8x16.sub_sat_u': two('uqsub.16b'), 'i8x16.avgr_u': two('urhadd.16b'),
  'i16x8.add_sat_s': two('sqadd.8h'), 'i16x8.add_sat_u': two('uqadd.8h'), 'i16x8.sub_sat_s': two('sqsub.8h'), 'i16x8.sub_sat_u': two('uqsub.8h'), 'i16x8.avgr_u': two('urhadd.8h'),
  'i8x16.min_s': two('smin.16b'), 'i8x16.min_u': two('umin.16b'), 'i8x16.max_s': two('smax.16b'), 'i8x16.max_u': two('umax.16b'),
  'i16x8.min_s': two('smin.8h'), 'i16x8.min_u': two('umin.8h'), 'i16x8.max_s': two('smax.8h'), 'i16x8.max_u': two('umax.8h'),
  'i32x4.min_s': two('smin.4s'), 'i32x4.min_u': two('umin.4s'), 'i32x4.max_s': two('smax.4s'), 'i32x4.max_u': two('umax.4s'),
  'i8x16.popcnt': one('cnt.16b'), 'i16x8.q15mulr_sat_s': two('sqrdmulh.8h'),
  'i16x8.extmul_low_i8x16_s': two('smull.8b'), 'i16x8.extmul_high_i8x16_s': two('smull2.16b'), 'i16x8.extmul_low_i8x16_u': two('umull.8b'), 'i16x8.extmul_high_i8x16_u': two('umull2.16b'),
  'i32x4.extmul_low_i16x8_s': two('smull.4h'), 'i32x4.extmul_high_i16x8_s': two('smull2.8h'), 'i32x4.extmul_low_i16x8_u': two('umull.4h'), 'i32x4.extmul_high_i16x8_u': two('umull2.8h'),
  'i64x2.extmul_low_i32x4_s': two('smull.2s'), 'i64x2.extmul_high_i32x4_s': two('smull2.4s'), 'i64x2.extmul_low_i32x4_u': two('umull.2s'), 'i64x2.extmul_high_i32x4_u': two('umull2.4s'),
  'i16x8.extadd_pairwise_i8x16_s': one('saddlp.16b'), 'i16x8.extadd_pairwise_i8x16_u': one('uaddlp.16b'),
  'i32x4.extadd_pairwise_i16x8_s': one('saddlp.8h'), 'i32x4.extadd_pairwise_i16x8_u': one('uaddlp.8h'),
  'i32x4.dot_i16x8_s': dot,
  // float lanes
  'f32x4.add': two('fadd.4s'), 'f32x4.sub': two('fsub.4s'), 'f32x4.mul': product('fmul.4s'), 'f32x4.div': two('fdiv.4s'), 'f32x4.min': two('fmin.4s'), 'f32x4.max': two('fmax.4s'),
  'f32x4.abs': absolute('f32x4.sub', '4s'), 'f32x4.neg': one('fneg.4s'), 'f32x4.sqrt': one('fsqrt.4s'), 'f32x4.ceil': one('frintp.4s'), 'f32x4.floor': one('frintm.4s'), 'f32x4.trunc': one('frintz.4s'), 'f32x4.nearest': one('frintn.4s'),
  'f32x4.pmin': pseudoMinimum('fcmgt.4s', false), 'f32x4.pmax': pseudoMinimum('fcmgt.4s', true),
  'f64x2.add': two('fadd.2d'), 'f64x2.sub': two('fsub.2d'), 'f64x2.mul': product('fmul.2d'), 'f64x2.div': two('fdiv.2d'), 'f64x2.min': two('fmin.2d'), 'f64x2.max': two('fmax.2d'),
  'f64x2.abs': absolute('f64x2.sub', '2d'), 'f64x2.neg': one('fneg.2d'), 'f64x2.sqrt': one('fsqrt.2d'), 'f64x2.ceil': one('frintp.2d'), 'f64x2.floor': one('frintm.2d'), 'f64x2.trunc': one('frintz.2d'), 'f64x2.nearest': one('frintn.2d'),
  'f64x2.pmin': pseudoMinimum('fcmgt.2d', false), 'f64x2.pmax': pseudoMinimum('fcmgt.2d', true),
  'f32x4.demote_f64x2_zero': one('fcvtn.2s'), 'f64x2.promote_low_f32x4': one('fcvtl.2d'),
  'f32x4.convert_i32x4_s': one('scvtf.4s'), 'f32x4.convert_i32x4_u': one('ucvtf.4s'),
  'f64x2.convert_low_i32x4_s': chain('sshll.2s', 'scvtf.2d'), 'f64x2.convert_low_i32x4_u': chain('ushll.2s', 'ucvtf.2d'),
  'i32x4.trunc_sat_f32x4_s': one('fcvtzs.4s'), 'i32x4.trunc_sat_f32x4_u': one('fcvtzu.4s'),
  'i32x4.trunc_sat_f64x2_s_zero': chain('fcvtzs.2d', 'sqxtn.2s'), 'i32x4.trunc_sat_f64x2_u_zero': chain('fcvtzu.2d', 'uqxtn.2s'),
  'i32x4.relaxed_trunc_f32x4_s': one('fcvtzs.4s'), 'i32x4.relaxed_trunc_f32x4_u': one('fcvtzu.4s'),
  'i32x4.relaxed_trunc_f64x2_s_zero': chain('fcvtzs.2d', 'sqxtn.2s'), 'i32x4.relaxed_trunc_f64x2_u_zero': chain('fcvtzu.2d', 'uqxtn.2s'),
  // relaxed
  'f32x4.relaxed_madd': fused('fmla.4s'), 'f32x4.relaxed_nmadd': fused('fmls.4s'), 'f32x4.relaxed_min': two('fmin.4s'), 'f32x4.relaxed_max': two('fmax.4s'),
  'f64x2.relaxed_madd': fused('fmla.2d'), 'f64x2.relaxed_nmadd': fused('fmls.2d'), 'f64x2.relaxed_min': two('fmin.2d'), 'f64x2.relaxed_max': two('fmax.2d'),
  'i8x16.relaxed_laneselect': bitselect, 'i16x8.relaxed_laneselect': bitselect, 'i32x4.relaxed_laneselect': bitselect, 'i64x2.relaxed_laneselect': bitselect,
  'i16x8.relaxed_q15mulr_s': two('sqrdmulh.8h'), 'i16x8.relaxed_dot_i8x16_i7x16_s': relaxedDot, 'i32x4.relaxed_dot_i8x16_i7x16_add_s': relaxedDotAdd,
} satisfies Readonly<Record<VectorOp, Lower>>;
