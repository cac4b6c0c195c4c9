/**
 * Lowering of atomic accesses. Acquiring loads and releasing stores are sequentially consistent among each other; the rest
 * is one LSE instruction, or without `lse` a loop around an exclusive pair (expand-atomics.ts).
 */
import {trapCode} from '#engine/base/traps.ts';
import {Constraint, RegClass} from '../backend/mfunc.ts';
import {AtomicAccess, type AtomicOperator, atomicOperators} from '../ir/atomics.ts';
import type {Value} from '../ir/func.ts';
import {I32} from '../ir/types.ts';
import {Inst} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {Pseudo} from './pseudo.ts';

const MEMORY_TRAP = trapCode('memory-out-of-bounds');

/** Rows by log2 of the bytes. */
type Sizes = readonly number[];
const LOAD: Sizes = [Inst['ldar.b'], Inst['ldar.h'], Inst['ldar.w'], Inst['ldar.x']];
const STORE: Sizes = [Inst['stlr.b'], Inst['stlr.h'], Inst['stlr.w'], Inst['stlr.x']];
const COMPARE_AND_SWAP: Sizes = [Inst['casal.b'], Inst['casal.h'], Inst['casal.w'], Inst['casal.x']];
const LOOP: Sizes = [Pseudo['atomic.b'], Pseudo['atomic.h'], Pseudo['atomic.w'], Pseudo['atomic.x']];
const SWAP_LOOP: Sizes = [Pseudo['cas.b'], Pseudo['cas.h'], Pseudo['cas.w'], Pseudo['cas.x']];

const ADD: Sizes = [Inst['ldaddal.b'], Inst['ldaddal.h'], Inst['ldaddal.w'], Inst['ldaddal.x']];
const CLEAR: Sizes = [Inst['ldclral.b'], Inst['ldclral.h'], Inst['ldclral.w'], Inst['ldclral.x']];

interface LargeSystem {
  readonly rows: Sizes;
  /** What is done to the operand first. */
  readonly prepare: 'neg.x r' | 'mvn.x r' | null;
}
/** LSE has no subtraction, and clears the bits of its operand. */
const LSE: Readonly<Record<AtomicOperator, LargeSystem>> = {
  add: {rows: ADD, prepare: null},
  sub: {rows: ADD, prepare: 'neg.x r'},
  and: {rows: CLEAR, prepare: 'mvn.x r'},
  or: {rows: [Inst['ldsetal.b'], Inst['ldsetal.h'], Inst['ldsetal.w'], Inst['ldsetal.x']], prepare: null},
  xor: {rows: [Inst['ldeoral.b'], Inst['ldeoral.h'], Inst['ldeoral.w'], Inst['ldeoral.x']], prepare: null},
  xchg: {rows: [Inst['swpal.b'], Inst['swpal.h'], Inst['swpal.w'], Inst['swpal.x']], prepare: null},
};

const log2Bytes = (x: Arm64, v: Value): number => AtomicAccess.log2Bytes(x.f.aux(v));
const row = (x: Arm64, v: Value, rows: Sizes): number => rows[log2Bytes(x, v)] as number;

/** Register of an operand of which at most the bytes of the access count. */
const operand = (x: Arm64, v: Value): number => (x.f.type(v) === I32 ? x.l.low(v) : x.l.reg(v));

/** Register of the old value. A loaded value that nobody wants is loaded all the same: into zero it would not acquire. */
const target = (x: Arm64, v: Value): number => (x.l.isWanted(v) ? x.l.reg(v) : x.l.temp(RegClass.int));

/** Starts an instruction that faults beyond the end of the memory, unless the access was checked. */
function start(x: Arm64, v: Value, code: number): void {
  const i = x.l.inst(code);
  x.l.m.trap[i] = AtomicAccess.isChecked(x.f.aux(v)) ? 0 : MEMORY_TRAP;
}

const atomic_load: Lower = (x, v) => {
  const {l, f} = x;
  const pointer = l.reg(f.a(v));
  start(x, v, row(x, v, LOAD));
  l.def(target(x, v));
  l.read(pointer);
};

const atomic_store: Lower = (x, v) => {
  const {l, f} = x;
  const [pointer, value] = [l.reg(f.a(v)), operand(x, f.b(v))];
  start(x, v, row(x, v, STORE));
  l.read(value);
  l.read(pointer);
};

const atomic_rmw: Lower = (x, v) => {
  const {l, b, f} = x;
  const operator = atomicOperators[f.imm(v)]!;
  const [pointer, given] = [l.reg(f.a(v)), operand(x, f.b(v))];
  if (!x.has('lse')) return loop(x, v, LOOP, [pointer, given]);
  const {rows, prepare} = LSE[operator];
  const value = prepare === null ? given : l.temp(RegClass.int);
  if (prepare !== null) b.one(Inst[prepare], value, given);
  start(x, v, row(x, v, rows));
  l.read(value);
  l.def(target(x, v));
  l.read(pointer);
};

const atomic_cmpxchg: Lower = (x, v) => {
  const {l, f} = x;
  const [pointer, expected, replacement] = [l.reg(f.a(v)), operand(x, f.b(v)), operand(x, f.c(v))];
  if (!x.has('lse')) return loop(x, v, SWAP_LOOP, [pointer, replacement, expected]);
  start(x, v, row(x, v, COMPARE_AND_SWAP));
  l.defTied(target(x, v));
  l.readTied(expected);
  l.read(replacement);
  l.read(pointer);
};

/** The old value is written while the operands are still needed; scratches for what is stored, and whether it was. */
function loop(x: Arm64, v: Value, codes: Sizes, operands: readonly number[]): void {
  const {l, f} = x;
  start(x, v, row(x, v, codes));
  l.m.imm[l.m.instCount] = f.imm(v);
  l.m.addOperand(target(x, v), Constraint.def | Constraint.across);
  for (const each of operands) l.readLate(each);
  l.scratch(RegClass.int);
  l.scratch(RegClass.int);
}

const fence: Lower = (x) => {
  x.l.inst(Inst['dmb ish']);
};

export const atomicLowerings = {atomic_load, atomic_store, atomic_rmw, atomic_cmpxchg, fence} as const;
