/**
 * Lowering of additions and subtractions of integer lanes that take a part in: a product, a shift to the right, lanes that
 * become wider or sums of pairs, which only they want. Most of these rows add to a register that they overwrite.
 */
import type {Value} from '../ir/func.ts';
import {Ir, type IrOp, opNames} from '../ir/ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {rules} from './rules.ts';
import {a, b, temp, tiedNumber} from './vectors.ts';

const {iadd: IADD} = Ir;

/** How a part is taken in: rows for the sum and the difference; false when there is none for this part. */
type Part = (x: Arm64, d: number, other: Value, value: Value, isSum: boolean) => boolean;

/** Rows of a sum and of a difference. */
type Rows = readonly [sum: InstName, difference: InstName];

const product =
  (...rows: Rows): Part =>
  (x, d, other, value, isSum) => {
    x.b.tiedTwo(Inst[rows[isSum ? 0 : 1]], d, x.l.reg(other), a(x, value), b(x, value));
    return true;
  };

/** Sums of pairs. */
const pairs =
  (row: InstName): Part =>
  (x, d, other, value, isSum) => {
    if (isSum) x.b.tied(Inst[row], d, x.l.reg(other), a(x, value));
    return isSum;
  };

/** A shift by a constant from 1 on. */
const shift =
  (row: InstName, bits: number): Part =>
  (x, d, other, value, isSum) => {
    const count = (x.l.imm32(x.f.b(value)) ?? 0) & (bits - 1);
    if (!isSum || count === 0) return false;
    tiedNumber(x, Inst[row], d, x.l.reg(other), a(x, value), count);
    return true;
  };

/** Lanes that become wider, on one side or by the same operation on both. */
const wider =
  (one: Rows, both: Rows): Part =>
  (x, d, other, value, isSum) => {
    const n = isSum ? 0 : 1;
    const isBoth = x.f.op(other) === x.f.op(value) && x.l.isSingleUse(other);
    if (isBoth) x.b.two(Inst[both[n]], d, a(x, other), a(x, value));
    else x.b.two(Inst[one[n]], d, x.l.reg(other), a(x, value));
    return true;
  };

// biome-ignore format: a table
const parts: Partial<Record<IrOp, Part>> = {
  'i16x8.mul': product('mla.8h', 'mls.8h'), 'i32x4.mul': product('mla.4s', 'mls.4s'),
  'i16x8.extmul_low_i8x16_s': product('smlal.8b', 'smlsl.8b'), 'i16x8.extmul_high_i8x16_s': product('smlal2.16b', 'smlsl2.16b'),
  'i16x8.extmul_low_i8x16_u': product('umlal.8b', 'umlsl.8b'), 'i16x8.extmul_high_i8x16_u': product('umlal2.16b', 'umlsl2.16b'),
  'i32x4.extmul_low_i16x8_s': product('smlal.4h', 'smlsl.4h'), 'i32x4.extmul_high_i16x8_s': product('smlal2.8h', 'smlsl2.8h'),
  'i32x4.extmul_low_i16x8_u': product('umlal.4h', 'umlsl.4h'), 'i32x4.extmul_high_i16x8_u': product('umlal2.8h', 'umlsl2.8h'),
  'i64x2.extmul_low_i32x4_s': product('smlal.2s', 'smlsl.2s'), 'i64x2.extmul_high_i32x4_s': product('smlal2.4s', 'smlsl2.4s'),
  'i64x2.extmul_low_i32x4_u': product('umlal.2s', 'umlsl.2s'), 'i64x2.extmul_high_i32x4_u': product('umlal2.4s', 'umlsl2.4s'),
  'i8x16.shr_s': shift('ssra.16b', 8), 'i8x16.shr_u': shift('usra.16b', 8), 'i16x8.shr_s': shift('ssra.8h', 16), 'i16x8.shr_u': shift('usra.8h', 16),
  'i32x4.shr_s': shift('ssra.4s', 32), 'i32x4.shr_u': shift('usra.4s', 32), 'i64x2.shr_s': shift('ssra.2d', 64), 'i64x2.shr_u': shift('usra.2d', 64),
  'i16x8.extadd_pairwise_i8x16_s': pairs('sadalp.16b'), 'i16x8.extadd_pairwise_i8x16_u': pairs('uadalp.16b'),
  'i32x4.extadd_pairwise_i16x8_s': pairs('sadalp.8h'), 'i32x4.extadd_pairwise_i16x8_u': pairs('uadalp.8h'),
  'i16x8.extend_low_i8x16_s': wider(['saddw.8b', 'ssubw.8b'], ['saddl.8b', 'ssubl.8b']), 'i16x8.extend_high_i8x16_s': wider(['saddw2.16b', 'ssubw2.16b'], ['saddl2.16b', 'ssubl2.16b']),
  'i16x8.extend_low_i8x16_u': wider(['uaddw.8b', 'usubw.8b'], ['uaddl.8b', 'usubl.8b']), 'i16x8.extend_high_i8x16_u': wider(['uaddw2.16b', 'usubw2.16b'], ['uaddl2.16b', 'usubl2.16b']),
  'i32x4.extend_low_i16x8_s': wider(['saddw.4h', 'ssubw.4h'], ['saddl.4h', 'ssubl.4h']), 'i32x4.extend_high_i16x8_s': wider(['saddw2.8h', 'ssubw2.8h'], ['saddl2.8h', 'ssubl2.8h']),
  'i32x4.extend_low_i16x8_u': wider(['uaddw.4h', 'usubw.4h'], ['uaddl.4h', 'usubl.4h']), 'i32x4.extend_high_i16x8_u': wider(['uaddw2.8h', 'usubw2.8h'], ['uaddl2.8h', 'usubl2.8h']),
  'i64x2.extend_low_i32x4_s': wider(['saddw.2s', 'ssubw.2s'], ['saddl.2s', 'ssubl.2s']), 'i64x2.extend_high_i32x4_s': wider(['saddw2.4s', 'ssubw2.4s'], ['saddl2.4s', 'ssubl2.4s']),
  'i64x2.extend_low_i32x4_u': wider(['uaddw.2s', 'usubw.2s'], ['uaddl.2s', 'usubl.2s']), 'i64x2.extend_high_i32x4_u': wider(['uaddw2.4s', 'usubw2.4s'], ['uaddl2.4s', 'usubl2.4s']),
};
const byOp = opNames.map((name) => parts[name]);

/** Takes in `value`, when it is a part of lanes as wide as the sum's that nobody else wants. */
function takesPart(x: Arm64, v: Value, other: Value, value: Value, lanes: string, isSum: boolean): boolean {
  const {l, f} = x;
  const op = f.op(value);
  const taken = byOp[op];
  if (taken === undefined || !(opNames[op] as string).startsWith(lanes) || !l.isSingleUse(value)) return false;
  return l.allow(rules.vectorSum) && taken(x, l.reg(v), other, value, isSum);
}

const sum =
  (lanes: string, row: InstName): Lower =>
  (x, v) => {
    const [left, right] = [x.f.a(v), x.f.b(v)];
    if (takesPart(x, v, left, right, lanes, true) || takesPart(x, v, right, left, lanes, true)) return;
    x.b.two(Inst[row], x.l.reg(v), a(x, v), b(x, v));
  };

type Narrow = 'i8x16' | 'i16x8' | 'i32x4';
const ARRANGEMENTS = {i8x16: '16b', i16x8: '8h', i32x4: '4s'} as const;
/** Minimum of each maximum, and the row of their difference. */
const DISTANCES: Partial<Record<number, readonly [minimum: number, row: number]>> = {};
for (const lanes of Object.keys(ARRANGEMENTS) as Narrow[])
  for (const sign of ['s', 'u'] as const)
    DISTANCES[Ir[`${lanes}.max_${sign}`]] = [Ir[`${lanes}.min_${sign}`], Inst[`${sign}abd.${ARRANGEMENTS[lanes]}`]];

/** max(a, b) - min(a, b) */
function distance(x: Arm64, v: Value): boolean {
  const {l, f} = x;
  const [most, least] = [f.a(v), f.b(v)];
  const found = DISTANCES[f.op(most)];
  if (found === undefined || f.op(least) !== found[0] || !l.isSingleUse(most) || !l.isSingleUse(least)) return false;
  const isSame = f.a(most) === f.a(least) && f.b(most) === f.b(least);
  const isExchanged = f.a(most) === f.b(least) && f.b(most) === f.a(least);
  if ((!isSame && !isExchanged) || !l.allow(rules.absolute)) return false;
  x.b.two(found[1], l.reg(v), a(x, most), b(x, most));
  return true;
}

const difference =
  (lanes: string, row: InstName): Lower =>
  (x, v) => {
    if (distance(x, v)) return;
    if (takesPart(x, v, x.f.a(v), x.f.b(v), lanes, false)) return;
    x.b.two(Inst[row], x.l.reg(v), a(x, v), b(x, v));
  };

export const vectorSums = {
  'i8x16.add': sum('i8x16', 'add.16b'),
  'i8x16.sub': difference('i8x16', 'sub.16b'),
  'i16x8.add': sum('i16x8', 'add.8h'),
  'i16x8.sub': difference('i16x8', 'sub.8h'),
  'i32x4.add': sum('i32x4', 'add.4s'),
  'i32x4.sub': difference('i32x4', 'sub.4s'),
  'i64x2.add': sum('i64x2', 'add.2d'),
  'i64x2.sub': difference('i64x2', 'sub.2d'),
} as const;

// ---- all lanes of one vector

const LANES: Partial<Record<number, readonly [count: number, sum: number, move: number]>> = {
  [Ir['i32x4.extract_lane']]: [4, Inst['addv.4s'], Inst['fmov.w.s']],
  [Ir['i64x2.extract_lane']]: [2, Inst['addp.d'], Inst['fmov.x.d']],
};

/** A sum of integers that are all lanes of one vector, each once; false when it is none. */
export function sumsLanes(x: Arm64, v: Value): boolean {
  const {l, f} = x;
  const last = LANES[f.op(f.b(v))] === undefined ? f.a(v) : f.b(v);
  const lanes = LANES[f.op(last)];
  if (lanes === undefined) return false;
  const [count, row, move] = lanes;
  const vector = f.a(last);
  let seen = 0;
  const isLane = (value: Value): boolean => {
    const bit = 1 << f.imm(value);
    if (f.op(value) !== f.op(last) || f.a(value) !== vector || !l.isSingleUse(value) || (seen & bit) !== 0)
      return false;
    seen |= bit;
    return true;
  };
  const isSum = (value: Value): boolean =>
    isLane(value) || (f.op(value) === IADD && l.isSingleUse(value) && isSum(f.a(value)) && isSum(f.b(value)));
  if (!isSum(f.a(v)) || !isSum(f.b(v)) || seen !== 2 ** count - 1 || !l.allow(rules.vectorSum)) return false;
  const sum = temp(x);
  x.b.one(row, sum, l.reg(vector));
  x.b.one(move, l.reg(v), sum);
  return true;
}
