/**
 * Vectors of floats, lane by lane (spec section 4.3.5). Arithmetic NaNs are canonical, as in bits.ts; `abs`, `neg`,
 * `pmin` and `pmax` move bits.
 */
import {F32_NAN} from './bits.ts';
import {nearest} from './f64.ts';
import type {Kernels, Lanes} from './lanes.ts';

const SIGN = -0x80000000;

/** Writes a lane; `at` counts lanes of 32 bits. */
export function setF32(l: Lanes, at: number, value: number): void {
  if (value === value) l.f32[at] = value;
  else l.i32[at] = F32_NAN;
}

/** Writes a lane; `at` counts lanes of 64 bits. */
export function setF64(l: Lanes, at: number, value: number): void {
  if (value === value) l.f64[at] = value;
  else {
    l.i32[2 * at] = 0;
    l.i32[2 * at + 1] = 0x7ff80000;
  }
}

function set64(l: Lanes, word: number, both: number): void {
  l.i32[word] = both;
  l.i32[word + 1] = both;
}

function copy64(l: Lanes, to: number, from: number): void {
  l.i32[to] = l.i32[from]!;
  l.i32[to + 1] = l.i32[from + 1]!;
}

export const f32x4 = {
  'f32x4.eq': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! === l.f32[b + i]! ? -1 : 0;
  },
  'f32x4.ne': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! !== l.f32[b + i]! ? -1 : 0;
  },
  'f32x4.lt': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! < l.f32[b + i]! ? -1 : 0;
  },
  'f32x4.gt': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! > l.f32[b + i]! ? -1 : 0;
  },
  'f32x4.le': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! <= l.f32[b + i]! ? -1 : 0;
  },
  'f32x4.ge': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! >= l.f32[b + i]! ? -1 : 0;
  },
  'f32x4.abs': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! & 0x7fffffff;
  },
  'f32x4.neg': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! ^ SIGN;
  },
  'f32x4.ceil': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.ceil(l.f32[a + i]!));
  },
  'f32x4.floor': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.floor(l.f32[a + i]!));
  },
  'f32x4.trunc': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.trunc(l.f32[a + i]!));
  },
  'f32x4.nearest': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, nearest(l.f32[a + i]!));
  },
  'f32x4.sqrt': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.sqrt(l.f32[a + i]!));
  },
  'f32x4.add': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, l.f32[a + i]! + l.f32[b + i]!);
  },
  'f32x4.sub': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, l.f32[a + i]! - l.f32[b + i]!);
  },
  'f32x4.mul': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, l.f32[a + i]! * l.f32[b + i]!);
  },
  'f32x4.div': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, l.f32[a + i]! / l.f32[b + i]!);
  },
  'f32x4.min': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.min(l.f32[a + i]!, l.f32[b + i]!));
  },
  'f32x4.max': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.max(l.f32[a + i]!, l.f32[b + i]!));
  },
  'f32x4.pmin': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[b + i]! < l.f32[a + i]! ? l.i32[b + i]! : l.i32[a + i]!;
  },
  'f32x4.pmax': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.f32[a + i]! < l.f32[b + i]! ? l.i32[b + i]! : l.i32[a + i]!;
  },
} satisfies Kernels;

export const f64x2 = {
  'f64x2.eq': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) set64(l, d + 2 * i, l.f64[(a >> 1) + i]! === l.f64[(b >> 1) + i]! ? -1 : 0);
  },
  'f64x2.ne': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) set64(l, d + 2 * i, l.f64[(a >> 1) + i]! !== l.f64[(b >> 1) + i]! ? -1 : 0);
  },
  'f64x2.lt': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) set64(l, d + 2 * i, l.f64[(a >> 1) + i]! < l.f64[(b >> 1) + i]! ? -1 : 0);
  },
  'f64x2.gt': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) set64(l, d + 2 * i, l.f64[(a >> 1) + i]! > l.f64[(b >> 1) + i]! ? -1 : 0);
  },
  'f64x2.le': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) set64(l, d + 2 * i, l.f64[(a >> 1) + i]! <= l.f64[(b >> 1) + i]! ? -1 : 0);
  },
  'f64x2.ge': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) set64(l, d + 2 * i, l.f64[(a >> 1) + i]! >= l.f64[(b >> 1) + i]! ? -1 : 0);
  },
  'f64x2.abs': (l, d, a) => {
    for (let i = 0; i < 4; i += 2) {
      l.i32[d + i] = l.i32[a + i]!;
      l.i32[d + i + 1] = l.i32[a + i + 1]! & 0x7fffffff;
    }
  },
  'f64x2.neg': (l, d, a) => {
    for (let i = 0; i < 4; i += 2) {
      l.i32[d + i] = l.i32[a + i]!;
      l.i32[d + i + 1] = l.i32[a + i + 1]! ^ SIGN;
    }
  },
  'f64x2.ceil': (l, d, a) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, Math.ceil(l.f64[(a >> 1) + i]!));
  },
  'f64x2.floor': (l, d, a) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, Math.floor(l.f64[(a >> 1) + i]!));
  },
  'f64x2.trunc': (l, d, a) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, Math.trunc(l.f64[(a >> 1) + i]!));
  },
  'f64x2.nearest': (l, d, a) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, nearest(l.f64[(a >> 1) + i]!));
  },
  'f64x2.sqrt': (l, d, a) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, Math.sqrt(l.f64[(a >> 1) + i]!));
  },
  'f64x2.add': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, l.f64[(a >> 1) + i]! + l.f64[(b >> 1) + i]!);
  },
  'f64x2.sub': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, l.f64[(a >> 1) + i]! - l.f64[(b >> 1) + i]!);
  },
  'f64x2.mul': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, l.f64[(a >> 1) + i]! * l.f64[(b >> 1) + i]!);
  },
  'f64x2.div': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, l.f64[(a >> 1) + i]! / l.f64[(b >> 1) + i]!);
  },
  'f64x2.min': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, Math.min(l.f64[(a >> 1) + i]!, l.f64[(b >> 1) + i]!));
  },
  'f64x2.max': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, Math.max(l.f64[(a >> 1) + i]!, l.f64[(b >> 1) + i]!));
  },
  'f64x2.pmin': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) copy64(l, d + 2 * i, (l.f64[(b >> 1) + i]! < l.f64[(a >> 1) + i]! ? b : a) + 2 * i);
  },
  'f64x2.pmax': (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1) copy64(l, d + 2 * i, (l.f64[(a >> 1) + i]! < l.f64[(b >> 1) + i]! ? b : a) + 2 * i);
  },
} satisfies Kernels;
