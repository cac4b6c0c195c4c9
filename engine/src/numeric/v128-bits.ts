/**
 * Vectors as 128 bits, and what moves lanes without changing them (spec section 4.3.5).
 */
import {bothCopied, type Kernels, type Lanes} from './lanes.ts';

function bitselect(l: Lanes, d: number, a: number, b: number, c: number): void {
  const w = l.i32;
  for (let i = 0; i < 4; i += 1) w[d + i] = (w[a + i]! & w[c + i]!) | (w[b + i]! & ~w[c + i]!);
}

function splat64(l: Lanes, d: number, a: number): void {
  const low = l.i32[a]!;
  const high = l.i32[a + 1]!;
  for (let i = 0; i < 4; i += 2) {
    l.i32[d + i] = low;
    l.i32[d + i + 1] = high;
  }
}

/** All four words: storing them is much faster than `fill` is for so few. */
function fill(l: Lanes, d: number, word: number): void {
  for (let i = 0; i < 4; i += 1) l.i32[d + i] = word;
}

function splat32(l: Lanes, d: number, a: number): void {
  fill(l, d, l.i32[a]!);
}

export const v128 = {
  'v128.not': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~l.i32[a + i]!;
  },
  'v128.and': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! & l.i32[b + i]!;
  },
  'v128.andnot': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! & ~l.i32[b + i]!;
  },
  'v128.or': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! | l.i32[b + i]!;
  },
  'v128.xor': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! ^ l.i32[b + i]!;
  },
  'v128.bitselect': bitselect,
  'v128.any_true': (l, d, a) => {
    l.i32[d] = (l.i32[a]! | l.i32[a + 1]! | l.i32[a + 2]! | l.i32[a + 3]!) !== 0 ? 1 : 0;
  },
  'i8x16.swizzle': (l, d, a, b) => {
    const {u8} = bothCopied(l, a, b);
    for (let i = 0; i < 16; i += 1) {
      const from = u8[16 + i]!;
      l.u8[4 * d + i] = from < 16 ? u8[from]! : 0;
    }
  },
  'i8x16.splat': (l, d, a) => fill(l, d, Math.imul(l.u8[4 * a]!, 0x01010101)),
  'i16x8.splat': (l, d, a) => fill(l, d, Math.imul(l.u16[2 * a]!, 0x00010001)),
  'i32x4.splat': splat32,
  'f32x4.splat': splat32,
  'i64x2.splat': splat64,
  'f64x2.splat': splat64,
} satisfies Kernels;
