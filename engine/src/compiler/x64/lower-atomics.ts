/**
 * Lowering of atomic accesses. x86-64 keeps loads and stores in order but for a load overtaking a store, so that loads are
 * plain and stores exchange; the rest are locked instructions, or a loop around compare-and-exchange where the old value of
 * a bitwise operation is wanted.
 */
import {trapCode} from '#engine/base/traps.ts';
import {RegClass} from '../backend/mfunc.ts';
import {AtomicAccess, type AtomicOperator, atomicOperators} from '../ir/atomics.ts';
import type {Value} from '../ir/func.ts';
import {I32} from '../ir/types.ts';
import {Inst} from './insts.ts';
import type {Lower, X64} from './lower.ts';
import {Pseudo} from './pseudo.ts';

const MEMORY_TRAP = trapCode('memory-out-of-bounds');
const RAX = 0;
/** Definition in rax from before the operands are read. */
const EARLY_RAX = 0x40 | 0x80 | (RAX + 1);

/** Rows by log2 of the bytes. */
const LOAD = [Inst['movzx.d rm8'], Inst['movzx.d rm16'], Inst['mov.d rm'], Inst['mov.q rm']] as const;
const XCHG = [Inst['xchg.b mr'], Inst['xchg.w mr'], Inst['xchg.d mr'], Inst['xchg.q mr']] as const;
const XADD = [Inst['lock xadd.b mr'], Inst['lock xadd.w mr'], Inst['lock xadd.d mr'], Inst['lock xadd.q mr']] as const;
const CMPXCHG = [
  Inst['lock cmpxchg.b mr'],
  Inst['lock cmpxchg.w mr'],
  Inst['lock cmpxchg.d mr'],
  Inst['lock cmpxchg.q mr'],
] as const;
const LOOP = [Pseudo['atomic.b'], Pseudo['atomic.w'], Pseudo['atomic.d'], Pseudo['atomic.q']] as const;

type Widths = readonly [number, number, number, number];
/** Operators that have a locked form without the old value. */
const LOCKED: Readonly<Partial<Record<AtomicOperator, Widths>>> = {
  add: [Inst['lock add.b mr'], Inst['lock add.w mr'], Inst['lock add.d mr'], Inst['lock add.q mr']],
  sub: [Inst['lock sub.b mr'], Inst['lock sub.w mr'], Inst['lock sub.d mr'], Inst['lock sub.q mr']],
  and: [Inst['lock and.b mr'], Inst['lock and.w mr'], Inst['lock and.d mr'], Inst['lock and.q mr']],
  or: [Inst['lock or.b mr'], Inst['lock or.w mr'], Inst['lock or.d mr'], Inst['lock or.q mr']],
  xor: [Inst['lock xor.b mr'], Inst['lock xor.w mr'], Inst['lock xor.d mr'], Inst['lock xor.q mr']],
};

const trapOf = (aux: number): number => (AtomicAccess.isChecked(aux) ? 0 : MEMORY_TRAP);

/** Prepares the place as memory operand. */
function prepare(x: X64, v: Value): number {
  return x.b.atBase(x.l.reg(x.f.a(v)), 0, trapOf(x.f.aux(v)));
}

const width = (x: X64, v: Value): 0 | 1 | 2 | 3 => AtomicAccess.log2Bytes(x.f.aux(v)) as 0 | 1 | 2 | 3;

/** Register of an operand of which at most the bytes of the access count. */
const operand = (x: X64, v: Value): number => (x.f.type(v) === I32 ? x.l.low(v) : x.l.reg(v));

/** Gives the value the low bytes of a register, zero-extended; a full register is the value itself. */
function finish(x: X64, v: Value, old: number): void {
  const log2 = width(x, v);
  if (log2 < 3 && x.l.isWanted(v)) x.b.load(LOAD[log2], x.l.reg(v), old);
}

/** Where an instruction leaves the old value: in the value's own register when it is a full one. */
function target(x: X64, v: Value): number {
  return width(x, v) === 3 && x.l.isWanted(v) ? x.l.reg(v) : x.l.temp(RegClass.int);
}

const atomic_load: Lower = (x, v) => {
  const memory = prepare(x, v);
  x.b.load(LOAD[width(x, v)], x.l.isWanted(v) ? x.l.reg(v) : x.l.temp(RegClass.int), memory);
};

/** `rw m, rw r`: the register gets the old value. */
function exchange(x: X64, v: Value, row: number, value: number, old: number): void {
  const {l, b} = x;
  prepare(x, v);
  l.inst(row);
  b.takeMemory();
  l.defTied(old);
  l.readTied(value);
}

const atomic_store: Lower = (x, v) => {
  exchange(x, v, XCHG[width(x, v)], operand(x, x.f.b(v)), x.l.temp(RegClass.int));
};

const atomic_rmw: Lower = (x, v) => {
  const operator = atomicOperators[x.f.imm(v)]!;
  const value = operand(x, x.f.b(v));
  const log2 = width(x, v);
  const locked = LOCKED[operator]?.[log2];
  if (locked !== undefined && !x.l.isWanted(v)) {
    prepare(x, v);
    return x.b.store(locked, value);
  }
  if (operator === 'and' || operator === 'or' || operator === 'xor') return loop(x, v, value);
  const old = target(x, v);
  exchange(x, v, operator === 'xchg' ? XCHG[log2] : XADD[log2], operator === 'sub' ? negated(x, value) : value, old);
  finish(x, v, old);
};

function negated(x: X64, value: number): number {
  const result = x.l.temp(RegClass.int);
  x.b.unary(Inst['neg.q m'], result, value);
  return result;
}

/** The old value of a bitwise operation; the loop leaves it zero-extended. */
function loop(x: X64, v: Value, value: number): void {
  const {l, f} = x;
  const pointer = l.reg(f.a(v));
  const i = l.inst(LOOP[width(x, v)]);
  l.m.imm[i] = f.imm(v);
  l.m.trap[i] = trapOf(f.aux(v));
  l.m.addOperand(l.reg(v), EARLY_RAX);
  l.readLate(pointer);
  l.readLate(value);
  l.scratch(RegClass.int);
}

const atomic_cmpxchg: Lower = (x, v) => {
  const {l, b, f} = x;
  const [expected, replacement] = [operand(x, f.b(v)), operand(x, f.c(v))];
  const old = target(x, v);
  prepare(x, v);
  l.inst(CMPXCHG[width(x, v)]);
  b.takeMemory();
  l.defFixed(old, RAX);
  l.readFixed(expected, RAX);
  l.read(replacement);
  finish(x, v, old);
};

/** A locked instruction on the stack orders everything, and is faster than mfence. */
const fence: Lower = (x) => {
  x.b.atOutgoing(0);
  x.b.storeImmediate(Inst['lock or.d mi8'], 0);
};

export const atomicLowerings = {atomic_load, atomic_store, atomic_rmw, atomic_cmpxchg, fence} as const;
