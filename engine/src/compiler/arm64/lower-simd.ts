/**
 * Lowering of vector operations to NEON: nearly all are one row, which the table at the end says; above it the sequences.
 * Relaxed operations do what the deterministic profile does, but that products and sums are fused.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Func, Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import type {VectorOp} from '../ir/vector-ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {defineConstant} from './lower-constant.ts';
import {elementOf, laneLowerings} from './lower-lanes.ts';
import {vectorComparisons} from './lower-vector-compare.ts';
import {vectorSums} from './lower-vector-sums.ts';
import {vectorTests} from './lower-vector-tests.ts';
import {insertion, permutation} from './permutations.ts';
import {rules} from './rules.ts';
import {vectorImmediate} from './vector-immediates.ts';
import {a, b, c, chain, constant, constantWords, isZeroVector, one, temp, tiedNumber, two} from './vectors.ts';

const lengthen =
  (row: InstName): Lower =>
  (x, v) => {
    x.b.one(Inst[row], x.l.reg(v), a(x, v), 0);
  };

/** A product whose right operand may be one lane of a vector. */
const product =
  (row: 'fmul.4s' | 'fmul.2d'): Lower =>
  (x, v) => {
    const element = elementOf(x, x.f.b(v));
    if (element === null) x.b.two(Inst[row], x.l.reg(v), a(x, v), b(x, v));
    else x.b.two(Inst[`${row} lane`], x.l.reg(v), a(x, v), element.vector, element.lane);
  };

/** c + a * b or c - a * b, rounded once; the same of b. */
const fused =
  (row: 'fmla.4s' | 'fmla.2d' | 'fmls.4s' | 'fmls.2d'): Lower =>
  (x, v) => {
    const element = elementOf(x, x.f.b(v));
    const [d, sum, factor] = [x.l.reg(v), c(x, v), a(x, v)];
    if (element === null) return void x.b.tiedTwo(Inst[row], d, sum, factor, b(x, v));
    const i = x.b.tiedTwo(Inst[`${row} lane`], d, sum, factor, element.vector);
    x.l.m.imm[i] = element.lane;
  };

// ---- logic

const {'v128.not': NOT, 'i8x16.shl': SHL8, 'i16x8.shl': SHL16, 'i32x4.shl': SHL32, 'i64x2.shl': SHL64} = Ir;

/** A value of an operation that only the instruction at hand wants. */
const isOwn = (x: Arm64, v: Value, op: number): boolean => x.f.op(v) === op && x.l.isSingleUse(v);

/** Rows that clear or set bits of 16- or 32-bit lanes, by the row that makes such bits. */
const CLEAR: Partial<Record<number, number>> = {
  [Inst['movi.8h']]: Inst['bic.8h i'],
  [Inst['movi.4s']]: Inst['bic.4s i'],
};
const SET: Partial<Record<number, number>> = {[Inst['movi.8h']]: Inst['orr.8h i'], [Inst['movi.4s']]: Inst['orr.4s i']};

/** d := other with the bits of a constant set or cleared; false when there is no row for it. */
function withBits(x: Arm64, v: Value, other: Value, words: readonly number[] | null, rows: typeof CLEAR): boolean {
  const found = words === null ? null : vectorImmediate(words);
  const row = found === null ? undefined : rows[found.row];
  if (found === null || row === undefined || !x.l.allow(rules.vectorLogic)) return false;
  const {l} = x;
  const i = l.inst(row);
  l.m.imm[i] = found.first;
  l.m.high[i] = found.second;
  l.defTied(l.reg(v));
  l.readTied(l.reg(other));
  return true;
}

const inverted = (words: readonly number[] | null): readonly number[] | null => words?.map((word) => ~word) ?? null;

const and: Lower = (x, v) => {
  const [left, right] = [x.f.a(v), x.f.b(v)];
  if (withBits(x, v, left, inverted(constantWords(x, right)), CLEAR)) return;
  if (withBits(x, v, right, inverted(constantWords(x, left)), CLEAR)) return;
  withInverse(x, v, 'and.16b', 'bic.16b');
};

const andNot: Lower = (x, v) => {
  if (!withBits(x, v, x.f.a(v), constantWords(x, x.f.b(v)), CLEAR)) two('bic.16b')(x, v);
};

const or: Lower = (x, v) => {
  const [left, right] = [x.f.a(v), x.f.b(v)];
  if (withBits(x, v, left, constantWords(x, right), SET) || withBits(x, v, right, constantWords(x, left), SET)) return;
  if (!shiftIn(x, v, left, right) && !shiftIn(x, v, right, left)) withInverse(x, v, 'orr.16b', 'orn.16b');
};

/** An operand that is a complement is inverted by the row. */
function withInverse(x: Arm64, v: Value, plain: InstName, inverse: InstName): void {
  const [left, right] = [x.f.a(v), x.f.b(v)];
  const [other, complement] = isOwn(x, right, NOT) ? [left, right] : [right, left];
  if (isOwn(x, complement, NOT) && x.l.allow(rules.vectorLogic))
    x.b.two(Inst[inverse], x.l.reg(v), x.l.reg(other), a(x, complement));
  else x.b.two(Inst[plain], x.l.reg(v), x.l.reg(left), x.l.reg(right));
}

/** Shifts to the left and right of lanes: bits, the row that shifts in from the left, and what a rotation by a half is. */
const SHIFTS: Partial<Record<number, readonly [bits: number, right: number, row: InstName, half: InstName | null]>> = {
  [SHL8]: [8, Ir['i8x16.shr_u'], 'sri.16b', null],
  [SHL16]: [16, Ir['i16x8.shr_u'], 'sri.8h', 'rev16.16b'],
  [SHL32]: [32, Ir['i32x4.shr_u'], 'sri.4s', 'rev32.8h'],
  [SHL64]: [64, Ir['i64x2.shr_u'], 'sri.2d', 'rev64.4s'],
};

/** Lanes shifted left, and others shifted right into the bits that came free: rotations, and fields put together. */
function shiftIn(x: Arm64, v: Value, left: Value, right: Value): boolean {
  const {l, f, b: builder} = x;
  const shifts = SHIFTS[f.op(left)];
  if (shifts === undefined || !isOwn(x, right, shifts[1])) return false;
  const [bits, , row, half] = shifts;
  const [up, down] = [l.imm32(f.b(left)), l.imm32(f.b(right))].map((n) => (n === null ? 0 : n & (bits - 1))) as [
    number,
    number,
  ];
  if (down === 0 || up + down < bits || !l.allow(rules.vectorLogic)) return false;
  const isHalf = half !== null && up === bits / 2 && down === up && f.a(left) === f.a(right) && l.isSingleUse(left);
  if (isHalf) builder.one(Inst[half], l.reg(v), a(x, left));
  else tiedNumber(x, Inst[row], l.reg(v), l.reg(left), a(x, right), down);
  return true;
}

/** A mask chooses from a where it is set, else from b: what nobody else wants is overwritten. */
const bitselect: Lower = (x, v) => {
  const {l, f, b: builder} = x;
  const [d, yes, no, mask] = [l.reg(v), f.a(v), f.b(v), f.c(v)];
  const isKept = !l.isSingleUse(mask);
  if (isKept && l.isSingleUse(no) && l.allow(rules.vectorLogic))
    builder.tiedTwo(Inst['bit.16b'], d, l.reg(no), l.reg(yes), l.reg(mask));
  else if (isKept && l.isSingleUse(yes) && l.allow(rules.vectorLogic))
    builder.tiedTwo(Inst['bif.16b'], d, l.reg(yes), l.reg(no), l.reg(mask));
  else builder.tiedTwo(Inst['bsl.16b'], d, l.reg(mask), l.reg(yes), l.reg(no));
};

// ---- sequences

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

/** Sums of pairs of products, saturated: -128 * -128 twice does not fit. */
function pairSums(x: Arm64, v: Value, d: number): void {
  const [low, high] = products(x, v, 'smull.8b', 'smull2.16b');
  const [even, odd] = [temp(x), temp(x)];
  x.b.two(Inst['uzp1.8h'], even, low, high);
  x.b.two(Inst['uzp2.8h'], odd, low, high);
  x.b.two(Inst['sqadd.8h'], d, even, odd);
}

const relaxedDot: Lower = (x, v) => pairSums(x, v, x.l.reg(v));

const relaxedDotAdd: Lower = (x, v) => {
  const pairs = temp(x);
  pairSums(x, v, pairs);
  x.b.tied(Inst['sadalp.8h'], x.l.reg(v), c(x, v), pairs);
};

// ---- permutations

/** Lanes of a; those that name none are zero. */
const swizzle: Lower = (x, v) => x.b.two(Inst['tbl.16b'], x.l.reg(v), a(x, v), b(x, v));

const pack = (lanes: readonly number[]): number[] =>
  [0, 4, 8, 12].map((at) => lanes.slice(at, at + 4).reduceRight((word, lane) => (word << 8) | (lane & 0xff), 0));

/** One row where there is one; otherwise a table of a's bytes, then of b's where a has none. */
const shuffle: Lower = (x, v) => {
  const {f, b: builder} = x;
  const [left, right] = [f.a(v), f.b(v)];
  const lanes = lanesOf(f, v);
  if (permuted(x, v, lanes) || inserted(x, v, lanes) || fromOne(x, v, lanes)) return;
  const t = temp(x);
  builder.two(Inst['tbl.16b'], t, x.l.reg(left), constant(x, pack(lanes)));
  builder.tiedTwo(Inst['tbx.16b'], x.l.reg(v), t, x.l.reg(right), constant(x, pack(lanes.map((lane) => lane - 16))));
};

function permuted(x: Arm64, v: Value, lanes: readonly number[]): boolean {
  const {l, f, b: builder} = x;
  const row = permutation(lanes, f.a(v) === f.b(v));
  if (row === null || !l.allow(rules.permutation)) return false;
  const [left, right] = row.operands.map((operand) => l.reg(operand === 0 ? f.a(v) : f.b(v))) as [number, number?];
  if (right === undefined) builder.one(Inst[row.name], l.reg(v), left, row.number);
  else builder.two(Inst[row.name], l.reg(v), left, right, row.number);
  return true;
}

/** All lanes but one stay where they are. */
function inserted(x: Arm64, v: Value, lanes: readonly number[]): boolean {
  const {l, f} = x;
  const found = insertion(lanes);
  if (found === null || !l.allow(rules.permutation)) return false;
  const [into, from] = [found.into, found.from].map((operand) => l.reg(operand === 0 ? f.a(v) : f.b(v))) as [
    number,
    number,
  ];
  tiedNumber(x, Inst[found.name], l.reg(v), into, from, found.to, found.lane);
  return true;
}

/** One table, when the other operand is not asked, is the same or is zero: what names no byte of the table gives zero. */
function fromOne(x: Arm64, v: Value, lanes: readonly number[]): boolean {
  const {l, f, b: builder} = x;
  const [left, right] = [f.a(v), f.b(v)];
  if (left === right) {
    builder.two(Inst['tbl.16b'], l.reg(v), l.reg(left), constant(x, pack(lanes.map((lane) => lane & 15))));
    return true;
  }
  const isUnused = (first: number, value: Value): boolean =>
    isZeroVector(x, value) || lanes.every((lane) => (lane & 16) !== first);
  const table = isUnused(16, right) ? left : isUnused(0, left) ? right : null;
  if (table === null || !l.allow(rules.permutation)) return false;
  builder.two(
    Inst['tbl.16b'],
    l.reg(v),
    l.reg(table),
    constant(x, pack(table === left ? lanes : lanes.map((lane) => lane ^ 16))),
  );
  return true;
}

/** The sixteen lanes of a shuffle. */
function lanesOf(f: Func, v: Value): number[] {
  return f.vectorWords(f.imm(v)).flatMap((word) => [0, 8, 16, 24].map((at) => (word >>> at) & 0xff));
}

/** A v128 constant. */
export function vectorConstant(x: Arm64, v: Value): void {
  defineConstant(x, x.l.reg(v), constantWords(x, v) as readonly number[]);
}

// biome-ignore format: a table
export const vectorLowerings = {
  ...vectorSums, ...vectorComparisons, ...vectorTests, ...laneLowerings,
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
  'f32x4.add': two('fadd.4s'), 'f32x4.sub': two('fsub.4s'), 'f32x4.mul': product('fmul.4s'), 'f32x4.div': two('fdiv.4s'), 'f32x4.min': two('fmin.4s'), 'f32x4.max': two('fmax.4s'),
  'f32x4.abs': one('fabs.4s'), 'f32x4.neg': one('fneg.4s'), 'f32x4.sqrt': one('fsqrt.4s'), 'f32x4.ceil': one('frintp.4s'), 'f32x4.floor': one('frintm.4s'), 'f32x4.trunc': one('frintz.4s'), 'f32x4.nearest': one('frintn.4s'),
  'f32x4.pmin': pseudoMinimum('fcmgt.4s', false), 'f32x4.pmax': pseudoMinimum('fcmgt.4s', true),
  'f64x2.add': two('fadd.2d'), 'f64x2.sub': two('fsub.2d'), 'f64x2.mul': product('fmul.2d'), 'f64x2.div': two('fdiv.2d'), 'f64x2.min': two('fmin.2d'), 'f64x2.max': two('fmax.2d'),
  'f64x2.abs': one('fabs.2d'), 'f64x2.neg': one('fneg.2d'), 'f64x2.sqrt': one('fsqrt.2d'), 'f64x2.ceil': one('frintp.2d'), 'f64x2.floor': one('frintm.2d'), 'f64x2.trunc': one('frintz.2d'), 'f64x2.nearest': one('frintn.2d'),
  'f64x2.pmin': pseudoMinimum('fcmgt.2d', false), 'f64x2.pmax': pseudoMinimum('fcmgt.2d', true),
  'f32x4.demote_f64x2_zero': one('fcvtn.2s'), 'f64x2.promote_low_f32x4': one('fcvtl.2d'),
  'f32x4.convert_i32x4_s': one('scvtf.4s'), 'f32x4.convert_i32x4_u': one('ucvtf.4s'),
  'f64x2.convert_low_i32x4_s': chain('sshll.2s', 'scvtf.2d'), 'f64x2.convert_low_i32x4_u': chain('ushll.2s', 'ucvtf.2d'),
  'i32x4.trunc_sat_f32x4_s': one('fcvtzs.4s'), 'i32x4.trunc_sat_f32x4_u': one('fcvtzu.4s'),
  'i32x4.trunc_sat_f64x2_s_zero': chain('fcvtzs.2d', 'sqxtn.2s'), 'i32x4.trunc_sat_f64x2_u_zero': chain('fcvtzu.2d', 'uqxtn.2s'),
  'i32x4.relaxed_trunc_f32x4_s': one('fcvtzs.4s'), 'i32x4.relaxed_trunc_f32x4_u': one('fcvtzu.4s'),
  'i32x4.relaxed_trunc_f64x2_s_zero': chain('fcvtzs.2d', 'sqxtn.2s'), 'i32x4.relaxed_trunc_f64x2_u_zero': chain('fcvtzu.2d', 'uqxtn.2s'),
  // whole vectors
  'v128.and': and, 'v128.andnot': andNot, 'v128.or': or, 'v128.xor': two('eor.16b'), 'v128.not': one('not.16b'),
  'v128.bitselect': bitselect,
  // bytes
  'i8x16.shuffle': shuffle, 'i8x16.swizzle': swizzle, 'i8x16.relaxed_swizzle': swizzle,
  // relaxed
  'f32x4.relaxed_madd': fused('fmla.4s'), 'f32x4.relaxed_nmadd': fused('fmls.4s'), 'f32x4.relaxed_min': two('fmin.4s'), 'f32x4.relaxed_max': two('fmax.4s'),
  'f64x2.relaxed_madd': fused('fmla.2d'), 'f64x2.relaxed_nmadd': fused('fmls.2d'), 'f64x2.relaxed_min': two('fmin.2d'), 'f64x2.relaxed_max': two('fmax.2d'),
  'i8x16.relaxed_laneselect': bitselect, 'i16x8.relaxed_laneselect': bitselect, 'i32x4.relaxed_laneselect': bitselect, 'i64x2.relaxed_laneselect': bitselect,
  'i16x8.relaxed_q15mulr_s': two('sqrdmulh.8h'), 'i16x8.relaxed_dot_i8x16_i7x16_s': relaxedDot, 'i32x4.relaxed_dot_i8x16_i7x16_add_s': relaxedDotAdd,
} satisfies Readonly<Record<VectorOp, Lower>>;
