/**
 * Loops around exclusive pairs, for processors without LSE: what lower-atomics.ts asks for. Operands of the instruction: old
 * value, pointer, operand (of `cas` the replacement, then the expected value), and two scratches. Only the load can fault.
 */
import {assert} from '#engine/base/assert.ts';
import {atomicOperators} from '../ir/atomics.ts';
import type {Emitter} from './emit.ts';
import {Cond, Inst} from './insts.ts';

interface Exclusive {
  readonly load: number;
  readonly store: number;
  /** Compares as many bits as the access has. */
  readonly compare: number;
}

/** By log2 of the bytes. */
const ROWS: readonly Exclusive[] = [
  {load: Inst['ldaxr.b'], store: Inst['stlxr.b'], compare: Inst['cmp.w uxtb']},
  {load: Inst['ldaxr.h'], store: Inst['stlxr.h'], compare: Inst['cmp.w uxth']},
  {load: Inst['ldaxr.w'], store: Inst['stlxr.w'], compare: Inst['cmp.w r']},
  {load: Inst['ldaxr.x'], store: Inst['stlxr.x'], compare: Inst['cmp.x r']},
];

/** Rows that make the new value of the old one and the operand. */
const OPERATORS: Readonly<Record<(typeof atomicOperators)[number], number>> = {
  add: Inst['add.x r'],
  sub: Inst['sub.x r'],
  and: Inst['and.x r'],
  or: Inst['orr.x r'],
  xor: Inst['eor.x r'],
  xchg: 0,
};

function load(e: Emitter, i: number, row: number, old: number, pointer: number): void {
  const {a, f} = e;
  if (f.trap[i] !== 0) a.trapAt(a.offset, f.trap[i] as number, f.wasm[i] as number);
  a.op(row, old, pointer);
}

/** The place := old value op operand, until nobody else wrote in between. */
export function atomicLoop(e: Emitter, i: number, log2Bytes: number): void {
  const {a, f} = e;
  const [old, pointer, operand, fresh, failed] = [0, 1, 2, 3, 4].map((n) => e.operand(i, n)) as Five;
  const rows = ROWS[log2Bytes] as Exclusive;
  const operator = atomicOperators[f.imm[i] as number];
  assert(operator !== undefined, `operator ${f.imm[i]}`);
  const again = a.label();
  a.bind(again);
  load(e, i, rows.load, old, pointer);
  if (operator !== 'xchg') a.op(OPERATORS[operator], fresh, old, operand);
  a.op(rows.store, failed, operator === 'xchg' ? operand : fresh, pointer);
  a.compareBranch(Inst['cbnz.w'], failed, again);
}

/** The place := replacement if it holds what is expected. */
export function compareAndSwapLoop(e: Emitter, i: number, log2Bytes: number): void {
  const {a} = e;
  const [old, pointer, replacement, expected, failed] = [0, 1, 2, 3, 4].map((n) => e.operand(i, n)) as Five;
  const rows = ROWS[log2Bytes] as Exclusive;
  const [again, done] = [a.label(), a.label()];
  a.bind(again);
  load(e, i, rows.load, old, pointer);
  a.op(rows.compare, old, expected, 0); // the amount of its shift, where it has one
  a.branch(Cond.ne, done);
  a.op(rows.store, failed, replacement, pointer);
  a.compareBranch(Inst['cbnz.w'], failed, again);
  a.bind(done);
}

type Five = [number, number, number, number, number];
