/**
 * Values at the boundary of the runtime: raw bits for numbers and vectors, JS values for references.
 * - i32, f32, i64, f64, v128: a bigint, unsigned, below 2^width; floats are their IEEE bits, v128 is little endian
 *   (lane 0 in the low bits)
 * - references: null, a number (i31, signed), or an object; identity of objects is identity of references
 */
import {assert} from '../base/assert.ts';
import {F32, F64, I32, I64, isRef, sizeOf, V128, type ValueType} from '../wasm/types.ts';
import type {ExnInstance} from './exception.ts';
import type {Func} from './func.ts';
import type {ArrayInstance, StructInstance} from './gc.ts';

/** A reference that the host made (`ref.extern n` in scripts): equal when the same object; see `hostRef`. */
export class HostRef {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

export type Ref = null | number | Func | StructInstance | ArrayInstance | ExnInstance | HostRef;
export type Value = bigint | Ref;

const hostRefs: HostRef[] = [];

/** The host reference with this small id; always the same object for the same id. */
export function hostRef(id: number): HostRef {
  return (hostRefs[id] ??= new HostRef(id));
}

const BITS: Readonly<Record<number, number>> = {[I32]: 32, [I64]: 64, [F32]: 32, [F64]: 64, [V128]: 128};

/** Whether the value has the form that the boundary asks for a type; references are not checked against heap types. */
export function hasForm(value: Value, type: ValueType): boolean {
  if (isRef(type)) return typeof value !== 'bigint';
  return typeof value === 'bigint' && value >= 0n && value >> BigInt(BITS[type] ?? 0) === 0n;
}

/** Bits of a number or vector value, from a signed or unsigned integer. */
export function bits(type: ValueType, integer: bigint | number): bigint {
  return BigInt.asUintN(sizeOf(type) * 8, BigInt(integer));
}

/** The bits of a boundary value; the value must not be a reference. */
export function asBits(value: Value): bigint {
  assert(typeof value === 'bigint', 'a number value');
  return value;
}

/** The reference of a boundary value; the value must not be bits. */
export function asRef(value: Value): Ref {
  assert(typeof value !== 'bigint', 'a reference');
  return value;
}
