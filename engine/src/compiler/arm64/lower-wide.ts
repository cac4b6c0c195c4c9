/**
 * Lowering of 128-bit arithmetic: a pair of instructions linked by the carry, and multiplications of which one gives the high
 * half. Nothing that stands between the pair touches the flags.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Inst} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {rules} from './rules.ts';

/** Registers of both halves, null for a high one that is left out; a low one that nobody wants is computed all the same. */
function halves({l}: Arm64, v: Value): [low: number, high: number | null] {
  const [low, high] = l.resultsOf(v);
  const d = low === undefined ? l.temp(RegClass.int) : l.reg(low);
  if (high !== undefined) return [d, l.reg(high)];
  return [d, l.allow(rules.lowHalf) ? null : l.temp(RegClass.int)];
}

interface Linked {
  readonly r: number;
  readonly i: number;
  readonly carry: number;
}
const ADD: Linked = {r: Inst['adds.x r'], i: Inst['adds.x i'], carry: Inst['adc.x']};
const SUB: Linked = {r: Inst['subs.x r'], i: Inst['subs.x i'], carry: Inst['sbc.x']};

function linked(rows: Linked): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const [d, high] = halves(x, v);
    const [al, ah, bl, bh] = [0, 1, 2, 3].map((i) => f.operand(v, i)) as [Value, Value, Value, Value];
    const imm = x.arithmetic(bl);
    const left = l.reg(al);
    // A negative constant would leave the other carry.
    if (imm !== null && imm >= 0) b.one(rows.i, d, left, imm);
    else b.two(rows.r, d, left, x.source(bl, bl));
    if (high !== null) b.two(rows.carry, high, x.source(ah, ah), x.source(bh, bh));
  };
}

function multiply(row: number): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const [low, high] = halves(x, v);
    const [left, right] = [l.reg(f.a(v)), l.reg(f.b(v))];
    b.two(Inst['mul.x'], low, left, right);
    if (high !== null) b.two(row, high, left, right);
  };
}

export const wideLowerings = {
  iadd128: linked(ADD),
  isub128: linked(SUB),
  imul_wide_s: multiply(Inst.smulh),
  imul_wide_u: multiply(Inst.umulh),
} as const;
