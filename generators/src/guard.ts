/**
 * Guards that keep a trapping instruction in the program and take its trap away (reference: fuzzing.md, idea 2):
 * divisors, conversions of floats, canonical NaNs. Each works on the value on top of the stack.
 */
import {NAME} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {F32, F64, I32, V128, type ValueType} from '#engine/wasm/types.ts';
import type {Body} from './body.ts';
import {Guard, NanShape} from './instruction.ts';

const {
  select: SELECT,
  'v128.bitselect': BITSELECT,
  'f32x4.eq': F32X4_EQ,
  'f64x2.eq': F64X2_EQ,
  'f32.eq': F32_EQ,
  'f64.eq': F64_EQ,
} = Op;
const integer = {
  i32: {or: Op['i32.or'], and: Op['i32.and'], add: Op['i32.add'], gtU: Op['i32.gt_u'], eqz: Op['i32.eqz']},
  i64: {or: Op['i64.or'], and: Op['i64.and'], add: Op['i64.add'], gtU: Op['i64.gt_u'], eqz: Op['i64.eqz']},
} as const;
const words = new Int32Array(4);

function integerConstant(b: Body, type: ValueType, value: number): void {
  if (type === I32) b.code.i32(value);
  else b.code.i64(value, value >> 31);
}

/** Makes the divisor on the stack one that cannot trap: not 0, and for div_s not -1 either. */
export function guardDivisor(b: Body, type: ValueType, kind: number): void {
  const {code, rng} = b;
  const ops = type === I32 ? integer.i32 : integer.i64;
  const form = rng.below(3);
  if (form === 0) {
    integerConstant(b, type, rng.pick([1, 3, 0x101]));
    code.op(ops.or);
    if (kind === Guard.division) makePositive(b, type);
    return;
  }
  const local = b.scratch(type);
  code.tee(local);
  integerConstant(b, type, rng.pick([1, 2, 3, 7, 10]));
  code.get(local);
  if (kind === Guard.division) {
    integerConstant(b, type, 1);
    code.op(ops.add);
  }
  integerConstant(b, type, kind === Guard.division ? 1 : 0);
  code.op(ops.gtU).op(SELECT);
}

function makePositive(b: Body, type: ValueType): void {
  if (type === I32) b.code.i32(0x7fffffff).op(integer.i32.and);
  else b.code.i64(-1, 0x7fffffff).op(integer.i64.and);
}

interface Truncation {
  readonly abs: number;
  readonly lt: number;
  /** Words of the smallest magnitude out of range. */
  readonly limit: readonly [number, number];
  readonly isUnsigned: boolean;
}

/** Limits 2^31, 2^32, 2^63, 2^64 by target and sign, in both float formats. */
const limits = {
  f32: {i32_s: [0x4f000000, 0], i32_u: [0x4f800000, 0], i64_s: [0x5f000000, 0], i64_u: [0x5f800000, 0]},
  f64: {i32_s: [0, 0x41e00000], i32_u: [0, 0x41f00000], i64_s: [0, 0x43e00000], i64_u: [0, 0x43f00000]},
} as const;

const truncations = new Map<number, Truncation>();
for (let op = 0; op < NAME.length; op++) {
  const match = /^(i32|i64)\.trunc_(f32|f64)_([su])$/.exec(NAME[op] ?? '');
  if (match === null) continue;
  const float = match[2] as 'f32' | 'f64';
  const key = `${match[1]}_${match[3]}` as keyof typeof limits.f32;
  truncations.set(op, {
    abs: Op[`${float}.abs`],
    lt: Op[`${float}.lt`],
    limit: limits[float][key],
    isUnsigned: match[3] === 'u',
  });
}

/** Makes the operand of a conversion one that is in range: others, and NaN, become 0. */
export function guardTruncation(b: Body, op: number, type: ValueType): void {
  const {abs, lt, limit, isUnsigned} = truncations.get(op)!;
  const {code} = b;
  const local = b.scratch(type);
  if (isUnsigned) code.op(abs);
  code.tee(local).constant(type, words.fill(0)).get(local);
  if (!isUnsigned) code.op(abs);
  words[0] = limit[0];
  words[1] = limit[1];
  code.constant(type, words).op(lt).op(SELECT);
}

/** Canonical NaN of each shape in words. */
const canonical = {
  [NanShape.f32]: [0x7fc00000, 0, 0, 0],
  [NanShape.f64]: [0, 0x7ff80000, 0, 0],
  [NanShape.f32x4]: [0x7fc00000, 0x7fc00000, 0x7fc00000, 0x7fc00000],
  [NanShape.f64x2]: [0, 0x7ff80000, 0, 0x7ff80000],
} as const;
const nanTypes = {[NanShape.f32]: F32, [NanShape.f64]: F64, [NanShape.f32x4]: V128, [NanShape.f64x2]: V128} as const;
const nanEquals = {
  [NanShape.f32]: F32_EQ,
  [NanShape.f64]: F64_EQ,
  [NanShape.f32x4]: F32X4_EQ,
  [NanShape.f64x2]: F64X2_EQ,
} as const;

/** Replaces any NaN on the stack by the canonical one, so that its bits may be observed. */
export function canonicalNan(b: Body, shape: number): void {
  const key = shape as 1 | 2 | 3 | 4;
  const type = nanTypes[key];
  const local = b.scratch(type);
  words.set(canonical[key]);
  b.code
    .tee(local)
    .constant(type, words)
    .get(local)
    .get(local)
    .op(nanEquals[key])
    .op(type === V128 ? BITSELECT : SELECT);
}
