/**
 * Constant folding: what `numeric/` says an operation means, applied to constants. An operation that would trap is left in
 * place, and so is one that gives a NaN: its bits are the machine's choice, and both levels should make the same.
 */
import {Trap} from '#engine/base/trap.ts';
import type {Func, Value} from '../ir/func.ts';
import {NONE} from '../ir/func.ts';
import {meaningOf, vectorMeaning} from '../ir/meaning.ts';
import {ARITY, Ir, type OpCode, opNames} from '../ir/ops.ts';
import {F32, F64, I32, type Type, V128} from '../ir/types.ts';

type Operand = number | bigint;

const {const: CONST, fadd: FADD, fsqrt: FSQRT, demote: DEMOTE, promote: PROMOTE} = Ir;
const FABS = Ir.fabs,
  FNEG = Ir.fneg,
  FCOPYSIGN = Ir.fcopysign;

/** Whether an operation can give a NaN that wasm does not determine. */
function choosesNan(op: OpCode): boolean {
  return (
    op === DEMOTE || op === PROMOTE || (op >= FADD && op <= FSQRT && op !== FABS && op !== FNEG && op !== FCOPYSIGN)
  );
}

function isNan(type: Type, bits: Operand): boolean {
  if (type === F32) return ((bits as number) & 0x7fffffff) > 0x7f800000;
  return type === F64 && BigInt.asUintN(63, bits as bigint) > 0x7ff0000000000000n;
}

/** Bits of a constant: number for 32-bit types, signed bigint for 64-bit ones. */
export function constantBits(f: Func, v: Value): Operand {
  const type = f.type(v);
  if (type === V128) return f.vector(f.imm(v));
  return type === I32 || type === F32 ? f.imm(v) : f.imm64(v);
}

/** Result bits of an operation on constant bits; undefined when it cannot or must not be folded. */
export function evaluate(
  op: OpCode,
  result: Type,
  operand: Type,
  a: Operand,
  b: Operand | undefined,
): Operand | undefined {
  const meaning = meaningOf(op, result, operand);
  if (meaning === undefined) return undefined;
  try {
    const bits = b === undefined ? meaning(a) : meaning(a, b);
    return choosesNan(op) && isNan(result, bits) ? undefined : bits;
  } catch (error) {
    if (error instanceof Trap) return undefined;
    throw error;
  }
}

/** A new constant, not yet placed. */
export function constant(f: Func, type: Type, bits: Operand): Value {
  if (type === V128) return f.addConst128(bits as bigint);
  if (typeof bits === 'bigint') return f.add64(type, bits);
  return f.add(CONST, type, NONE, NONE, NONE, bits | 0);
}

/** Whether all inline operands of a value are constants and it has one to three. */
export function hasConstantOperands(f: Func, v: Value): boolean {
  const arity = ARITY[f.op(v)]!;
  if (arity === 0 || f.op(f.a(v)) !== CONST) return false;
  return (arity < 2 || f.op(f.b(v)) === CONST) && (arity < 3 || f.op(f.c(v)) === CONST);
}

/** Vector operations that choose among NaNs, and those that choose more. */
const choosesLanes = Uint8Array.from(opNames, (name) =>
  /^f..x.\.(add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote|promote)|relaxed/.test(name) ? 1 : 0,
);

function hasNanLane(name: string, bits: bigint): boolean {
  const width = name.startsWith('f32') ? 32 : 64;
  const infinity = width === 32 ? 0x7f800000n : 0x7ff0000000000000n;
  for (let at = 0n; at < 128n; at += BigInt(width)) if (BigInt.asUintN(width - 1, bits >> at) > infinity) return true;
  return false;
}

/** The constant that an operation on vectors gives, not yet placed; NONE when the machine has a choice. */
function foldVector(f: Func, v: Value): Value {
  const name = opNames[f.op(v)]!;
  const isFree = choosesLanes[f.op(v)] === 1;
  if (isFree && name.includes('relaxed')) return NONE;
  const operands = [0, 1, 2].slice(0, ARITY[f.op(v)]).map((i) => constantBits(f, f.operand(v, i)));
  const bits = vectorMeaning(f, v)!(...operands);
  return isFree && hasNanLane(name, bits as bigint) ? NONE : constant(f, f.type(v), bits);
}

/** The folded constant of a value with constant operands, not yet placed; NONE when it stays. */
export function foldConstant(f: Func, v: Value): Value {
  if (vectorMeaning(f, v) !== undefined) return foldVector(f, v);
  const [a, b] = [f.a(v), f.b(v)];
  if (ARITY[f.op(v)] === 3) return NONE;
  const right = ARITY[f.op(v)] === 2 ? constantBits(f, b) : undefined;
  const operand = f.type(a);
  const bits = evaluate(f.op(v), f.type(v), operand, constantBits(f, a), right);
  return bits === undefined ? NONE : constant(f, f.type(v), bits);
}
