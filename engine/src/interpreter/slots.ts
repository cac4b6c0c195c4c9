/**
 * Values in stack slots, to and from their form at the boundary (runtime/values.ts). Numbers fill word slots and
 * references the parallel reference slots, each in order.
 */
import {assert} from '../base/assert.ts';
import type {Ref, Value} from '../runtime/values.ts';
import {F32, I32, isRef, V128, type ValueType} from '../wasm/types.ts';
import type {Machine} from './machine.ts';

/** Words that a value of this type takes: two, four for vectors, none for references. */
export function wordsOf(type: ValueType): number {
  if (isRef(type)) return 0;
  return type === V128 ? 4 : 2;
}

export const wordCount = (types: readonly ValueType[]): number => types.reduce((sum, type) => sum + wordsOf(type), 0);
export const refCount = (types: readonly ValueType[]): number =>
  types.reduce((sum, type) => sum + (isRef(type) ? 1 : 0), 0);

const unsigned = (word: number): bigint => BigInt(word >>> 0);
const word = (bits: bigint, index: number): number => Number(BigInt.asIntN(32, bits >> BigInt(32 * index)));

/** The number of this type at a word slot. */
export function readBits(ints: Int32Array, type: ValueType, slot: number): bigint {
  const low = unsigned(ints[slot]!);
  if (type === I32 || type === F32) return low;
  const half = low | (unsigned(ints[slot + 1]!) << 32n);
  return type === V128 ? half | (unsigned(ints[slot + 2]!) << 64n) | (unsigned(ints[slot + 3]!) << 96n) : half;
}

export function writeBits(ints: Int32Array, type: ValueType, slot: number, bits: bigint): void {
  for (let i = 0, end = wordsOf(type); i < end; i += 1) ints[slot + i] = word(bits, i);
}

/** Values of these types, standing one after the other from the two slots on. */
export function readValues(m: Machine, types: readonly ValueType[], slot: number, refSlot: number): Value[] {
  let at = slot;
  let refAt = refSlot;
  return types.map((type) => {
    if (isRef(type)) return m.refs[refAt++] as Ref;
    const bits = readBits(m.ints, type, at);
    at += wordsOf(type);
    return bits;
  });
}

export function writeValues(
  m: Machine,
  types: readonly ValueType[],
  slot: number,
  refSlot: number,
  values: readonly Value[],
): void {
  assert(values.length === types.length, `${values.length} values for ${types.length} types`);
  let at = slot;
  let refAt = refSlot;
  m.reserveRefs(refSlot + refCount(types));
  types.forEach((type, i) => {
    const value = values[i]!;
    if (typeof value === 'bigint') writeBits(m.ints, type, at, value);
    else m.refs[refAt++] = value;
    at += wordsOf(type);
  });
}
