/**
 * Lowering of scalar floats. With AVX the three-operand forms spare copies; sequences that branch are pseudo-instructions.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {F32, I32} from '../ir/types.ts';
import {MEMORY} from './builder.ts';
import {Cond, Inst, type InstName} from './insts.ts';
import type {Lower, X64} from './lower.ts';
import {Convert, Pseudo, Test} from './pseudo.ts';
import {rules} from './rules.ts';

const {feq: FEQ, fne: FNE, flt: FLT, fgt: FGT, fle: FLE, const: CONST} = Ir;

const isSingle = (x: X64, v: Value): boolean => x.f.type(v) === F32;

/** An operand that the instruction may read from memory: a load, or a constant of the pool. */
function source(x: X64, v: Value): number {
  const {l, b, f} = x;
  if (f.op(v) === CONST && l.isSingleUse(v) && (f.imm(v) !== 0 || f.aux(v) !== 0) && l.allow(rules.constant)) {
    return f.type(v) === F32 ? b.atPool(f.imm(v)) : b.atPool(f.imm(v), f.aux(v));
  }
  return x.sunkLoad(v) ? MEMORY : l.reg(v);
}

interface FloatRows {
  readonly sse: readonly [number, number];
  readonly avx: readonly [number, number];
}

function rowsOf(name: 'add' | 'sub' | 'mul' | 'div'): FloatRows {
  return {
    sse: [Inst[`${name}ss rm`], Inst[`${name}sd rm`]],
    avx: [Inst[`v${name}ss rvm`], Inst[`v${name}sd rvm`]],
  };
}

function arithmetic(name: 'add' | 'sub' | 'mul' | 'div', isCommutative: boolean): Lower {
  const rows = rowsOf(name);
  return (x, v) => {
    const {l, b, f} = x;
    const d = l.reg(v);
    const width = isSingle(x, v) ? 0 : 1;
    let [left, right] = [f.a(v), f.b(v)];
    if (isCommutative && (f.op(left) === CONST || (l.isSinkable(left) && !l.isSinkable(right))))
      [left, right] = [right, left];
    const isThree = x.has('avx') && l.allow(rules.avx);
    const first = l.reg(left);
    const second = source(x, right);
    if (isThree) b.three(rows.avx[width], d, first, second);
    else b.tied(rows.sse[width], d, first, second);
  };
}

/** min and max: neither the processor's NaN nor its zero rules are those of wasm. */
function extremum(name: 'fmin' | 'fmax'): Lower {
  return (x, v) => {
    const {l, f} = x;
    l.inst(Pseudo[`${name}.${isSingle(x, v) ? 'ss' : 'sd'}`]);
    l.defTied(l.reg(v));
    l.readTied(l.reg(f.a(v)));
    l.readLate(l.reg(f.b(v)));
  };
}

const SIGN = -0x80000000;

/** Pool operand with the sign bit of the type, or all other bits. */
function maskOperand(x: X64, v: Value, kind: 'sign' | 'rest'): number {
  const flip = kind === 'sign' ? 0 : -1;
  if (isSingle(x, v)) return x.b.atPool(SIGN ^ flip, flip, flip, flip);
  return x.b.atPool(flip, SIGN ^ flip, flip, flip);
}

function masked(sse: InstName, avx: InstName, kind: 'sign' | 'rest'): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const isThree = x.has('avx') && l.allow(rules.avx);
    const [d, a] = [l.reg(v), l.reg(f.a(v))];
    const mask = maskOperand(x, v, kind);
    if (isThree) b.three(Inst[avx], d, a, mask);
    else b.tied(Inst[sse], d, a, mask);
  };
}

const fcopysign: Lower = (x, v) => {
  const {l, b, f} = x;
  const [magnitude, sign] = [l.temp(RegClass.float), l.temp(RegClass.float)];
  const [from, like] = [l.reg(f.a(v)), l.reg(f.b(v))];
  b.tied(Inst['andps rm'], magnitude, from, maskOperand(x, v, 'rest'));
  b.tied(Inst['andps rm'], sign, like, maskOperand(x, v, 'sign'));
  b.tied(Inst['orps rm'], l.reg(v), magnitude, sign);
};

/** Rounding modes of roundss, with the inexact exception suppressed. */
const ROUNDING = {nearest: 8, floor: 9, ceil: 10, trunc: 11} as const;

function round(mode: keyof typeof ROUNDING): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const d = l.reg(v);
    if (x.has('sse41')) {
      b.loadImmediate(isSingle(x, v) ? Inst['roundss rmi8'] : Inst['roundsd rmi8'], d, l.reg(f.a(v)), ROUNDING[mode]);
      return;
    }
    const i = l.inst(isSingle(x, v) ? Pseudo['round.ss'] : Pseudo['round.sd']);
    l.m.imm[i] = ROUNDING[mode];
    l.m.addOperand(d, 0x40 | 0x80);
    l.readLate(l.reg(f.a(v)));
    l.scratch(RegClass.float);
    l.scratch(RegClass.int);
  };
}

const fsqrt: Lower = (x, v) => {
  x.b.load(isSingle(x, v) ? Inst['sqrtss rm'] : Inst['sqrtsd rm'], x.l.reg(v), source(x, x.f.a(v)));
};

// ---- comparisons

/** Sets the flags for a float comparison; -1 when the operation is none. `ucomis` leaves carry and zero set when unordered. */
export function setFloatCondition(x: X64, v: Value): number {
  const {b, f, l} = x;
  const op = f.op(v);
  const [left, right] = [f.a(v), f.b(v)];
  const row = isSingle(x, left) ? Inst['ucomiss rm'] : Inst['ucomisd rm'];
  const isLess = op === FLT || op === FLE;
  const [first, second] = isLess ? [right, left] : [left, right];
  const register = l.reg(first);
  b.compare(row, register, source(x, second));
  if (op === FEQ) return Cond.e | Test.andOrdered;
  if (op === FNE) return Cond.ne | Test.orUnordered;
  return op === FLT || op === FGT ? Cond.a : Cond.ae;
}

// ---- conversions

/** Float to integer: the processor's conversion, checked afterwards; what it could not do is sorted out beside the path. */
function truncate(bits: number): Lower {
  return (x, v) => {
    const {l, f} = x;
    const i = l.inst(isSingle(x, f.a(v)) ? Pseudo['trunc.ss'] : Pseudo['trunc.sd']);
    l.m.imm[i] = bits | (f.type(v) === I32 ? 0 : Convert.wide);
    l.m.addOperand(l.reg(v), 0x40 | 0x80);
    l.readLate(l.reg(f.a(v)));
    l.scratch(RegClass.int);
    l.scratch(RegClass.float);
  };
}

/** The integer forms write only the low part of the register: it is cleared first, which also breaks the dependency. */
function fromSigned(x: X64, v: Value, register: number, isWide: boolean): void {
  const {l, b} = x;
  const zero = l.temp(RegClass.float);
  l.inst(Pseudo.fzero);
  l.def(zero);
  const row = isSingle(x, v)
    ? isWide
      ? 'cvtsi2ss.q rm'
      : 'cvtsi2ss.d rm'
    : isWide
      ? 'cvtsi2sd.q rm'
      : 'cvtsi2sd.d rm';
  b.tied(Inst[row], l.reg(v), zero, register);
}

const convert_s: Lower = (x, v) => {
  const isNarrow = x.f.type(x.f.a(v)) === I32;
  fromSigned(x, v, isNarrow ? x.l.low(x.f.a(v)) : x.l.reg(x.f.a(v)), !isNarrow);
};

const convert_u: Lower = (x, v) => {
  const {l, f} = x;
  const register = l.reg(f.a(v));
  if (f.type(f.a(v)) === I32) return fromSigned(x, v, register, true);
  l.inst(isSingle(x, v) ? Pseudo['u64tof.ss'] : Pseudo['u64tof.sd']);
  l.m.addOperand(l.reg(v), 0x40 | 0x80);
  l.readLate(register);
  l.scratch(RegClass.int);
};

const bitcast: Lower = (x, v) => {
  const {l, b, f} = x;
  const from = f.a(v);
  const [d, isFloat] = [l.reg(v), l.classOf(v) === RegClass.float];
  const is32 = f.type(v) === I32 || f.type(v) === F32;
  if (isFloat)
    return void b.load(is32 ? Inst['movd.x rm'] : Inst['movq.x rm'], d, x.is32(from) ? l.low(from) : l.reg(from));
  l.inst(is32 ? Inst['movd.x mr'] : Inst['movq.x mr']);
  l.def(d);
  l.read(l.reg(from));
};

// biome-ignore format: a table
export const floatLowerings = {
  fadd: arithmetic('add', true), fsub: arithmetic('sub', false), fmul: arithmetic('mul', true), fdiv: arithmetic('div', false),
  fmin: extremum('fmin'), fmax: extremum('fmax'), fcopysign,
  fabs: masked('andps rm', 'vandps rvm', 'rest'), fneg: masked('xorps rm', 'vxorps rvm', 'sign'),
  fceil: round('ceil'), ffloor: round('floor'), ftrunc: round('trunc'), fnearest: round('nearest'), fsqrt,
  trunc_s: truncate(0), trunc_u: truncate(Convert.unsigned),
  trunc_sat_s: truncate(Convert.saturating), trunc_sat_u: truncate(Convert.saturating | Convert.unsigned),
  convert_s, convert_u,
  demote: (x: X64, v: Value) => { x.b.load(Inst['cvtsd2ss rm'], x.l.reg(v), source(x, x.f.a(v))); },
  promote: (x: X64, v: Value) => { x.b.load(Inst['cvtss2sd rm'], x.l.reg(v), source(x, x.f.a(v))); },
  bitcast,
} as const;
