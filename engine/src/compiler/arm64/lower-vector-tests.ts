/**
 * Lowering of what makes an integer of all lanes: any_true, all_true and bitmask. Tests leave their result in the flags: a
 * lane that was brought to the low end of a register is zero exactly when the register, read as a float, equals zero, as long
 * as it is not the sign alone.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {type IrOp, opNames} from '../ir/ops.ts';
import {ZERO} from './builder.ts';
import {Cond, Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {rules} from './rules.ts';
import {a, constant, temp} from './vectors.ts';

/** Width of the lanes of which each is all ones or all zeros in the result of an operation; 0 where they may be others. */
const MASK_BITS: readonly number[] = opNames.map((name) =>
  Number(/^[if](\d+)x\d+\.(?:eq|ne|[lg][te](?:_[su])?)$/.exec(name)?.[1] ?? 0),
);

/** Whether all lanes of `bits` bits are known to be all ones or all zeros. */
const isMask = (x: Arm64, v: Value, bits: number): boolean =>
  (MASK_BITS[x.f.op(v)] as number) >= bits && x.l.allow(rules.vectorMask);

/** Sets the flags for a vector; the condition under which the operation gives what is not zero. */
type Test = (x: Arm64, vector: Value) => number;

/** The row gives a float of which the bits, or a part of them that is no sign, are to be tested. */
function isNotZero(x: Arm64, row: InstName, from: number): number {
  const t = temp(x);
  x.b.one(Inst[row], t, from);
  x.b.reads(Inst['fcmp.s 0'], t);
  return Cond.ne;
}

/** The greatest byte is above zero. */
const anyTrue: Test = (x, vector) => isNotZero(x, 'umaxv.16b', x.l.reg(vector));

/** The least lane is above zero. */
const allTrue =
  (least: 'uminv.16b' | 'uminv.8h'): Test =>
  (x, vector) =>
    isNotZero(x, least, x.l.reg(vector));

/** The least lane may be the sign alone, but for that of a mask, which is all ones (a NaN). */
const allTrue32: Test = (x, vector) => {
  const from = x.l.reg(vector);
  if (isMask(x, vector, 32)) return isNotZero(x, 'uminv.4s', from);
  const [least, bits] = [temp(x), x.l.temp(RegClass.int)];
  x.b.one(Inst['uminv.4s'], least, from);
  x.b.one(Inst['fmov.w.s'], bits, least);
  x.b.reads(Inst['cmp.w i'], bits, 0);
  return Cond.ne;
};

/** The sum of the lanes' comparisons with zero is zero, or else 2^64 - 1 or - 2 (NaNs). */
const allTrue64: Test = (x, vector) => {
  const from = x.l.reg(vector);
  if (isMask(x, vector, 64)) return isNotZero(x, 'uminv.4s', from);
  const [zeros, sum] = [temp(x), temp(x)];
  x.b.one(Inst['cmeq.2d 0'], zeros, from);
  x.b.one(Inst['addp.d'], sum, zeros);
  x.b.reads(Inst['fcmp.d 0'], sum);
  return Cond.eq;
};

const LANE_BITS = {'16b': 8, '8h': 16, '4s': 32, '2d': 64} as const;

/** Whether a sign is set. */
const anySign =
  (lanes: keyof typeof LANE_BITS): Test =>
  (x, vector) =>
    isNotZero(x, 'umaxv.16b', signs(x, vector, lanes));

/** Lanes of ones where a lane is negative. */
function signs(x: Arm64, vector: Value, lanes: keyof typeof LANE_BITS): number {
  const from = x.l.reg(vector);
  if (isMask(x, vector, LANE_BITS[lanes])) return from;
  const mask = temp(x);
  x.b.one(Inst[`cmlt.${lanes} 0`], mask, from);
  return mask;
}

const tests: Partial<Record<IrOp, Test>> = {
  'v128.any_true': anyTrue,
  'i8x16.all_true': allTrue('uminv.16b'),
  'i16x8.all_true': allTrue('uminv.8h'),
  'i32x4.all_true': allTrue32,
  'i64x2.all_true': allTrue64,
  'i8x16.bitmask': anySign('16b'),
  'i16x8.bitmask': anySign('8h'),
  'i32x4.bitmask': anySign('4s'),
  'i64x2.bitmask': anySign('2d'),
};
const byOp = opNames.map((name) => tests[name]);

/** Whether a value, which only the instruction at hand wants, can be tested for zero without being made. */
export const isVectorTest = (x: Arm64, v: Value): boolean => byOp[x.f.op(v)] !== undefined && x.l.isSingleUse(v);

/** Sets the flags for such a value; the condition under which it is not zero. */
export function setVectorTest(x: Arm64, v: Value): number {
  return (byOp[x.f.op(v)] as Test)(x, x.f.a(v));
}

/** 1 or 0. */
const truth: Lower = (x, v) => {
  const d = x.l.reg(v);
  const holds = setVectorTest(x, v);
  x.b.two(Inst['csinc.w'], d, ZERO, ZERO, holds ^ 1);
};

// ---- bitmasks

/** A different power of two where a lane is negative, and their sum. */
const bitmask =
  (lanes: keyof typeof LANE_BITS, sum: InstName, powers: readonly number[]): Lower =>
  (x, v) => {
    const [bits, total] = [temp(x), temp(x)];
    x.b.two(Inst['and.16b'], bits, signs(x, x.f.a(v), lanes), constant(x, powers));
    x.b.one(Inst[sum], total, bits);
    x.b.one(Inst['fmov.w.s'], x.l.reg(v), total);
  };

const BYTES = [0x08040201, 0x80402010 | 0, 0x08040201, 0x80402010 | 0];

/** The bytes of the high half become those of the high halves of 16-bit lanes. */
const bitmask8: Lower = (x, v) => {
  const [bits, high, lanes, total] = [temp(x), temp(x), temp(x), temp(x)];
  x.b.two(Inst['and.16b'], bits, signs(x, x.f.a(v), '16b'), constant(x, BYTES));
  x.b.two(Inst['ext.16b'], high, bits, bits, 8);
  x.b.two(Inst['zip1.16b'], lanes, bits, high);
  x.b.one(Inst['addv.8h'], total, lanes);
  x.b.one(Inst['fmov.w.s'], x.l.reg(v), total);
};

const bitmask64: Lower = (x, v) => {
  const {l, b: builder} = x;
  const bits = temp(x);
  const [low, high] = [l.temp(RegClass.int), l.temp(RegClass.int)];
  builder.one(Inst['ushr.2d'], bits, a(x, v), 63);
  builder.one(Inst['fmov.x.d'], low, bits);
  builder.one(Inst['fmov.x.high'], high, bits);
  builder.two(Inst['add.w lsl'], l.reg(v), low, high, 1);
};

export const vectorTests = {
  'v128.any_true': truth,
  'i8x16.all_true': truth,
  'i16x8.all_true': truth,
  'i32x4.all_true': truth,
  'i64x2.all_true': truth,
  'i8x16.bitmask': bitmask8,
  'i16x8.bitmask': bitmask('8h', 'addv.8h', [0x00020001, 0x00080004, 0x00200010, 0x00800040]),
  'i32x4.bitmask': bitmask('4s', 'addv.4s', [1, 2, 4, 8]),
  'i64x2.bitmask': bitmask64,
} as const;
