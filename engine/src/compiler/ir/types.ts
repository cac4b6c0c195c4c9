/**
 * Types of SSA values: what the machine sees. A wasm reference of any kind is `ref`: 64 bits, never in a vector register.
 * Machine pointers (vmctx, memory bases, code addresses) are plain `i64`.
 */

import {assert} from '#engine/base/assert.ts';
import {
  isRef,
  type ValueType,
  F32 as WASM_F32,
  F64 as WASM_F64,
  I32 as WASM_I32,
  I64 as WASM_I64,
  V128 as WASM_V128,
} from '#engine/wasm/types.ts';

declare const typeBrand: unique symbol;
export type Type = number & {readonly [typeBrand]: true};

/** No value: stores, terminators, calls without results. */
export const VOID = 0 as Type;
export const I32 = 1 as Type;
export const I64 = 2 as Type;
export const F32 = 3 as Type;
export const F64 = 4 as Type;
export const V128 = 5 as Type;
export const REF = 6 as Type;

export const typeNames = ['void', 'i32', 'i64', 'f32', 'f64', 'v128', 'ref'] as const;
export const TYPE_BYTES: readonly number[] = [0, 4, 8, 4, 8, 16, 8];

/** Type of the SSA value that carries a wasm value of this type. */
export function irType(type: ValueType): Type {
  switch (type) {
    case WASM_I32:
      return I32;
    case WASM_I64:
      return I64;
    case WASM_F32:
      return F32;
    case WASM_F64:
      return F64;
    case WASM_V128:
      return V128;
    default:
      assert(isRef(type), `no SSA type for ${type}`);
      return REF;
  }
}

/** Parameters and results of a function as the machine sees them; parameter 0 is always the vmctx (i64). */
export interface Signature {
  readonly params: readonly Type[];
  readonly results: readonly Type[];
}

/** Interned signatures of a module: equal lists have one dense id from 0. Wasm function types map many-to-one to these. */
export class Signatures {
  readonly list: Signature[] = [];
  readonly #ids = new Map<string, number>();

  /** Id of the signature of a wasm function type; the vmctx parameter is added. */
  ofWasm(params: readonly ValueType[], results: readonly ValueType[]): number {
    return this.intern([I64, ...params.map(irType)], results.map(irType));
  }

  /** Id of a signature; `params` includes the vmctx. */
  intern(params: readonly Type[], results: readonly Type[]): number {
    const key = `${params.join()}:${results.join()}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.list.length);
    return this.list.push({params: [...params], results: [...results]}) - 1;
  }

  get(id: number): Signature {
    const signature = this.list[id];
    assert(signature !== undefined, `signature ${id}`);
    return signature;
  }
}
