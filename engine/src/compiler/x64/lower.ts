/**
 * Lowering to x86-64: one function per SSA operation, most specific case first. Two-address form, fixed registers and moves
 * are the allocator's business: rows and pseudo-instructions say what they need. Floats: lower-float.ts; calls and
 * branches: lower-control.ts.
 */
import {trapCode} from '#engine/base/traps.ts';
import {CpuFeature} from '#engine/runtime/layout.ts';
import {COMPARISONS} from '../backend/lower.ts';
import {type Area, lowerCall, lowerLanding} from '../backend/lower-control.ts';
import {MachineLowering} from '../backend/machine-lowering.ts';
import {type MFunc, RegClass} from '../backend/mfunc.ts';
import type {BackendOptions} from '../backend/target.ts';
import type {Func, Value} from '../ir/func.ts';
import {Ir, type IrOp, MemoryAccess, opNames} from '../ir/ops.ts';
import {F32, F64, I32, I64, type Type, V128} from '../ir/types.ts';
import {vectorOps} from '../ir/vector-ops.ts';
import {C_ARGUMENTS, conventionOf} from './abi.ts';
import {Builder, MEMORY} from './builder.ts';
import {Cond, Inst, type InstName} from './insts.ts';
import {atomicLowerings} from './lower-atomics.ts';
import {beforeTail, builtinCall, indirectCall, loadStack, storeStack} from './lower-control.ts';
import {floatLowerings, setFloatCondition} from './lower-float.ts';
import {vectorConstant, vectorLowerings} from './lower-simd.ts';
import {isVectorCondition, setVectorCondition, storeOfLane} from './lower-simd-lanes.ts';
import {wideLowerings} from './lower-wide.ts';
import {Pseudo} from './pseudo.ts';
import {RAX} from './regs.ts';
import {rules} from './rules.ts';
import {vectorsOf} from './vectors.ts';

const FIRST_VECTOR = Ir[vectorOps[0]!];
const MEMORY_TRAP = trapCode('memory-out-of-bounds');
const DIVIDE_BY_ZERO = trapCode('integer-divide-by-zero');
const INTEGER_OVERFLOW = trapCode('integer-overflow');

const {iadd: IADD, iand: IAND, ishl: ISHL, load: LOAD, ieqz: IEQZ, const: CONST} = Ir;

const SSE41 = 1 << CpuFeature.sse41;

export type Lower = (x: X64, v: Value) => void;

/** Row of a family by width: `.d` for i32, `.q` otherwise. */
function widths(d: InstName, q: InstName): readonly [number, number] {
  return [Inst[d], Inst[q]];
}

export class X64 extends MachineLowering {
  readonly pseudo = Pseudo;
  readonly conventionOf = conventionOf;
  readonly cArguments = C_ARGUMENTS;
  readonly cResult = RAX;
  readonly tailRegister = RAX;
  readonly b = new Builder(this.l);

  override run(f: Func, options: BackendOptions, features: number): MFunc {
    this.canVector = (options.features & SSE41) !== 0;
    return super.run(f, options, features);
  }

  /** The CPU that chaos takes features from still has what vectors need. */
  canVector = false;

  lowerValue(v: Value): void {
    (byOp[this.f.op(v)] as Lower)(this, v);
  }

  // ---- control flow

  /** Two-way branch, on the flags of a comparison where possible. */
  branch(v: Value): void {
    const test = condition(this, v, rules.branch);
    const i = this.l.inst(Pseudo.branch); // first: it may replace the columns by longer ones
    this.l.m.imm[i] = test;
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

  beforeTail(): readonly (readonly [number, number])[] {
    return beforeTail(this);
  }

  // ---- operands

  /** An operand that may be a load done by the instruction itself: a register, or MEMORY with the address prepared. */
  source(v: Value, like: Value): number {
    return this.sunkLoad(v) ? MEMORY : this.operand(v, like);
  }

  /** Takes a full-width load in when that is possible and allowed; its address is then prepared. */
  sunkLoad(v: Value): boolean {
    const {l, f} = this;
    if (!l.isSinkable(v) || !l.allow(rules.load)) return false;
    l.sink(v);
    if (f.op(v) === LOAD) this.address(v);
    else this.vmAddress(v);
    return true;
  }

  /** A constant operand that the instruction can hold. */
  immediate(v: Value): number | null {
    const imm = this.l.imm32(v);
    return imm !== null && this.l.allow(rules.immediate) ? imm : null;
  }

  /** Prepares the memory operand of a wasm access: base + zero-extended address + offset. */
  address(v: Value): number {
    const {l, b, f} = this;
    const base = l.reg(f.a(v));
    const address = f.b(v);
    const offset = f.imm(v) >>> 0;
    const trap = MemoryAccess.isChecked(f.aux(v)) ? 0 : MEMORY_TRAP;
    const plain = l.plain(address);
    if (f.op(plain) === CONST && (f.type(plain) === I32 || f.aux(plain) === 0) && l.allow(rules.address)) {
      const total = (f.imm(plain) >>> 0) + offset;
      if (total <= 0x7fffffff) return b.atBase(base, total, trap, f.wasmOffset(v));
    }
    const index = l.reg(address);
    if (offset <= 0x7fffffff) return b.atIndex(base, index, 0, offset, trap, f.wasmOffset(v));
    const sum = l.temp(RegClass.int);
    const constant = b.constant(offset | 0, 0);
    b.atIndex(index, constant, 0, 0, 0);
    b.load(Inst['lea.q rm'], sum, MEMORY);
    return b.atIndex(base, sum, 0, 0, trap, f.wasmOffset(v));
  }

  /** Prepares the memory operand of a vm_load or vm_store. */
  vmAddress(v: Value): number {
    const {l, b, f} = this;
    const pointer = f.a(v);
    const offset = f.imm(v);
    if (f.op(pointer) !== IADD || !l.isSingleUse(pointer) || !l.allow(rules.element))
      return b.atBase(l.reg(pointer), offset, 0);
    const [base, index] = [f.a(pointer), f.b(pointer)];
    const constant = l.imm32(index);
    if (constant !== null && constant >= 0 && constant + offset <= 0x7fffffff)
      return b.atBase(l.reg(base), constant + offset, 0);
    const shift = scaledIndex(this, index, pointer);
    return b.atIndex(l.reg(base), l.reg(shift < 0 ? index : f.a(index)), Math.max(shift, 0), offset, 0);
  }

  /** Row that loads all bytes of a type. */
  loadRow(type: Type): number {
    switch (type) {
      case I32:
        return Inst['mov.d rm'];
      case F32:
        return Inst['movss rm'];
      case F64:
        return Inst['movsd rm'];
      case V128:
        return Inst['movups rm'];
      default:
        return Inst['mov.q rm'];
    }
  }

  storeRow(type: Type): number {
    switch (type) {
      case I32:
        return Inst['mov.d mr'];
      case F32:
        return Inst['movss mr'];
      case F64:
        return Inst['movsd mr'];
      case V128:
        return Inst['movups mr'];
      default:
        return Inst['mov.q mr'];
    }
  }
}

// ---- integers

const LEA = widths('lea.d rm', 'lea.q rm');

/** x + constant, x + y, x + (y << k) without destroying an operand. */
const iadd: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const imm = x.immediate(f.b(v));
  if (imm !== null) {
    if (!l.allow(rules.lea)) return b.tiedImmediate(aluImmediate(ADD, x, v, imm), d, x.operand(f.a(v), v), imm);
    b.atBase(x.operand(f.a(v), v), imm, 0);
    b.load(x.row(LEA, v), d, MEMORY);
    return;
  }
  const shifted = scaledIndex(x, f.b(v), v);
  if (shifted >= 0) {
    const y = f.a(f.b(v));
    b.atIndex(x.operand(f.a(v), v), x.operand(y, v), shifted, 0, 0);
    b.load(x.row(LEA, v), d, MEMORY);
    return;
  }
  if (x.sunkLoad(f.b(v))) return b.tied(x.row(ADD.rm, v), d, x.operand(f.a(v), v), MEMORY);
  if (x.sunkLoad(f.a(v))) return b.tied(x.row(ADD.rm, v), d, x.operand(f.b(v), v), MEMORY);
  if (!l.allow(rules.lea)) return b.tied(x.row(ADD.rm, v), d, x.operand(f.a(v), v), x.operand(f.b(v), v));
  b.atIndex(x.operand(f.a(v), v), x.operand(f.b(v), v), 0, 0, 0);
  b.load(x.row(LEA, v), d, MEMORY);
};

/** Shift count 1-3 of a single-use shift of the same width that an address can do, else -1. */
function scaledIndex(x: X64, value: Value, like: Value): number {
  const {l, f} = x;
  if (f.op(value) !== ISHL || f.type(value) !== f.type(like) || !l.isSingleUse(value)) return -1;
  const count = l.imm32(f.b(value));
  if (count === null || count < 1 || count > 3 || !l.allow(rules.scaled)) return -1;
  return count;
}

interface Alu {
  readonly rm: readonly [number, number];
  readonly mi8: readonly [number, number];
  readonly mi32: readonly [number, number];
}

type AluName = 'add' | 'sub' | 'and' | 'or' | 'xor' | 'cmp';

function alu(name: AluName): Alu {
  return {
    rm: widths(`${name}.d rm`, `${name}.q rm`),
    mi8: widths(`${name}.d mi8`, `${name}.q mi8`),
    mi32: widths(`${name}.d mi32`, `${name}.q mi32`),
  };
}

const [ADD, SUB, AND, OR, XOR, CMP] = [alu('add'), alu('sub'), alu('and'), alu('or'), alu('xor'), alu('cmp')];

const fitsByte = (imm: number): boolean => imm >= -128 && imm <= 127;

/** The row of an operation with an immediate: the short form when it fits. */
function aluImmediate(rows: Alu, x: X64, like: Value, imm: number): number {
  return x.row(fitsByte(imm) ? rows.mi8 : rows.mi32, like);
}

/**
 * Whether the right operand should share the register of the result: the left one has other users and would be copied, or
 * was made long ago and may have to be loaded.
 */
function prefersRight(x: X64, v: Value): boolean {
  const {l, f} = x;
  const [left, right] = [f.a(v), f.b(v)];
  if (l.usesOf(right) !== 1) return false;
  if (l.usesOf(left) > 1) return true;
  const isOlder = f.block(left) !== f.block(v) || (l.isParam(left) && !l.isParam(right) && l.loopDepthOf(v) === 0);
  return isOlder && f.block(right) === f.block(v);
}

function binary(rows: Alu, x: X64, v: Value, isCommutative: boolean): void {
  const {l, b, f} = x;
  const d = l.reg(v);
  const imm = x.immediate(f.b(v));
  if (imm !== null) return b.tiedImmediate(aluImmediate(rows, x, v, imm), d, x.operand(f.a(v), v), imm);
  if (x.sunkLoad(f.b(v))) return b.tied(x.row(rows.rm, v), d, x.operand(f.a(v), v), MEMORY);
  if (isCommutative && x.sunkLoad(f.a(v))) return b.tied(x.row(rows.rm, v), d, x.operand(f.b(v), v), MEMORY);
  const swaps = isCommutative && prefersRight(x, v);
  const [first, second] = swaps ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
  b.tied(x.row(rows.rm, v), d, x.operand(first, v), x.operand(second, v));
}

const NEG = widths('neg.d m', 'neg.q m');

const isub: Lower = (x, v) => {
  const {l, b, f} = x;
  const imm = x.immediate(f.b(v));
  if (imm !== null && imm !== -0x80000000 && l.allow(rules.lea)) {
    b.atBase(x.operand(f.a(v), v), -imm, 0);
    b.load(x.row(LEA, v), l.reg(v), MEMORY);
    return;
  }
  if (l.imm32(f.a(v)) === 0 && l.allow(rules.immediate)) return b.unary(x.row(NEG, v), l.reg(v), x.operand(f.b(v), v));
  binary(SUB, x, v, false);
};

const IMUL = widths('imul.d rm', 'imul.q rm');
const IMUL8 = widths('imul.d rmi8', 'imul.q rmi8');
const IMUL32 = widths('imul.d rmi32', 'imul.q rmi32');

const imul: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const imm = x.immediate(f.b(v));
  if (imm !== null) return b.loadImmediate(x.row(fitsByte(imm) ? IMUL8 : IMUL32, v), d, x.source(f.a(v), v), imm);
  if (x.sunkLoad(f.a(v))) return b.tied(x.row(IMUL, v), d, x.operand(f.b(v), v), MEMORY);
  if (x.sunkLoad(f.b(v))) return b.tied(x.row(IMUL, v), d, x.operand(f.a(v), v), MEMORY);
  const [first, second] = prefersRight(x, v) ? [f.b(v), f.a(v)] : [f.a(v), f.b(v)];
  b.tied(x.row(IMUL, v), d, x.operand(first, v), x.operand(second, v));
};

const iand: Lower = (x, v) => {
  const {l, b, f} = x;
  const imm = l.imm32(f.b(v));
  if (imm === 0xff && l.allow(rules.narrow)) return void b.load(Inst['movzx.d rm8'], l.reg(v), l.reg(f.a(v)));
  if (imm === 0xffff && l.allow(rules.narrow)) return void b.load(Inst['movzx.d rm16'], l.reg(v), l.reg(f.a(v)));
  const mask = l.plain(f.b(v));
  if (f.op(mask) === CONST && !x.is32(v) && f.imm(mask) === -1 && f.aux(mask) === 0 && l.allow(rules.narrow)) {
    return void b.load(Inst['mov.d rm'], l.reg(v), l.reg(f.a(v)));
  }
  binary(AND, x, v, true);
};

const DIVISIONS = {
  idiv_s: widths2('sdiv.d', 'sdiv.q'),
  idiv_u: widths2('udiv.d', 'udiv.q'),
  irem_s: widths2('srem.d', 'srem.q'),
  irem_u: widths2('udiv.d', 'udiv.q'),
} as const;

function widths2(d: keyof typeof Pseudo, q: keyof typeof Pseudo): readonly [number, number] {
  return [Pseudo[d], Pseudo[q]];
}

/** Division: the quotient is in rax, the remainder in rdx. The processor faults on zero, and on MIN / -1. */
function divide(op: keyof typeof DIVISIONS, isRemainder: boolean): Lower {
  return (x, v) => {
    const {l, b, f} = x;
    const result = l.reg(v);
    const divisor = x.operand(f.b(v), v);
    if (op === 'idiv_s') {
      const known = l.imm32(f.b(v));
      if (known === null || known === 0) {
        b.compareTest(x.is32(v), divisor);
        trapIf(x, Cond.e, DIVIDE_BY_ZERO);
      }
    }
    const i = l.inst(x.row(DIVISIONS[op], v));
    l.m.trap[i] = op === 'idiv_s' ? INTEGER_OVERFLOW : DIVIDE_BY_ZERO;
    l.defFixed(isRemainder ? l.temp(RegClass.int) : result, 0);
    l.readFixed(x.operand(f.a(v), v), 0);
    l.m.addOperand(isRemainder ? result : l.temp(RegClass.int), EARLY_RDX);
    l.readAny(divisor);
  };
}

/** Definition in rdx from before the operands are read. */
const EARLY_RDX = 0x40 | 0x80 | (2 + 1);

/** Traps with `code` when the condition holds. */
export function trapIf(x: X64, test: number, code: number): void {
  const i = x.l.inst(Pseudo['trap.if']);
  x.l.m.imm[i] = test;
  x.l.m.high[i] = code;
}

const SHIFTS = {
  ishl: {
    cl: widths('shl.d cl', 'shl.q cl'),
    i8: widths('shl.d i8', 'shl.q i8'),
    bmi: widths('shlx.d rmv', 'shlx.q rmv'),
  },
  ishr_s: {
    cl: widths('sar.d cl', 'sar.q cl'),
    i8: widths('sar.d i8', 'sar.q i8'),
    bmi: widths('sarx.d rmv', 'sarx.q rmv'),
  },
  ishr_u: {
    cl: widths('shr.d cl', 'shr.q cl'),
    i8: widths('shr.d i8', 'shr.q i8'),
    bmi: widths('shrx.d rmv', 'shrx.q rmv'),
  },
  irotl: {cl: widths('rol.d cl', 'rol.q cl'), i8: widths('rol.d i8', 'rol.q i8'), bmi: null},
  irotr: {cl: widths('ror.d cl', 'ror.q cl'), i8: widths('ror.d i8', 'ror.q i8'), bmi: null},
} as const;

function shift(op: keyof typeof SHIFTS): Lower {
  const rows = SHIFTS[op];
  return (x, v) => {
    const {l, b, f} = x;
    const d = l.reg(v);
    const count = x.immediate(f.b(v));
    if (count !== null) {
      if (op === 'ishl' && (count & 31) >= 1 && (count & 31) <= 3 && count < 32 && l.allow(rules.lea)) {
        b.atScaled(x.operand(f.a(v), v), count, 0);
        return void b.load(x.row(LEA, v), d, MEMORY);
      }
      return b.tiedImmediate(x.row(rows.i8, v), d, x.operand(f.a(v), v), count & (x.is32(v) ? 31 : 63));
    }
    if (rows.bmi !== null && x.has('bmi2') && l.allow(rules.bmi)) {
      l.inst(x.row(rows.bmi, v));
      l.def(d);
      l.readAny(x.operand(f.a(v), v));
      l.read(l.low(f.b(v)));
      return;
    }
    l.inst(x.row(rows.cl, v));
    l.defTied(d);
    l.readTied(x.operand(f.a(v), v));
    l.readFixed(l.low(f.b(v)), 1);
  };
}

const LZCNT = widths('lzcnt.d rm', 'lzcnt.q rm');
const TZCNT = widths('tzcnt.d rm', 'tzcnt.q rm');
const POPCNT = widths('popcnt.d rm', 'popcnt.q rm');
const BSR = widths('bsr.d rm', 'bsr.q rm');
const BSF = widths('bsf.d rm', 'bsf.q rm');

const iclz: Lower = (x, v) => {
  const {l, b, f} = x;
  if (x.has('lzcnt')) return void b.load(x.row(LZCNT, v), l.reg(v), x.operand(f.a(v), v));
  // bsr leaves its destination alone when the operand is zero.
  const bits = x.is32(v) ? 32 : 64;
  const found = l.temp(RegClass.int);
  b.tied(x.row(BSR, v), found, b.constant(2 * bits - 1, 0), x.operand(f.a(v), v));
  b.tiedImmediate(x.row(XOR.mi8, v), l.reg(v), found, bits - 1);
};

const ictz: Lower = (x, v) => {
  const {l, b, f} = x;
  if (x.has('bmi1')) return void b.load(x.row(TZCNT, v), l.reg(v), x.operand(f.a(v), v));
  b.tied(x.row(BSF, v), l.reg(v), b.constant(x.is32(v) ? 32 : 64, 0), x.operand(f.a(v), v));
};

/** Without popcnt: sums of ever wider fields. */
const ipopcnt: Lower = (x, v) => {
  const {l, b, f} = x;
  if (x.has('popcnt')) return void b.load(x.row(POPCNT, v), l.reg(v), x.operand(f.a(v), v));
  const is32 = x.is32(v);
  const [shr, and, add, sub, mul] = [
    x.row(SHIFTS.ishr_u.i8, v),
    x.row(AND.rm, v),
    x.row(ADD.rm, v),
    x.row(SUB.rm, v),
    x.row(IMUL, v),
  ];
  const mask = (word: number): number => b.constant(word, is32 ? 0 : word);
  const step = (run: (d: number) => void): number => {
    const d = l.temp(RegClass.int);
    run(d);
    return d;
  };
  const value = x.operand(f.a(v), v);
  const high = step((d) => b.tiedImmediate(shr, d, value, 1));
  const odd = step((d) => b.tied(and, d, high, mask(0x55555555)));
  const pairs = step((d) => b.tied(sub, d, value, odd));
  const upper = step((d) => b.tiedImmediate(shr, d, pairs, 2));
  const upperPairs = step((d) => b.tied(and, d, upper, mask(0x33333333)));
  const lowerPairs = step((d) => b.tied(and, d, pairs, mask(0x33333333)));
  const nibbles = step((d) => b.tied(add, d, lowerPairs, upperPairs));
  const shifted = step((d) => b.tiedImmediate(shr, d, nibbles, 4));
  const sum = step((d) => b.tied(add, d, nibbles, shifted));
  const bytes = step((d) => b.tied(and, d, sum, mask(0x0f0f0f0f)));
  const total = step((d) => b.tied(mul, d, bytes, mask(0x01010101)));
  b.tiedImmediate(shr, l.reg(v), total, is32 ? 24 : 56);
};

/** Sign extension of the low bits, into 32 or 64 bits. */
function extend(d: InstName, q: InstName): Lower {
  const rows = widths(d, q);
  return (x, v) => {
    x.b.load(x.row(rows, v), x.l.reg(v), x.l.low(x.f.a(v)));
  };
}

const extend_s: Lower = (x, v) => {
  const {l, b, f} = x;
  b.load(Inst['movsxd.q rm32'], l.reg(v), x.sunkLoad(f.a(v)) ? MEMORY : l.low(f.a(v)));
};

const wrap: Lower = (x, v) => {
  x.b.load(Inst['mov.d rm'], x.l.reg(v), x.l.reg(x.f.a(v)));
};

// ---- comparisons

const TEST = widths('test.d mr', 'test.q mr');
const TEST_IMMEDIATE = widths('test.d mi32', 'test.q mi32');

/** Condition of each integer comparison, and of the same with its operands exchanged. */
const CONDITIONS: Partial<Record<IrOp, readonly [number, number]>> = {
  ieq: [Cond.e, Cond.e],
  ine: [Cond.ne, Cond.ne],
  ilt_s: [Cond.l, Cond.g],
  ilt_u: [Cond.b, Cond.a],
  igt_s: [Cond.g, Cond.l],
  igt_u: [Cond.a, Cond.b],
  ile_s: [Cond.le, Cond.ge],
  ile_u: [Cond.be, Cond.ae],
  ige_s: [Cond.ge, Cond.le],
  ige_u: [Cond.ae, Cond.be],
};

const STRAIGHT = new Int8Array(opNames.length).fill(-1);
const EXCHANGED = new Int8Array(opNames.length).fill(-1);
for (const [name, [straight, exchanged]] of Object.entries(CONDITIONS)) {
  STRAIGHT[Ir[name as IrOp]] = straight;
  EXCHANGED[Ir[name as IrOp]] = exchanged;
}

/** Sets the flags for a comparison operation; the result is the test under which it holds (pseudo.ts), -1 for other operations. */
export function setFlags(x: X64, v: Value): number {
  const op = x.f.op(v);
  if (op >= FIRST_VECTOR) return setVectorCondition(vectorsOf(x), v);
  if (op === IEQZ) {
    compareZero(x, x.f.a(v));
    return Cond.e;
  }
  return (STRAIGHT[op] as number) >= 0 ? compareIntegers(x, v) : setFloatCondition(x, v);
}

/** Flags of a value against zero; of a single-use `and` directly. */
function compareZero(x: X64, value: Value): void {
  const {l, b, f} = x;
  if (f.op(value) === IAND && l.isSingleUse(value) && l.allow(rules.test)) {
    const imm = l.imm32(f.b(value));
    if (imm !== null) return b.compareImmediate(x.row(TEST_IMMEDIATE, value), x.operand(f.a(value), value), imm);
    return b.compareBoth(x.row(TEST, value), x.operand(f.a(value), value), x.operand(f.b(value), value));
  }
  if (x.sunkLoad(value)) return b.compareImmediate(x.row(CMP.mi8, value), MEMORY, 0);
  const register = x.operand(value, value);
  b.compareBoth(x.row(TEST, value), register, register);
}

function compareIntegers(x: X64, v: Value): number {
  const {b, f, l} = x;
  const op = f.op(v);
  const [left, right] = [f.a(v), f.b(v)];
  const imm = x.immediate(right);
  if (imm === 0 && l.allow(rules.zero)) {
    compareZero(x, left);
    return STRAIGHT[op] as number;
  }
  if (imm !== null) {
    b.compareImmediate(aluImmediate(CMP, x, left, imm), x.source(left, left), imm);
    return STRAIGHT[op] as number;
  }
  const swapped = x.immediate(left);
  if (swapped !== null) {
    b.compareImmediate(aluImmediate(CMP, x, right, swapped), x.source(right, right), swapped);
    return EXCHANGED[op] as number;
  }
  if (x.sunkLoad(left)) {
    b.compare(x.row(CMP.rm, left), x.operand(right, left), MEMORY);
    return EXCHANGED[op] as number;
  }
  b.compare(x.row(CMP.rm, left), x.operand(left, left), x.source(right, left));
  return STRAIGHT[op] as number;
}

/** Sets the flags for `v != 0`, by the comparison itself when v is one that nobody else wants; the test is returned. */
export function condition(x: X64, v: Value, rule: (typeof rules)[keyof typeof rules]): number {
  const {l} = x;
  const setsFlags = COMPARISONS[x.f.op(v)] === 1 || isVectorCondition(x.f.op(v));
  if (l.isSingleUse(v) && setsFlags && l.allow(rule)) return setFlags(x, v);
  const register = l.low(v);
  x.b.compareBoth(Inst['test.d mr'], register, register);
  return Cond.ne;
}

/** A comparison whose 0 or 1 is wanted in a register. */
const compare: Lower = (x, v) => {
  const d = x.l.reg(v);
  setBoolean(x, d, setFlags(x, v));
};

/** d := the test, as 0 or 1. */
function setBoolean(x: X64, d: number, test: number): void {
  const {l, b} = x;
  const byte = l.temp(RegClass.int);
  b.setByte(test & 15, byte);
  if (test < 16) return void b.load(Inst['movzx.d rm8'], d, byte);
  const ordered = l.temp(RegClass.int);
  const both = l.temp(RegClass.int);
  b.setByte((test & 0x10) !== 0 ? Cond.np : Cond.p, ordered);
  b.tied((test & 0x10) !== 0 ? Inst['and.d rm'] : Inst['or.d rm'], both, byte, ordered);
  b.load(Inst['movzx.d rm8'], d, both);
}

// ---- select

const select: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const [yes, no] = [l.reg(f.b(v)), l.reg(f.c(v))];
  const test = condition(x, f.a(v), rules.select);
  if (l.classOf(v) !== RegClass.int || test >= 16) {
    const i = l.inst(Pseudo['select.f']);
    l.m.imm[i] = test;
    l.defTied(d);
    l.readTied(no);
    l.read(yes);
    return;
  }
  b.tied(b.cmovRow(test, x.is32(v)), d, no, yes);
};

// ---- memory

const load: Lower = (x, v) => {
  x.address(v);
  x.b.load(x.loadRow(x.f.type(v)), x.l.reg(v), MEMORY);
};

/** Narrow loads; zero extension reaches 64 bits in the 32-bit form. */
function narrowLoad(d: InstName, q: InstName): Lower {
  const rows = widths(d, q);
  return (x, v) => {
    x.address(v);
    x.b.load(x.row(rows, v), x.l.reg(v), MEMORY);
  };
}

const store: Lower = (x, v) => {
  if (storeOfLane(x, v)) return;
  storeTo(x, x.f.c(v), () => {
    x.address(v);
  });
};

/** Stores all bytes of a value; constants from the instruction. */
function storeTo(x: X64, value: Value, prepare: () => void): void {
  const {l, b, f} = x;
  const type = f.type(value);
  const imm = type === I32 || type === I64 ? l.imm32(value) : null;
  if (imm !== null && l.allow(rules.storeImmediate)) {
    prepare();
    return b.storeImmediate(type === I32 ? Inst['mov.d mi32'] : Inst['mov.q mi32'], imm);
  }
  const register = type === I32 ? l.low(value) : l.reg(value);
  prepare();
  b.store(x.storeRow(type), register);
}

/** Stores of the low bytes. */
function narrowStore(row: InstName, immediateRow: InstName): Lower {
  return (x, v) => {
    if (storeOfLane(x, v)) return;
    const {l, b, f} = x;
    const value = l.plain(f.c(v));
    if (f.op(value) === CONST && l.allow(rules.storeImmediate)) {
      x.address(v);
      return b.storeImmediate(Inst[immediateRow], f.imm(value));
    }
    const register = l.low(f.c(v));
    x.address(v);
    b.store(Inst[row], register);
  };
}

const vm_load: Lower = (x, v) => {
  x.vmAddress(v);
  x.b.load(x.loadRow(x.f.type(v)), x.l.reg(v), MEMORY);
};

const vmNarrowLoad =
  (row: InstName): Lower =>
  (x, v) => {
    x.vmAddress(v);
    x.b.load(Inst[row], x.l.reg(v), MEMORY);
  };

const vmNarrowStore =
  (row: InstName, immediateRow: InstName): Lower =>
  (x, v) => {
    const {l, b, f} = x;
    const value = l.plain(f.b(v));
    if (f.op(value) === CONST && l.allow(rules.storeImmediate)) {
      x.vmAddress(v);
      return b.storeImmediate(Inst[immediateRow], f.imm(value));
    }
    const register = l.low(f.b(v));
    x.vmAddress(v);
    b.store(Inst[row], register);
  };

const vm_store: Lower = (x, v) => {
  storeTo(x, x.f.b(v), () => {
    x.vmAddress(v);
  });
};

const vm_address: Lower = (x, v) => {
  x.vmAddress(v);
  x.b.load(Inst['lea.q rm'], x.l.reg(v), MEMORY);
};

/** Traps unless address + offset + bytes <= length; the value itself is the address. */
const bound: Lower = (x, v) => {
  const {l, b, f} = x;
  const reach = (f.aux(v) >>> 0) + (f.imm(v) >>> 0);
  const isNarrow = x.is32(l.plain(f.a(v)));
  const address = l.reg(f.a(v));
  const length = l.reg(f.b(v));
  const end = l.temp(RegClass.int);
  if (reach <= 0x7fffffff && isNarrow) {
    b.atBase(address, reach, 0);
    b.load(Inst['lea.q rm'], end, MEMORY);
  } else if (reach <= 0x7fffffff) {
    b.tiedImmediate(fitsByte(reach) ? Inst['add.q mi8'] : Inst['add.q mi32'], end, address, reach);
    trapIf(x, Cond.b, MEMORY_TRAP);
  } else {
    b.tied(Inst['add.q rm'], end, address, b.constant(reach | 0, reach > 0xffffffff ? 1 : 0));
    trapIf(x, Cond.b, MEMORY_TRAP);
  }
  b.compare(Inst['cmp.q rm'], end, length);
  trapIf(x, Cond.a, MEMORY_TRAP);
};

// ---- constants and the rest

const constant: Lower = (x, v) => {
  const {l, b, f} = x;
  const d = l.reg(v);
  const type = f.type(v);
  if (type === V128) return vectorConstant(x, v);
  if (type !== F32 && type !== F64) return b.constantTo(d, f.imm(v), type === I64 ? f.aux(v) : 0);
  const isZero = f.imm(v) === 0 && (type === F32 || f.aux(v) === 0);
  const i = l.inst(isZero ? Pseudo.fzero : Pseudo.fconst);
  if (!isZero) l.m.imm[i] = type === F32 ? l.m.pool.add(f.imm(v)) : l.m.pool.add(f.imm(v), f.aux(v));
  l.m.remat[d] = i;
  l.def(d);
};

const trap_if: Lower = (x, v) => {
  trapIf(x, condition(x, x.f.a(v), rules.trap), x.f.imm(v));
};

const nothing: Lower = () => {};
const misplaced: Lower = (x, v) => {
  throw new Error(`${opNames[x.f.op(v)]} is not lowered by itself`);
};

// biome-ignore format: a table
export const lowerings = {
  ...wideLowerings, ...vectorLowerings,
  ...wideLowerings,
  ...atomicLowerings,
  none: misplaced, const: constant, param: misplaced, result: nothing,
  iadd, isub, imul, iand,
  ior: (x, v) => binary(OR, x, v, true), ixor: (x, v) => binary(XOR, x, v, true),
  idiv_s: divide('idiv_s', false), idiv_u: divide('idiv_u', false), irem_s: divide('irem_s', true), irem_u: divide('irem_u', true),
  ishl: shift('ishl'), ishr_s: shift('ishr_s'), ishr_u: shift('ishr_u'), irotl: shift('irotl'), irotr: shift('irotr'),
  iclz, ictz, ipopcnt,
  iextend8_s: extend('movsx.d rm8', 'movsx.q rm8'), iextend16_s: extend('movsx.d rm16', 'movsx.q rm16'),
  iextend32_s: extend('movsxd.q rm32', 'movsxd.q rm32'),
  ieqz: compare, ieq: compare, ine: compare, ilt_s: compare, ilt_u: compare, igt_s: compare, igt_u: compare,
  ile_s: compare, ile_u: compare, ige_s: compare, ige_u: compare,
  'v128.any_true': compare, 'i8x16.all_true': compare, 'i16x8.all_true': compare, 'i32x4.all_true': compare, 'i64x2.all_true': compare,
  feq: compare, fne: compare, flt: compare, fgt: compare, fle: compare, fge: compare,
  ...floatLowerings,
  wrap, extend_s, extend_u: nothing, select,
  load, load8_s: narrowLoad('movsx.d rm8', 'movsx.q rm8'), load8_u: narrowLoad('movzx.d rm8', 'movzx.d rm8'),
  load16_s: narrowLoad('movsx.d rm16', 'movsx.q rm16'), load16_u: narrowLoad('movzx.d rm16', 'movzx.d rm16'),
  load32_s: narrowLoad('movsxd.q rm32', 'movsxd.q rm32'), load32_u: narrowLoad('mov.d rm', 'mov.d rm'),
  store, store8: narrowStore('mov.b mr', 'mov.b mi8'), store16: narrowStore('mov.w mr', 'mov.w mi16'),
  store32: narrowStore('mov.d mr', 'mov.d mi32'),
  bound, vm_load, vm_store, vm_address,
  vm_load8_s: vmNarrowLoad('movsx.d rm8'), vm_load8_u: vmNarrowLoad('movzx.d rm8'),
  vm_load16_s: vmNarrowLoad('movsx.d rm16'), vm_load16_u: vmNarrowLoad('movzx.d rm16'),
  vm_store8: vmNarrowStore('mov.b mr', 'mov.b mi8'), vm_store16: vmNarrowStore('mov.w mr', 'mov.w mi16'),
  call: lowerCall, call_ref_code: lowerCall, call_builtin: lowerCall, trap_if, landing: lowerLanding,
  jump: misplaced, br_if: misplaced, br_table: misplaced, br_unwind: misplaced, return: misplaced, return_call: misplaced,
  return_call_ref_code: misplaced, trap: misplaced,
} satisfies Record<IrOp, Lower>;

const byOp: readonly Lower[] = opNames.map((name) => lowerings[name]);
