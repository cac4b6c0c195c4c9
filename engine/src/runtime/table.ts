/**
 * Tables of references (spec section 4.2.7).
 */
import type {TableType} from '../wasm/types.ts';
import type {Ref} from './values.ts';

/** Growth and creation beyond this many elements fail (growth) or throw RangeError (creation). */
export const DEFAULT_MAX_ELEMENTS = 10_000_000;

export class Table {
  readonly type: TableType;
  readonly elements: Ref[];
  readonly #maxElements: number;

  constructor(type: TableType, init: Ref, maxElements = DEFAULT_MAX_ELEMENTS) {
    const {min, max} = type.limits;
    if (min > BigInt(maxElements))
      throw new RangeError(`table of ${min} elements is above the limit of ${maxElements}`);
    this.type = type;
    this.#maxElements = max === null || max > BigInt(maxElements) ? maxElements : Number(max);
    this.elements = new Array<Ref>(Number(min)).fill(init);
  }

  /** Grows by `delta` elements; the old size, or -1 when that is not possible. */
  grow(delta: number, init: Ref): number {
    const old = this.elements.length;
    if (old + delta > this.#maxElements) return -1;
    for (let i = 0; i < delta; i += 1) this.elements.push(init);
    return old;
  }
}
