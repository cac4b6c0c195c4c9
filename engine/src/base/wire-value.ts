/**
 * Values as they cross from an engine to the harness: raw bits, never JS numbers, so that NaN payloads, signed zeros and
 * 64-bit integers survive. Text form: `i32:-1`, `i64:9`, `f32:0x7fc00000`, `v128:0x…` (32 digits), `extern:3`, `null`.
 */
import {Bug} from './assert.ts';

export const widths = {i32: 32, i64: 64, f32: 32, f64: 64, v128: 128} as const;
export type NumericKind = keyof typeof widths;

export type WireValue =
  /** `bits` is unsigned and below 2^width. */
  | {readonly kind: NumericKind; readonly bits: bigint}
  | {readonly kind: 'null'}
  /** A host reference (`ref.extern n` in scripts); `host` when seen through any.convert_extern. */
  | {readonly kind: 'extern' | 'host'; readonly id: number}
  | {readonly kind: 'i31'; readonly value: number}
  /** References whose identity does not cross: only their kind is observed. */
  | {readonly kind: 'func' | 'struct' | 'array' | 'exn' | 'any' | 'externref'};

export type WireKind = WireValue['kind'];

/** A number value from a signed or unsigned integer of its width. */
export function numeric(kind: NumericKind, bits: bigint): WireValue {
  return {kind, bits: BigInt.asUintN(widths[kind], bits)};
}

/** Text form of a value; integers signed, floats and vectors as hexadecimal bits. */
export function formatValue(value: WireValue): string {
  switch (value.kind) {
    case 'i32':
    case 'i64':
      return `${value.kind}:${BigInt.asIntN(widths[value.kind], value.bits)}`;
    case 'f32':
    case 'f64':
    case 'v128':
      return `${value.kind}:0x${value.bits.toString(16).padStart(widths[value.kind] / 4, '0')}`;
    case 'extern':
    case 'host':
      return `${value.kind}:${value.id}`;
    case 'i31':
      return `i31:${value.value}`;
    default:
      return value.kind;
  }
}

/** Inverse of formatValue; also accepts hexadecimal integers. Throws SyntaxError that says what is wrong. */
export function parseValue(text: string): WireValue {
  const [kind = '', payload] = text.split(':', 2);
  if (kind in widths && payload !== undefined && /^-?(0x[0-9a-f]+|\d+)$/i.test(payload)) {
    const magnitude = BigInt(payload.replace('-', ''));
    return numeric(kind as NumericKind, payload.startsWith('-') ? -magnitude : magnitude);
  }
  if ((kind === 'extern' || kind === 'host') && /^\d+$/.test(payload ?? '')) return {kind, id: Number(payload)};
  if (kind === 'i31' && /^-?\d+$/.test(payload ?? '')) return {kind, value: Number(payload)};
  if (payload === undefined && bare.has(kind)) return {kind} as WireValue;
  throw new SyntaxError(`not a value: ${text} (expected for instance i32:-1, f64:0x7ff8000000000000, extern:3, null)`);
}

const bare = new Set(['null', 'func', 'struct', 'array', 'exn', 'any', 'externref']);

/** Bits of a number value. */
export function bitsOf(value: WireValue): bigint {
  if ('bits' in value) return value.bits;
  throw new Bug(`${value.kind} has no bits`);
}
