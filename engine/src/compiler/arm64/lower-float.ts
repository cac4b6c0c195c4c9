/**
 * Lowering of scalar floats. The machine's minimum, maximum, rounding, comparison and saturating conversion are those of wasm;
 * only the conversions that trap ask first.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {F32, I32} from '../ir/types.ts';
import {floatImmediate32, floatImmediate64} from './immediates.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {Convert, Pseudo} from './pseudo.ts';
import {rules} from './rules.ts';

const isSingle = (x: Arm64, v: Value): boolean => x.f.type(v) === F32;

export function floatConstant(x: Arm64, v: Value): void {
  const {l, b, f} = x;
  const d = l.reg(v);
  const single = isSingle(x, v);
  const [low, high] = [f.imm(v), single ? 0 : f.aux(v)];
  if (low === 0 && high === 0) {
    l.m.remat[d] = l.inst(Pseudo.fzero);
    return l.def(d);
  }
  const imm8 = single ? floatImmediate32(low) : floatImmediate64(low, high);
  if (imm8 >= 0 && l.allow(rules.floatImmediate)) {
    l.m.remat[d] = b.none(single ? Inst['fmov.s i'] : Inst['fmov.d i'], d, imm8);
    return;
  }
  const i = l.inst(Pseudo.fconst);
  l.m.imm[i] = single ? l.m.pool.add(low) : l.m.pool.add(low, high);
  l.m.remat[d] = i;
  l.def(d);
}

type Pair = readonly [single: number, double: number];
const pair = (single: InstName, double: InstName): Pair => [Inst[single], Inst[double]];
const rowOf = (x: Arm64, rows: Pair, v: Value): number => (isSingle(x, v) ? rows[0] : rows[1]);

function binary(name: 'fadd' | 'fsub' | 'fmul' | 'fdiv' | 'fmin' | 'fmax'): Lower {
  const rows = pair(`${name}.s`, `${name}.d`);
  return (x, v) => {
    x.b.two(rowOf(x, rows, v), x.l.reg(v), x.l.reg(x.f.a(v)), x.l.reg(x.f.b(v)));
  };
}

function unary(name: 'fabs' | 'fneg' | 'fsqrt' | 'frintn' | 'frintp' | 'frintm' | 'frintz'): Lower {
  const rows = pair(`${name}.s`, `${name}.d`);
  return (x, v) => {
    x.b.one(rowOf(x, rows, v), x.l.reg(v), x.l.reg(x.f.a(v)));
  };
}

/** The sign bit of one value put in the other. */
const fcopysign: Lower = (x, v) => {
  const {l, b, f} = x;
  const mask = l.temp(RegClass.float);
  const i = l.inst(Pseudo.fconst);
  l.m.imm[i] = isSingle(x, v) ? l.m.pool.add(-0x80000000) : l.m.pool.add(0, -0x80000000);
  l.m.remat[mask] = i;
  l.def(mask);
  b.tiedTwo(Inst['bit.8b'], l.reg(v), l.reg(f.a(v)), l.reg(f.b(v)), mask);
};

// ---- conversions

const letter = (x: Arm64, v: Value): 'w' | 'x' => (x.f.type(v) === I32 ? 'w' : 'x');
const floatLetter = (x: Arm64, v: Value): 's' | 'd' => (isSingle(x, v) ? 's' : 'd');

/** Float to integer; the machine saturates and makes 0 of NaN. */
function truncate(isUnsigned: boolean, traps: boolean): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const from = l.reg(f.a(v));
    const width = floatLetter(x, f.a(v));
    if (traps) {
      const i = l.inst(width === 's' ? Pseudo['range.s'] : Pseudo['range.d']);
      l.m.imm[i] = (isUnsigned ? Convert.unsigned : 0) | (x.is32(v) ? 0 : Convert.wide);
      l.read(from);
      l.scratch(RegClass.float);
    }
    b.one(Inst[`${isUnsigned ? 'fcvtzu' : 'fcvtzs'}.${letter(x, v)}.${width}`], l.reg(v), from);
  };
}

function convert(name: 'scvtf' | 'ucvtf'): Lower {
  return (x, v) => {
    const from = x.f.a(v);
    x.b.one(Inst[`${name}.${floatLetter(x, v)}.${letter(x, from)}`], x.l.reg(v), x.operand(from, from));
  };
}

const bitcast: Lower = (x, v) => {
  const {l, b, f} = x;
  const from = f.a(v);
  if (l.classOf(v) === RegClass.float) {
    const row = isSingle(x, v) ? Inst['fmov.s.w'] : Inst['fmov.d.x'];
    return void b.one(row, l.reg(v), x.operand(from, from));
  }
  b.one(isSingle(x, from) ? Inst['fmov.w.s'] : Inst['fmov.x.d'], l.reg(v), l.reg(from));
};

// biome-ignore format: a table
export const floatLowerings = {
  fadd: binary('fadd'), fsub: binary('fsub'), fmul: binary('fmul'), fdiv: binary('fdiv'),
  fmin: binary('fmin'), fmax: binary('fmax'), fcopysign, fabs: unary('fabs'), fneg: unary('fneg'), fsqrt: unary('fsqrt'),
  fceil: unary('frintp'), ffloor: unary('frintm'), ftrunc: unary('frintz'), fnearest: unary('frintn'),
  trunc_s: truncate(false, true), trunc_u: truncate(true, true),
  trunc_sat_s: truncate(false, false), trunc_sat_u: truncate(true, false),
  convert_s: convert('scvtf'), convert_u: convert('ucvtf'),
  demote: (x: Arm64, v: Value) => { x.b.one(Inst['fcvt.s.d'], x.l.reg(v), x.l.reg(x.f.a(v))); },
  promote: (x: Arm64, v: Value) => { x.b.one(Inst['fcvt.d.s'], x.l.reg(v), x.l.reg(x.f.a(v))); },
  bitcast,
} as const;
