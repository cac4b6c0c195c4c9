/**
 * Simple instructions and their operands, by signature: operand forms (shape S1: same operand, constants on either
 * side), op-relative constants (S2), guards, immediates, NaNs.
 */
import {LANES, SIGNATURE} from '#engine/wasm/columns.ts';
import {F32, F64, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import {address, alignOf, inMemory0, isAtomic, type Place, widthOf} from './address.ts';
import {atomicAccess} from './atomic.ts';
import type {Body} from './body.ts';
import {canonicalNan, guardDivisor, guardTruncation} from './guard.ts';
import {GUARD, Guard, IMMEDIATES, Immediates, NAN_OPERANDS, NAN_SHAPE} from './instruction.ts';
import {drawShuffle, isSwizzle, swizzleConstant} from './shuffle.ts';
import {boundariesOf} from './values.ts';

const isFloat = (type: ValueType): boolean => type === F32 || type === F64;

/** An instruction with its operands, of which the first result stays. `nan`: the consumer takes any NaN of the class. */
export function simple(b: Body, op: number, depth: number, nan: boolean): void {
  const {operands} = SIGNATURE[op]!;
  if (isAtomic(op)) return atomicAccess(b, op, depth - 1);
  if (operands[0] === null) {
    const place = address(b, widthOf(op), depth - 1);
    if (operands.length > 1) b.expression(operands[1]!, depth - 1);
    emit(b, op, place);
  } else {
    makeOperands(b, op, operands as readonly ValueType[], depth - 1, nan);
    emit(b, op);
  }
  for (const extra of SIGNATURE[op]!.results.slice(1).toReversed()) b.dispose(extra);
  if (NAN_SHAPE[op] !== 0 && !nan) canonicalNan(b, NAN_SHAPE[op]!);
}

/** The opcode and its immediates; `place` only serves memory accesses. */
export function emit(b: Body, op: number, {memory, offset}: Place = inMemory0(0)): void {
  b.code.op(op);
  switch (IMMEDIATES[op]) {
    case Immediates.memarg:
      b.code.memarg(alignOf(b, op), offset, memory);
      return;
    case Immediates.lane:
      b.code.u8(lane(b, op));
      return;
    case Immediates.lanes:
      lanes(b);
      return;
    case Immediates.memargLane:
      b.code.memarg(alignOf(b, op), offset, memory);
      b.code.u8(lane(b, op));
      return;
    default:
      return;
  }
}

/** A lane index, the last one often. */
function lane(b: Body, op: number): number {
  const count = LANES[op]!;
  return b.rng.oneIn(3) ? count - 1 : b.rng.below(count);
}

/** Lanes of a shuffle: any, or a pattern. */
function lanes(b: Body): void {
  const pattern = drawShuffle(b.rng);
  for (let i = 0; i < 16; i++) b.code.u8(pattern(i));
}

function makeOperands(b: Body, op: number, types: readonly ValueType[], depth: number, nan: boolean): void {
  const mayBeNan = NAN_OPERANDS[op]!;
  const takesNan = (i: number): boolean => mayBeNan === 1 || (mayBeNan === 2 && i === 0 && nan);
  if (types.length === 2 && types[0] === types[1] && isIsolated(b, op))
    return sameOrConstant(b, op, types[0]!, depth, takesNan(0));
  for (let i = 0; i < types.length; i++) {
    if (i === types.length - 1 && i > 0 && b.rng.oneIn(3)) rightConstant(b, op, types[i]!);
    else b.expression(types[i]!, depth, isFloat(types[i]!) && takesNan(i));
  }
  guardLast(b, op, types.at(-1));
}

/** One binary instruction in four has a special operand form. */
const isIsolated = (b: Body, op: number): boolean => GUARD[op] === Guard.none && b.rng.oneIn(4);

function sameOrConstant(b: Body, op: number, type: ValueType, depth: number, nan: boolean): void {
  const form = b.rng.below(4);
  if (form === 0) {
    const local = b.scratch(type);
    b.expression(type, depth);
    b.code.tee(local).get(local);
  } else if (form === 1) {
    b.constant(type);
    b.expression(type, depth, nan);
  } else {
    b.expression(type, depth, nan);
    rightConstant(b, op, type);
  }
}

/** A constant for the last operand: a boundary of the instruction where it has some. */
function rightConstant(b: Body, op: number, type: ValueType): void {
  const boundaries = boundariesOf(op);
  if (isSwizzle(op)) return swizzleConstant(b.rng, b.code);
  if (boundaries === null || b.rng.oneIn(4)) return b.constant(type);
  const value = b.rng.pick(boundaries);
  if (type === I32) b.code.i32(value);
  else if (type === I64) b.code.i64(value, value >> 31);
  else b.constant(type);
}

function guardLast(b: Body, op: number, type: ValueType | undefined): void {
  const guard = GUARD[op]!;
  if (guard === Guard.none || (b.swarm.unguarded > 0 && b.rng.percent(b.swarm.unguarded))) return;
  if (guard === Guard.truncation) guardTruncation(b, op, type!);
  else guardDivisor(b, type!, guard);
}
