/**
 * Global instances (spec section 4.2.10). Numbers live in four signed 32-bit words, low half first, so that reading one
 * allocates nothing; references live in `ref`.
 */
import {F32, type GlobalType, I32, isRef, V128} from '../wasm/types.ts';
import {asBits, asRef, type Ref, type Value} from './values.ts';

const word = (bits: bigint, index: number): number => Number(BigInt.asIntN(32, bits >> BigInt(32 * index)));
const unsigned = (word: number): bigint => BigInt(word >>> 0);

export class Global {
  readonly type: GlobalType;
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;
  ref: Ref = null;

  constructor(type: GlobalType, value: Value) {
    this.type = type;
    this.value = value;
  }

  get value(): Value {
    const {type} = this.type;
    if (isRef(type)) return this.ref;
    if (type === I32 || type === F32) return unsigned(this.w0);
    const low = unsigned(this.w0) | (unsigned(this.w1) << 32n);
    return type === V128 ? low | (unsigned(this.w2) << 64n) | (unsigned(this.w3) << 96n) : low;
  }

  set value(value: Value) {
    if (isRef(this.type.type)) {
      this.ref = asRef(value);
      return;
    }
    const bits = asBits(value);
    this.w0 = word(bits, 0);
    this.w1 = word(bits, 1);
    this.w2 = word(bits, 2);
    this.w3 = word(bits, 3);
  }
}
