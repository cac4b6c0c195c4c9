/** Lowering of shifts of lanes, and of what makes lanes wider or narrower, together with a shift where rows do both. */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {rules} from './rules.ts';
import {a, temp, tiedNumber} from './vectors.ts';

/** Rows that make lanes wider, and then shift them to the left. */
// biome-ignore format: a table
const extensions = {
  'i16x8.extend_low_i8x16_s': 'sshll.8b', 'i16x8.extend_high_i8x16_s': 'sshll2.16b', 'i16x8.extend_low_i8x16_u': 'ushll.8b', 'i16x8.extend_high_i8x16_u': 'ushll2.16b',
  'i32x4.extend_low_i16x8_s': 'sshll.4h', 'i32x4.extend_high_i16x8_s': 'sshll2.8h', 'i32x4.extend_low_i16x8_u': 'ushll.4h', 'i32x4.extend_high_i16x8_u': 'ushll2.8h',
  'i64x2.extend_low_i32x4_s': 'sshll.2s', 'i64x2.extend_high_i32x4_s': 'sshll2.4s', 'i64x2.extend_low_i32x4_u': 'ushll.2s', 'i64x2.extend_high_i32x4_u': 'ushll2.4s',
} as const satisfies Record<string, InstName>;
type Extension = keyof typeof extensions;

/** The rows by operation, with the width of the lanes that they make. */
const EXTENSIONS: Partial<Record<number, {readonly row: number; readonly bits: number}>> = Object.fromEntries(
  Object.entries(extensions).map(([name, row]) => [
    Ir[name as Extension],
    {row: Inst[row], bits: Number(/\d+/.exec(name)?.[0])},
  ]),
);

const extend =
  (name: Extension): Lower =>
  (x, v) => {
    x.b.one(Inst[extensions[name]], x.l.reg(v), a(x, v), 0);
  };

// ---- shifts

/** By a constant when it is one; otherwise by lanes of a vector, whose low bytes count: to the left, to the right if negative. */
const shift =
  (constant: InstName, variable: InstName, bits: number, isRight: boolean): Lower =>
  (x, v) => {
    const {l, f, b: builder} = x;
    const known = l.imm32(f.b(v));
    if (known !== null && l.allow(rules.vectorShift)) {
      const count = known & (bits - 1);
      if (count === 0) return l.copy(Inst['mov.16b'], l.reg(v), a(x, v));
      if (isRight || !shiftsExtended(x, v, bits, count)) builder.one(Inst[constant], l.reg(v), a(x, v), count);
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

/** A shift to the left of lanes that have just become wider, by less than they had been. */
function shiftsExtended(x: Arm64, v: Value, bits: number, count: number): boolean {
  const value = x.f.a(v);
  const extended = EXTENSIONS[x.f.op(value)];
  if (extended === undefined || extended.bits !== bits || count >= bits / 2) return false;
  if (!x.l.isSingleUse(value) || !x.l.allow(rules.vectorWidth)) return false;
  x.b.one(extended.row, x.l.reg(v), a(x, value), count);
  return true;
}

// ---- lanes that become narrower

/** Lanes before and after, and the rows' arrangements for the two halves. */
interface Halves {
  readonly shape: 'i16x8' | 'i32x4';
  readonly bits: 8 | 16;
  readonly low: '8b' | '4h';
  readonly high: '16b' | '8h';
}
const TO_8: Halves = {shape: 'i16x8', bits: 8, low: '8b', high: '16b'};
const TO_16: Halves = {shape: 'i32x4', bits: 16, low: '4h', high: '8h'};

type Narrowing = 'sqxtn' | 'sqxtun' | 'sqshrn' | 'sqshrun' | 'uqshrn';
interface Half {
  readonly name: Narrowing;
  readonly register: number;
  readonly count: number;
}

/** One half: saturated lanes, which may be shifted to the right by a constant from 1 to their new width before. */
function halfOf(x: Arm64, value: Value, {shape, bits}: Halves, isSigned: boolean): Half {
  const {l, f} = x;
  const op = f.op(value);
  const [arithmetic, logical] = [op === Ir[`${shape}.shr_s`], op === Ir[`${shape}.shr_u`] && !isSigned];
  const count = arithmetic || logical ? (l.imm32(f.b(value)) ?? 0) & (2 * bits - 1) : 0;
  if (count === 0 || count > bits || !l.isSingleUse(value) || !l.allow(rules.vectorWidth))
    return {name: isSigned ? 'sqxtn' : 'sqxtun', register: l.reg(value), count: 0};
  return {name: logical ? 'uqshrn' : isSigned ? 'sqshrn' : 'sqshrun', register: a(x, value), count};
}

/** Saturated lanes of a, then of b. */
const narrow =
  (halves: Halves, isSigned: boolean): Lower =>
  (x, v) => {
    const [first, second] = [halfOf(x, x.f.a(v), halves, isSigned), halfOf(x, x.f.b(v), halves, isSigned)];
    const t = temp(x);
    x.b.one(Inst[`${first.name}.${halves.low}`], t, first.register, first.count);
    tiedNumber(x, Inst[`${second.name}2.${halves.high}`], x.l.reg(v), t, second.register, second.count);
  };

// biome-ignore format: a table
export const vectorWidths = {
  'i8x16.shl': shift('shl.16b', 'ushl.16b', 8, false), 'i8x16.shr_s': shift('sshr.16b', 'sshl.16b', 8, true), 'i8x16.shr_u': shift('ushr.16b', 'ushl.16b', 8, true),
  'i16x8.shl': shift('shl.8h', 'ushl.8h', 16, false), 'i16x8.shr_s': shift('sshr.8h', 'sshl.8h', 16, true), 'i16x8.shr_u': shift('ushr.8h', 'ushl.8h', 16, true),
  'i32x4.shl': shift('shl.4s', 'ushl.4s', 32, false), 'i32x4.shr_s': shift('sshr.4s', 'sshl.4s', 32, true), 'i32x4.shr_u': shift('ushr.4s', 'ushl.4s', 32, true),
  'i64x2.shl': shift('shl.2d', 'ushl.2d', 64, false), 'i64x2.shr_s': shift('sshr.2d', 'sshl.2d', 64, true), 'i64x2.shr_u': shift('ushr.2d', 'ushl.2d', 64, true),
  'i16x8.extend_low_i8x16_s': extend('i16x8.extend_low_i8x16_s'), 'i16x8.extend_high_i8x16_s': extend('i16x8.extend_high_i8x16_s'),
  'i16x8.extend_low_i8x16_u': extend('i16x8.extend_low_i8x16_u'), 'i16x8.extend_high_i8x16_u': extend('i16x8.extend_high_i8x16_u'),
  'i32x4.extend_low_i16x8_s': extend('i32x4.extend_low_i16x8_s'), 'i32x4.extend_high_i16x8_s': extend('i32x4.extend_high_i16x8_s'),
  'i32x4.extend_low_i16x8_u': extend('i32x4.extend_low_i16x8_u'), 'i32x4.extend_high_i16x8_u': extend('i32x4.extend_high_i16x8_u'),
  'i64x2.extend_low_i32x4_s': extend('i64x2.extend_low_i32x4_s'), 'i64x2.extend_high_i32x4_s': extend('i64x2.extend_high_i32x4_s'),
  'i64x2.extend_low_i32x4_u': extend('i64x2.extend_low_i32x4_u'), 'i64x2.extend_high_i32x4_u': extend('i64x2.extend_high_i32x4_u'),
  'i8x16.narrow_i16x8_s': narrow(TO_8, true), 'i8x16.narrow_i16x8_u': narrow(TO_8, false),
  'i16x8.narrow_i32x4_s': narrow(TO_16, true), 'i16x8.narrow_i32x4_u': narrow(TO_16, false),
} as const;
