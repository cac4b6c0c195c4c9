/**
 * Value, reference and heap types in the binary format (spec section 5.3), read and written. One byte for number types
 * and for nullable abstract references; 0x63 and 0x64 are followed by a heap type, which is an s33.
 */
import type {ByteReader, ByteWriter} from '../base/bytes.ts';
import type {Feature} from '../wasm/features.ts';
import {
  type AbstractHeapType,
  abstractHeap,
  concreteHeap,
  F32,
  F64,
  type HeapType,
  heapName,
  heapOf,
  I32,
  I64,
  isConcrete,
  isNullable,
  isRef,
  refType,
  V128,
  type ValueType,
} from '../wasm/types.ts';
import {failAt, isExactType} from './descriptors.ts';
import type {Grammar} from './grammar.ts';
import {messages} from './messages.ts';

const REF = 0x64;
const REF_NULL = 0x63;

/** The feature that brought each abstract heap type. */
const heapFeature = {
  func: 'mvp',
  extern: 'reference-types',
  exn: 'exceptions',
  noexn: 'exceptions',
  any: 'gc',
  eq: 'gc',
  i31: 'gc',
  struct: 'gc',
  array: 'gc',
  none: 'gc',
  nofunc: 'gc',
  noextern: 'gc',
} as const satisfies Record<AbstractHeapType, Feature>;

/** The abstract heap type with a one-byte code, undefined when there is none in these features. */
function abstractOf(byte: number, grammar: Grammar): HeapType | undefined {
  const heap = abstractHeap(byte - 0x80);
  if (heap === undefined) return undefined;
  const name = heapName(heap);
  return name !== undefined && grammar.features.has(heapFeature[name]) ? heap : undefined;
}

/** Reads a heap type; throws Malformed. */
export function readHeapType(reader: ByteReader, grammar: Grammar): HeapType {
  const start = reader.pos;
  const byte = reader.peek();
  if (byte >= 0x40 && byte < 0x80) {
    const heap = abstractOf(byte, grammar);
    if (heap === undefined) return failAt(reader, grammar, messages.heapType, start, isExactType(byte));
    reader.pos++;
    return heap;
  }
  const index = reader.s33();
  if (index < 0) reader.fail(messages.tooLong, start);
  if (!grammar.features.has('function-references')) reader.fail(messages.heapType, start);
  return concreteHeap(index);
}

/** Reads a number, vector or reference type; `what` is the message when it is none. */
export function readValueType(reader: ByteReader, grammar: Grammar, what: string = messages.valueType): ValueType {
  const start = reader.pos;
  const byte = reader.u8();
  switch (byte) {
    case I32:
      return I32;
    case I64:
      return I64;
    case F32:
      return F32;
    case F64:
      return F64;
    case V128:
      if (grammar.features.has('simd')) return V128;
      break;
    case REF:
    case REF_NULL:
      if (grammar.features.has('function-references')) return refType(readHeapType(reader, grammar), byte === REF_NULL);
      break;
    default: {
      if (byte >= 0x80) reader.fail(messages.tooLong, start);
      const heap = abstractOf(byte, grammar);
      if (heap !== undefined) return refType(heap, true);
    }
  }
  return reader.fail(what, start);
}

/** Reads a reference type; throws Malformed. */
export function readRefType(reader: ByteReader, grammar: Grammar): ValueType {
  const start = reader.pos;
  const type = readValueType(reader, grammar, messages.referenceType);
  return isRef(type) ? type : reader.fail(messages.referenceType, start);
}

/** Writes a heap type. */
export function writeHeapType(writer: ByteWriter, heap: HeapType): void {
  if (isConcrete(heap)) writer.s33(heap);
  else writer.u8(heap + 0x80);
}

/** Whether the type may be written in one byte or, at the writer's choice, in two. */
export const hasShorthand = (type: ValueType): boolean => isRef(type) && isNullable(type) && !isConcrete(heapOf(type));

/** Writes a value type: nullable abstract references in one byte. */
export function writeValueType(writer: ByteWriter, type: ValueType): void {
  if (!isRef(type)) return writer.u8(type);
  if (hasShorthand(type)) return writeHeapType(writer, heapOf(type));
  writeLongRefType(writer, type);
}

/** Writes a reference type with its prefix byte, also where one byte would do. */
export function writeLongRefType(writer: ByteWriter, type: ValueType): void {
  writer.u8(isNullable(type) ? REF_NULL : REF);
  writeHeapType(writer, heapOf(type));
}
