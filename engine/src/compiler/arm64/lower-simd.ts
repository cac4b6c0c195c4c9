/**
 * Lowering of vector operations to NEON: nearly all are one row, which the table at the end says; above it the sequences.
 * Relaxed operations do what the deterministic profile does, but that products and sums are fused.
 */
import type {Lowering} from '../backend/lower.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {Func, Value} from '../ir/func.ts';
import type {VectorOp} from '../ir/vector-ops.ts';
import {type Builder, ZERO} from './builder.ts';
import {Cond, Inst, type InstName} from './insts.ts';
import {defineConstant} from './lower-constant.ts';
import {permutation} from './permutations.ts';
import {rules} from './rules.ts';

/** What lowering of vectors needs of the target's. */
interface Context {
  readonly l: Lowering;
  readonly b: Builder;
  readonly f: Func;
}
type Lower = (x: Context, v: Value) => void;

const temp = (x: Context): number => x.l.temp(RegClass.vector);
const a = (x: Context, v: Value): number => x.l.reg(x.f.a(v));
const b = (x: Context, v: Value): number => x.l.reg(x.f.b(v));
const c = (x: Context, v: Value): number => x.l.reg(x.f.c(v));

// ---- shapes: one row each

const one =
  (row: InstName): Lower =>
  (x, v) =>
    x.b.one(Inst[row], x.l.reg(v), a(x, v));

const two =
  (row: InstName): Lower =>
  (x, v) =>
    x.b.two(Inst[row], x.l.reg(v), a(x, v), b(x, v));

const exchanged =
  (row: InstName): Lower =>
  (x, v) =>
    x.b.two(Inst[row], x.l.reg(v), b(x, v), a(x, v));

const lengthen =
  (row: InstName): Lower =>
  (x, v) =>
    x.b.one(Inst[row], x.l.reg(v), a(x, v), 0);

/** c + a * b or c - a * b, rounded once. */
const fused =
  (row: InstName): Lower =>
  (x, v) =>
    x.b.tiedTwo(Inst[row], x.l.reg(v), c(x, v), a(x, v), b(x, v));

const splat =
  (row: InstName): Lower =>
  (x, v) => {
    const {l, f, b: builder} = x;
    builder.one(Inst[row], l.reg(v), row === 'dup.d' ? a(x, v) : l.low(f.a(v)));
  };

const extractLane =
  (row: InstName): Lower =>
  (x, v) =>
    x.b.one(Inst[row], x.l.reg(v), a(x, v), x.f.imm(v));

const replaceLane =
  (row: InstName): Lower =>
  (x, v) => {
    const value = row === 'ins.b' || row === 'ins.h' || row === 'ins.s' ? x.l.low(x.f.b(v)) : b(x, v);
    const i = x.b.tied(Inst[row], x.l.reg(v), a(x, v), value);
    x.l.m.imm[i] = x.f.imm(v);
  };

// ---- sequences

/** not (a op b) */
const unequal =
  (row: InstName): Lower =>
  (x, v) => {
    const t = temp(x);
    x.b.two(Inst[row], t, a(x, v), b(x, v));
    x.b.one(Inst['not.16b'], x.l.reg(v), t);
  };

/** A mask chooses from a where it is set, else from b. */
const bitselect: Lower = (x, v) => x.b.tiedTwo(Inst['bsl.16b'], x.l.reg(v), c(x, v), a(x, v), b(x, v));

/** b < a ? b : a, or for the maximum a < b ? b : a; whole bits, so that NaNs stay as they are. */
const pseudoMinimum =
  (greater: InstName, isMaximum: boolean): Lower =>
  (x, v) => {
    const mask = temp(x);
    const [left, right] = isMaximum ? [b(x, v), a(x, v)] : [a(x, v), b(x, v)];
    x.b.two(Inst[greater], mask, left, right);
    x.b.tiedTwo(Inst['bsl.16b'], x.l.reg(v), mask, b(x, v), a(x, v));
  };

/** The low halves' product, plus the cross products shifted up. */
const mul64: Lower = (x, v) => {
  const [left, right] = [a(x, v), b(x, v)];
  const [turned, cross, sums, high, lowLeft, lowRight] = Array.from({length: 6}, () => temp(x)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  x.b.one(Inst['rev64.4s'], turned, right);
  x.b.two(Inst['mul.4s'], cross, turned, left);
  x.b.one(Inst['uaddlp.4s'], sums, cross);
  x.b.one(Inst['shl.2d'], high, sums, 32);
  x.b.one(Inst['xtn.2s'], lowLeft, left);
  x.b.one(Inst['xtn.2s'], lowRight, right);
  x.b.tiedTwo(Inst['umlal.2s'], x.l.reg(v), high, lowLeft, lowRight);
};

/** By a constant when it is one; otherwise by lanes of a vector, whose low bytes count: to the left, to the right if negative. */
const shift =
  (constant: InstName, variable: InstName, bits: number, isRight: boolean): Lower =>
  (x, v) => {
    const {l, f, b: builder} = x;
    const known = l.imm32(f.b(v));
    if (known !== null && l.allow(rules.vectorShift)) {
      const count = known & (bits - 1);
      if (count === 0) return l.copy(Inst['mov.16b'], l.reg(v), a(x, v));
      builder.one(Inst[constant], l.reg(v), a(x, v), count);
      return;
    }
    const [masked, counts] = [l.temp(RegClass.int), temp(x)];
    builder.one(Inst['and.w i'], masked, l.low(f.b(v)), bits - 1);
    builder.one(Inst['dup.b'], counts, masked);
    if (!isRight) builder.two(Inst[variable], l.reg(v), a(x, v), counts);
    else {
      const negative = temp(x);
      builder.one(Inst['neg.16b'], negative, counts);
      builder.two(Inst[variable], l.reg(v), a(x, v), negative);
    }
  };

/** Saturated lanes of a, then of b. */
const narrow =
  (low: InstName, high: InstName): Lower =>
  (x, v) => {
    const t = temp(x);
    x.b.one(Inst[low], t, a(x, v));
    x.b.tied(Inst[high], x.l.reg(v), t, b(x, v));
  };

/** Two rows, one after the other. */
const chain =
  (first: InstName, second: InstName): Lower =>
  (x, v) => {
    const t = temp(x);
    x.b.one(Inst[first], t, a(x, v));
    x.b.one(Inst[second], x.l.reg(v), t);
  };
const convertLow = chain;
/** 64-bit results saturate once more to 32 bits. */
const truncateDouble = chain;

/** Products of the low and of the high lanes. */
function products(x: Context, v: Value, low: InstName, high: InstName): readonly [number, number] {
  const [first, second] = [temp(x), temp(x)];
  x.b.two(Inst[low], first, a(x, v), b(x, v));
  x.b.two(Inst[high], second, a(x, v), b(x, v));
  return [first, second];
}

const dot: Lower = (x, v) => {
  const [low, high] = products(x, v, 'smull.4h', 'smull2.8h');
  x.b.two(Inst['addp.4s'], x.l.reg(v), low, high);
};

/** Sums of pairs of products, saturated: -128 * -128 twice does not fit. */
function pairSums(x: Context, v: Value, d: number): void {
  const [low, high] = products(x, v, 'smull.8b', 'smull2.16b');
  const [even, odd] = [temp(x), temp(x)];
  x.b.two(Inst['uzp1.8h'], even, low, high);
  x.b.two(Inst['uzp2.8h'], odd, low, high);
  x.b.two(Inst['sqadd.8h'], d, even, odd);
}

const relaxedDot: Lower = (x, v) => pairSums(x, v, x.l.reg(v));

const relaxedDotAdd: Lower = (x, v) => {
  const [pairs, sums] = [temp(x), temp(x)];
  pairSums(x, v, pairs);
  x.b.one(Inst['saddlp.8h'], sums, pairs);
  x.b.two(Inst['add.4s'], x.l.reg(v), sums, c(x, v));
};

// ---- vectors to an integer

/** d := whether the low 64 bits of a vector are not zero, or are. */
function testLow(x: Context, d: number, vector: number, condition: number): void {
  const bits = x.l.temp(RegClass.int);
  x.b.one(Inst['fmov.x.d'], bits, vector);
  x.b.reads(Inst['cmp.x i'], bits, 0);
  x.b.two(Inst['csinc.w'], d, ZERO, ZERO, condition ^ 1);
}

const anyTrue: Lower = (x, v) => {
  const t = temp(x);
  x.b.two(Inst['umaxp.4s'], t, a(x, v), a(x, v));
  testLow(x, x.l.reg(v), t, Cond.ne);
};

/** The least lane is not zero; what stands above it in its register is. */
const allTrue =
  (least: InstName): Lower =>
  (x, v) => {
    const t = temp(x);
    x.b.one(Inst[least], t, a(x, v));
    testLow(x, x.l.reg(v), t, Cond.ne);
  };

/** The sum of the lanes' comparisons with zero is zero. */
const allTrue64: Lower = (x, v) => {
  const [zeros, sum] = [temp(x), temp(x)];
  x.b.one(Inst['cmeq.2d 0'], zeros, a(x, v));
  x.b.one(Inst['addp.d'], sum, zeros);
  testLow(x, x.l.reg(v), sum, Cond.eq);
};

/** A constant of the pool. */
function constant(x: Context, words: readonly number[]): number {
  const d = temp(x);
  defineConstant(x, d, words);
  return d;
}

/** A different power of two where a lane is negative, and their sum. */
const bitmask =
  (negative: InstName, sum: InstName, powers: readonly number[]): Lower =>
  (x, v) => {
    const [mask, bits, total] = [temp(x), temp(x), temp(x)];
    x.b.one(Inst[negative], mask, a(x, v));
    x.b.two(Inst['and.16b'], bits, mask, constant(x, powers));
    x.b.one(Inst[sum], total, bits);
    x.b.one(Inst['fmov.w.s'], x.l.reg(v), total);
  };

/** The bytes of the high half become those of the high halves of 16-bit lanes. */
const bitmask8: Lower = (x, v) => {
  const [mask, bits, high, lanes, total] = [temp(x), temp(x), temp(x), temp(x), temp(x)];
  x.b.one(Inst['cmlt.16b 0'], mask, a(x, v));
  x.b.two(Inst['and.16b'], bits, mask, constant(x, [0x08040201, 0x80402010 | 0, 0x08040201, 0x80402010 | 0]));
  x.b.two(Inst['ext.16b'], high, bits, bits, 8);
  x.b.two(Inst['zip1.16b'], lanes, bits, high);
  x.b.one(Inst['addv.8h'], total, lanes);
  x.b.one(Inst['fmov.w.s'], x.l.reg(v), total);
};

const bitmask64: Lower = (x, v) => {
  const {l, b: builder} = x;
  const signs = temp(x);
  const [low, high] = [l.temp(RegClass.int), l.temp(RegClass.int)];
  builder.one(Inst['ushr.2d'], signs, a(x, v), 63);
  builder.one(Inst['umov.d'], low, signs, 0);
  builder.one(Inst['umov.d'], high, signs, 1);
  builder.two(Inst['add.w lsl'], l.reg(v), low, high, 1);
};

// ---- permutations

/** Lanes of a; those that name none are zero. */
const swizzle: Lower = (x, v) => x.b.two(Inst['tbl.16b'], x.l.reg(v), a(x, v), b(x, v));

const pack = (lanes: readonly number[]): number[] =>
  [0, 4, 8, 12].map((at) => lanes.slice(at, at + 4).reduceRight((word, lane) => (word << 8) | (lane & 0xff), 0));

/** One permuting row where there is one; otherwise a table of a's bytes, then of b's where a has none. */
const shuffle: Lower = (x, v) => {
  const {l, f, b: builder} = x;
  const lanes = lanesOf(f, v);
  const row = permutation(lanes, f.a(v) === f.b(v));
  if (row !== null && l.allow(rules.permutation)) {
    const [left, right] = row.operands.map((operand) => (operand === 0 ? a(x, v) : b(x, v))) as [number, number?];
    if (right === undefined) builder.one(Inst[row.name], l.reg(v), left, row.number);
    else builder.two(Inst[row.name], l.reg(v), left, right, row.number);
    return;
  }
  if (f.a(v) === f.b(v)) {
    builder.two(Inst['tbl.16b'], l.reg(v), a(x, v), constant(x, pack(lanes.map((lane) => lane & 15))));
    return;
  }
  const t = temp(x);
  builder.two(Inst['tbl.16b'], t, a(x, v), constant(x, pack(lanes)));
  builder.tiedTwo(Inst['tbx.16b'], l.reg(v), t, b(x, v), constant(x, pack(lanes.map((lane) => lane - 16))));
};

/** The sixteen lanes of a shuffle. */
function lanesOf(f: Func, v: Value): number[] {
  return f.vectorWords(f.imm(v)).flatMap((word) => [0, 8, 16, 24].map((at) => (word >>> at) & 0xff));
}

/** A v128 constant. */
export function vectorConstant(x: Context, v: Value): void {
  defineConstant(x, x.l.reg(v), x.f.imm(v) === 0 ? [0, 0, 0, 0] : x.f.vectorWords(x.f.imm(v)));
}

// biome-ignore format: a table
export const vectorLowerings = {
  // arithmetic of integer lanes
  'i8x16.add': two('add.16b'), 'i8x16.sub': two('sub.16b'), 'i8x16.abs': one('abs.16b'), 'i8x16.neg': one('neg.16b'),
  'i16x8.add': two('add.8h'), 'i16x8.sub': two('sub.8h'), 'i16x8.abs': one('abs.8h'), 'i16x8.neg': one('neg.8h'),
  'i32x4.add': two('add.4s'), 'i32x4.sub': two('sub.4s'), 'i32x4.abs': one('abs.4s'), 'i32x4.neg': one('neg.4s'),
  'i64x2.add': two('add.2d'), 'i64x2.sub': two('sub.2d'), 'i64x2.abs': one('abs.2d'), 'i64x2.neg': one('neg.2d'),
  'i16x8.mul': two('mul.8h'), 'i32x4.mul': two('mul.4s'), 'i64x2.mul': mul64,
  'i8x16.add_sat_s': two('sqadd.16b'), 'i8x16.add_sat_u': two('uqadd.16b'), 'i8x16.sub_sat_s': two('sqsub.16b'), 'i8x16.sub_sat_u': two('uqsub.16b'), 'i8x16.avgr_u': two('urhadd.16b'),
  'i16x8.add_sat_s': two('sqadd.8h'), 'i16x8.add_sat_u': two('uqadd.8h'), 'i16x8.sub_sat_s': two('sqsub.8h'), 'i16x8.sub_sat_u': two('uqsub.8h'), 'i16x8.avgr_u': two('urhadd.8h'),
  'i8x16.min_s': two('smin.16b'), 'i8x16.min_u': two('umin.16b'), 'i8x16.max_s': two('smax.16b'), 'i8x16.max_u': two('umax.16b'),
  'i16x8.min_s': two('smin.8h'), 'i16x8.min_u': two('umin.8h'), 'i16x8.max_s': two('smax.8h'), 'i16x8.max_u': two('umax.8h'),
  'i32x4.min_s': two('smin.4s'), 'i32x4.min_u': two('umin.4s'), 'i32x4.max_s': two('smax.4s'), 'i32x4.max_u': two('umax.4s'),
  'i8x16.popcnt': one('cnt.16b'), 'i16x8.q15mulr_sat_s': two('sqrdmulh.8h'),
  // comparisons
  'i8x16.eq': two('cmeq.16b'), 'i8x16.ne': unequal('cmeq.16b'),
  'i8x16.lt_s': exchanged('cmgt.16b'), 'i8x16.gt_s': two('cmgt.16b'), 'i8x16.le_s': exchanged('cmge.16b'), 'i8x16.ge_s': two('cmge.16b'),
  'i8x16.lt_u': exchanged('cmhi.16b'), 'i8x16.gt_u': two('cmhi.16b'), 'i8x16.le_u': exchanged('cmhs.16b'), 'i8x16.ge_u': two('cmhs.16b'),
  'i16x8.eq': two('cmeq.8h'), 'i16x8.ne': unequal('cmeq.8h'),
  'i16x8.lt_s': exchanged('cmgt.8h'), 'i16x8.gt_s': two('cmgt.8h'), 'i16x8.le_s': exchanged('cmge.8h'), 'i16x8.ge_s': two('cmge.8h'),
  'i16x8.lt_u': exchanged('cmhi.8h'), 'i16x8.gt_u': two('cmhi.8h'), 'i16x8.le_u': exchanged('cmhs.8h'), 'i16x8.ge_u': two('cmhs.8h'),
  'i32x4.eq': two('cmeq.4s'), 'i32x4.ne': unequal('cmeq.4s'),
  'i32x4.lt_s': exchanged('cmgt.4s'), 'i32x4.gt_s': two('cmgt.4s'), 'i32x4.le_s': exchanged('cmge.4s'), 'i32x4.ge_s': two('cmge.4s'),
  'i32x4.lt_u': exchanged('cmhi.4s'), 'i32x4.gt_u': two('cmhi.4s'), 'i32x4.le_u': exchanged('cmhs.4s'), 'i32x4.ge_u': two('cmhs.4s'),
  'i64x2.eq': two('cmeq.2d'), 'i64x2.ne': unequal('cmeq.2d'),
  'i64x2.lt_s': exchanged('cmgt.2d'), 'i64x2.gt_s': two('cmgt.2d'), 'i64x2.le_s': exchanged('cmge.2d'), 'i64x2.ge_s': two('cmge.2d'),
  'f32x4.eq': two('fcmeq.4s'), 'f32x4.ne': unequal('fcmeq.4s'), 'f32x4.lt': exchanged('fcmgt.4s'), 'f32x4.gt': two('fcmgt.4s'), 'f32x4.le': exchanged('fcmge.4s'), 'f32x4.ge': two('fcmge.4s'),
  'f64x2.eq': two('fcmeq.2d'), 'f64x2.ne': unequal('fcmeq.2d'), 'f64x2.lt': exchanged('fcmgt.2d'), 'f64x2.gt': two('fcmgt.2d'), 'f64x2.le': exchanged('fcmge.2d'), 'f64x2.ge': two('fcmge.2d'),
  // shifts
  'i8x16.shl': shift('shl.16b', 'ushl.16b', 8, false), 'i8x16.shr_s': shift('sshr.16b', 'sshl.16b', 8, true), 'i8x16.shr_u': shift('ushr.16b', 'ushl.16b', 8, true),
  'i16x8.shl': shift('shl.8h', 'ushl.8h', 16, false), 'i16x8.shr_s': shift('sshr.8h', 'sshl.8h', 16, true), 'i16x8.shr_u': shift('ushr.8h', 'ushl.8h', 16, true),
  'i32x4.shl': shift('shl.4s', 'ushl.4s', 32, false), 'i32x4.shr_s': shift('sshr.4s', 'sshl.4s', 32, true), 'i32x4.shr_u': shift('ushr.4s', 'ushl.4s', 32, true),
  'i64x2.shl': shift('shl.2d', 'ushl.2d', 64, false), 'i64x2.shr_s': shift('sshr.2d', 'sshl.2d', 64, true), 'i64x2.shr_u': shift('ushr.2d', 'ushl.2d', 64, true),
  // lanes that become wider or narrower
  'i16x8.extend_low_i8x16_s': lengthen('sshll.8b'), 'i16x8.extend_high_i8x16_s': lengthen('sshll2.16b'), 'i16x8.extend_low_i8x16_u': lengthen('ushll.8b'), 'i16x8.extend_high_i8x16_u': lengthen('ushll2.16b'),
  'i16x8.extmul_low_i8x16_s': two('smull.8b'), 'i16x8.extmul_high_i8x16_s': two('smull2.16b'), 'i16x8.extmul_low_i8x16_u': two('umull.8b'), 'i16x8.extmul_high_i8x16_u': two('umull2.16b'),
  'i32x4.extend_low_i16x8_s': lengthen('sshll.4h'), 'i32x4.extend_high_i16x8_s': lengthen('sshll2.8h'), 'i32x4.extend_low_i16x8_u': lengthen('ushll.4h'), 'i32x4.extend_high_i16x8_u': lengthen('ushll2.8h'),
  'i32x4.extmul_low_i16x8_s': two('smull.4h'), 'i32x4.extmul_high_i16x8_s': two('smull2.8h'), 'i32x4.extmul_low_i16x8_u': two('umull.4h'), 'i32x4.extmul_high_i16x8_u': two('umull2.8h'),
  'i64x2.extend_low_i32x4_s': lengthen('sshll.2s'), 'i64x2.extend_high_i32x4_s': lengthen('sshll2.4s'), 'i64x2.extend_low_i32x4_u': lengthen('ushll.2s'), 'i64x2.extend_high_i32x4_u': lengthen('ushll2.4s'),
  'i64x2.extmul_low_i32x4_s': two('smull.2s'), 'i64x2.extmul_high_i32x4_s': two('smull2.4s'), 'i64x2.extmul_low_i32x4_u': two('umull.2s'), 'i64x2.extmul_high_i32x4_u': two('umull2.4s'),
  'i8x16.narrow_i16x8_s': narrow('sqxtn.8b', 'sqxtn2.16b'), 'i8x16.narrow_i16x8_u': narrow('sqxtun.8b', 'sqxtun2.16b'),
  'i16x8.narrow_i32x4_s': narrow('sqxtn.4h', 'sqxtn2.8h'), 'i16x8.narrow_i32x4_u': narrow('sqxtun.4h', 'sqxtun2.8h'),
  'i16x8.extadd_pairwise_i8x16_s': one('saddlp.16b'), 'i16x8.extadd_pairwise_i8x16_u': one('uaddlp.16b'),
  'i32x4.extadd_pairwise_i16x8_s': one('saddlp.8h'), 'i32x4.extadd_pairwise_i16x8_u': one('uaddlp.8h'),
  'i32x4.dot_i16x8_s': dot,
  // float lanes
  'f32x4.add': two('fadd.4s'), 'f32x4.sub': two('fsub.4s'), 'f32x4.mul': two('fmul.4s'), 'f32x4.div': two('fdiv.4s'), 'f32x4.min': two('fmin.4s'), 'f32x4.max': two('fmax.4s'),
  'f32x4.abs': one('fabs.4s'), 'f32x4.neg': one('fneg.4s'), 'f32x4.sqrt': one('fsqrt.4s'), 'f32x4.ceil': one('frintp.4s'), 'f32x4.floor': one('frintm.4s'), 'f32x4.trunc': one('frintz.4s'), 'f32x4.nearest': one('frintn.4s'),
  'f32x4.pmin': pseudoMinimum('fcmgt.4s', false), 'f32x4.pmax': pseudoMinimum('fcmgt.4s', true),
  'f64x2.add': two('fadd.2d'), 'f64x2.sub': two('fsub.2d'), 'f64x2.mul': two('fmul.2d'), 'f64x2.div': two('fdiv.2d'), 'f64x2.min': two('fmin.2d'), 'f64x2.max': two('fmax.2d'),
  'f64x2.abs': one('fabs.2d'), 'f64x2.neg': one('fneg.2d'), 'f64x2.sqrt': one('fsqrt.2d'), 'f64x2.ceil': one('frintp.2d'), 'f64x2.floor': one('frintm.2d'), 'f64x2.trunc': one('frintz.2d'), 'f64x2.nearest': one('frintn.2d'),
  'f64x2.pmin': pseudoMinimum('fcmgt.2d', false), 'f64x2.pmax': pseudoMinimum('fcmgt.2d', true),
  'f32x4.demote_f64x2_zero': one('fcvtn.2s'), 'f64x2.promote_low_f32x4': one('fcvtl.2d'),
  'f32x4.convert_i32x4_s': one('scvtf.4s'), 'f32x4.convert_i32x4_u': one('ucvtf.4s'),
  'f64x2.convert_low_i32x4_s': convertLow('sshll.2s', 'scvtf.2d'), 'f64x2.convert_low_i32x4_u': convertLow('ushll.2s', 'ucvtf.2d'),
  'i32x4.trunc_sat_f32x4_s': one('fcvtzs.4s'), 'i32x4.trunc_sat_f32x4_u': one('fcvtzu.4s'),
  'i32x4.trunc_sat_f64x2_s_zero': truncateDouble('fcvtzs.2d', 'sqxtn.2s'), 'i32x4.trunc_sat_f64x2_u_zero': truncateDouble('fcvtzu.2d', 'uqxtn.2s'),
  'i32x4.relaxed_trunc_f32x4_s': one('fcvtzs.4s'), 'i32x4.relaxed_trunc_f32x4_u': one('fcvtzu.4s'),
  'i32x4.relaxed_trunc_f64x2_s_zero': truncateDouble('fcvtzs.2d', 'sqxtn.2s'), 'i32x4.relaxed_trunc_f64x2_u_zero': truncateDouble('fcvtzu.2d', 'uqxtn.2s'),
  // whole vectors
  'v128.and': two('and.16b'), 'v128.andnot': two('bic.16b'), 'v128.or': two('orr.16b'), 'v128.xor': two('eor.16b'), 'v128.not': one('not.16b'),
  'v128.bitselect': bitselect, 'v128.any_true': anyTrue,
  'i8x16.all_true': allTrue('uminv.16b'), 'i8x16.bitmask': bitmask8,
  'i16x8.all_true': allTrue('uminv.8h'), 'i16x8.bitmask': bitmask('cmlt.8h 0', 'addv.8h', [0x00020001, 0x00080004, 0x00200010, 0x00800040]),
  'i32x4.all_true': allTrue('uminv.4s'), 'i32x4.bitmask': bitmask('cmlt.4s 0', 'addv.4s', [1, 2, 4, 8]),
  'i64x2.all_true': allTrue64, 'i64x2.bitmask': bitmask64,
  // single lanes
  'i8x16.splat': splat('dup.b'), 'i8x16.replace_lane': replaceLane('ins.b'),
  'i16x8.splat': splat('dup.h'), 'i16x8.replace_lane': replaceLane('ins.h'),
  'i32x4.splat': splat('dup.s'), 'i32x4.replace_lane': replaceLane('ins.s'),
  'i64x2.splat': splat('dup.d'), 'i64x2.replace_lane': replaceLane('ins.d'),
  'i8x16.extract_lane_s': extractLane('smov.w.b'), 'i8x16.extract_lane_u': extractLane('umov.b'),
  'i16x8.extract_lane_s': extractLane('smov.w.h'), 'i16x8.extract_lane_u': extractLane('umov.h'),
  'i32x4.extract_lane': extractLane('umov.s'), 'i64x2.extract_lane': extractLane('umov.d'),
  'f32x4.splat': one('dup.lane.s'), 'f32x4.extract_lane': extractLane('dup.scalar.s'), 'f32x4.replace_lane': replaceLane('ins.lane.s'),
  'f64x2.splat': one('dup.lane.d'), 'f64x2.extract_lane': extractLane('dup.scalar.d'), 'f64x2.replace_lane': replaceLane('ins.lane.d'),
  'i8x16.shuffle': shuffle, 'i8x16.swizzle': swizzle, 'i8x16.relaxed_swizzle': swizzle,
  // relaxed
  'f32x4.relaxed_madd': fused('fmla.4s'), 'f32x4.relaxed_nmadd': fused('fmls.4s'), 'f32x4.relaxed_min': two('fmin.4s'), 'f32x4.relaxed_max': two('fmax.4s'),
  'f64x2.relaxed_madd': fused('fmla.2d'), 'f64x2.relaxed_nmadd': fused('fmls.2d'), 'f64x2.relaxed_min': two('fmin.2d'), 'f64x2.relaxed_max': two('fmax.2d'),
  'i8x16.relaxed_laneselect': bitselect, 'i16x8.relaxed_laneselect': bitselect, 'i32x4.relaxed_laneselect': bitselect, 'i64x2.relaxed_laneselect': bitselect,
  'i16x8.relaxed_q15mulr_s': two('sqrdmulh.8h'), 'i16x8.relaxed_dot_i8x16_i7x16_s': relaxedDot, 'i32x4.relaxed_dot_i8x16_i7x16_add_s': relaxedDotAdd,
} satisfies Readonly<Record<VectorOp, Lower>>;
