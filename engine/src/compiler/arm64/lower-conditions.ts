/**
 * Lowering of what depends on a condition: comparisons, chains of them, branches, selections, conditional traps. A condition
 * is a condition code after an instruction that set the flags, or a test of a register (pseudo.ts) where no flags are needed.
 */
import {COMPARISONS} from '../backend/lower.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {RuleId} from '../fuel.ts';
import type {Value} from '../ir/func.ts';
import {Ir, type IrOp, opNames} from '../ir/ops.ts';
import {F32, I32} from '../ir/types.ts';
import {ZERO} from './builder.ts';
import {Cond, Inst} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {isVectorTest, setVectorTest} from './lower-vector-tests.ts';
import {CMN, CMP, lastOperand, TST, type Widths, widths} from './operands.ts';
import {Pseudo, Test} from './pseudo.ts';
import {rules} from './rules.ts';

const {iand: IAND, ior: IOR, ieqz: IEQZ, iadd: IADD, isub: ISUB, ixor: IXOR, ieq: IEQ, ine: INE} = Ir;

/** Condition of each comparison, and of the same with its operands exchanged. Floats: false when unordered, but for `ne`. */
const CONDITIONS: Partial<Record<IrOp, readonly [straight: number, exchanged: number]>> = {
  ieqz: [Cond.eq, Cond.eq],
  ieq: [Cond.eq, Cond.eq],
  ine: [Cond.ne, Cond.ne],
  ilt_s: [Cond.lt, Cond.gt],
  ilt_u: [Cond.cc, Cond.hi],
  igt_s: [Cond.gt, Cond.lt],
  igt_u: [Cond.hi, Cond.cc],
  ile_s: [Cond.le, Cond.ge],
  ile_u: [Cond.ls, Cond.cs],
  ige_s: [Cond.ge, Cond.le],
  ige_u: [Cond.cs, Cond.ls],
  feq: [Cond.eq, Cond.eq],
  fne: [Cond.ne, Cond.ne],
  flt: [Cond.mi, Cond.gt],
  fgt: [Cond.gt, Cond.mi],
  fle: [Cond.ls, Cond.ge],
  fge: [Cond.ge, Cond.ls],
};
const STRAIGHT = new Int8Array(opNames.length).fill(-1);
const EXCHANGED = new Int8Array(opNames.length).fill(-1);
for (const [name, [straight, exchanged]] of Object.entries(CONDITIONS)) {
  STRAIGHT[Ir[name as IrOp]] = straight;
  EXCHANGED[Ir[name as IrOp]] = exchanged;
}

/** Flags (nzcv) under which a condition holds; those of its opposite are the ones under which it does not. */
const FLAGS_OF: readonly number[] = [4, 0, 2, 0, 8, 0, 1, 0, 2, 0, 0, 8, 0, 4];

const isFloat = (x: Arm64, v: Value): boolean => x.l.classOf(v) !== RegClass.int;

/** A comparison that only the instruction at hand wants. */
const isOwn = (x: Arm64, v: Value): boolean => COMPARISONS[x.f.op(v)] === 1 && x.l.isSingleUse(v);

// ---- setting flags

const TST_I = widths('tst.w i', 'tst.x i');

/** Sets the flags for a comparison; the condition under which it holds. */
function setFlags(x: Arm64, v: Value): number {
  const {f} = x;
  const op = f.op(v);
  if (op === IEQZ) {
    if (isVectorTest(x, f.a(v)) && x.l.allow(rules.vectorTest)) return setVectorTest(x, f.a(v)) ^ 1;
    compareZero(x, f.a(v));
    return Cond.eq;
  }
  if (isFloat(x, f.a(v))) return compareFloats(x, v);
  return compareIntegers(x, v);
}

/** Flags of a value against zero; of a single-use `and` directly. */
function compareZero(x: Arm64, value: Value): void {
  const {l, b, f} = x;
  if (x.isPart(value, IAND, value) && l.allow(rules.test)) {
    const imm = x.logical(f.b(value));
    const a = x.operand(f.a(value), value);
    if (imm !== null) return void b.reads(x.row(TST_I, value), a, imm[0], imm[1]);
    const last = lastOperand(x, TST, f.b(value), value);
    return void b.readsTwo(last.row, a, last.register, last.amount);
  }
  b.reads(x.row(CMP.i, value), x.operand(value, value), 0);
}

/** A comparison of `left` with zero whose condition looks at the sign and zero flags alone may test an `and`. */
const testsZeroOnly = (op: number): boolean => op === IEQ || op === INE;

function compareIntegers(x: Arm64, v: Value): number {
  const {b, f} = x;
  const op = f.op(v);
  const [left, right] = [f.a(v), f.b(v)];
  if (testsZeroOnly(op) && x.isZero(right)) {
    compareZero(x, left);
    return STRAIGHT[op] as number;
  }
  const imm = x.arithmetic(right);
  if (imm !== null) {
    b.reads(x.row(imm < 0 ? CMN.i : CMP.i, left), x.operand(left, left), Math.abs(imm));
    return STRAIGHT[op] as number;
  }
  const swapped = x.arithmetic(left);
  if (swapped !== null) {
    b.reads(x.row(swapped < 0 ? CMN.i : CMP.i, right), x.operand(right, right), Math.abs(swapped));
    return EXCHANGED[op] as number;
  }
  const first = x.operand(left, left);
  const last = lastOperand(x, CMP, right, left);
  b.readsTwo(last.row, first, last.register, last.amount);
  return STRAIGHT[op] as number;
}

function compareFloats(x: Arm64, v: Value): number {
  const {l, b, f} = x;
  const [left, right] = [f.a(v), f.b(v)];
  const isSingle = f.type(left) === F32;
  const first = l.reg(left);
  if (isFloatZero(x, right) && l.allow(rules.zero)) b.reads(isSingle ? Inst['fcmp.s 0'] : Inst['fcmp.d 0'], first);
  else b.readsTwo(isSingle ? Inst['fcmp.s'] : Inst['fcmp.d'], first, l.reg(right));
  return STRAIGHT[f.op(v)] as number;
}

function isFloatZero({f, l}: Arm64, v: Value): boolean {
  return l.isConst(v) && f.imm(v) === 0 && (f.type(v) === F32 || f.aux(v) === 0);
}

// ---- chains

const CCMP = {r: widths('ccmp.w r', 'ccmp.x r'), i: widths('ccmp.w i', 'ccmp.x i')};
const CCMN_I = widths('ccmn.w i', 'ccmn.x i');

/**
 * Flags of a condition, a comparison or a chain of them, and the code under which it holds. `a && b` compares for b only
 * where a holds and otherwise makes b false; `a || b` compares where a fails and otherwise makes b true.
 */
function setCondition(x: Arm64, v: Value): number {
  const {f} = x;
  if (COMPARISONS[f.op(v)] === 1) return setFlags(x, v);
  const isAnd = f.op(v) === IAND;
  const [first, last] = chainParts(x, v);
  const before = setCondition(x, first);
  return compareWhen(x, last, isAnd ? before : before ^ 1, !isAnd);
}

/** Compares under a condition of the flags; where it does not hold, the comparison `holds` or not. */
function compareWhen(x: Arm64, v: Value, when: number, holds: boolean): number {
  const {l, b, f} = x;
  const op = f.op(v);
  const condition = STRAIGHT[op] as number;
  const flags = FLAGS_OF[holds ? condition : condition ^ 1] as number;
  const left = f.a(v);
  if (isFloat(x, left)) {
    b.readsTwo(f.type(left) === F32 ? Inst['fccmp.s'] : Inst['fccmp.d'], l.reg(left), l.reg(f.b(v)), flags, when);
    return condition;
  }
  const imm = op === IEQZ ? 0 : x.arithmetic(f.b(v));
  const a = x.operand(left, left);
  if (imm !== null && imm >= 0 && imm < 32) b.reads(x.row(CCMP.i, left), a, imm, flags, when);
  else if (imm !== null && imm < 0 && imm > -32) b.reads(x.row(CCMN_I, left), a, -imm, flags, when);
  else b.readsTwo(x.row(CCMP.r, left), a, x.operand(f.b(v), left), flags, when);
  return condition;
}

/** The two conditions of an `and` or `or` that is a chain for one user; the last is a plain comparison. */
function chainParts({f}: Arm64, v: Value): readonly [Value, Value] {
  return COMPARISONS[f.op(f.b(v))] === 1 ? [f.a(v), f.b(v)] : [f.b(v), f.a(v)];
}

/** Longest chain: each part keeps its operands in registers until the last comparison. */
const LONGEST = 4;

function isChain(x: Arm64, v: Value, depth = 1): boolean {
  const {f, l} = x;
  if ((f.op(v) !== IAND && f.op(v) !== IOR) || f.type(v) !== I32 || !l.isSingleUse(v) || f.a(v) === f.b(v))
    return false;
  const [first, last] = chainParts(x, v);
  if (!isOwn(x, last)) return false;
  return isOwn(x, first) || (depth < LONGEST && isChain(x, first, depth + 1));
}

/** Whether flags alone can tell the value, a condition that nobody else wants, and the rule allows it. */
function isFused(x: Arm64, v: Value, rule: RuleId): boolean {
  if (isOwn(x, v)) return x.l.allow(rule);
  return isChain(x, v) && x.l.allow(rules.chain);
}

/** Flags for `v != 0`, by the comparison itself when v is one that nobody else wants; the condition is returned. */
function condition(x: Arm64, v: Value, rule: RuleId): number {
  if (isFused(x, v, rule)) return setCondition(x, v);
  if (isVectorTest(x, v) && x.l.allow(rules.vectorTest)) return setVectorTest(x, v);
  x.b.reads(Inst['cmp.w i'], x.l.low(v), 0);
  return Cond.ne;
}

// ---- branches and traps

interface RegisterTest {
  readonly test: number;
  readonly register: number;
  readonly bit: number;
}

/** A test of one register that means `v != 0`, null when the flags are to be set. */
function registerTest(x: Arm64, v: Value): RegisterTest | null {
  const {l, f} = x;
  if (!isOwn(x, v)) {
    if (isChain(x, v) || isVectorTest(x, v)) return null;
    return bitTest(x, v, true) ?? {test: Test.notZero32, register: l.low(v), bit: 0};
  }
  const op = f.op(v);
  const value = f.a(v);
  if (isFloat(x, value)) return null;
  const isEqual = op === IEQZ || (op === IEQ && x.isZero(f.b(v)));
  if (op === IEQZ && isVectorTest(x, value)) return null;
  if (isEqual || (op === INE && x.isZero(f.b(v)))) {
    if (!l.allow(rules.branchZero)) return null;
    const bit = bitTest(x, value, !isEqual);
    if (bit !== null) return bit;
    // tst and b.eq where the mask has several bits.
    if (x.isPart(value, IAND, value)) return null;
    const test = (x.is32(value) ? Test.zero32 : Test.zero64) ^ (isEqual ? 0 : 1);
    return {test, register: x.operand(value, value), bit: 0};
  }
  return signTest(x, v);
}

/** x & (1 << k) as a test of a bit. */
function bitTest(x: Arm64, v: Value, isSet: boolean): RegisterTest | null {
  const {l, f} = x;
  if (!x.isPart(v, IAND, v) || !l.isConst(f.b(v))) return null;
  const mask = l.plain(f.b(v));
  const [low, high] = [f.imm(mask), x.is32(mask) ? 0 : f.aux(mask)];
  const isPower =
    (low === 0 && high !== 0 && (high & (high - 1)) === 0) || (high === 0 && low !== 0 && (low & (low - 1)) === 0);
  if (!isPower || !l.allow(rules.branchBit)) return null;
  const bit = low === 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(low);
  return {test: isSet ? Test.bitSet : Test.bitClear, register: x.operand(f.a(v), v), bit};
}

/** x < 0 and x >= 0 as tests of the sign. */
function signTest(x: Arm64, v: Value): RegisterTest | null {
  const {l, f} = x;
  const op = f.op(v);
  if ((op !== Ir.ilt_s && op !== Ir.ige_s) || !x.isZero(f.b(v)) || !l.allow(rules.branchBit)) return null;
  const value = f.a(v);
  return {
    test: op === Ir.ilt_s ? Test.bitSet : Test.bitClear,
    register: x.operand(value, value),
    bit: x.is32(value) ? 31 : 63,
  };
}

/** Branches to the first successor when v is not zero. */
export function branchOn(x: Arm64, v: Value): void {
  const {l} = x;
  const tested = registerTest(x, v);
  const test = tested === null ? condition(x, v, rules.branch) : tested.test;
  const i = l.inst(Pseudo.branch);
  l.m.imm[i] = test;
  if (tested === null) return;
  l.m.high[i] = tested.bit;
  l.read(tested.register);
}

/** Traps when v is not zero. */
export function trapOn(x: Arm64, v: Value, code: number): void {
  const tested = registerTest(x, v);
  if (tested === null) return void trapIf(x, condition(x, v, rules.trap), code);
  const i = trapWhen(x, tested.test, tested.register, code);
  x.l.m.disp[i] = tested.bit;
}

/** Traps with `code` when the condition holds. */
export function trapIf(x: Arm64, test: number, code: number): number {
  const i = x.l.inst(Pseudo['trap.if']);
  x.l.m.imm[i] = test;
  x.l.m.high[i] = code;
  return i;
}

/** Traps with `code` when the test of a register holds. */
export function trapWhen(x: Arm64, test: number, register: number, code: number): number {
  const i = trapIf(x, test, code);
  x.l.read(register);
  return i;
}

// ---- values of conditions

/** A comparison whose 0 or 1 is wanted in a register. */
export const compare: Lower = (x, v) => {
  const d = x.l.reg(v);
  const holds = setFlags(x, v);
  x.b.two(Inst['csinc.w'], d, ZERO, ZERO, holds ^ 1);
};

const CSEL = widths('csel.w', 'csel.x');
const CSINC = widths('csinc.w', 'csinc.x');
const CSINV = widths('csinv.w', 'csinv.x');
const CSNEG = widths('csneg.w', 'csneg.x');

export const lowerSelect: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const [yes, no] = [f.b(v), f.c(v)];
  const regClass = l.classOf(v);
  if (regClass === RegClass.int) return selectInteger(x, v, d);
  const [a, c] = [l.reg(yes), l.reg(no)];
  const holds = condition(x, f.a(v), rules.select);
  if (regClass === RegClass.float)
    return void b.two(f.type(v) === F32 ? Inst['fcsel.s'] : Inst['fcsel.d'], d, a, c, holds);
  const i = l.inst(Pseudo['select.v']);
  l.m.imm[i] = holds;
  l.defTied(d);
  l.readTied(c);
  l.read(a);
};

/** The second operand of a selection may be incremented, inverted or negated on the way. */
function selectInteger(x: Arm64, v: Value, d: number): void {
  const {b, f} = x;
  const [yes, no] = [f.b(v), f.c(v)];
  const stepNo = stepOf(x, no, v);
  const stepYes = stepNo === null ? stepOf(x, yes, v) : null;
  if (stepNo !== null) {
    const a = x.source(yes, v);
    const holds = condition(x, f.a(v), rules.select);
    return void b.two(x.row(stepNo.rows, v), d, a, stepNo.register, holds);
  }
  if (stepYes !== null) {
    const c = x.source(no, v);
    const holds = condition(x, f.a(v), rules.select);
    return void b.two(x.row(stepYes.rows, v), d, c, stepYes.register, holds ^ 1);
  }
  const [a, c] = [x.source(yes, v), x.source(no, v)];
  const holds = condition(x, f.a(v), rules.select);
  b.two(x.row(CSEL, v), d, a, c, holds);
}

interface Step {
  readonly rows: Widths;
  readonly register: number;
}

/** A value that is another one incremented (1: zero incremented), inverted (-1: zero inverted) or negated. */
function stepOf(x: Arm64, v: Value, like: Value): Step | null {
  const {l, f} = x;
  const imm = l.imm32(v);
  if ((imm === 1 || imm === -1) && l.allow(rules.selectStep)) return {rows: imm === 1 ? CSINC : CSINV, register: ZERO};
  const [isSum, isInverse, isNegation] = [
    x.isPart(v, IADD, like) && l.imm32(f.b(v)) === 1,
    x.isPart(v, IXOR, like) && l.imm32(f.b(v)) === -1,
    x.isPart(v, ISUB, like) && l.imm32(f.a(v)) === 0,
  ];
  if ((!isSum && !isInverse && !isNegation) || !l.allow(rules.selectStep)) return null;
  return {
    rows: isSum ? CSINC : isInverse ? CSINV : CSNEG,
    register: x.operand(isNegation ? f.b(v) : f.a(v), like),
  };
}
