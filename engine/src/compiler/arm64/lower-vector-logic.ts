/** Lowering of logic on whole vectors, with constants, complements and shifted lanes that the rows take in. */
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {rules} from './rules.ts';
import {vectorImmediate} from './vector-immediates.ts';
import {a, b, constantWords, one, tiedNumber, two} from './vectors.ts';

const {'v128.not': NOT, 'i8x16.shl': SHL8, 'i16x8.shl': SHL16, 'i32x4.shl': SHL32, 'i64x2.shl': SHL64} = Ir;

const DISTANCES: Partial<Record<number, number>> = {
  [Ir['i8x16.sub_sat_u']]: Inst['uabd.16b'],
  [Ir['i16x8.sub_sat_u']]: Inst['uabd.8h'],
};

/** A value of an operation that only the instruction at hand wants. */
const isOwn = (x: Arm64, v: Value, op: number): boolean => x.f.op(v) === op && x.l.isSingleUse(v);

/** Rows that clear or set bits of 16- or 32-bit lanes, by the row that makes such bits. */
const CLEAR: Partial<Record<number, number>> = {
  [Inst['movi.8h']]: Inst['bic.8h i'],
  [Inst['movi.4s']]: Inst['bic.4s i'],
};
const SET: Partial<Record<number, number>> = {[Inst['movi.8h']]: Inst['orr.8h i'], [Inst['movi.4s']]: Inst['orr.4s i']};

/** d := other, which nobody else wants, with the bits of a constant set or cleared; false when there is no row for it. */
function withBits(x: Arm64, v: Value, other: Value, words: readonly number[] | null, rows: typeof CLEAR): boolean {
  const found = words === null ? null : vectorImmediate(words);
  const row = found === null ? undefined : rows[found.row];
  if (found === null || row === undefined || !x.l.isSingleUse(other) || !x.l.allow(rules.vectorLogic)) return false;
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
  if (shiftIn(x, v, left, right) || shiftIn(x, v, right, left) || distance(x, v, left, right)) return;
  withInverse(x, v, 'orr.16b', 'orn.16b');
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

/** max(a - b, 0) | max(b - a, 0), unsigned. */
function distance(x: Arm64, v: Value, left: Value, right: Value): boolean {
  const {f, l} = x;
  const row = DISTANCES[f.op(left)];
  const isDistance = row !== undefined && isOwn(x, left, f.op(right)) && l.isSingleUse(right);
  if (!isDistance || f.a(left) !== f.b(right) || f.b(left) !== f.a(right) || !l.allow(rules.absolute)) return false;
  x.b.two(row, l.reg(v), a(x, left), b(x, left));
  return true;
}

/** A mask chooses from a where it is set, else from b: what nobody else wants is overwritten. */
export const bitselect: Lower = (x, v) => {
  const {l, f, b: builder} = x;
  const [d, yes, no, mask] = [l.reg(v), f.a(v), f.b(v), f.c(v)];
  const isKept = !l.isSingleUse(mask);
  if (isKept && l.isSingleUse(no) && l.allow(rules.vectorLogic))
    builder.tiedTwo(Inst['bit.16b'], d, l.reg(no), l.reg(yes), l.reg(mask));
  else if (isKept && l.isSingleUse(yes) && l.allow(rules.vectorLogic))
    builder.tiedTwo(Inst['bif.16b'], d, l.reg(yes), l.reg(no), l.reg(mask));
  else builder.tiedTwo(Inst['bsl.16b'], d, l.reg(mask), l.reg(yes), l.reg(no));
};

export const vectorLogic = {
  'v128.and': and,
  'v128.andnot': andNot,
  'v128.or': or,
  'v128.xor': two('eor.16b'),
  'v128.not': one('not.16b'),
  'v128.bitselect': bitselect,
} as const;
