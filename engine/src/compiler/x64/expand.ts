/**
 * What the pseudo-instructions become that the driver leaves to us: calls, and sequences with branches (pseudo.ts).
 */
import {assert} from '#engine/base/assert.ts';
import {trapCode} from '#engine/base/traps.ts';
import {RETURN_ADDRESS} from '../backend/emit.ts';
import {atomicOperators} from '../ir/atomics.ts';
import type {Emitter} from './emit.ts';
import {Mode} from './encode.ts';
import {Cond, Inst} from './insts.ts';
import {Convert, negateTest, Pseudo, pseudoName} from './pseudo.ts';
import {R11, RAX, RDX, RSP} from './regs.ts';

const INVALID_CONVERSION = trapCode('invalid-conversion');
const INTEGER_OVERFLOW = trapCode('integer-overflow');

/** Emits one pseudo-instruction that is not a branch between blocks. */
export function expand(e: Emitter, i: number, code: number): void {
  switch (code) {
    case Pseudo.call:
    case Pseudo['call.m']:
      return call(e, i, code === Pseudo.call);
    case Pseudo.tail:
    case Pseudo['tail.m']:
      return tail(e, i, code === Pseudo.tail);
    case Pseudo['select.f']:
      return select(e, i);
    case Pseudo['fmin.ss']:
      return extremum(e, i, FLOAT32, true);
    case Pseudo['fmin.sd']:
      return extremum(e, i, FLOAT64, true);
    case Pseudo['fmax.ss']:
      return extremum(e, i, FLOAT32, false);
    case Pseudo['fmax.sd']:
      return extremum(e, i, FLOAT64, false);
    case Pseudo['sdiv.d']:
    case Pseudo['sdiv.q']:
      return signedDivision(e, i, code === Pseudo['sdiv.q']);
    case Pseudo['udiv.d']:
    case Pseudo['udiv.q']:
      return unsignedDivision(e, i, code === Pseudo['udiv.q']);
    case Pseudo['srem.d']:
    case Pseudo['srem.q']:
      return signedRemainder(e, i, code === Pseudo['srem.q']);
    case Pseudo['trunc.ss']:
      return truncate(e, i, FLOAT32);
    case Pseudo['trunc.sd']:
      return truncate(e, i, FLOAT64);
    case Pseudo['u64tof.ss']:
      return convertUnsigned(e, i, FLOAT32);
    case Pseudo['u64tof.sd']:
      return convertUnsigned(e, i, FLOAT64);
    case Pseudo['atomic.b']:
    case Pseudo['atomic.w']:
    case Pseudo['atomic.d']:
    case Pseudo['atomic.q']:
      return bitwiseAtomic(e, i, ATOMIC_ROWS[code - Pseudo['atomic.b']]!);
    case Pseudo['round.ss']:
      return round(e, i, FLOAT32);
    case Pseudo['round.sd']:
      return round(e, i, FLOAT64);
    default:
      assert(false, `pseudo-instruction ${pseudoName(code) ?? code}`);
  }
}

// ---- calls

function call(e: Emitter, i: number, isDirect: boolean): void {
  const {a, f} = e;
  if (isDirect) a.call(f.imm[i] as number);
  else {
    setCallee(e, i);
    a.emit(Inst['call.q m']);
  }
  if (f.trap[i] === RETURN_ADDRESS) a.trapAt(a.offset, 0, f.wasm[i] as number);
  a.siteHere(e.pad, f.high[i] as number);
  e.adjustStack(-(f.high[i] as number)); // the callee dropped its arguments
}

function setCallee(e: Emitter, i: number): void {
  const {f} = e;
  const {o} = e.a;
  if (f.mode[i] === Mode.reg) return e.setLocation(e.operand(i, 0));
  assert(f.mode[i] === Mode.base, 'addressing mode of a callee');
  o.mode = Mode.base;
  o.base = e.operand(i, 0);
  o.disp = f.disp[i] as number;
}

function tail(e: Emitter, i: number, isDirect: boolean): void {
  const {a, f} = e;
  const moved = f.incomingBytes - (f.high[i] as number);
  if (moved !== 0) a.rm(Inst['mov.q mr'], R11, RSP, e.frame.size + moved);
  e.adjustStack(e.frame.size + moved);
  if (isDirect) a.jumpToFunction(f.imm[i] as number);
  else a.r(Inst['jmp.q m'], RAX);
}

// ---- integers

function signedDivision(e: Emitter, i: number, isWide: boolean): void {
  e.a.plain(isWide ? Inst.cqo : Inst.cdq);
  faultingDivision(e, i, isWide ? Inst['idiv.q m'] : Inst['idiv.d m']);
}

function unsignedDivision(e: Emitter, i: number, isWide: boolean): void {
  e.a.rr(Inst['xor.d rm'], RDX, RDX);
  faultingDivision(e, i, isWide ? Inst['div.q m'] : Inst['div.d m']);
}

function faultingDivision(e: Emitter, i: number, row: number): void {
  const {a, f} = e;
  e.setLocation(e.operand(i, 3));
  a.trapAt(a.offset, f.trap[i] as number, f.wasm[i] as number);
  a.emit(row);
}

/** MIN rem -1 is 0 but faults: -1 is sorted out before. */
function signedRemainder(e: Emitter, i: number, isWide: boolean): void {
  const {a} = e;
  const [isMinusOne, done] = [a.label(), a.label()];
  e.setLocation(e.operand(i, 3));
  a.o.imm = -1;
  a.emit(isWide ? Inst['cmp.q mi8'] : Inst['cmp.d mi8']);
  a.branch(Cond.e, isMinusOne);
  signedDivision(e, i, isWide);
  a.bind(done);
  e.later(() => {
    a.bind(isMinusOne);
    a.rr(Inst['xor.d rm'], RDX, RDX);
    a.jump(done);
  });
}

// ---- atomics

/** Load and compare-and-exchange by log2 of the bytes. */
const ATOMIC_ROWS: readonly (readonly [load: number, cmpxchg: number])[] = [
  [Inst['movzx.d rm8'], Inst['lock cmpxchg.b mr']],
  [Inst['movzx.d rm16'], Inst['lock cmpxchg.w mr']],
  [Inst['mov.d rm'], Inst['lock cmpxchg.d mr']],
  [Inst['mov.q rm'], Inst['lock cmpxchg.q mr']],
];
const BITWISE: Readonly<Record<string, number>> = {
  and: Inst['and.q rm'],
  or: Inst['or.q rm'],
  xor: Inst['xor.q rm'],
};

/** rax := old value; the place := rax op operand, again and again until nobody was faster. Only the first access can fault. */
function bitwiseAtomic(e: Emitter, i: number, [load, cmpxchg]: readonly [load: number, cmpxchg: number]): void {
  const {a, f} = e;
  const [pointer, value, scratch] = [e.operand(i, 1), e.operand(i, 2), e.operand(i, 3)];
  const operation = BITWISE[atomicOperators[f.imm[i] as number]!];
  assert(operation !== undefined, `operator ${f.imm[i]}`);
  if (f.trap[i] !== 0) a.trapAt(a.offset, f.trap[i] as number, f.wasm[i] as number);
  a.rm(load, RAX, pointer, 0);
  const again = a.label();
  a.bind(again);
  a.rr(Inst['mov.q rm'], scratch, RAX);
  a.rr(operation, scratch, value);
  a.rm(cmpxchg, scratch, pointer, 0);
  a.branch(Cond.ne, again);
}

// ---- floats

/** Rows and pool constants of a float width. */
interface FloatWidth {
  readonly ucomi: number;
  readonly move: number;
  readonly add: number;
  readonly sub: number;
  readonly min: number;
  readonly max: number;
  readonly fromInt: number;
  readonly toInt: number;
  /** Words of a power of two, of -1 and of other constants by their f64 value. */
  readonly words: (value: number) => number[];
  /** Smallest power of two from which on all values are integers. */
  readonly integral: number;
}

const view = new DataView(new ArrayBuffer(8));

function words32(value: number): number[] {
  view.setFloat32(0, value, true);
  return [view.getInt32(0, true)];
}

function words64(value: number): number[] {
  view.setFloat64(0, value, true);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

const FLOAT32: FloatWidth = {
  ucomi: Inst['ucomiss rm'],
  move: Inst['movss rm'],
  add: Inst['addss rm'],
  sub: Inst['subss rm'],
  min: Inst['minss rm'],
  max: Inst['maxss rm'],
  fromInt: Inst['cvtsi2ss.q rm'],
  toInt: Inst['cvttss2si.q rm'],
  words: words32,
  integral: 2 ** 23,
};
const FLOAT64: FloatWidth = {
  ucomi: Inst['ucomisd rm'],
  move: Inst['movsd rm'],
  add: Inst['addsd rm'],
  sub: Inst['subsd rm'],
  min: Inst['minsd rm'],
  max: Inst['maxsd rm'],
  fromInt: Inst['cvtsi2sd.q rm'],
  toInt: Inst['cvttsd2si.q rm'],
  words: words64,
  integral: 2 ** 52,
};

const MOVAPS = Inst['movaps rm'];

/** d (= the value if false) := the value if true, when the test holds. */
function select(e: Emitter, i: number): void {
  const {a} = e;
  const over = a.label();
  const [d, yes] = [e.operand(i, 0), e.operand(i, 2)];
  e.branchTest(negateTest(e.f.imm[i] as number), over);
  a.rr(d < 16 ? Inst['mov.q rm'] : MOVAPS, d, yes);
  a.bind(over);
}

/** Equal operands may be zeros of both signs: or gives -0, and gives +0. A NaN goes through an addition, which quiets it. */
function extremum(e: Emitter, i: number, w: FloatWidth, isMin: boolean): void {
  const {a} = e;
  const [d, other] = [e.operand(i, 0), e.operand(i, 2)];
  const [unordered, equal, done] = [a.label(), a.label(), a.label()];
  a.rr(w.ucomi, d, other);
  a.branch(Cond.p, unordered);
  a.branch(Cond.e, equal);
  a.rr(isMin ? w.min : w.max, d, other);
  a.bind(done);
  e.later(() => {
    a.bind(equal);
    a.rr(isMin ? Inst['orps rm'] : Inst['andps rm'], d, other);
    a.jump(done);
    a.bind(unordered);
    a.rr(w.add, d, other);
    a.jump(done);
  });
}

interface Conversion {
  readonly d: number;
  readonly x: number;
  readonly int: number;
  readonly float: number;
  readonly bits: number;
  readonly wasm: number;
  readonly w: FloatWidth;
}

function truncate(e: Emitter, i: number, w: FloatWidth): void {
  const c = {
    d: e.operand(i, 0),
    x: e.operand(i, 1),
    int: e.operand(i, 2),
    float: e.operand(i, 3),
    bits: e.f.imm[i] as number,
    wasm: e.f.wasm[i] as number,
    w,
  };
  const isWide = (c.bits & Convert.wide) !== 0;
  const isUnsigned = (c.bits & Convert.unsigned) !== 0;
  if (!isWide) return truncateNarrow(e, c, isUnsigned);
  if (isUnsigned) return truncateUnsignedWide(e, c);
  truncateSignedWide(e, c);
}

/** 32-bit results through the 64-bit conversion: right when the result survives its own extension. */
function truncateNarrow(e: Emitter, c: Conversion, isUnsigned: boolean): void {
  const {a} = e;
  const [wrong, done] = [a.label(), a.label()];
  a.rr(c.w.toInt, c.d, c.x);
  a.rr(isUnsigned ? Inst['mov.d rm'] : Inst['movsxd.q rm32'], c.int, c.d);
  a.rr(Inst['cmp.q rm'], c.int, c.d);
  a.branch(Cond.ne, wrong);
  if (!isUnsigned) a.rr(Inst['mov.d rm'], c.d, c.d);
  a.bind(done);
  e.later(() => {
    a.bind(wrong);
    outOfRange(e, c, isUnsigned, done);
  });
}

/** The conversion gives MIN for whatever it cannot do; one float is MIN itself. */
function truncateSignedWide(e: Emitter, c: Conversion): void {
  const {a} = e;
  const [perhaps, done] = [a.label(), a.label()];
  a.rr(c.w.toInt, c.d, c.x);
  a.r(Inst['cmp.q mi8'], c.d, 1);
  a.branch(Cond.o, perhaps);
  a.bind(done);
  e.later(() => {
    a.bind(perhaps);
    const wrong = a.label();
    a.rPool(c.w.ucomi, c.x, e.f.pool.add(...c.w.words(-(2 ** 63))));
    a.branch(Cond.p, wrong);
    a.branch(Cond.e, done);
    a.bind(wrong);
    outOfRange(e, c, false, done);
  });
}

/** From 2^63 on, the conversion is made of x - 2^63. */
function truncateUnsignedWide(e: Emitter, c: Conversion): void {
  const {a} = e;
  const [large, done] = [a.label(), a.label()];
  a.rr(c.w.toInt, c.d, c.x);
  a.rr(Inst['test.q mr'], c.d, c.d);
  a.branch(Cond.s, large);
  a.bind(done);
  e.later(() => {
    const wrong = a.label();
    a.bind(large);
    a.rr(MOVAPS, c.float, c.x);
    a.rPool(c.w.sub, c.float, e.f.pool.add(...c.w.words(2 ** 63)));
    a.rr(c.w.toInt, c.d, c.float);
    a.rr(Inst['test.q mr'], c.d, c.d);
    a.branch(Cond.s, wrong);
    e.constant(c.int, 0, -0x80000000, false);
    a.rr(Inst['xor.q rm'], c.d, c.int);
    a.jump(done);
    a.bind(wrong);
    outOfRange(e, c, true, done);
  });
}

/** NaN, too small or too large: traps, or the nearest value of the type. */
function outOfRange(e: Emitter, c: Conversion, isUnsigned: boolean, done: number): void {
  const {a} = e;
  const isNan = a.label();
  a.rr(c.w.ucomi, c.x, c.x);
  a.branch(Cond.p, isNan);
  if ((c.bits & Convert.saturating) === 0) {
    e.trapHere(INTEGER_OVERFLOW, c.wasm);
    a.bind(isNan);
    e.trapHere(INVALID_CONVERSION, c.wasm);
    return;
  }
  const isNegative = a.label();
  const isWide = (c.bits & Convert.wide) !== 0;
  a.rr(Inst['xorps rm'], c.float, c.float);
  a.rr(c.w.ucomi, c.x, c.float);
  a.branch(Cond.b, isNegative);
  const [low, high] = isUnsigned ? [-1, isWide ? -1 : 0] : isWide ? [-1, 0x7fffffff] : [0x7fffffff, 0];
  e.constant(c.d, low, high, false);
  a.jump(done);
  a.bind(isNegative);
  const [least, leastHigh] = isUnsigned ? [0, 0] : isWide ? [0, -0x80000000] : [-0x80000000, 0];
  e.constant(c.d, least, leastHigh, false);
  a.jump(done);
  a.bind(isNan);
  e.constant(c.d, 0, 0, false);
  a.jump(done);
}

/** Above 2^63: half of it with the lost bit kept sticky, converted and doubled. */
function convertUnsigned(e: Emitter, i: number, w: FloatWidth): void {
  const {a} = e;
  const [d, x, t] = [e.operand(i, 0), e.operand(i, 1), e.operand(i, 2)];
  const [large, done] = [a.label(), a.label()];
  a.rr(Inst['xorps rm'], d, d);
  a.rr(Inst['test.q mr'], x, x);
  a.branch(Cond.s, large);
  a.rr(w.fromInt, d, x);
  a.bind(done);
  e.later(() => {
    a.bind(large);
    const even = a.label();
    a.rr(Inst['mov.q rm'], t, x);
    a.r(Inst['shr.q i8'], t, 1);
    a.r(Inst['test.d mi32'], x, 1);
    a.branch(Cond.e, even);
    a.r(Inst['or.q mi8'], t, 1);
    a.bind(even);
    a.rr(w.fromInt, d, t);
    a.rr(w.add, d, d);
    a.jump(done);
  });
}

/** Rounding without roundss: small values through an integer or an addition, with the sign put back. */
function round(e: Emitter, i: number, w: FloatWidth): void {
  const {a, f} = e;
  const [d, x, t, n] = [e.operand(i, 0), e.operand(i, 1), e.operand(i, 2), e.operand(i, 3)];
  const [large, done] = [a.label(), a.label()];
  const isSingle = w === FLOAT32;
  const mode = (f.imm[i] as number) & 3;
  const rest = isSingle ? f.pool.add(0x7fffffff, -1, -1, -1) : f.pool.add(-1, 0x7fffffff, -1, -1);
  a.rr(MOVAPS, t, x);
  a.rPool(Inst['andps rm'], t, rest);
  a.rPool(w.ucomi, t, f.pool.add(...w.words(w.integral)));
  a.branch(Cond.p, large);
  a.branch(Cond.ae, large);
  if (mode === 0) nearestByAddition(e, w, d, t);
  else throughInteger(e, w, mode, d, x, n);
  // The magnitude of d with the sign of x.
  a.rPool(Inst['andps rm'], d, rest);
  a.rr(MOVAPS, t, x);
  a.rPool(Inst['andps rm'], t, isSingle ? f.pool.add(-0x80000000, 0, 0, 0) : f.pool.add(0, -0x80000000, 0, 0));
  a.rr(Inst['orps rm'], d, t);
  a.bind(done);
  e.later(() => {
    a.bind(large);
    a.rr(MOVAPS, d, x);
    a.rPool(w.add, d, f.pool.add(...w.words(-0))); // quiets a NaN
    a.jump(done);
  });
}

function nearestByAddition(e: Emitter, w: FloatWidth, d: number, magnitude: number): void {
  const entry = e.f.pool.add(...w.words(w.integral));
  e.a.rr(MOVAPS, d, magnitude);
  e.a.rPool(w.add, d, entry);
  e.a.rPool(w.sub, d, entry);
}

/** Truncates, then steps by one where floor (1) or ceil (2) wants the other neighbour. */
function throughInteger(e: Emitter, w: FloatWidth, mode: number, d: number, x: number, n: number): void {
  const {a, f} = e;
  a.rr(w.toInt, n, x);
  a.rr(Inst['xorps rm'], d, d);
  a.rr(w.fromInt, d, n);
  if (mode === 3) return;
  const right = a.label();
  if (mode === 1) a.rr(w.ucomi, x, d);
  else a.rr(w.ucomi, d, x);
  a.branch(Cond.ae, right);
  a.rPool(w.add, d, f.pool.add(...w.words(mode === 1 ? -1 : 1)));
  a.bind(right);
}
