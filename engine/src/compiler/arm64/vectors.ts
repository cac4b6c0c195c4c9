/** The vocabulary of vector lowering: operands, temporaries, and the shapes of operations that one row does. */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {defineConstant} from './lower-constant.ts';

const {const: CONST} = Ir;

export const temp = (x: Arm64): number => x.l.temp(RegClass.vector);
export const a = (x: Arm64, v: Value): number => x.l.reg(x.f.a(v));
export const b = (x: Arm64, v: Value): number => x.l.reg(x.f.b(v));
export const c = (x: Arm64, v: Value): number => x.l.reg(x.f.c(v));

/** The four words of a v128 constant, null when the value is none. */
export function constantWords({f}: Arm64, v: Value): readonly number[] | null {
  if (f.op(v) !== CONST) return null;
  return f.imm(v) === 0 ? [0, 0, 0, 0] : f.vectorWords(f.imm(v));
}

export const isZeroVector = (x: Arm64, v: Value): boolean => x.f.op(v) === CONST && x.f.imm(v) === 0;

/** A register that holds a constant of four words. */
export function constant(x: Arm64, words: readonly number[]): number {
  const d = temp(x);
  defineConstant(x, d, words);
  return d;
}

// ---- shapes: one row each

export const one =
  (row: InstName): Lower =>
  (x, v) => {
    x.b.one(Inst[row], x.l.reg(v), a(x, v));
  };

export const two =
  (row: InstName): Lower =>
  (x, v) => {
    x.b.two(Inst[row], x.l.reg(v), a(x, v), b(x, v));
  };

/** Two rows, one after the other. */
export const chain =
  (first: InstName, second: InstName): Lower =>
  (x, v) => {
    const t = temp(x);
    x.b.one(Inst[first], t, a(x, v));
    x.b.one(Inst[second], x.l.reg(v), t);
  };

/** A row whose result is first what is in `before`, with a number. */
export function tiedNumber(
  x: Arm64,
  row: number,
  d: number,
  before: number,
  from: number,
  first: number,
  second = 0,
): number {
  const i = x.b.tied(row, d, before, from);
  x.l.m.imm[i] = first;
  x.l.m.high[i] = second;
  return i;
}
