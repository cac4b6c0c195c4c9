/**
 * Lowering of what moves lanes: splats, single lanes to and from registers, other vectors and memory. Rows that access memory
 * by lane take a base register alone: the address is summed before them.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir, type OpCode} from '../ir/ops.ts';
import {F32, I32} from '../ir/types.ts';
import {isArithmeticImmediate} from './immediates.ts';
import {Address, Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {access, guard, memoryLowerings, type Place, placeOf, placeOfStore} from './lower-memory.ts';
import {rules} from './rules.ts';
import {a, isZeroVector, tiedNumber} from './vectors.ts';

const {load: LOAD, load8_s: LOAD8_S, load8_u: LOAD8_U, load16_s: LOAD16_S, load16_u: LOAD16_U} = Ir;

type Size = 'b' | 'h' | 's' | 'd';
const LOG2 = {b: 0, h: 1, s: 2, d: 3} as const;
const LANES = {b: '16b', h: '8h', s: '4s', d: '2d'} as const;
/** Loads of a lane. */
const LOADS: Readonly<Record<Size, readonly OpCode[]>> = {
  b: [LOAD8_S, LOAD8_U],
  h: [LOAD16_S, LOAD16_U],
  s: [LOAD],
  d: [LOAD],
};

/** Size of the lane that an operation extracts. */
const EXTRACTS: Partial<Record<number, Size>> = {
  [Ir['i8x16.extract_lane_s']]: 'b',
  [Ir['i8x16.extract_lane_u']]: 'b',
  [Ir['i16x8.extract_lane_s']]: 'h',
  [Ir['i16x8.extract_lane_u']]: 'h',
  [Ir['i32x4.extract_lane']]: 's',
  [Ir['f32x4.extract_lane']]: 's',
  [Ir['i64x2.extract_lane']]: 'd',
  [Ir['f64x2.extract_lane']]: 'd',
};

// ---- memory

/** Rows that add an index to a base, and whether they shift it, by the shape of an address. */
const SUMS: Partial<Record<number, readonly [row: InstName, isShifted: boolean]>> = {
  [Address.x]: ['add.x r', false],
  [Address.xs]: ['add.x lsl', true],
  [Address.uxtw]: ['add.x uxtw', false],
  [Address.uxtws]: ['add.x uxtw', true],
  [Address.sxtw]: ['add.x sxtw', false],
  [Address.sxtws]: ['add.x sxtw', true],
};

/** A register that holds the address of an access of 1 << log2 bytes. */
function addressOf({l, b}: Arm64, {shape, base, index, offset}: Place, log2: number): number {
  const sum = SUMS[shape];
  if (sum === undefined && offset === 0) return base;
  const d = l.temp(RegClass.int);
  if (sum !== undefined) b.two(Inst[sum[0]], d, base, index, sum[1] ? log2 : 0);
  else if (isArithmeticImmediate(Math.abs(offset)))
    b.one(Inst[offset < 0 ? 'sub.x i' : 'add.x i'], d, base, Math.abs(offset));
  else b.two(Inst['add.x r'], d, base, b.constant(offset, offset >> 31));
  return d;
}

/** Takes in the load of a lane, whose row is to come; false when the value is none that may be. */
function takesLoad({l, f}: Arm64, v: Value, size: Size): boolean {
  const isLoad = LOADS[size].some((load) => f.op(v) === load && l.isSinkable(v, load));
  if (!isLoad || !l.allow(rules.laneLoad)) return false;
  l.sink(v);
  return true;
}

/** Stores a lane right from its vector; false when the stored value is none, or somebody else wants it. */
function storeOfLane(x: Arm64, v: Value, log2: number): boolean {
  const {l, b, f} = x;
  const value = f.c(v);
  const size = EXTRACTS[f.op(value)];
  if (size === undefined || LOG2[size] < log2 || !l.isSingleUse(value) || !l.allow(rules.laneStore)) return false;
  const to = (['b', 'h', 's', 'd'] as const)[log2] as Size;
  const lane = f.imm(value) << (LOG2[size] - log2);
  const from = l.reg(f.a(value));
  const place = placeOfStore(x, v, log2);
  if (lane === 0) guard(x, v, access(x, Inst[`str.${to}`], false, from, place));
  else guard(x, v, b.readsTwo(Inst[`st1.${to}`], from, addressOf(x, place, log2), lane));
  return true;
}

const orLane =
  (log2: number | null, plain: Lower): Lower =>
  (x, v) => {
    const type = x.f.type(x.f.c(v));
    if (!storeOfLane(x, v, log2 ?? (type === I32 || type === F32 ? 2 : 3))) plain(x, v);
  };

/** Stores of what may be a lane. */
export const laneStores = {
  store: orLane(null, memoryLowerings.store),
  store8: orLane(0, memoryLowerings.store8),
  store16: orLane(1, memoryLowerings.store16),
  store32: orLane(2, memoryLowerings.store32),
} as const;

// ---- lanes of other vectors

interface Lane {
  readonly vector: number;
  readonly lane: number;
}

/** The lane of `size` that a value was extracted from, perhaps as the low part of a wider one. */
function laneOf({l, f}: Arm64, v: Value, size: Size): Lane | null {
  const from = EXTRACTS[f.op(v)];
  if (from === undefined || LOG2[from] < LOG2[size] || l.isWanted(v) || !l.allow(rules.lane)) return null;
  return {vector: l.reg(f.a(v)), lane: f.imm(v) << (LOG2[from] - LOG2[size])};
}

const isFloat = (x: Arm64, v: Value): boolean => x.l.classOf(v) !== RegClass.int;

/** The lane that all lanes of `size` of a splat are, for rows that take one; null when there is no such splat. */
export function elementOf(x: Arm64, v: Value, size: 's' | 'd'): Lane | null {
  const {l, f} = x;
  const splatOfSize = size === 's' ? Ir['f32x4.splat'] : Ir['f64x2.splat'];
  if (f.op(v) !== splatOfSize || l.isWanted(v) || !l.allow(rules.element)) return null;
  const scalar = f.a(v);
  return laneOf(x, scalar, size) ?? {vector: l.reg(scalar), lane: 0};
}

const splat =
  (size: Size): Lower =>
  (x, v) => {
    const {l, b, f} = x;
    const [d, value] = [l.reg(v), f.a(v)];
    if (takesLoad(x, value, size)) {
      const address = addressOf(x, placeOf(x, value, LOG2[size]), LOG2[size]);
      return guard(x, value, b.one(Inst[`ld1r.${LANES[size]}`], d, address));
    }
    const lane = laneOf(x, value, size);
    if (lane !== null) b.one(Inst[`dup.lane.${size}`], d, lane.vector, lane.lane);
    else if (isFloat(x, value)) b.one(Inst[`dup.lane.${size}`], d, l.reg(value), 0);
    else b.one(Inst[`dup.${size}`], d, size === 'd' ? l.reg(value) : l.low(value));
  };

const replace =
  (size: Size): Lower =>
  (x, v) => {
    const {l, f} = x;
    const [d, into, value, to] = [l.reg(v), f.a(v), f.b(v), f.imm(v)];
    if (to === 0 && isZeroVector(x, into) && inZero(x, size, d, value)) return;
    if (takesLoad(x, value, size)) {
      const before = l.reg(into);
      const address = addressOf(x, placeOf(x, value, LOG2[size]), LOG2[size]);
      return guard(x, value, tiedNumber(x, Inst[`ld1.${size}`], d, before, address, to));
    }
    const before = l.reg(into);
    const lane = laneOf(x, value, size);
    if (lane !== null) tiedNumber(x, Inst[`ins.lane.${size}`], d, before, lane.vector, to, lane.lane);
    else if (isFloat(x, value)) tiedNumber(x, Inst[`ins.lane.${size}`], d, before, l.reg(value), to, 0);
    else tiedNumber(x, Inst[`ins.${size}`], d, before, size === 'd' ? l.reg(value) : l.low(value), to);
  };

/** The low lane of zero: what writes a scalar clears the rest of its register. */
function inZero(x: Arm64, size: Size, d: number, value: Value): boolean {
  const {l, b} = x;
  if (takesLoad(x, value, size)) {
    guard(x, value, access(x, Inst[`ldr.${size}`], true, d, placeOf(x, value, LOG2[size])));
    return true;
  }
  if (size === 'b' || size === 'h' || !l.allow(rules.laneOfZero)) return false;
  if (isFloat(x, value)) b.one(Inst[`fmov.${size}`], d, l.reg(value));
  else if (size === 's') b.one(Inst['fmov.s.w'], d, l.low(value));
  else b.one(Inst['fmov.d.x'], d, l.reg(value));
  return true;
}

const extract =
  (row: InstName): Lower =>
  (x, v) => {
    x.b.one(Inst[row], x.l.reg(v), a(x, v), x.f.imm(v));
  };

/** The low lane has an instruction of its own. */
const extractWhole =
  (row: InstName, low: InstName): Lower =>
  (x, v) => {
    const lane = x.f.imm(v);
    if (lane === 0) x.b.one(Inst[low], x.l.reg(v), a(x, v));
    else x.b.one(Inst[row], x.l.reg(v), a(x, v), lane);
  };

/** A float is the low lane of its register. */
const extractFloat =
  (row: InstName): Lower =>
  (x, v) => {
    const lane = x.f.imm(v);
    if (lane === 0) x.l.copy(Inst['mov.16b'], x.l.reg(v), a(x, v));
    else x.b.one(Inst[row], x.l.reg(v), a(x, v), lane);
  };

/** A sign extension to 64 bits of an extracted lane, which only it wants. */
export function extendsLane(x: Arm64, v: Value): boolean {
  const {l, b, f} = x;
  const from = f.a(v);
  const op = f.op(from);
  const size = EXTRACTS[op];
  const isSigned =
    op === Ir['i8x16.extract_lane_s'] || op === Ir['i16x8.extract_lane_s'] || op === Ir['i32x4.extract_lane'];
  if (!isSigned || size === undefined || size === 'd' || !l.isSingleUse(from) || !l.allow(rules.lane)) return false;
  b.one(Inst[`smov.x.${size}`], l.reg(v), l.reg(f.a(from)), f.imm(from));
  return true;
}

export const laneLowerings = {
  'i8x16.splat': splat('b'),
  'i16x8.splat': splat('h'),
  'i32x4.splat': splat('s'),
  'i64x2.splat': splat('d'),
  'f32x4.splat': splat('s'),
  'f64x2.splat': splat('d'),
  'i8x16.replace_lane': replace('b'),
  'i16x8.replace_lane': replace('h'),
  'i32x4.replace_lane': replace('s'),
  'i64x2.replace_lane': replace('d'),
  'f32x4.replace_lane': replace('s'),
  'f64x2.replace_lane': replace('d'),
  'i8x16.extract_lane_s': extract('smov.w.b'),
  'i8x16.extract_lane_u': extract('umov.b'),
  'i16x8.extract_lane_s': extract('smov.w.h'),
  'i16x8.extract_lane_u': extract('umov.h'),
  'i32x4.extract_lane': extractWhole('umov.s', 'fmov.w.s'),
  'i64x2.extract_lane': extractWhole('umov.d', 'fmov.x.d'),
  'f32x4.extract_lane': extractFloat('dup.scalar.s'),
  'f64x2.extract_lane': extractFloat('dup.scalar.d'),
} as const;
