/**
 * Structures and arrays of the garbage-collected heap: JS objects, collected by the host's collector (spec section 4.2.13).
 */
import type {TypeId} from './types.ts';

/**
 * A structure. `cells` holds the fields in order: i32, f32 bits and packed fields as signed 32-bit numbers, i64 and f64 as
 * two of them (low half first), v128 as four, references as they are.
 */
export class StructInstance {
  readonly typeId: TypeId;
  readonly cells: unknown[];
  constructor(typeId: TypeId, cells: unknown[]) {
    this.typeId = typeId;
    this.cells = cells;
  }
}

/**
 * An array. `cells` as in StructInstance, each element taking as many cells as its type needs; `length` counts elements.
 */
export class ArrayInstance {
  readonly typeId: TypeId;
  readonly length: number;
  readonly cells: unknown[];
  constructor(typeId: TypeId, length: number, cells: unknown[]) {
    this.typeId = typeId;
    this.length = length;
    this.cells = cells;
  }
}
