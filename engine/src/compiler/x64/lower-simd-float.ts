/**
 * Lowering of vector operations on float lanes. Operands keep their order, so that NaNs are the same at every level; the
 * NaNs of min and max are canonical up to their sign.
 */
import {Inst, type InstName} from './insts.ts';
import {doubles, type LowerVector, one, P, type Pair, PI, quads, SHIFT, single} from './vectors.ts';

interface Width {
  readonly min: Pair;
  readonly max: Pair;
  readonly sub: Pair;
  readonly compare: Pair;
  readonly shiftRight: Pair;
  /** Bits of a NaN above its payload: sign, exponent, quiet bit. */
  readonly nanBits: number;
  readonly sign: readonly number[];
  readonly rest: readonly number[];
}

const SINGLE: Width = {
  min: P.minps,
  max: P.maxps,
  sub: P.subps,
  compare: PI.cmpps,
  shiftRight: SHIFT.psrld,
  nanBits: 10,
  sign: doubles(0x80000000),
  rest: doubles(0x7fffffff),
};
const DOUBLE: Width = {
  min: P.minpd,
  max: P.maxpd,
  sub: P.subpd,
  compare: PI.cmppd,
  shiftRight: SHIFT.psrlq,
  nanBits: 13,
  sign: quads(0, -0x80000000),
  rest: quads(-1, 0x7fffffff),
};

/** Predicates of cmpps. */
const Predicate = {eq: 0, lt: 1, le: 2, unordered: 3, ne: 4} as const;

const compare =
  (w: Width, predicate: number, isExchanged = false): LowerVector =>
  (q, v) => {
    const {f} = q;
    const [left, right] = isExchanged ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
    const first = q.l.reg(left);
    q.opImmTo(q.l.reg(v), w.compare, first, q.source(right), predicate);
  };

/** The processor's minimum in both orders differs where there is a NaN or zeros of both signs: or brings them together. */
const minimum =
  (w: Width): LowerVector =>
  (q, v) => {
    const [a, b] = [q.a(v), q.bOf(v)];
    const straight = q.op(w.min, a, b);
    const either = q.op(P.orps, straight, q.op(w.min, b, a));
    const isNan = q.opImm(w.compare, either, either, Predicate.unordered);
    const bits = q.op(P.orps, either, isNan);
    q.opTo(q.l.reg(v), P.andnps, q.shift(w.shiftRight, isNan, w.nanBits), bits);
  };

/** As above; +0 wins by subtracting the difference of the signs. */
const maximum =
  (w: Width): LowerVector =>
  (q, v) => {
    const [a, b] = [q.a(v), q.bOf(v)];
    const straight = q.op(w.max, a, b);
    const difference = q.op(P.xorps, q.op(w.max, b, a), straight);
    const value = q.op(w.sub, q.op(P.orps, straight, difference), difference);
    const isNan = q.opImm(w.compare, value, value, Predicate.unordered);
    q.opTo(q.l.reg(v), P.andnps, q.shift(w.shiftRight, isNan, w.nanBits), value);
  };

/** The processor's own: the right operand when they are not ordered or equal. */
const pseudo =
  (pair: Pair): LowerVector =>
  (q, v) => {
    const [a, b] = [q.a(v), q.bOf(v)];
    q.opTo(q.l.reg(v), pair, b, a);
  };

const masked =
  (pair: Pair, mask: readonly number[]): LowerVector =>
  (q, v) => {
    q.opTo(q.l.reg(v), pair, q.a(v), q.pool(...mask));
  };

/** Rounding modes, with the inexact exception suppressed. */
const round =
  (row: 'roundps rmi8' | 'roundpd rmi8', mode: number): LowerVector =>
  (q, v) => {
    q.b.loadImmediate(Inst[row], q.l.reg(v), q.a(v), mode);
  };

// ---- conversions

/** The low sixteen bits and the rest, halved so that it is positive: only the sum rounds. */
const convertUnsigned: LowerVector = (q, v) => {
  const a = q.a(v);
  const low = q.op(P.pand, a, q.pool(...doubles(0xffff)));
  const half = q.unary('cvtdq2ps rm', q.shift(SHIFT.psrld, q.op(P.psubd, a, low), 1));
  const high = q.op(P.addps, half, half);
  q.opTo(q.l.reg(v), P.addps, high, q.unary('cvtdq2ps rm', low));
};

/** As the low bits of 2^52, which is then subtracted. */
const convertLowUnsigned: LowerVector = (q, v) => {
  const biased = q.op(P.unpcklps, q.a(v), q.pool(...doubles(0x43300000)));
  q.opTo(q.l.reg(v), P.subpd, biased, q.pool(...quads(0, 0x43300000)));
};

/** NaN becomes zero; MIN for a positive number is turned into MAX. */
const truncateSigned: LowerVector = (q, v) => {
  const a = q.a(v);
  const isNumber = q.opImm(PI.cmpps, a, a, Predicate.eq);
  const number = q.op(P.andps, a, isNumber);
  const isPositive = q.op(P.pxor, isNumber, number);
  const integer = q.unary('cvttps2dq rm', number);
  const overflows = q.shift(SHIFT.psrad, q.op(P.pand, isPositive, integer), 31);
  q.opTo(q.l.reg(v), P.pxor, integer, overflows);
};

/** What is above 2^31 is converted without it, and added. */
const truncateUnsigned: LowerVector = (q, v) => {
  const a = q.a(v);
  const limit = q.constant(...doubles(0x4f000000));
  const number = q.op(P.maxps, a, q.zero());
  const above = q.op(P.subps, number, limit);
  const overflows = q.opImm(PI.cmpps, limit, above, Predicate.le);
  const rest = q.op(P.pxor, q.unary('cvttps2dq rm', above), overflows);
  const positive = q.op(P.pmaxsd, rest, q.zero());
  q.opTo(q.l.reg(v), P.paddd, q.unary('cvttps2dq rm', number), positive);
};

/** NaN becomes zero as the right operand of min. */
const truncateDoubleSigned: LowerVector = (q, v) => {
  const a = q.a(v);
  const isNumber = q.opImm(PI.cmppd, a, a, Predicate.eq);
  const limit = q.op(P.andps, isNumber, q.pool(...quads(-0x400000, 0x41dfffff)));
  q.b.load(Inst['cvttpd2dq rm'], q.l.reg(v), q.op(P.minpd, a, limit));
};

/** Between 0 and 2^32 - 1, truncated and added to 2^52: the integers stand in the low halves. */
const truncateDoubleUnsigned: LowerVector = (q, v) => {
  const zero = q.zero();
  const positive = q.op(P.maxpd, q.a(v), zero);
  const number = q.op(P.minpd, positive, q.pool(...quads(-0x200000, 0x41efffff)));
  const integer = q.unaryImm('roundpd rmi8', number, 11);
  const biased = q.op(P.addpd, integer, q.pool(...quads(0, 0x43300000)));
  q.opImmTo(q.l.reg(v), PI.shufps, biased, zero, 0x88);
};

// ---- relaxed

/** One rounding where the CPU has FMA. Not a rule: the same program behaves in one way at every level. */
const multiplyAdd =
  (fma: InstName, multiply: Pair, add: Pair, isNegated: boolean): LowerVector =>
  (q, v) => {
    const {l} = q;
    const [a, b, c] = [q.a(v), q.bOf(v), q.c(v)];
    const d = l.reg(v);
    if (!q.x.has('fma')) {
      const product = q.op(multiply, a, b);
      return isNegated ? q.opTo(d, add === P.addps ? P.subps : P.subpd, c, product) : q.opTo(d, add, product, c);
    }
    l.inst(Inst[fma]);
    l.defTied(d);
    l.readTied(c);
    l.read(a);
    l.readAny(b);
  };

// biome-ignore format: a table
export const floatVectors = {
  'f32x4.add': one(P.addps, false), 'f32x4.sub': one(P.subps, false), 'f32x4.mul': one(P.mulps, false), 'f32x4.div': one(P.divps, false),
  'f64x2.add': one(P.addpd, false), 'f64x2.sub': one(P.subpd, false), 'f64x2.mul': one(P.mulpd, false), 'f64x2.div': one(P.divpd, false),
  'f32x4.min': minimum(SINGLE), 'f32x4.max': maximum(SINGLE), 'f64x2.min': minimum(DOUBLE), 'f64x2.max': maximum(DOUBLE),
  'f32x4.pmin': pseudo(P.minps), 'f32x4.pmax': pseudo(P.maxps), 'f64x2.pmin': pseudo(P.minpd), 'f64x2.pmax': pseudo(P.maxpd),
  'f32x4.abs': masked(P.andps, SINGLE.rest), 'f32x4.neg': masked(P.xorps, SINGLE.sign),
  'f64x2.abs': masked(P.andps, DOUBLE.rest), 'f64x2.neg': masked(P.xorps, DOUBLE.sign),
  'f32x4.sqrt': single('sqrtps rm'), 'f64x2.sqrt': single('sqrtpd rm'),
  'f32x4.nearest': round('roundps rmi8', 8), 'f32x4.floor': round('roundps rmi8', 9), 'f32x4.ceil': round('roundps rmi8', 10), 'f32x4.trunc': round('roundps rmi8', 11),
  'f64x2.nearest': round('roundpd rmi8', 8), 'f64x2.floor': round('roundpd rmi8', 9), 'f64x2.ceil': round('roundpd rmi8', 10), 'f64x2.trunc': round('roundpd rmi8', 11),
  'f32x4.eq': compare(SINGLE, Predicate.eq), 'f32x4.ne': compare(SINGLE, Predicate.ne), 'f32x4.lt': compare(SINGLE, Predicate.lt),
  'f32x4.le': compare(SINGLE, Predicate.le), 'f32x4.gt': compare(SINGLE, Predicate.lt, true), 'f32x4.ge': compare(SINGLE, Predicate.le, true),
  'f64x2.eq': compare(DOUBLE, Predicate.eq), 'f64x2.ne': compare(DOUBLE, Predicate.ne), 'f64x2.lt': compare(DOUBLE, Predicate.lt),
  'f64x2.le': compare(DOUBLE, Predicate.le), 'f64x2.gt': compare(DOUBLE, Predicate.lt, true), 'f64x2.ge': compare(DOUBLE, Predicate.le, true),

  'f32x4.convert_i32x4_s': single('cvtdq2ps rm'), 'f32x4.convert_i32x4_u': convertUnsigned,
  'f64x2.convert_low_i32x4_s': single('cvtdq2pd rm'), 'f64x2.convert_low_i32x4_u': convertLowUnsigned,
  'i32x4.trunc_sat_f32x4_s': truncateSigned, 'i32x4.trunc_sat_f32x4_u': truncateUnsigned,
  'i32x4.trunc_sat_f64x2_s_zero': truncateDoubleSigned, 'i32x4.trunc_sat_f64x2_u_zero': truncateDoubleUnsigned,
  'f32x4.demote_f64x2_zero': single('cvtpd2ps rm'), 'f64x2.promote_low_f32x4': single('cvtps2pd rm'),

  'i32x4.relaxed_trunc_f32x4_s': single('cvttps2dq rm'), 'i32x4.relaxed_trunc_f32x4_u': truncateUnsigned,
  'i32x4.relaxed_trunc_f64x2_s_zero': single('cvttpd2dq rm'), 'i32x4.relaxed_trunc_f64x2_u_zero': truncateDoubleUnsigned,
  'f32x4.relaxed_min': one(P.minps, false), 'f32x4.relaxed_max': one(P.maxps, false),
  'f64x2.relaxed_min': one(P.minpd, false), 'f64x2.relaxed_max': one(P.maxpd, false),
  'f32x4.relaxed_madd': multiplyAdd('vfmadd231ps rvm', P.mulps, P.addps, false), 'f32x4.relaxed_nmadd': multiplyAdd('vfnmadd231ps rvm', P.mulps, P.addps, true),
  'f64x2.relaxed_madd': multiplyAdd('vfmadd231pd rvm', P.mulpd, P.addpd, false), 'f64x2.relaxed_nmadd': multiplyAdd('vfnmadd231pd rvm', P.mulpd, P.addpd, true),
} as const;
