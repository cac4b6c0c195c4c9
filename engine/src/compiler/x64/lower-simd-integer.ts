/**
 * Lowering of vector operations on integer lanes and on whole vectors. Sequences for what has no instruction are those that
 * Cranelift and V8 use, or shorter ones.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {MEMORY} from './builder.ts';
import {Inst} from './insts.ts';
import {
  bytes,
  doubles,
  exchanged,
  type LowerVector,
  one,
  P,
  type Pair,
  quads,
  SHIFT,
  single,
  type Vectors,
  words,
} from './vectors.ts';

const ONES = [-1, -1, -1, -1];

// ---- comparisons

/** not (a op b) */
const negated =
  (pair: Pair): LowerVector =>
  (q, v) => {
    const a = q.a(v);
    const t = q.op(pair, a, q.source(q.f.b(v)));
    q.opTo(q.l.reg(v), P.pxor, t, q.pool(...ONES));
  };

/** a <= b is min(a, b) = a, and so on. */
const notBeyond =
  (extremum: Pair, equal: Pair): LowerVector =>
  (q, v) => {
    const a = q.a(v);
    const t = q.op(extremum, a, q.source(q.f.b(v)));
    q.opTo(q.l.reg(v), equal, t, a);
  };

/** a > b is not (min(a, b) = a), and so on. */
const beyond =
  (extremum: Pair, equal: Pair): LowerVector =>
  (q, v) => {
    const a = q.a(v);
    const t = q.op(extremum, a, q.source(q.f.b(v)));
    q.opTo(q.l.reg(v), P.pxor, q.op(equal, t, a), q.pool(...ONES));
  };

/** a > b of 64-bit lanes. Without SSE4.2: by the high halves, or where they are equal by the borrow of b - a. */
function greater64(q: Vectors, a: number, b: number): number {
  if (q.x.has('sse42')) return q.op(P.pcmpgtq, a, b);
  const borrow = q.op(P.pand, q.op(P.psubq, b, a), q.op(P.pcmpeqd, a, b));
  const high = q.op(P.por, borrow, q.op(P.pcmpgtd, a, b));
  return q.unaryImm('pshufd rmi8', high, 0xf5);
}

const compare64 =
  (isExchanged: boolean, isNegated: boolean): LowerVector =>
  (q, v) => {
    const [left, right] = isExchanged ? [q.bOf(v), q.a(v)] : [q.a(v), q.bOf(v)];
    const d = q.l.reg(v);
    if (isNegated) return q.opTo(d, P.pxor, greater64(q, left, right), q.pool(...ONES));
    if (q.x.has('sse42')) return q.opTo(d, P.pcmpgtq, left, right);
    q.b.load(Inst['movaps rm'], d, greater64(q, left, right));
  };

// ---- arithmetic

/** 0 - a */
const negate =
  (subtract: Pair): LowerVector =>
  (q, v) => {
    q.opTo(q.l.reg(v), subtract, q.zero(), q.source(q.f.a(v)));
  };

/** (a xor sign) - sign, where sign is all bits of the high half's sign. */
const abs64: LowerVector = (q, v) => {
  const a = q.a(v);
  const sign = q.shift(SHIFT.psrad, q.unaryImm('pshufd rmi8', a, 0xf5), 31);
  q.opTo(q.l.reg(v), P.psubq, q.op(P.pxor, a, sign), sign);
};

/** The cross products, shifted up, and the product of the low halves. */
const mul64: LowerVector = (q, v) => {
  const [a, b] = [q.a(v), q.bOf(v)];
  const left = q.op(P.pmuludq, q.shift(SHIFT.psrlq, a, 32), b);
  const right = q.op(P.pmuludq, q.shift(SHIFT.psrlq, b, 32), a);
  const cross = q.shift(SHIFT.psllq, q.op(P.paddq, left, right), 32);
  q.opTo(q.l.reg(v), P.paddq, q.op(P.pmuludq, a, b), cross);
};

/** pmulhrsw overflows at -1 * -1 alone, to 0x8000: there all bits are flipped. */
const q15mulr: LowerVector = (q, v) => {
  const a = q.a(v);
  const product = q.op(P.pmulhrsw, a, q.source(q.f.b(v)));
  q.opTo(q.l.reg(v), P.pxor, q.op(P.pcmpeqw, product, q.pool(...words(0x8000))), product);
};

/** Bits of each half byte from a table. */
const popcnt: LowerVector = (q, v) => {
  const a = q.a(v);
  const half = q.constant(...bytes(0x0f));
  const table = q.constant(0x02010100, 0x03020201, 0x03020201, 0x04030302);
  const low = q.op(P.pshufb, table, q.op(P.pand, a, half));
  const high = q.op(P.pshufb, table, q.op(P.pand, q.shift(SHIFT.psrlw, a, 4), half));
  q.opTo(q.l.reg(v), P.paddb, low, high);
};

// ---- shifts

/** The count in a vector register, modulo the width of a lane. */
function countOf(q: Vectors, v: Value, mask: number, more = 0): number {
  const {l, b} = q;
  const count = l.temp(RegClass.int);
  b.tiedImmediate(Inst['and.d mi8'], count, l.low(q.f.b(v)), mask);
  let sum = count;
  if (more > 0) {
    sum = l.temp(RegClass.int);
    b.tiedImmediate(Inst['add.d mi8'], sum, count, more);
  }
  return q.unary('movd.x rm', sum);
}

function constantCount(q: Vectors, v: Value, mask: number): number | null {
  const count = q.x.immediate(q.f.b(v));
  return count === null ? null : count & mask;
}

const shift =
  (byRegister: Pair, byConstant: Pair, mask: number): LowerVector =>
  (q, v) => {
    const [d, a] = [q.l.reg(v), q.a(v)];
    const count = constantCount(q, v, mask);
    if (count !== null) q.shiftTo(d, byConstant, a, count);
    else q.opTo(d, byRegister, a, countOf(q, v, mask));
  };

/** Logical shift, then the sign is spread: (r xor s) - s, where s is the sign bit shifted likewise. */
const arithmeticRight64: LowerVector = (q, v) => {
  const [d, a] = [q.l.reg(v), q.a(v)];
  const count = constantCount(q, v, 63);
  if (count !== null) {
    const high = count < 32 ? -0x80000000 >>> count : 0;
    const low = count < 32 ? 0 : -0x80000000 >>> (count - 32);
    const sign = q.constant(...quads(low | 0, high | 0));
    return q.opTo(d, P.psubq, q.op(P.pxor, q.shift(SHIFT.psrlq, a, count), sign), sign);
  }
  const by = countOf(q, v, 63);
  const sign = q.op(P.psrlq, q.constant(...quads(0, -0x80000000)), by);
  q.opTo(d, P.psubq, q.op(P.pxor, q.op(P.psrlq, a, by), sign), sign);
};

/** Bytes are shifted as words, and what comes from the neighbour is cut off. */
const shiftBytes =
  (direction: 'shl' | 'shr_s' | 'shr_u'): LowerVector =>
  (q, v) => {
    const count = constantCount(q, v, 7);
    if (count === null) return shiftBytesBy(q, v, direction);
    const [d, a] = [q.l.reg(v), q.a(v)];
    if (direction === 'shl') return q.opTo(d, P.pand, q.shift(SHIFT.psllw, a, count), q.pool(...bytes(0xff << count)));
    const moved = q.shift(SHIFT.psrlw, a, count);
    if (direction === 'shr_u') return q.opTo(d, P.pand, moved, q.pool(...bytes(0xff >> count)));
    const sign = q.constant(...bytes(0x80 >> count));
    const unsigned = q.op(P.pand, moved, q.pool(...bytes(0xff >> count)));
    q.opTo(d, P.psubb, q.op(P.pxor, unsigned, sign), sign);
  };

function shiftBytesBy(q: Vectors, v: Value, direction: 'shl' | 'shr_s' | 'shr_u'): void {
  const [d, a] = [q.l.reg(v), q.a(v)];
  const by = countOf(q, v, 7);
  const word = q.op(P.psrlw, q.constant(...ONES), countOf(q, v, 7, 8));
  const kept = q.op(P.packuswb, word, word); // 0xff >> count in each byte
  if (direction === 'shl') return q.opTo(d, P.psllw, q.op(P.pand, a, kept), by);
  const moved = q.op(P.psrlw, a, by);
  if (direction === 'shr_u') return q.opTo(d, P.pand, moved, kept);
  const sign = q.op(P.psrlw, q.constant(...bytes(0x80)), by);
  q.opTo(d, P.psubb, q.op(P.pxor, q.op(P.pand, moved, kept), sign), sign);
}

// ---- widths

/** Copies the high half to both. */
const highHalf = (q: Vectors, a: number): number => q.unaryImm('pshufd rmi8', a, 0xee);

type Extension = 'pmovsxbw rm' | 'pmovsxwd rm' | 'pmovsxdq rm' | 'pmovzxbw rm' | 'pmovzxwd rm' | 'pmovzxdq rm';

/** Of a vector that is eight bytes from memory and zero, the load is done at once. */
const extendLow =
  (row: Extension): LowerVector =>
  (q, v) => {
    const {f, l, b} = q;
    const d = l.reg(v);
    b.load(Inst[row], d, q.sunkLowHalf(f.a(v)) ? MEMORY : l.reg(f.a(v)));
  };

const extendHigh =
  (row: Extension): LowerVector =>
  (q, v) => {
    const d = q.l.reg(v);
    q.b.load(Inst[row], d, highHalf(q, q.a(v)));
  };
const extendHighUnsigned =
  (unpack: Pair): LowerVector =>
  (q, v) => {
    const a = q.a(v);
    q.opTo(q.l.reg(v), unpack, a, q.zero());
  };

const multiplyExtended =
  (row: Extension, isHigh: boolean): LowerVector =>
  (q, v) => {
    const part = (register: number): number => q.unary(row, isHigh ? highHalf(q, register) : register);
    const [a, b] = [q.a(v), q.bOf(v)];
    const left = part(a);
    q.opTo(q.l.reg(v), P.pmullw, left, part(b));
  };

/** Low and high halves of the products, put together. */
const multiplyHalves =
  (high: Pair, unpack: Pair): LowerVector =>
  (q, v) => {
    const [a, b] = [q.a(v), q.bOf(v)];
    const low = q.op(P.pmullw, a, b);
    q.opTo(q.l.reg(v), unpack, low, q.op(high, a, b));
  };

/** The lanes wanted are spread to the even places, which the multiplication reads. */
const multiplySpread =
  (multiply: Pair, order: number): LowerVector =>
  (q, v) => {
    const [a, b] = [q.a(v), q.bOf(v)];
    const left = q.unaryImm('pshufd rmi8', a, order);
    q.opTo(q.l.reg(v), multiply, left, q.unaryImm('pshufd rmi8', b, order));
  };

/** Sums of neighbours are dot products with ones; pmaddubsw takes its left operand as unsigned. */
const pairwise8s: LowerVector = (q, v) => {
  q.opTo(q.l.reg(v), P.pmaddubsw, q.constant(...bytes(1)), q.a(v));
};
const pairwise8u: LowerVector = (q, v) => {
  q.opTo(q.l.reg(v), P.pmaddubsw, q.a(v), q.pool(...bytes(1)));
};
const pairwise16s: LowerVector = (q, v) => {
  q.opTo(q.l.reg(v), P.pmaddwd, q.a(v), q.pool(...words(1)));
};
const pairwise16u: LowerVector = (q, v) => {
  const a = q.a(v);
  const odd = q.shift(SHIFT.psrld, a, 16);
  q.opTo(q.l.reg(v), P.paddd, q.op(P.pand, a, q.pool(...doubles(0xffff))), odd);
};

// ---- whole vectors

const not: LowerVector = (q, v) => {
  q.opTo(q.l.reg(v), P.pxor, q.a(v), q.pool(...ONES));
};

/** pandn negates its left operand. */
const andnot: LowerVector = exchanged(P.pandn);

const bitselect: LowerVector = (q, v) => {
  const [a, b, mask] = [q.a(v), q.bOf(v), q.c(v)];
  const yes = q.op(P.pand, mask, a);
  q.opTo(q.l.reg(v), P.por, q.op(P.pandn, mask, b), yes);
};

const bitmask8: LowerVector = (q, v) => {
  q.b.convert(Inst['pmovmskb rm'], q.l.reg(v), q.a(v));
};
/** Signs survive the narrowing to bytes. */
const bitmask16: LowerVector = (q, v) => {
  const {l, b} = q;
  const a = q.a(v);
  const both = l.temp(RegClass.int);
  b.convert(Inst['pmovmskb rm'], both, q.op(P.packsswb, a, a));
  b.load(Inst['movzx.d rm8'], l.reg(v), both);
};
const bitmask =
  (row: 'movmskps rm' | 'movmskpd rm'): LowerVector =>
  (q, v) => {
    q.b.convert(Inst[row], q.l.reg(v), q.a(v));
  };

// ---- relaxed

/** The processor's choice: with AVX the top bits choose. Not a rule: the same program behaves in one way at every level. */
const laneselect =
  (row: 'vpblendvb rvmr' | 'vblendvps rvmr' | 'vblendvpd rvmr'): LowerVector =>
  (q, v) => {
    if (!q.x.has('avx')) return bitselect(q, v);
    const [yes, no, mask] = [q.a(v), q.bOf(v), q.c(v)];
    q.blendTo(row, q.l.reg(v), no, yes, mask);
  };

/** The right operand is seven bits wide: it counts as unsigned. */
const relaxedDot: LowerVector = (q, v) => {
  const right = q.bOf(v);
  q.opTo(q.l.reg(v), P.pmaddubsw, right, q.source(q.f.a(v)));
};
const relaxedDotAdd: LowerVector = (q, v) => {
  const [a, b, c] = [q.a(v), q.bOf(v), q.c(v)];
  const pairs = q.op(P.pmaddwd, q.op(P.pmaddubsw, b, a), q.pool(...words(1)));
  q.opTo(q.l.reg(v), P.paddd, pairs, c);
};

// biome-ignore format: a table
export const integerVectors = {
  'i8x16.eq': one(P.pcmpeqb), 'i16x8.eq': one(P.pcmpeqw), 'i32x4.eq': one(P.pcmpeqd), 'i64x2.eq': one(P.pcmpeqq),
  'i8x16.ne': negated(P.pcmpeqb), 'i16x8.ne': negated(P.pcmpeqw), 'i32x4.ne': negated(P.pcmpeqd), 'i64x2.ne': negated(P.pcmpeqq),
  'i8x16.gt_s': one(P.pcmpgtb, false), 'i16x8.gt_s': one(P.pcmpgtw, false), 'i32x4.gt_s': one(P.pcmpgtd, false),
  'i8x16.lt_s': exchanged(P.pcmpgtb), 'i16x8.lt_s': exchanged(P.pcmpgtw), 'i32x4.lt_s': exchanged(P.pcmpgtd),
  'i8x16.le_s': notBeyond(P.pminsb, P.pcmpeqb), 'i16x8.le_s': notBeyond(P.pminsw, P.pcmpeqw), 'i32x4.le_s': notBeyond(P.pminsd, P.pcmpeqd),
  'i8x16.ge_s': notBeyond(P.pmaxsb, P.pcmpeqb), 'i16x8.ge_s': notBeyond(P.pmaxsw, P.pcmpeqw), 'i32x4.ge_s': notBeyond(P.pmaxsd, P.pcmpeqd),
  'i8x16.le_u': notBeyond(P.pminub, P.pcmpeqb), 'i16x8.le_u': notBeyond(P.pminuw, P.pcmpeqw), 'i32x4.le_u': notBeyond(P.pminud, P.pcmpeqd),
  'i8x16.ge_u': notBeyond(P.pmaxub, P.pcmpeqb), 'i16x8.ge_u': notBeyond(P.pmaxuw, P.pcmpeqw), 'i32x4.ge_u': notBeyond(P.pmaxud, P.pcmpeqd),
  'i8x16.gt_u': beyond(P.pminub, P.pcmpeqb), 'i16x8.gt_u': beyond(P.pminuw, P.pcmpeqw), 'i32x4.gt_u': beyond(P.pminud, P.pcmpeqd),
  'i8x16.lt_u': beyond(P.pmaxub, P.pcmpeqb), 'i16x8.lt_u': beyond(P.pmaxuw, P.pcmpeqw), 'i32x4.lt_u': beyond(P.pmaxud, P.pcmpeqd),
  'i64x2.gt_s': compare64(false, false), 'i64x2.lt_s': compare64(true, false),
  'i64x2.le_s': compare64(false, true), 'i64x2.ge_s': compare64(true, true),

  'i8x16.add': one(P.paddb), 'i16x8.add': one(P.paddw), 'i32x4.add': one(P.paddd), 'i64x2.add': one(P.paddq),
  'i8x16.sub': one(P.psubb, false), 'i16x8.sub': one(P.psubw, false), 'i32x4.sub': one(P.psubd, false), 'i64x2.sub': one(P.psubq, false),
  'i8x16.add_sat_s': one(P.paddsb), 'i8x16.add_sat_u': one(P.paddusb), 'i16x8.add_sat_s': one(P.paddsw), 'i16x8.add_sat_u': one(P.paddusw),
  'i8x16.sub_sat_s': one(P.psubsb, false), 'i8x16.sub_sat_u': one(P.psubusb, false),
  'i16x8.sub_sat_s': one(P.psubsw, false), 'i16x8.sub_sat_u': one(P.psubusw, false),
  'i16x8.mul': one(P.pmullw), 'i32x4.mul': one(P.pmulld), 'i64x2.mul': mul64,
  'i8x16.neg': negate(P.psubb), 'i16x8.neg': negate(P.psubw), 'i32x4.neg': negate(P.psubd), 'i64x2.neg': negate(P.psubq),
  'i8x16.abs': single('pabsb rm'), 'i16x8.abs': single('pabsw rm'), 'i32x4.abs': single('pabsd rm'), 'i64x2.abs': abs64,
  'i8x16.min_s': one(P.pminsb), 'i8x16.min_u': one(P.pminub), 'i8x16.max_s': one(P.pmaxsb), 'i8x16.max_u': one(P.pmaxub),
  'i16x8.min_s': one(P.pminsw), 'i16x8.min_u': one(P.pminuw), 'i16x8.max_s': one(P.pmaxsw), 'i16x8.max_u': one(P.pmaxuw),
  'i32x4.min_s': one(P.pminsd), 'i32x4.min_u': one(P.pminud), 'i32x4.max_s': one(P.pmaxsd), 'i32x4.max_u': one(P.pmaxud),
  'i8x16.avgr_u': one(P.pavgb), 'i16x8.avgr_u': one(P.pavgw), 'i8x16.popcnt': popcnt,
  'i16x8.q15mulr_sat_s': q15mulr, 'i32x4.dot_i16x8_s': one(P.pmaddwd),

  'i8x16.shl': shiftBytes('shl'), 'i8x16.shr_s': shiftBytes('shr_s'), 'i8x16.shr_u': shiftBytes('shr_u'),
  'i16x8.shl': shift(P.psllw, SHIFT.psllw, 15), 'i16x8.shr_s': shift(P.psraw, SHIFT.psraw, 15), 'i16x8.shr_u': shift(P.psrlw, SHIFT.psrlw, 15),
  'i32x4.shl': shift(P.pslld, SHIFT.pslld, 31), 'i32x4.shr_s': shift(P.psrad, SHIFT.psrad, 31), 'i32x4.shr_u': shift(P.psrld, SHIFT.psrld, 31),
  'i64x2.shl': shift(P.psllq, SHIFT.psllq, 63), 'i64x2.shr_s': arithmeticRight64, 'i64x2.shr_u': shift(P.psrlq, SHIFT.psrlq, 63),

  'i8x16.narrow_i16x8_s': one(P.packsswb, false), 'i8x16.narrow_i16x8_u': one(P.packuswb, false),
  'i16x8.narrow_i32x4_s': one(P.packssdw, false), 'i16x8.narrow_i32x4_u': one(P.packusdw, false),
  'i16x8.extend_low_i8x16_s': extendLow('pmovsxbw rm'), 'i16x8.extend_low_i8x16_u': extendLow('pmovzxbw rm'),
  'i32x4.extend_low_i16x8_s': extendLow('pmovsxwd rm'), 'i32x4.extend_low_i16x8_u': extendLow('pmovzxwd rm'),
  'i64x2.extend_low_i32x4_s': extendLow('pmovsxdq rm'), 'i64x2.extend_low_i32x4_u': extendLow('pmovzxdq rm'),
  'i16x8.extend_high_i8x16_s': extendHigh('pmovsxbw rm'), 'i16x8.extend_high_i8x16_u': extendHighUnsigned(P.punpckhbw),
  'i32x4.extend_high_i16x8_s': extendHigh('pmovsxwd rm'), 'i32x4.extend_high_i16x8_u': extendHighUnsigned(P.punpckhwd),
  'i64x2.extend_high_i32x4_s': extendHigh('pmovsxdq rm'), 'i64x2.extend_high_i32x4_u': extendHighUnsigned(P.punpckhdq),
  'i16x8.extmul_low_i8x16_s': multiplyExtended('pmovsxbw rm', false), 'i16x8.extmul_low_i8x16_u': multiplyExtended('pmovzxbw rm', false),
  'i16x8.extmul_high_i8x16_s': multiplyExtended('pmovsxbw rm', true), 'i16x8.extmul_high_i8x16_u': multiplyExtended('pmovzxbw rm', true),
  'i32x4.extmul_low_i16x8_s': multiplyHalves(P.pmulhw, P.punpcklwd), 'i32x4.extmul_low_i16x8_u': multiplyHalves(P.pmulhuw, P.punpcklwd),
  'i32x4.extmul_high_i16x8_s': multiplyHalves(P.pmulhw, P.punpckhwd), 'i32x4.extmul_high_i16x8_u': multiplyHalves(P.pmulhuw, P.punpckhwd),
  'i64x2.extmul_low_i32x4_s': multiplySpread(P.pmuldq, 0x50), 'i64x2.extmul_low_i32x4_u': multiplySpread(P.pmuludq, 0x50),
  'i64x2.extmul_high_i32x4_s': multiplySpread(P.pmuldq, 0xfa), 'i64x2.extmul_high_i32x4_u': multiplySpread(P.pmuludq, 0xfa),
  'i16x8.extadd_pairwise_i8x16_s': pairwise8s, 'i16x8.extadd_pairwise_i8x16_u': pairwise8u,
  'i32x4.extadd_pairwise_i16x8_s': pairwise16s, 'i32x4.extadd_pairwise_i16x8_u': pairwise16u,

  'v128.not': not, 'v128.and': one(P.pand), 'v128.or': one(P.por), 'v128.xor': one(P.pxor), 'v128.andnot': andnot,
  'v128.bitselect': bitselect,
  'i8x16.bitmask': bitmask8, 'i16x8.bitmask': bitmask16, 'i32x4.bitmask': bitmask('movmskps rm'), 'i64x2.bitmask': bitmask('movmskpd rm'),

  'i8x16.relaxed_laneselect': laneselect('vpblendvb rvmr'), 'i16x8.relaxed_laneselect': laneselect('vpblendvb rvmr'),
  'i32x4.relaxed_laneselect': laneselect('vblendvps rvmr'), 'i64x2.relaxed_laneselect': laneselect('vblendvpd rvmr'),
  'i16x8.relaxed_q15mulr_s': one(P.pmulhrsw), 'i16x8.relaxed_dot_i8x16_i7x16_s': relaxedDot,
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': relaxedDotAdd,
} as const;
