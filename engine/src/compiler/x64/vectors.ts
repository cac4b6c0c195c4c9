/**
 * The vocabulary of vector lowering: rows in their two-operand SSE form, or with AVX in the three-operand one, which spares
 * copies and reads memory that is not aligned. The baseline is SSE4.1: vector code for less is refused.
 */
import {Unsupported} from '#engine/base/errors.ts';
import type {Lowering} from '../backend/lower.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {Func, Value} from '../ir/func.ts';
import {Ir, type OpCode} from '../ir/ops.ts';
import type {VectorOp} from '../ir/vector-ops.ts';
import {type Builder, MEMORY} from './builder.ts';
import {Inst, type InstName, insts} from './insts.ts';
import type {Lower, X64} from './lower.ts';
import {Pseudo} from './pseudo.ts';
import {rules} from './rules.ts';

const {const: CONST, load: LOAD, 'f64x2.replace_lane': REPLACE_DOUBLE} = Ir;

/** Rows of an instruction without and with VEX. */
export type Pair = readonly [sse: number, avx: number];
type Named<S extends string, V extends string> = {
  [R in InstName]: R extends `${infer N} ${S}` ? (`v${N} ${V}` extends InstName ? N : never) : never;
}[InstName];

function pairs<N extends string>(sse: string, avx: string): Readonly<Record<N, Pair>> {
  const table: Record<string, Pair> = {};
  for (const row of Object.keys(insts)) {
    const [name, shape] = row.split(' ');
    const other = `v${name} ${avx}`;
    if (shape === sse && Object.hasOwn(insts, other)) table[name!] = [Inst[row as InstName], Inst[other as InstName]];
  }
  return table as Record<N, Pair>;
}

/** `d := a op b`, the same with an immediate, and shifts of all lanes by an immediate. */
export const P = pairs<Named<'rm', 'rvm'>>('rm', 'rvm');
export const PI = pairs<Named<'rmi8', 'rvmi8'>>('rmi8', 'rvmi8');
export const SHIFT = pairs<Named<'mi8', 'vmi8'>>('mi8', 'vmi8');

/** Sixteen equal bytes, eight words, four doublewords, two quadwords as pool words. */
export const bytes = (value: number): number[] => new Array<number>(4).fill(Math.imul(value & 0xff, 0x01010101));
export const words = (value: number): number[] => new Array<number>(4).fill(Math.imul(value & 0xffff, 0x00010001));
export const doubles = (value: number): number[] => new Array<number>(4).fill(value | 0);
export const quads = (low: number, high: number): number[] => [low, high, low, high];

export class Vectors {
  x!: X64;
  l!: Lowering;
  b!: Builder;
  f!: Func;
  #hasVex = false;

  /** Ready for one value. */
  start(x: X64): this {
    this.x = x;
    this.l = x.l;
    this.b = x.b;
    this.f = x.f;
    if (!x.canVector) throw new Unsupported('simd without SSE4.1');
    this.#hasVex = x.has('avx') && x.l.allow(rules.vector);
    return this;
  }

  // ---- operands

  temp(): number {
    return this.l.temp(RegClass.vector);
  }

  /** Register of the first, second or third operand. */
  a(v: Value): number {
    return this.l.reg(this.f.a(v));
  }
  bOf(v: Value): number {
    return this.l.reg(this.f.b(v));
  }
  c(v: Value): number {
    return this.l.reg(this.f.c(v));
  }

  isConst(v: Value): boolean {
    return this.f.op(v) === CONST;
  }
  isZero(v: Value): boolean {
    return this.f.op(v) === CONST && this.f.imm(v) === 0;
  }

  /** An operand that the last instruction to read it may take from memory: a constant, or with AVX a load. */
  source(v: Value): number {
    const {l, b, f} = this;
    if (this.isConst(v) && !this.isZero(v) && l.isSingleUse(v) && l.allow(rules.constant))
      return b.atPool(...f.vectorWords(f.imm(v)));
    return this.#hasVex && this.x.sunkLoad(v) ? MEMORY : l.reg(v);
  }

  /** Whether `source` would read the value from memory. */
  #isInMemory(v: Value): boolean {
    return (this.isConst(v) && this.l.isSingleUse(v)) || (this.#hasVex && this.l.isSinkable(v));
  }

  /** Takes a scalar load in, done by an operation that reads no more than its bytes; the address is prepared. */
  sunk(v: Value, op: OpCode = LOAD): boolean {
    const {l, x} = this;
    if (!l.isSinkable(v, op) || !l.allow(rules.load)) return false;
    l.sink(v);
    if (this.f.op(v) === op) x.address(v);
    else x.vmAddress(v);
    return true;
  }

  /** The same for a vector that is eight bytes of memory, then zero. */
  sunkLowHalf(v: Value): boolean {
    const {f, l} = this;
    if (f.op(v) !== REPLACE_DOUBLE || f.imm(v) !== 0 || !this.isZero(f.a(v)) || !l.isSingleUse(v)) return false;
    if (!this.sunk(f.b(v))) return false;
    l.sink(v);
    return true;
  }

  pool(...words: number[]): number {
    return this.b.atPool(...words);
  }

  /** A register with a constant. */
  constant(...words: number[]): number {
    const {l} = this;
    const d = this.temp();
    const isZero = words.every((word) => word === 0);
    const i = l.inst(isZero ? Pseudo.fzero : Pseudo.fconst);
    if (!isZero) l.m.imm[i] = l.m.pool.add(...words);
    l.m.remat[d] = i;
    l.def(d);
    return d;
  }
  zero(): number {
    return this.constant(0, 0, 0, 0);
  }

  // ---- instructions; `...To` writes a register that is given, the others a new one

  /** d := a op source. */
  opTo(d: number, pair: Pair, a: number, source: number): void {
    if (this.#hasVex) this.b.three(pair[1], d, a, source);
    else this.b.tied(pair[0], d, a, source);
  }
  op(pair: Pair, a: number, source: number): number {
    const d = this.temp();
    this.opTo(d, pair, a, source);
    return d;
  }

  /** d := a op source, imm. */
  opImmTo(d: number, pair: Pair, a: number, source: number, imm: number): void {
    this.opTo(d, pair, a, source);
    this.l.m.imm[this.l.m.instCount] = imm;
  }
  opImm(pair: Pair, a: number, source: number, imm: number): number {
    const d = this.temp();
    this.opImmTo(d, pair, a, source, imm);
    return d;
  }

  /** d := lanes of a shifted by a constant. */
  shiftTo(d: number, pair: Pair, a: number, count: number): void {
    const {l, b} = this;
    if (!this.#hasVex) return b.tiedImmediate(pair[0], d, a, count);
    const i = l.inst(pair[1]);
    l.def(d);
    l.read(a);
    l.m.imm[i] = count;
  }
  shift(pair: Pair, a: number, count: number): number {
    const d = this.temp();
    this.shiftTo(d, pair, a, count);
    return d;
  }

  /** d := f(source) */
  unary(row: InstName, source: number): number {
    const d = this.temp();
    this.b.load(Inst[row], d, source);
    return d;
  }
  /** d := f(source, imm) */
  unaryImm(row: InstName, source: number, imm: number): number {
    const d = this.temp();
    this.b.loadImmediate(Inst[row], d, source, imm);
    return d;
  }

  /** d := mask's top bits ? yes : no; AVX only. */
  blendTo(row: InstName, d: number, no: number, yes: number, mask: number): void {
    const {l} = this;
    l.inst(Inst[row]);
    l.def(d);
    l.read(no);
    l.readAny(yes);
    l.read(mask);
  }

  // ---- shapes of operations

  /** An operation of two vectors; of those whose order does not matter, the one in memory goes to the right. */
  binaryTo(v: Value, pair: Pair, isCommutative: boolean): void {
    const {f} = this;
    let [left, right] = [f.a(v), f.b(v)];
    if (isCommutative && this.#isInMemory(left) && !this.#isInMemory(right)) [left, right] = [right, left];
    const first = this.l.reg(left);
    this.opTo(this.l.reg(v), pair, first, this.source(right));
  }
}

const vectors = new Vectors();

/** The vocabulary, ready for one value. */
export const vectorsOf = (x: X64): Vectors => vectors.start(x);

export type LowerVector = (q: Vectors, v: Value) => void;

/** The lowering function of a vector operation. */
export const vector =
  (lower: LowerVector): Lower =>
  (x, v) =>
    lower(vectors.start(x), v);

/** Makes lowering functions of a table. */
export function vectorTable<N extends VectorOp>(table: Readonly<Record<N, LowerVector>>): Readonly<Record<N, Lower>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, lower]) => [name, vector(lower as LowerVector)]),
  ) as Record<N, Lower>;
}

/** One instruction that does all. */
export const one =
  (pair: Pair, isCommutative = true): LowerVector =>
  (q, v) =>
    q.binaryTo(v, pair, isCommutative);

/** The same with the operands exchanged. */
export const exchanged =
  (pair: Pair): LowerVector =>
  (q, v) => {
    const right = q.bOf(v);
    q.opTo(q.l.reg(v), pair, right, q.source(q.f.a(v)));
  };

/** One instruction of one operand. */
export const single =
  (row: InstName): LowerVector =>
  (q, v) => {
    q.b.load(Inst[row], q.l.reg(v), q.a(v));
  };
