/**
 * Reading and writing bytes: fixed-width little-endian numbers and LEB128 integers (spec section 5.2).
 * Every read is checked against the end; what is wrong throws Malformed with its offset in the module. 64-bit integers
 * are left as two halves in `low` and `high`, so that reading one allocates nothing.
 */
import {Malformed} from './errors.ts';

/** The spec's words for what can be wrong with bytes and integers. */
export const byteMessages = {
  unexpectedEnd: 'unexpected end of section or function',
  tooLong: 'integer representation too long',
  tooLarge: 'integer too large',
} as const;

/** A cursor over bytes. `base` is where bytes[0] stands in the module; it only serves error offsets. */
export class ByteReader {
  bytes: Uint8Array;
  base: number;
  pos: number;
  /** Halves of the last 64-bit number read, as signed 32-bit integers. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array, base = 0, pos = 0) {
    this.bytes = bytes;
    this.base = base;
    this.pos = pos;
  }

  get isAtEnd(): boolean {
    return this.pos >= this.bytes.length;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.bytes.length - this.pos;
  }

  /** Throws Malformed at a position of this reader. */
  fail(message: string, pos: number = this.pos): never {
    throw new Malformed(message, this.base + pos);
  }

  /** The next byte, which stays unread. */
  peek(): number {
    if (this.pos >= this.bytes.length) this.fail(byteMessages.unexpectedEnd);
    return this.bytes[this.pos]!;
  }

  u8(): number {
    if (this.pos >= this.bytes.length) this.fail(byteMessages.unexpectedEnd);
    return this.bytes[this.pos++]!;
  }

  /** Position of `count` bytes, which are stepped over. */
  take(count: number): number {
    const start = this.pos;
    if (count > this.bytes.length - start) this.fail(byteMessages.unexpectedEnd, this.bytes.length);
    this.pos = start + count;
    return start;
  }

  /** A view of the next `count` bytes. */
  view(count: number): Uint8Array {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }

  /** Four little-endian bytes as a signed 32-bit integer. */
  fixed32(): number {
    const at = this.take(4);
    const {bytes} = this;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  /** Eight little-endian bytes into `low` and `high`. */
  fixed64(): void {
    this.low = this.fixed32();
    this.high = this.fixed32();
  }

  /** Unsigned LEB128 below 2^32. */
  u32(): number {
    const first = this.bytes[this.pos]!;
    if (first < 0x80) {
      this.pos++;
      return first;
    }
    return this.longU32();
  }

  private longU32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return (value | (this.lastByte(4) << 28)) >>> 0;
  }

  /** The last byte of the longest form of an unsigned integer, of which `bits` bits count. */
  private lastByte(bits: number): number {
    const byte = this.u8();
    if ((byte & 0x7f) >= 1 << bits) this.fail(byteMessages.tooLarge, this.pos - 1);
    if (byte >= 0x80) this.fail(byteMessages.tooLong, this.pos - 1);
    return byte;
  }

  /** The last byte of the longest form of a signed integer, of which `bits` bits count. */
  private lastSignedByte(bits: number): number {
    const byte = this.u8();
    const mask = (-1 << (bits - 1)) & 0x7f;
    if ((byte & mask) !== 0 && (byte & mask) !== mask) this.fail(byteMessages.tooLarge, this.pos - 1);
    if (byte >= 0x80) this.fail(byteMessages.tooLong, this.pos - 1);
    return byte;
  }

  /** Signed LEB128 of 32 bits. */
  s32(): number {
    const first = this.bytes[this.pos]!;
    if (first < 0x80) {
      this.pos++;
      return (first << 25) >> 25;
    }
    return this.longS32();
  }

  private longS32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    return value | (this.lastSignedByte(4) << 28);
  }

  /** Signed LEB128 of 33 bits: type indices and negative type codes. */
  s33(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const byte = this.lastSignedByte(5);
    const unsigned = (value | (byte << 28)) >>> 0;
    return (byte & 0x10) === 0 ? unsigned : unsigned - 0x1_0000_0000;
  }

  /** Unsigned LEB128 of 64 bits into `low` and `high`. */
  u64Halves(): void {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return this.setHalves(low, 0);
    }
    const middle = this.u8();
    low |= middle << 28;
    let high = (middle & 0x7f) >>> 4;
    if (middle < 0x80) return this.setHalves(low, high);
    for (let shift = 3; shift < 31; shift += 7) {
      const byte = this.u8();
      high |= (byte & 0x7f) << shift;
      if (byte < 0x80) return this.setHalves(low, high);
    }
    this.setHalves(low, high | (this.lastByte(1) << 31));
  }

  /** Signed LEB128 of 64 bits into `low` and `high`. */
  s64Halves(): void {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        low = (low << (25 - shift)) >> (25 - shift);
        return this.setHalves(low, low >> 31);
      }
    }
    const middle = this.u8();
    low |= middle << 28;
    let high = (middle & 0x7f) >>> 4;
    if (middle < 0x80) return this.setHalves(low, (high << 29) >> 29);
    for (let shift = 3; shift < 31; shift += 7) {
      const byte = this.u8();
      high |= (byte & 0x7f) << shift;
      if (byte < 0x80) return this.setHalves(low, (high << (25 - shift)) >> (25 - shift));
    }
    this.setHalves(low, high | (this.lastSignedByte(1) << 31));
  }

  private setHalves(low: number, high: number): void {
    this.low = low;
    this.high = high;
  }

  /** Unsigned LEB128 of 64 bits. */
  u64(): bigint {
    this.u64Halves();
    return u64Of(this.low, this.high);
  }
}

/** The unsigned 64-bit integer with these halves. */
export function u64Of(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** The signed 64-bit integer with these halves. */
export function s64Of(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** The low half of a 64-bit integer, as a signed 32-bit integer. */
export const lowHalf = (value: bigint): number => Number(BigInt.asIntN(32, value));
/** The high half of a 64-bit integer, as a signed 32-bit integer. */
export const highHalf = (value: bigint): number => Number(BigInt.asIntN(32, value >> 32n));

/** Bytes that grow as they are written. LEB128 integers are written in their shortest form unless padding is asked for. */
export class ByteWriter {
  private buffer: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  /** A copy of what has been written. */
  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** Forgets what has been written; keeps the capacity. */
  clear(): void {
    this.length = 0;
  }

  private reserve(count: number): number {
    const start = this.length;
    if (start + count > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.buffer.length * 2, start + count));
      grown.set(this.buffer.subarray(0, start));
      this.buffer = grown;
    }
    this.length = start + count;
    return start;
  }

  /** Moves what stands at `start` and behind it to make room for `count` bytes, and calls `write` to fill them. */
  insert(start: number, count: number, write: () => void): void {
    const end = this.length;
    this.reserve(count);
    this.buffer.copyWithin(start + count, start, end);
    this.length = start;
    write();
    this.length = end + count;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  append(bytes: Uint8Array | readonly number[]): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** Four little-endian bytes. */
  fixed32(value: number): void {
    const at = this.reserve(4);
    for (let i = 0; i < 4; i++) this.buffer[at + i] = value >>> (8 * i);
  }

  /** Eight little-endian bytes; the value is taken modulo 2^64. */
  fixed64(value: bigint): void {
    this.fixed32(lowHalf(value));
    this.fixed32(highHalf(value));
  }

  /** Unsigned LEB128 of a number below 2^32, with `padding` bytes more than needed. */
  u32(value: number, padding = 0): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.lastBytes(rest, padding, 0);
  }

  /** Signed LEB128 of 32 bits. */
  s32(value: number): void {
    let rest = value | 0;
    while (rest < -0x40 || rest >= 0x40) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.u8(rest & 0x7f);
  }

  /** Signed LEB128 of 33 bits, with `padding` bytes more than needed. */
  s33(value: number, padding = 0): void {
    let rest = value;
    while (rest < -0x40 || rest >= 0x40) {
      this.u8((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.lastBytes(rest & 0x7f, padding, value < 0 ? 0x7f : 0);
  }

  /** Unsigned LEB128 of 64 bits, with `padding` bytes more than needed. */
  u64(value: bigint, padding = 0): void {
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.lastBytes(Number(rest), padding, 0);
  }

  /** Signed LEB128 of 64 bits; the value is taken modulo 2^64. */
  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest < -0x40n || rest >= 0x40n) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.u8(Number(rest & 0x7fn));
  }

  private lastBytes(last: number, padding: number, fill: number): void {
    if (padding === 0) return this.u8(last);
    this.u8(last | 0x80);
    for (let i = 1; i < padding; i++) this.u8(fill | 0x80);
    this.u8(fill);
  }
}

/** Bytes of the shortest unsigned LEB128 form of a number below 2^64. */
export function u64Length(value: bigint): number {
  let length = 1;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) length++;
  return length;
}

/** Bytes of the shortest unsigned LEB128 form of a number below 2^32. */
export function u32Length(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Bytes of the shortest signed LEB128 form of a number of 33 bits. */
export function s33Length(value: number): number {
  return u32Length((value < 0 ? -1 - value : value) * 2);
}
