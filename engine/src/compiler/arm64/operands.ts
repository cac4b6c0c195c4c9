/**
 * Rows by width, and last operands: a register as it is, shifted by a constant, or extended.
 */
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64} from './lower.ts';
import {rules} from './rules.ts';

const {ishl: ISHL, ishr_s: ISHR_S, ishr_u: ISHR_U, irotl: IROTL, irotr: IROTR, extend_s: EXTEND_S} = Ir;

/** Rows of a family by width: w for i32, x otherwise. */
export type Widths = readonly [w: number, x: number];

export const widths = (w: InstName, x: InstName): Widths => [Inst[w], Inst[x]];

const SHIFTS: Readonly<Record<number, 'lsl' | 'lsr' | 'asr' | 'ror'>> = {
  [ISHL]: 'lsl',
  [ISHR_U]: 'lsr',
  [ISHR_S]: 'asr',
  [IROTL]: 'ror',
  [IROTR]: 'ror',
};
type ShiftName = 'lsl' | 'lsr' | 'asr' | 'ror';
export type Shifted = Readonly<Record<ShiftName, Widths | null>> & {readonly r: Widths};

type AddName = 'add' | 'sub' | 'cmp' | 'cmn';
type LogicName = 'and' | 'orr' | 'eor' | 'bic' | 'orn' | 'eon' | 'tst';

function addRows(name: AddName): Shifted & {readonly i: Widths; readonly sxtw: number} {
  return {
    r: widths(`${name}.w r`, `${name}.x r`),
    i: widths(`${name}.w i`, `${name}.x i`),
    lsl: widths(`${name}.w lsl`, `${name}.x lsl`),
    lsr: widths(`${name}.w lsr`, `${name}.x lsr`),
    asr: widths(`${name}.w asr`, `${name}.x asr`),
    ror: null,
    sxtw: Inst[`${name}.x sxtw`],
  };
}

export function logicRows(name: LogicName): Shifted {
  return {
    r: widths(`${name}.w r`, `${name}.x r`),
    lsl: widths(`${name}.w lsl`, `${name}.x lsl`),
    lsr: widths(`${name}.w lsr`, `${name}.x lsr`),
    asr: widths(`${name}.w asr`, `${name}.x asr`),
    ror: widths(`${name}.w ror`, `${name}.x ror`),
  };
}

export const [ADD, SUB, CMP, CMN] = [addRows('add'), addRows('sub'), addRows('cmp'), addRows('cmn')];
export const TST = logicRows('tst');

/** A last operand as a row takes it: which row, its register, the amount of its shift. */
export interface LastOperand {
  readonly row: number;
  readonly register: number;
  readonly amount: number;
}

/** `like` tells the width. An operand that is shifted by a constant, or sign-extended, for the instruction alone is taken in. */
export function lastOperand(x: Arm64, rows: Shifted & {readonly sxtw?: number}, v: Value, like: Value): LastOperand {
  const {l, f} = x;
  const shift = SHIFTS[f.op(v)];
  const family = shift === undefined ? null : rows[shift];
  if (family !== null && f.type(v) === f.type(like) && l.isSingleUse(v)) {
    const count = l.imm32(f.b(v));
    if (count !== null && l.allow(rules.shifted)) {
      const amount = (f.op(v) === IROTL ? -count : count) & (x.is32(like) ? 31 : 63);
      return {row: x.row(family, like), register: x.operand(f.a(v), like), amount};
    }
  }
  if (rows.sxtw !== undefined && x.isPart(v, EXTEND_S, like) && !x.is32(like) && l.allow(rules.extended))
    return {row: rows.sxtw, register: l.low(f.a(v)), amount: 0};
  return {row: x.row(rows.r, like), register: x.source(v, like), amount: 0};
}

/** A shift by a constant as wide as `like`, for the instruction at hand alone. */
export const isShift = (x: Arm64, v: Value, like: Value): boolean =>
  SHIFTS[x.f.op(v)] !== undefined &&
  x.f.type(v) === x.f.type(like) &&
  x.l.isSingleUse(v) &&
  x.l.imm32(x.f.b(v)) !== null;
