/**
 * Where the fields of a structure lie in an object of the native heap (layout.ts, `HeapObject`): in order, each aligned to
 * its size, at most to 8. A sub type's object begins as its super type's does, because only fields behind are added.
 */
import {type FieldType, isRef, sizeOf, type ValueType} from '../wasm/types.ts';
import {HeapObject} from './layout.ts';

/** Bytes of a field or element of this storage type. */
export const storageBytes = (type: ValueType): number => (isRef(type) ? 8 : sizeOf(type));

export interface StructLayout {
  /** Byte offset in the object, by field. */
  readonly offsets: readonly number[];
  /** Offsets of the references among them, in order. */
  readonly references: readonly number[];
  /** Of the whole object, a multiple of 8. */
  readonly bytes: number;
}

/** Layout of a structure with these fields. */
export function structLayout(fields: readonly FieldType[]): StructLayout {
  let end: number = HeapObject.fields;
  const offsets = fields.map(({type}) => {
    const bytes = storageBytes(type);
    const alignment = Math.min(bytes, 8);
    const offset = Math.ceil(end / alignment) * alignment;
    end = offset + bytes;
    return offset;
  });
  const references = offsets.filter((_, i) => isRef(fields[i]!.type));
  return {offsets, references, bytes: Math.ceil(end / 8) * 8};
}
