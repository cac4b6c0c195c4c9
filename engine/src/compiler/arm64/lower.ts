/**
 * Lowering to AArch64: one function per SSA operation, most specific case first. Integers here; conditions, memory, floats,
 * control flow, vectors and atomics in files of their own. Flags are never clobbered between instructions: moves leave them.
 */
import {trapCode} from '#engine/base/traps.ts';
import {type Area, lowerCall, lowerLanding} from '../backend/lower-control.ts';
import {MachineLowering} from '../backend/machine-lowering.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir, type IrOp, opNames} from '../ir/ops.ts';
import {F32, F64, I64, type Type, V128} from '../ir/types.ts';
import {C_ARGUMENTS, conventionOf} from './abi.ts';
import {Builder, ZERO} from './builder.ts';
import {isArithmeticImmediate, logicalImmediate, logicalImmediate32} from './immediates.ts';
import {Cond, Inst} from './insts.ts';
import {atomicLowerings} from './lower-atomics.ts';
import {branchOn, compare, lowerSelect, trapIf, trapOn, trapWhen} from './lower-conditions.ts';
import {builtinCall, indirectCall, loadStack, storeStack} from './lower-control.ts';
import {floatConstant, floatLowerings} from './lower-float.ts';
import {extendsLane, laneStores} from './lower-lanes.ts';
import {extendingLoad, memoryLowerings} from './lower-memory.ts';
import {vectorConstant, vectorLowerings} from './lower-simd.ts';
import {sumsLanes} from './lower-vector-sums.ts';
import {wideLowerings} from './lower-wide.ts';
import {
  ADD,
  CMN,
  isShift,
  type LastOperand,
  lastOperand,
  logicRows,
  type Shifted,
  SUB,
  type Widths,
  widths,
} from './operands.ts';
import {Pseudo, Test} from './pseudo.ts';
import {X0, X9} from './regs.ts';
import {rules} from './rules.ts';

const DIVIDE_BY_ZERO = trapCode('integer-divide-by-zero');
const INTEGER_OVERFLOW = trapCode('integer-overflow');

const {const: CONST, iand: IAND, imul: IMUL, ishl: ISHL, ishr_u: ISHR_U, ixor: IXOR, extend_s: EXTEND_S} = Ir;

export type Lower = (x: Arm64, v: Value) => void;
export class Arm64 extends MachineLowering {
  readonly pseudo = Pseudo;
  readonly conventionOf = conventionOf;
  readonly cArguments = C_ARGUMENTS;
  readonly cResult = X0;
  readonly tailRegister = X9;
  readonly b = new Builder(this.l);

  lowerValue(v: Value): void {
    (byOp[this.f.op(v)] as Lower)(this, v);
  }

  // ---- control flow

  branch(v: Value): void {
    branchOn(this, v);
  }

  loadStack(area: Area, offset: number, type: Type, d: number): number {
    return loadStack(this, area, offset, type, d);
  }

  storeStack(area: Area, offset: number, type: Type, from: number): void {
    storeStack(this, area, offset, type, from);
  }

  indirectCall(v: Value): number {
    return indirectCall(this, v);
  }

  builtinCall(vmctx: number, offset: number): number {
    return builtinCall(this, vmctx, offset);
  }

  /** The return address stands in our own frame: nothing moves. */
  beforeTail(): readonly (readonly [number, number])[] {
    return [];
  }

  // ---- operands

  /** The same, or the zero register. */
  source(v: Value, like: Value): number {
    return this.isZero(v) && this.l.allow(rules.zero) ? ZERO : this.operand(v, like);
  }

  /** Whether a value is an integer (or reference) constant of which all bits are zero. */
  isZero(v: Value): boolean {
    return this.l.imm32(v) === 0;
  }

  /** A constant that add and sub can hold, perhaps negated. */
  arithmetic(v: Value): number | null {
    const imm = this.l.imm32(v);
    return imm !== null && isArithmeticImmediate(Math.abs(imm)) && this.l.allow(rules.immediate) ? imm : null;
  }

  /** The words of a constant that a logical instruction as wide as the value can hold. */
  logical(value: Value): readonly [number, number] | null {
    const {l, f} = this;
    const v = l.plain(value);
    if (f.op(v) !== CONST || l.classOf(v) !== RegClass.int) return null;
    const low = f.imm(v);
    const high = f.type(v) === I64 ? f.aux(v) : 0;
    const field = this.is32(value) ? logicalImmediate32(low) : logicalImmediate(low, high);
    return field >= 0 && l.allow(rules.logical) ? [low, this.is32(value) ? 0 : high] : null;
  }

  /** An operation of a given kind that only the instruction at hand wants, as wide as it. */
  isPart(v: Value, op: number, like: Value): boolean {
    return this.f.op(v) === op && this.f.type(v) === this.f.type(like) && this.l.isSingleUse(v);
  }
}

// ---- shapes

/** `d := a op last` */
function withLast(x: Arm64, d: number, a: number, last: LastOperand): void {
  x.b.two(last.row, d, a, last.register, last.amount);
}

/** Whether the left of two exchangeable operands is the one to be taken in. */
function prefersLeft(x: Arm64, v: Value, isPart: (operand: Value) => boolean): boolean {
  return !isPart(x.f.b(v)) && isPart(x.f.a(v));
}

// ---- arithmetic

const MADD = widths('madd.w', 'madd.x');
const MSUB = widths('msub.w', 'msub.x');
const MUL = widths('mul.w', 'mul.x');
const MNEG = widths('mneg.w', 'mneg.x');
const NEG: Shifted = {
  r: widths('neg.w r', 'neg.x r'),
  lsl: widths('neg.w lsl', 'neg.x lsl'),
  lsr: widths('neg.w lsr', 'neg.x lsr'),
  asr: widths('neg.w asr', 'neg.x asr'),
  ror: null,
};

const iadd: Lower = (x, v) => {
  const {l, b, f} = x;
  if (sumsLanes(x, v)) return;
  const d = l.reg(v);
  const imm = x.arithmetic(f.b(v));
  if (imm !== null) return addConstant(x, v, d, x.operand(f.a(v), v), imm);
  const isProduct = (operand: Value): boolean => x.isPart(operand, IMUL, v);
  if (isProduct(f.a(v)) || isProduct(f.b(v))) {
    const [product, other] = isProduct(f.b(v)) ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
    if (l.allow(rules.multiplyAdd))
      return void b.three(
        x.row(MADD, v),
        d,
        x.operand(f.a(product), v),
        x.operand(f.b(product), v),
        x.operand(other, v),
      );
  }
  const swaps = prefersLeft(x, v, (operand) => isShift(x, operand, v) || x.isPart(operand, EXTEND_S, v));
  const [left, right] = swaps ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
  const first = x.operand(left, v);
  withLast(x, d, first, lastOperand(x, ADD, right, v));
};

/** d := a + imm, whose magnitude an instruction can hold. */
export function addConstant(x: Arm64, like: Value, d: number, a: number, imm: number): void {
  x.b.one(x.row(imm < 0 ? SUB.i : ADD.i, like), d, a, Math.abs(imm));
}

const isub: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const imm = x.arithmetic(f.b(v));
  if (imm !== null) return addConstant(x, v, d, x.operand(f.a(v), v), -imm);
  const product = f.b(v);
  const isFromZero = x.isZero(f.a(v)) && l.allow(rules.negated);
  if (x.isPart(product, IMUL, v) && l.allow(rules.multiplyAdd)) {
    const [left, right] = [x.operand(f.a(product), v), x.operand(f.b(product), v)];
    if (isFromZero) return void b.two(x.row(MNEG, v), d, left, right);
    return void b.three(x.row(MSUB, v), d, left, right, x.operand(f.a(v), v));
  }
  if (isFromZero) {
    const last = lastOperand(x, NEG, f.b(v), v);
    return void b.one(last.row, d, last.register, last.amount);
  }
  const first = x.operand(f.a(v), v);
  withLast(x, d, first, lastOperand(x, SUB, f.b(v), v));
};

const imul: Lower = (x, v) => {
  x.b.two(x.row(MUL, v), x.l.reg(v), x.operand(x.f.a(v), v), x.operand(x.f.b(v), v));
};

const SDIV = widths('sdiv.w', 'sdiv.x');
const UDIV = widths('udiv.w', 'udiv.x');

/** The machine divides by zero (0) and MIN by -1 (MIN): what traps is checked first. */
function divide(isSigned: boolean, isRemainder: boolean): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const d = l.reg(v);
    const [a, divisor] = [x.operand(f.a(v), v), x.operand(f.b(v), v)];
    const known = knownDivisor(x, f.b(v));
    if (!known.isNotZero) trapWhen(x, x.is32(v) ? Test.zero32 : Test.zero64, divisor, DIVIDE_BY_ZERO);
    if (isSigned && !isRemainder && !known.isNotMinusOne) {
      // a is MIN when a - 1 overflows; asked only when the divisor is -1.
      b.reads(x.row(CMN.i, v), divisor, 1);
      b.reads(x.row(CCMP_I, v), a, 1, 0, Cond.eq);
      trapIf(x, Cond.vs, INTEGER_OVERFLOW);
    }
    const row = x.row(isSigned ? SDIV : UDIV, v);
    if (!isRemainder) return void b.two(row, d, a, divisor);
    const quotient = l.temp(RegClass.int);
    b.two(row, quotient, a, divisor);
    b.three(x.row(MSUB, v), d, quotient, divisor, a);
  };
}

const CCMP_I = widths('ccmp.w i', 'ccmp.x i');

function knownDivisor(x: Arm64, v: Value): {isNotZero: boolean; isNotMinusOne: boolean} {
  const {l, f} = x;
  const plain = l.plain(v);
  if (f.op(plain) !== CONST || !l.allow(rules.divisor)) return {isNotZero: false, isNotMinusOne: false};
  const imm = l.imm32(v);
  return {isNotZero: imm !== 0, isNotMinusOne: imm !== -1};
}

// ---- logic

interface Logic {
  readonly plain: Shifted;
  /** With the last operand inverted. */
  readonly inverted: Shifted;
  readonly i: Widths;
}
const AND: Logic = {plain: logicRows('and'), inverted: logicRows('bic'), i: widths('and.w i', 'and.x i')};
const ORR: Logic = {plain: logicRows('orr'), inverted: logicRows('orn'), i: widths('orr.w i', 'orr.x i')};
const EOR: Logic = {plain: logicRows('eor'), inverted: logicRows('eon'), i: widths('eor.w i', 'eor.x i')};
const MVN: Shifted = {
  r: widths('mvn.w r', 'mvn.x r'),
  lsl: widths('mvn.w lsl', 'mvn.x lsl'),
  lsr: widths('mvn.w lsr', 'mvn.x lsr'),
  asr: widths('mvn.w asr', 'mvn.x asr'),
  ror: widths('mvn.w ror', 'mvn.x ror'),
};

/** Whether a value is the complement of another, for the instruction at hand alone. */
function isComplement(x: Arm64, v: Value, like: Value): boolean {
  return x.isPart(v, IXOR, like) && x.l.imm32(x.f.b(v)) === -1;
}

function logic(rows: Logic, x: Arm64, v: Value): void {
  const {l, b, f} = x;
  const d = l.reg(v);
  const imm = x.logical(f.b(v));
  if (imm !== null) return void b.one(x.row(rows.i, v), d, x.operand(f.a(v), v), imm[0], imm[1]);
  const swapsInverted = prefersLeft(x, v, (operand) => isComplement(x, operand, v));
  const [other, inverse] = swapsInverted ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
  if (isComplement(x, inverse, v) && l.allow(rules.negated)) {
    const first = x.operand(other, v);
    return withLast(x, d, first, lastOperand(x, rows.inverted, f.a(inverse), v));
  }
  const swaps = prefersLeft(x, v, (operand) => isShift(x, operand, v));
  const [left, right] = swaps ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
  const first = x.operand(left, v);
  withLast(x, d, first, lastOperand(x, rows.plain, right, v));
}

const UBFM = widths('ubfm.w', 'ubfm.x');
const SBFM = widths('sbfm.w', 'sbfm.x');

/** Ones of a constant that is a run from bit 0, else 0. */
function lowMask(x: Arm64, v: Value): number {
  const {l, f} = x;
  const plain = l.plain(v);
  if (f.op(plain) !== CONST) return 0;
  const bits = BigInt.asUintN(32, BigInt(f.imm(plain))) | (x.f.type(plain) === I64 ? BigInt(f.aux(plain)) << 32n : 0n);
  const value = BigInt.asUintN(64, bits);
  return value !== 0n && (value & (value + 1n)) === 0n ? value.toString(2).length : 0;
}

/** (a >> k) & mask as one extraction. */
const iand: Lower = (x, v) => {
  const {l, b, f} = x;
  const shift = f.a(v);
  const width = x.is32(v) ? 32 : 64;
  const ones = lowMask(x, f.b(v));
  if (ones > 0 && ones < width && x.isPart(shift, ISHR_U, v)) {
    const count = l.imm32(f.b(shift));
    if (count !== null && l.allow(rules.bitField)) {
      const low = count & (width - 1);
      b.one(x.row(UBFM, v), l.reg(v), x.operand(f.a(shift), v), low, Math.min(low + ones, width) - 1);
      return;
    }
  }
  logic(AND, x, v);
};

const ixor: Lower = (x, v) => {
  if (x.l.imm32(x.f.b(v)) === -1 && x.l.allow(rules.negated)) {
    const d = x.l.reg(v);
    const last = lastOperand(x, MVN, x.f.a(v), v);
    return void x.b.one(last.row, d, last.register, last.amount);
  }
  logic(EOR, x, v);
};

// ---- shifts

const VARIABLE = {
  ishl: widths('lsl.w', 'lsl.x'),
  ishr_s: widths('asr.w', 'asr.x'),
  ishr_u: widths('lsr.w', 'lsr.x'),
  irotr: widths('ror.w', 'ror.x'),
} as const;

function shift(op: keyof typeof VARIABLE): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const d = l.reg(v);
    const imm = l.imm32(f.b(v));
    if (imm !== null && l.allow(rules.immediate))
      return shiftBy(x, v, d, op, imm & (x.is32(v) ? 31 : 63), x.is32(v) ? 32 : 64);
    b.two(x.row(VARIABLE[op], v), d, x.operand(f.a(v), v), l.low(f.b(v)));
  };
}

const ROR_I = widths('ror.w i', 'ror.x i');

/** All shifts by a constant are bit-field moves; with another shift or a mask below they become one. */
function shiftBy(x: Arm64, v: Value, d: number, op: keyof typeof VARIABLE, count: number, width: number): void {
  const {l, b, f} = x;
  const a = f.a(v);
  const inner = x.isPart(a, ISHL, v) ? l.imm32(f.b(a)) : null;
  const [from, low, high] =
    inner !== null && (op === 'ishr_s' || op === 'ishr_u') && (inner & (width - 1)) <= count && l.allow(rules.bitField)
      ? [f.a(a), count - (inner & (width - 1)), width - 1 - (inner & (width - 1))]
      : [a, count, width - 1];
  switch (op) {
    case 'ishl': {
      const ones = x.isPart(a, IAND, v) ? lowMask(x, f.b(a)) : 0;
      const isField = ones > 0 && l.allow(rules.bitField);
      const bits = isField ? Math.min(ones, width - count) : width - count;
      const source = x.operand(isField ? f.a(a) : a, v);
      return void b.one(x.row(UBFM, v), d, source, (width - count) & (width - 1), bits - 1);
    }
    case 'ishr_u':
      return void b.one(x.row(UBFM, v), d, x.operand(from, v), low, high);
    case 'ishr_s':
      return void b.one(x.row(SBFM, v), d, x.operand(from, v), low, high);
    case 'irotr':
      return void b.one(x.row(ROR_I, v), d, x.operand(a, v), count);
  }
}

const irotl: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const width = x.is32(v) ? 32 : 64;
  const imm = l.imm32(f.b(v));
  const a = x.operand(f.a(v), v);
  if (imm !== null && l.allow(rules.immediate)) return void b.one(x.row(ROR_I, v), d, a, (width - imm) & (width - 1));
  const count = l.temp(RegClass.int);
  b.one(Inst['neg.w r'], count, l.low(f.b(v)));
  b.two(x.row(VARIABLE.irotr, v), d, a, count);
};

// ---- bits and widths

const CLZ = widths('clz.w', 'clz.x');
const RBIT = widths('rbit.w', 'rbit.x');

const ictz: Lower = (x, v) => {
  const reversed = x.l.temp(RegClass.int);
  x.b.one(x.row(RBIT, v), reversed, x.operand(x.f.a(v), v));
  x.b.one(x.row(CLZ, v), x.l.reg(v), reversed);
};

/** Only vectors can count. */
const ipopcnt: Lower = (x, v) => {
  const {l, b, f} = x;
  const [value, bytes, sum] = [l.temp(RegClass.float), l.temp(RegClass.float), l.temp(RegClass.float)];
  const isNarrow = x.is32(v);
  b.one(isNarrow ? Inst['fmov.s.w'] : Inst['fmov.d.x'], value, x.operand(f.a(v), v));
  b.one(Inst['cnt.8b'], bytes, value);
  b.one(Inst['addv.8b'], sum, bytes);
  b.one(Inst['fmov.w.s'], l.reg(v), sum);
};

/** Sign extension of the low bits, into 32 or 64 bits. */
function extend(rows: Widths): Lower {
  return (x, v) => {
    x.b.one(x.row(rows, v), x.l.reg(v), x.l.low(x.f.a(v)));
  };
}

const extend_s: Lower = (x, v) => {
  if (!extendingLoad(x, v) && !extendsLane(x, v)) x.b.one(Inst.sxtw, x.l.reg(v), x.l.low(x.f.a(v)));
};

const wrap: Lower = (x, v) => {
  x.b.one(Inst['mov.w'], x.l.reg(v), x.l.reg(x.f.a(v)));
};

// ---- constants and the rest

const constant: Lower = (x, v) => {
  const type = x.f.type(v);
  if (type === V128) return vectorConstant(x, v);
  if (type === F32 || type === F64) return floatConstant(x, v);
  x.b.constantTo(x.l.reg(v), x.f.imm(v), type === I64 ? x.f.aux(v) : 0);
};

const nothing: Lower = () => {};
const misplaced: Lower = (x, v) => {
  throw new Error(`${opNames[x.f.op(v)]} is not lowered by itself`);
};

// biome-ignore format: a table
export const lowerings = {
  ...vectorLowerings, ...wideLowerings, ...atomicLowerings, ...floatLowerings, ...memoryLowerings, ...laneStores,
  none: misplaced, const: constant, param: misplaced, result: nothing,
  iadd, isub, imul, iand, ior: (x, v) => logic(ORR, x, v), ixor,
  idiv_s: divide(true, false), idiv_u: divide(false, false), irem_s: divide(true, true), irem_u: divide(false, true),
  ishl: shift('ishl'), ishr_s: shift('ishr_s'), ishr_u: shift('ishr_u'), irotl, irotr: shift('irotr'),
  iclz: (x, v) => { x.b.one(x.row(CLZ, v), x.l.reg(v), x.operand(x.f.a(v), v)); }, ictz, ipopcnt,
  iextend8_s: extend(widths('sxtb.w', 'sxtb.x')), iextend16_s: extend(widths('sxth.w', 'sxth.x')),
  iextend32_s: extend([Inst.sxtw, Inst.sxtw]),
  ieqz: compare, ieq: compare, ine: compare, ilt_s: compare, ilt_u: compare, igt_s: compare, igt_u: compare,
  ile_s: compare, ile_u: compare, ige_s: compare, ige_u: compare,
  feq: compare, fne: compare, flt: compare, fgt: compare, fle: compare, fge: compare,
  wrap, extend_s, extend_u: nothing, select: lowerSelect,
  call: lowerCall, call_ref_code: lowerCall, call_builtin: lowerCall, landing: lowerLanding,
  trap_if: (x, v) => { trapOn(x, x.f.a(v), x.f.imm(v)); },
  jump: misplaced, br_if: misplaced, br_table: misplaced, br_unwind: misplaced, return: misplaced, return_call: misplaced,
  return_call_ref_code: misplaced, trap: misplaced,
} satisfies Record<IrOp, Lower>;

const byOp: readonly Lower[] = opNames.map((name) => lowerings[name]);
