/**
 * Lowering of scalar floats. The machine's minimum, maximum, rounding, comparison and saturating conversion are those of wasm;
 * only the conversions that trap ask first.
 */
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {F32, I32} from '../ir/types.ts';
import {Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {defineConstant} from './lower-constant.ts';
import {Convert, Pseudo} from './pseudo.ts';
import {rules} from './rules.ts';

const isSingle = (x: Arm64, v: Value): boolean => x.f.type(v) === F32;

export function floatConstant(x: Arm64, v: Value): void {
  const {l, f} = x;
  defineConstant(x, l.reg(v), isSingle(x, v) ? [f.imm(v)] : [f.imm(v), f.aux(v)]);
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

/** A sign taken from, or changed in, the result of an operation that only it wants. */
function withSign(name: 'fabs' | 'fneg', part: 'fsub' | 'fmul', together: 'fabd' | 'fnmul'): Lower {
  const [alone, rows] = [unary(name), pair(`${together}.s`, `${together}.d`)];
  return (x, v) => {
    const from = x.f.a(v);
    if (!x.isPart(from, Ir[part], v) || !x.l.allow(rules.floatSign)) return alone(x, v);
    x.b.two(rowOf(x, rows, v), x.l.reg(v), x.l.reg(x.f.a(from)), x.l.reg(x.f.b(from)));
  };
}

/** The sign of b moves to the lowest bit, and from there over that of a. */
const fcopysign: Lower = (x, v) => {
  const {l, b, f} = x;
  const sign = l.temp(RegClass.float);
  const bits = isSingle(x, v) ? 32 : 64;
  b.one(bits === 32 ? Inst['ushr.2s'] : Inst['ushr.d'], sign, l.reg(f.b(v)), bits - 1);
  const i = b.tied(bits === 32 ? Inst['sli.2s'] : Inst['sli.d'], l.reg(v), l.reg(f.a(v)), sign);
  l.m.imm[i] = bits - 1;
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
  fmin: binary('fmin'), fmax: binary('fmax'), fcopysign, fabs: withSign('fabs', 'fsub', 'fabd'), fneg: withSign('fneg', 'fmul', 'fnmul'), fsqrt: unary('fsqrt'),
  fceil: unary('frintp'), ffloor: unary('frintm'), ftrunc: unary('frintz'), fnearest: unary('frintn'),
  trunc_s: truncate(false, true), trunc_u: truncate(true, true),
  trunc_sat_s: truncate(false, false), trunc_sat_u: truncate(true, false),
  convert_s: convert('scvtf'), convert_u: convert('ucvtf'),
  demote: (x: Arm64, v: Value) => { x.b.one(Inst['fcvt.s.d'], x.l.reg(v), x.l.reg(x.f.a(v))); },
  promote: (x: Arm64, v: Value) => { x.b.one(Inst['fcvt.d.s'], x.l.reg(v), x.l.reg(x.f.a(v))); },
  bitcast,
} as const;
