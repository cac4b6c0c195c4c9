/**
 * Lowering of what moves lanes: shuffles, splats, and single lanes to and from registers and memory.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir, type OpCode} from '../ir/ops.ts';
import {F32, I32} from '../ir/types.ts';
import {MEMORY} from './builder.ts';
import {Cond, Inst, type InstName} from './insts.ts';
import type {X64} from './lower.ts';
import {rules} from './rules.ts';
import {shuffleWay, type Way} from './shuffle.ts';
import {bytes, type LowerVector, P, type Pair, PI, type Vectors} from './vectors.ts';

const {load8_u: LOAD8_U, load8_s: LOAD8_S, load16_u: LOAD16_U, load16_s: LOAD16_S, load: LOAD, const: CONST} = Ir;

// ---- shuffles

const shuffle: LowerVector = (q, v) => {
  const {f, l} = q;
  const bits = f.vector(f.imm(v));
  const isSame = l.plain(f.a(v)) === l.plain(f.b(v));
  // Of one value twice, the left one gives all lanes.
  const mask = isSame ? 15n : 31n;
  const lanes = Array.from({length: 16}, (_, i) => Number((bits >> BigInt(8 * i)) & mask));
  const way = l.allow(rules.shuffle) ? shuffleWay(lanes, isSame) : ({kind: 'both'} as const);
  shuffleBy(q, v, way, lanes);
};

function shuffleBy(q: Vectors, v: Value, way: Way, lanes: readonly number[]): void {
  const {l, f, b} = q;
  const d = l.reg(v);
  const side = (n: 0 | 1): number => l.reg(n === 0 ? f.a(v) : f.b(v));
  switch (way.kind) {
    case 'copy':
      return l.copy(Inst['movaps rm'], d, side(way.left));
    case 'one':
      return b.loadImmediate(Inst[`${way.name} rmi8`], d, side(way.left), way.imm);
    case 'two':
      return q.opTo(d, P[way.name], side(way.left), side(way.right));
    case 'imm':
      return q.opImmTo(d, PI[way.name], side(way.left), side(way.right), way.imm);
    case 'bytes': // all lanes are of one value
      return q.opTo(
        d,
        P.pshufb,
        side(way.left),
        q.pool(
          ...selector(
            lanes.map((lane) => lane & 15),
            0,
          ),
        ),
      );
    default: {
      const [left, right] = [side(0), side(1)];
      const fromLeft = q.op(P.pshufb, left, q.pool(...selector(lanes, 0)));
      q.opTo(d, P.por, q.op(P.pshufb, right, q.pool(...selector(lanes, 1))), fromLeft);
    }
  }
}

/** What pshufb takes of one operand; 0x80 gives zero. */
function selector(lanes: readonly number[], side: 0 | 1): number[] {
  const byteAt = (i: number): number => (lanes[i]! >> 4 === side ? lanes[i]! & 15 : 0x80);
  return [0, 4, 8, 12].map((i) => byteAt(i) | (byteAt(i + 1) << 8) | (byteAt(i + 2) << 16) | (byteAt(i + 3) << 24));
}

/** Indices above 15 get their top bit set, which is what gives zero. */
const swizzle: LowerVector = (q, v) => {
  const {f} = q;
  const [d, a, index] = [q.l.reg(v), q.a(v), f.b(v)];
  if (f.op(index) === CONST && q.l.allow(rules.constant)) {
    const select = f.vectorWords(f.imm(index)).map(saturated);
    return q.opTo(d, P.pshufb, a, q.pool(...select));
  }
  q.opTo(d, P.pshufb, a, q.op(P.paddusb, q.bOf(v), q.pool(...bytes(0x70))));
};

/** A word of indices with 0x80 for those above 15. */
function saturated(word: number): number {
  let result = 0;
  for (let i = 0; i < 32; i += 8) result |= (((word >>> i) & 0xff) > 15 ? 0x80 : (word >>> i) & 0xff) << i;
  return result;
}

const relaxedSwizzle: LowerVector = (q, v) => {
  const a = q.a(v);
  q.opTo(q.l.reg(v), P.pshufb, a, q.source(q.f.b(v)));
};

// ---- splats

/** Low lane of a general register in a vector register. */
const moved = (q: Vectors, v: Value): number => q.unary('movd.x rm', q.l.low(v));

const splatNarrow =
  (broadcast: InstName, loads: readonly OpCode[], spread: (q: Vectors, d: number, low: number) => void): LowerVector =>
  (q, v) => {
    const {b, l} = q;
    const [d, from] = [l.reg(v), q.f.a(v)];
    if (!q.x.has('avx2') || !l.allow(rules.broadcast)) return spread(q, d, moved(q, from));
    const isLoaded = loads.some((op) => q.sunk(from, op));
    b.load(Inst[broadcast], d, isLoaded ? MEMORY : moved(q, from));
  };

const splat8 = splatNarrow('vpbroadcastb rm', [LOAD8_U, LOAD8_S], (q, d, low) => {
  q.opTo(d, P.pshufb, low, q.zero());
});
const splat16 = splatNarrow('vpbroadcastw rm', [LOAD16_U, LOAD16_S], (q, d, low) => {
  q.b.loadImmediate(Inst['pshufd rmi8'], d, q.unaryImm('pshuflw rmi8', low, 0), 0);
});
const splat32 = splatNarrow('vpbroadcastd rm', [LOAD], (q, d, low) => {
  q.b.loadImmediate(Inst['pshufd rmi8'], d, low, 0);
});
const splat64: LowerVector = (q, v) => {
  const {b, l} = q;
  const d = l.reg(v);
  const low = q.temp();
  b.load(Inst['movq.x rm'], low, l.reg(q.f.a(v)));
  b.loadImmediate(Inst['pshufd rmi8'], d, low, 0x44);
};
const splatSingle: LowerVector = (q, v) => {
  const {b, l} = q;
  const [d, from] = [l.reg(v), q.f.a(v)];
  if (!q.x.has('avx2') || !l.allow(rules.broadcast)) return b.loadImmediate(Inst['pshufd rmi8'], d, l.reg(from), 0);
  b.load(Inst['vbroadcastss rm'], d, q.sunk(from) ? MEMORY : l.reg(from));
};
const splatDouble: LowerVector = (q, v) => {
  const {b, l} = q;
  const [d, from] = [l.reg(v), q.f.a(v)];
  b.load(Inst['movddup rm'], d, q.sunk(from) ? MEMORY : l.reg(from));
};

// ---- single lanes

/** Lane of an integer vector into a general register. */
function extract(row: InstName, first: InstName | null, extend: InstName | null): LowerVector {
  return (q, v) => {
    const {l, f} = q;
    const [d, a] = [l.reg(v), q.a(v)];
    const to = extend === null ? d : l.temp(RegClass.int);
    const isFirst = first !== null && f.imm(v) === 0;
    const i = l.inst(Inst[isFirst ? first : row]);
    l.def(to);
    l.read(a);
    if (!isFirst) l.m.imm[i] = f.imm(v);
    if (extend !== null) q.b.load(Inst[extend], d, to);
  };
}

/** A float is the low lane of its register. */
const extractFloat =
  (orders: readonly number[]): LowerVector =>
  (q, v) => {
    const {l, f, b} = q;
    const [d, a, lane] = [l.reg(v), q.a(v), f.imm(v)];
    if (lane === 0) return b.copyFloat(d, a);
    b.loadImmediate(Inst['pshufd rmi8'], d, a, orders[lane]!);
  };

function replace(pair: Pair, loads: readonly OpCode[], isWide: boolean): LowerVector {
  return (q, v) => {
    const {l, f} = q;
    const [d, a, lane] = [l.reg(v), q.a(v), f.b(v)];
    const isLoaded = loads.some((op) => q.sunk(lane, op));
    const source = isLoaded ? MEMORY : isWide ? l.reg(lane) : l.low(lane);
    q.opImmTo(d, pair, a, source, f.imm(v));
  };
}

const replaceSingle: LowerVector = (q, v) => {
  const {l, f, b} = q;
  const [d, into, lane] = [l.reg(v), f.a(v), f.b(v)];
  if (q.isZero(into) && f.imm(v) === 0 && q.sunk(lane)) return void b.load(Inst['movss rm'], d, MEMORY);
  const a = l.reg(into);
  const source = q.sunk(lane) ? MEMORY : l.reg(lane);
  q.opImmTo(d, PI.insertps, a, source, f.imm(v) << 4);
};

/** Into the low half of zero the move clears the rest; else the halves are loaded, blended or put side by side. */
const replaceDouble: LowerVector = (q, v) => {
  const {l, f, b} = q;
  const [d, into, lane] = [l.reg(v), f.a(v), f.b(v)];
  const isLow = f.imm(v) === 0;
  if (isLow && q.isZero(into)) return void b.load(Inst['movq.xx rm'], d, q.sunk(lane) ? MEMORY : l.reg(lane));
  const a = l.reg(into);
  if (q.sunk(lane)) return b.tied(isLow ? Inst['movlps rm'] : Inst['movhps rm'], d, a, MEMORY);
  if (isLow) q.opImmTo(d, PI.pblendw, a, l.reg(lane), 0x0f);
  else q.opTo(d, P.punpcklqdq, a, l.reg(lane));
};

// ---- lanes to memory

interface LaneStore {
  readonly row: number;
  /** Row of lane 0. */
  readonly first: number;
  readonly hasImmediate: boolean;
}

const laneStores: Partial<Record<number, LaneStore>> = {
  [Ir['i8x16.extract_lane_u']]: {row: Inst['pextrb mri8'], first: Inst['pextrb mri8'], hasImmediate: true},
  [Ir['i8x16.extract_lane_s']]: {row: Inst['pextrb mri8'], first: Inst['pextrb mri8'], hasImmediate: true},
  [Ir['i16x8.extract_lane_u']]: {row: Inst['pextrw mri8'], first: Inst['pextrw mri8'], hasImmediate: true},
  [Ir['i16x8.extract_lane_s']]: {row: Inst['pextrw mri8'], first: Inst['pextrw mri8'], hasImmediate: true},
  [Ir['i32x4.extract_lane']]: {row: Inst['pextrd mri8'], first: Inst['movss mr'], hasImmediate: true},
  [Ir['f32x4.extract_lane']]: {row: Inst['pextrd mri8'], first: Inst['movss mr'], hasImmediate: true},
  [Ir['i64x2.extract_lane']]: {row: Inst['movhps mr'], first: Inst['movsd mr'], hasImmediate: false},
  [Ir['f64x2.extract_lane']]: {row: Inst['movhps mr'], first: Inst['movsd mr'], hasImmediate: false},
};
const STORED_BITS: Partial<Record<number, number>> = {[Ir.store8]: 8, [Ir.store16]: 16};

/** Stores a lane that nobody else wants right from its vector; false when the stored value is none. */
export function storeOfLane(x: X64, v: Value): boolean {
  const {l, f, b} = x;
  const value = f.c(v);
  const row = laneStores[f.op(value)];
  if (row === undefined || !l.isSingleUse(value) || !x.canVector) return false;
  const type = f.type(value);
  const whole = type === I32 || type === F32 ? 32 : 64;
  const bits = row.row === Inst['pextrb mri8'] ? 8 : row.row === Inst['pextrw mri8'] ? 16 : whole;
  if (bits !== (STORED_BITS[f.op(v)] ?? (f.op(v) === Ir.store ? whole : 0)) || !l.allow(rules.storeLane)) return false;
  const from = l.reg(f.a(value));
  l.sink(value);
  const isFirst = f.imm(value) === 0;
  x.address(v);
  b.store(isFirst ? row.first : row.row, from);
  if (row.hasImmediate && (isFirst ? row.first : row.row) === row.row) l.m.imm[l.m.instCount] = f.imm(value);
  return true;
}

// ---- conditions

const ALL_TRUE: Partial<Record<number, Pair>> = {
  [Ir['i8x16.all_true']]: P.pcmpeqb,
  [Ir['i16x8.all_true']]: P.pcmpeqw,
  [Ir['i32x4.all_true']]: P.pcmpeqd,
  [Ir['i64x2.all_true']]: P.pcmpeqq,
};

export const isVectorCondition = (op: OpCode): boolean => op === Ir['v128.any_true'] || ALL_TRUE[op] !== undefined;

/** Sets the flags for any_true and all_true; the test, or -1 for other operations. */
export function setVectorCondition(q: Vectors, v: Value): number {
  const a = q.a(v);
  const equal = ALL_TRUE[q.f.op(v)];
  const tested = equal === undefined ? a : q.op(equal, q.zero(), a);
  q.b.compare(Inst['ptest rm'], tested, tested);
  return equal === undefined ? Cond.ne : Cond.e;
}

// biome-ignore format: a table
export const laneVectors = {
  'i8x16.shuffle': shuffle, 'i8x16.swizzle': swizzle, 'i8x16.relaxed_swizzle': relaxedSwizzle,
  'i8x16.splat': splat8, 'i16x8.splat': splat16, 'i32x4.splat': splat32, 'i64x2.splat': splat64,
  'f32x4.splat': splatSingle, 'f64x2.splat': splatDouble,
  'i8x16.extract_lane_u': extract('pextrb mri8', null, null), 'i8x16.extract_lane_s': extract('pextrb mri8', null, 'movsx.d rm8'),
  'i16x8.extract_lane_u': extract('pextrw mri8', null, null), 'i16x8.extract_lane_s': extract('pextrw mri8', null, 'movsx.d rm16'),
  'i32x4.extract_lane': extract('pextrd mri8', 'movd.x mr', null), 'i64x2.extract_lane': extract('pextrq mri8', 'movq.x mr', null),
  'f32x4.extract_lane': extractFloat([0, 0x55, 0xaa, 0xff]), 'f64x2.extract_lane': extractFloat([0, 0xee]),
  'i8x16.replace_lane': replace(PI.pinsrb, [LOAD8_U, LOAD8_S], false), 'i16x8.replace_lane': replace(PI.pinsrw, [LOAD16_U, LOAD16_S], false),
  'i32x4.replace_lane': replace(PI.pinsrd, [LOAD], false), 'i64x2.replace_lane': replace(PI.pinsrq, [LOAD], true),
  'f32x4.replace_lane': replaceSingle, 'f64x2.replace_lane': replaceDouble,
} as const;
