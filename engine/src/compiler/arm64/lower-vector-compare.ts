/** Lowering of comparisons of lanes: with each other, and with zero, which has rows of its own. */
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {rules} from './rules.ts';
import {isZeroVector, temp} from './vectors.ts';

type Lanes = '16b' | '8h' | '4s' | '2d';
const {'v128.and': AND} = Ir;

const isZero = (x: Arm64, v: Value): boolean => isZeroVector(x, v) && x.l.allow(rules.vectorZero);

/** d := left row right; where one of them is zero `onZero` gives the row with zero, of the other one. */
function compare(
  x: Arm64,
  d: number,
  row: InstName,
  left: Value,
  right: Value,
  onZero: readonly [right: InstName, left: InstName],
): void {
  if (isZero(x, right)) x.b.one(Inst[onZero[0]], d, x.l.reg(left));
  else if (isZero(x, left)) x.b.one(Inst[onZero[1]], d, x.l.reg(right));
  else x.b.two(Inst[row], d, x.l.reg(left), x.l.reg(right));
}

const MIRRORED = {gt: 'lt', ge: 'le', eq: 'eq'} as const;
type Order = keyof typeof MIRRORED;

/** a > b, a >= b or a == b, signed; exchanged b > a, b >= a. */
const signed = (order: Order, lanes: Lanes, isExchanged = false): Lower => {
  const onZero = [`cm${order}.${lanes} 0`, `cm${MIRRORED[order]}.${lanes} 0`] as const;
  return (x, v) => {
    const [left, right] = isExchanged ? [x.f.b(v), x.f.a(v)] : [x.f.a(v), x.f.b(v)];
    compare(x, x.l.reg(v), `cm${order}.${lanes}`, left, right, onZero);
  };
};

/** The same of floats; a NaN compares with nothing. */
const floats = (order: Order, lanes: '4s' | '2d', isExchanged = false): Lower => {
  const onZero = [`fcm${order}.${lanes} 0`, `fcm${MIRRORED[order]}.${lanes} 0`] as const;
  return (x, v) => {
    const [left, right] = isExchanged ? [x.f.b(v), x.f.a(v)] : [x.f.a(v), x.f.b(v)];
    compare(x, x.l.reg(v), `fcm${order}.${lanes}`, left, right, onZero);
  };
};

/** a > b or a >= b, unsigned. Above zero is what has a bit set; nothing but zero is no higher than zero. */
const unsigned = (order: 'hi' | 'hs', lanes: Lanes, isExchanged = false): Lower => {
  return (x, v) => {
    const [left, right] = isExchanged ? [x.f.b(v), x.f.a(v)] : [x.f.a(v), x.f.b(v)];
    const d = x.l.reg(v);
    if (order === 'hi' && isZero(x, right)) hasBit(x, d, lanes, left);
    else if (order === 'hs' && isZero(x, left)) x.b.one(Inst[`cmeq.${lanes} 0`], d, x.l.reg(right));
    else x.b.two(Inst[`cm${order}.${lanes}`], d, x.l.reg(left), x.l.reg(right));
  };
};

/** d := whether a lane has a bit set; of an `and`, whether two lanes have one in common. */
function hasBit(x: Arm64, d: number, lanes: Lanes, value: Value): void {
  const {l, f} = x;
  const isAnd = f.op(value) === AND && l.isSingleUse(value);
  const [left, right] = isAnd ? [f.a(value), f.b(value)] : [value, value];
  x.b.two(Inst[`cmtst.${lanes}`], d, l.reg(left), l.reg(right));
}

const unequal = (lanes: Lanes): Lower => {
  return (x, v) => {
    const [left, right] = [x.f.a(v), x.f.b(v)];
    if (isZero(x, right)) return hasBit(x, x.l.reg(v), lanes, left);
    if (isZero(x, left)) return hasBit(x, x.l.reg(v), lanes, right);
    const equal = temp(x);
    x.b.two(Inst[`cmeq.${lanes}`], equal, x.l.reg(left), x.l.reg(right));
    x.b.one(Inst['not.16b'], x.l.reg(v), equal);
  };
};

const unequalFloats = (lanes: '4s' | '2d'): Lower => {
  return (x, v) => {
    const equal = temp(x);
    compare(x, equal, `fcmeq.${lanes}`, x.f.a(v), x.f.b(v), [`fcmeq.${lanes} 0`, `fcmeq.${lanes} 0`]);
    x.b.one(Inst['not.16b'], x.l.reg(v), equal);
  };
};

// biome-ignore format: a table
export const vectorComparisons = {
  'i8x16.eq': signed('eq', '16b'), 'i8x16.ne': unequal('16b'),
  'i8x16.lt_s': signed('gt', '16b', true), 'i8x16.gt_s': signed('gt', '16b'), 'i8x16.le_s': signed('ge', '16b', true), 'i8x16.ge_s': signed('ge', '16b'),
  'i8x16.lt_u': unsigned('hi', '16b', true), 'i8x16.gt_u': unsigned('hi', '16b'), 'i8x16.le_u': unsigned('hs', '16b', true), 'i8x16.ge_u': unsigned('hs', '16b'),
  'i16x8.eq': signed('eq', '8h'), 'i16x8.ne': unequal('8h'),
  'i16x8.lt_s': signed('gt', '8h', true), 'i16x8.gt_s': signed('gt', '8h'), 'i16x8.le_s': signed('ge', '8h', true), 'i16x8.ge_s': signed('ge', '8h'),
  'i16x8.lt_u': unsigned('hi', '8h', true), 'i16x8.gt_u': unsigned('hi', '8h'), 'i16x8.le_u': unsigned('hs', '8h', true), 'i16x8.ge_u': unsigned('hs', '8h'),
  'i32x4.eq': signed('eq', '4s'), 'i32x4.ne': unequal('4s'),
  'i32x4.lt_s': signed('gt', '4s', true), 'i32x4.gt_s': signed('gt', '4s'), 'i32x4.le_s': signed('ge', '4s', true), 'i32x4.ge_s': signed('ge', '4s'),
  'i32x4.lt_u': unsigned('hi', '4s', true), 'i32x4.gt_u': unsigned('hi', '4s'), 'i32x4.le_u': unsigned('hs', '4s', true), 'i32x4.ge_u': unsigned('hs', '4s'),
  'i64x2.eq': signed('eq', '2d'), 'i64x2.ne': unequal('2d'),
  'i64x2.lt_s': signed('gt', '2d', true), 'i64x2.gt_s': signed('gt', '2d'), 'i64x2.le_s': signed('ge', '2d', true), 'i64x2.ge_s': signed('ge', '2d'),
  'f32x4.eq': floats('eq', '4s'), 'f32x4.ne': unequalFloats('4s'), 'f32x4.lt': floats('gt', '4s', true), 'f32x4.gt': floats('gt', '4s'), 'f32x4.le': floats('ge', '4s', true), 'f32x4.ge': floats('ge', '4s'),
  'f64x2.eq': floats('eq', '2d'), 'f64x2.ne': unequalFloats('2d'), 'f64x2.lt': floats('gt', '2d', true), 'f64x2.gt': floats('gt', '2d'), 'f64x2.le': floats('ge', '2d', true), 'f64x2.ge': floats('ge', '2d'),
} as const;
