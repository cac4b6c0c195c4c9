/** Lowering of shuffles: one row where there is one, otherwise tables of bytes. */
import type {Func, Value} from '../ir/func.ts';
import {Inst} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {insertion, permutation} from './permutations.ts';
import {rules} from './rules.ts';
import {a, b, constant, isZeroVector, temp, tiedNumber} from './vectors.ts';

/** Lanes of a; those that name none are zero. */
const swizzle: Lower = (x, v) => x.b.two(Inst['tbl.16b'], x.l.reg(v), a(x, v), b(x, v));

const pack = (lanes: readonly number[]): number[] =>
  [0, 4, 8, 12].map((at) => lanes.slice(at, at + 4).reduceRight((word, lane) => (word << 8) | (lane & 0xff), 0));

/** One row where there is one; otherwise a table of a's bytes, then of b's where a has none. */
const shuffle: Lower = (x, v) => {
  const {f, b: builder} = x;
  const [left, right] = [f.a(v), f.b(v)];
  const lanes = lanesOf(f, v);
  if (permuted(x, v, lanes) || inserted(x, v, lanes) || fromOne(x, v, lanes)) return;
  const t = temp(x);
  builder.two(Inst['tbl.16b'], t, x.l.reg(left), constant(x, pack(lanes)));
  builder.tiedTwo(Inst['tbx.16b'], x.l.reg(v), t, x.l.reg(right), constant(x, pack(lanes.map((lane) => lane - 16))));
};

function permuted(x: Arm64, v: Value, lanes: readonly number[]): boolean {
  const {l, f, b: builder} = x;
  const row = permutation(lanes, f.a(v) === f.b(v));
  if (row === null || !l.allow(rules.permutation)) return false;
  const [left, right] = row.operands.map((operand) => l.reg(operand === 0 ? f.a(v) : f.b(v))) as [number, number?];
  if (right === undefined) builder.one(Inst[row.name], l.reg(v), left, row.number);
  else builder.two(Inst[row.name], l.reg(v), left, right, row.number);
  return true;
}

/** All lanes but one stay where they are. */
function inserted(x: Arm64, v: Value, lanes: readonly number[]): boolean {
  const {l, f} = x;
  const found = insertion(lanes);
  if (found === null || !l.allow(rules.permutation)) return false;
  const [into, from] = [found.into, found.from].map((operand) => l.reg(operand === 0 ? f.a(v) : f.b(v))) as [
    number,
    number,
  ];
  tiedNumber(x, Inst[found.name], l.reg(v), into, from, found.to, found.lane);
  return true;
}

/** One table, when the other operand is not asked, is the same or is zero: what names no byte of the table gives zero. */
function fromOne(x: Arm64, v: Value, lanes: readonly number[]): boolean {
  const {l, f, b: builder} = x;
  const [left, right] = [f.a(v), f.b(v)];
  if (left === right) {
    builder.two(Inst['tbl.16b'], l.reg(v), l.reg(left), constant(x, pack(lanes.map((lane) => lane & 15))));
    return true;
  }
  const isUnused = (first: number, value: Value): boolean =>
    isZeroVector(x, value) || lanes.every((lane) => (lane & 16) !== first);
  const table = isUnused(16, right) ? left : isUnused(0, left) ? right : null;
  if (table === null || !l.allow(rules.permutation)) return false;
  builder.two(
    Inst['tbl.16b'],
    l.reg(v),
    l.reg(table),
    constant(x, pack(table === left ? lanes : lanes.map((lane) => lane ^ 16))),
  );
  return true;
}

/** The sixteen lanes of a shuffle. */
function lanesOf(f: Func, v: Value): number[] {
  return f.vectorWords(f.imm(v)).flatMap((word) => [0, 8, 16, 24].map((at) => (word >>> at) & 0xff));
}

export const shuffles = {'i8x16.shuffle': shuffle, 'i8x16.swizzle': swizzle, 'i8x16.relaxed_swizzle': swizzle} as const;
