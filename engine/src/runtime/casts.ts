/**
 * Which references belong to a heap type (spec section 4.5.2): what ref.test and casts ask.
 */
import {isSubtype} from '../wasm/subtyping.ts';
import {Heap, type HeapType} from '../wasm/types.ts';
import {Func} from './func.ts';
import {ArrayInstance, StructInstance} from './gc.ts';
import type {Ref} from './values.ts';

const {any: ANY, extern: EXTERN, func: FUNC, exn: EXN, eq: EQ, i31: I31, struct: STRUCT, array: ARRAY} = Heap;

/** Whether a reference that is not null belongs to a canonical heap type of its own hierarchy. */
function belongs(ref: Exclude<Ref, null>, heap: HeapType): boolean {
  if (heap >= 0) {
    return (
      (ref instanceof StructInstance || ref instanceof ArrayInstance || ref instanceof Func) &&
      isSubtype(ref.typeId, heap)
    );
  }
  switch (heap) {
    case ANY:
    case EXTERN:
    case FUNC:
    case EXN:
      return true;
    case EQ:
      return typeof ref === 'number' || ref instanceof StructInstance || ref instanceof ArrayInstance;
    case I31:
      return typeof ref === 'number';
    case STRUCT:
      return ref instanceof StructInstance;
    case ARRAY:
      return ref instanceof ArrayInstance;
    default:
      return false;
  }
}

/** Whether a reference belongs to `(ref null? heap)`; `heap` is canonical. */
export function isOf(ref: Ref, heap: HeapType, nullable: boolean): boolean {
  return ref === null ? nullable : belongs(ref, heap);
}
