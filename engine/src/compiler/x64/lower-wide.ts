/**
 * Lowering of 128-bit arithmetic: a pair of instructions linked by the carry, and the one-operand multiplication. Everything
 * that could touch the flags is made before the pair.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Inst} from './insts.ts';
import type {Lower, X64} from './lower.ts';
import {rules} from './rules.ts';

interface Carry {
  readonly rm: number;
  readonly mi8: number;
  readonly mi32: number;
}
const ADD: Carry = {rm: Inst['add.q rm'], mi8: Inst['add.q mi8'], mi32: Inst['add.q mi32']};
const ADC: Carry = {rm: Inst['adc.q rm'], mi8: Inst['adc.q mi8'], mi32: Inst['adc.q mi32']};
const SUB: Carry = {rm: Inst['sub.q rm'], mi8: Inst['sub.q mi8'], mi32: Inst['sub.q mi32']};
const SBB: Carry = {rm: Inst['sbb.q rm'], mi8: Inst['sbb.q mi8'], mi32: Inst['sbb.q mi32']};

const [RAX, RDX] = [0, 2];

/** Registers of both halves, null for a high one that is left out; a low one that nobody wants is computed all the same. */
function halves(x: X64, v: Value): [low: number, high: number | null] {
  const {l} = x;
  const [low, high] = l.resultsOf(v);
  const d = low === undefined ? l.temp(RegClass.int) : l.reg(low);
  if (high !== undefined) return [d, l.reg(high)];
  return [d, l.allow(rules.lowHalf) ? null : l.temp(RegClass.int)];
}

/** `d := a op b` with a register or constant on the right. */
function step(x: X64, rows: Carry, d: number, a: number, b: number, imm: number | null): void {
  if (imm === null) x.b.tied(rows.rm, d, a, b);
  else x.b.tiedImmediate(imm >= -128 && imm <= 127 ? rows.mi8 : rows.mi32, d, a, imm);
}

function linked(first: Carry, second: Carry): Lower {
  return (x, v) => {
    const {l, f} = x;
    const [d, high] = halves(x, v);
    const [al, ah, bl, bh] = [0, 1, 2, 3].map((i) => f.operand(v, i)) as [Value, Value, Value, Value];
    const [low, upper] = [x.immediate(bl), x.immediate(bh)];
    const registers = [al, low === null ? bl : al, high === null ? al : ah, upper === null && high !== null ? bh : al];
    const [left, right, leftHigh, rightHigh] = registers.map((value) => l.reg(value)) as [
      number,
      number,
      number,
      number,
    ];
    step(x, first, d, left, right, low);
    if (high !== null) step(x, second, high, leftHigh, rightHigh, upper);
  };
}

/** rdx:rax := rax times a register or slot. */
function multiply(row: number): Lower {
  return (x, v) => {
    const {l, f} = x;
    const [low, high] = halves(x, v);
    const [left, right] = [l.reg(f.a(v)), l.reg(f.b(v))];
    if (high === null) return x.b.tied(Inst['imul.q rm'], low, left, right);
    l.inst(row);
    l.defFixed(low, RAX);
    l.readFixed(left, RAX);
    l.defFixed(high, RDX);
    l.readAny(right);
  };
}

export const wideLowerings = {
  iadd128: linked(ADD, ADC),
  isub128: linked(SUB, SBB),
  imul_wide_s: multiply(Inst['imul.q m']),
  imul_wide_u: multiply(Inst['mul.q m']),
} as const;
