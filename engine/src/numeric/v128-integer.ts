/**
 * Vectors of integers up to 32 bits, lane by lane (spec section 4.3.5): storing into a view wraps. i64x2 is v128-i64x2.ts.
 */
import {popcnt} from './i32.ts';
import type {Kernels} from './lanes.ts';

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

export const i8x16 = {
  'i8x16.eq': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! === l.i8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.ne': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! !== l.i8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.lt_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! < l.i8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.lt_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.u8[4 * a + i]! < l.u8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.gt_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! > l.i8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.gt_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.u8[4 * a + i]! > l.u8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.le_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! <= l.i8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.le_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.u8[4 * a + i]! <= l.u8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.ge_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! >= l.i8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.ge_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.u8[4 * a + i]! >= l.u8[4 * b + i]! ? -1 : 0;
  },
  'i8x16.abs': (l, d, a) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.abs(l.i8[4 * a + i]!);
  },
  'i8x16.neg': (l, d, a) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = -l.i8[4 * a + i]!;
  },
  'i8x16.popcnt': (l, d, a) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = popcnt(l.u8[4 * a + i]!);
  },
  'i8x16.all_true': (l, d, a) => {
    let all = 1;
    for (let i = 0; i < 16; i += 1) if (l.i8[4 * a + i] === 0) all = 0;
    l.i32[d] = all;
  },
  'i8x16.bitmask': (l, d, a) => {
    let mask = 0;
    for (let i = 0; i < 16; i += 1) if (l.i8[4 * a + i]! < 0) mask |= 1 << i;
    l.i32[d] = mask;
  },
  'i8x16.shl': (l, d, a, b) => {
    const n = l.i32[b]! & 7;
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! << n;
  },
  'i8x16.shr_s': (l, d, a, b) => {
    const n = l.i32[b]! & 7;
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! >> n;
  },
  'i8x16.shr_u': (l, d, a, b) => {
    const n = l.i32[b]! & 7;
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.u8[4 * a + i]! >>> n;
  },
  'i8x16.add': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! + l.i8[4 * b + i]!;
  },
  'i8x16.sub': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = l.i8[4 * a + i]! - l.i8[4 * b + i]!;
  },
  'i8x16.add_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = clamp(l.i8[4 * a + i]! + l.i8[4 * b + i]!, -128, 127);
  },
  'i8x16.add_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.min(l.u8[4 * a + i]! + l.u8[4 * b + i]!, 255);
  },
  'i8x16.sub_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = clamp(l.i8[4 * a + i]! - l.i8[4 * b + i]!, -128, 127);
  },
  'i8x16.sub_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.max(l.u8[4 * a + i]! - l.u8[4 * b + i]!, 0);
  },
  'i8x16.avgr_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = (l.u8[4 * a + i]! + l.u8[4 * b + i]! + 1) >> 1;
  },
  'i8x16.min_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.min(l.i8[4 * a + i]!, l.i8[4 * b + i]!);
  },
  'i8x16.min_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.min(l.u8[4 * a + i]!, l.u8[4 * b + i]!);
  },
  'i8x16.max_s': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.max(l.i8[4 * a + i]!, l.i8[4 * b + i]!);
  },
  'i8x16.max_u': (l, d, a, b) => {
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = Math.max(l.u8[4 * a + i]!, l.u8[4 * b + i]!);
  },
} satisfies Kernels;

export const i16x8 = {
  'i16x8.eq': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! === l.i16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.ne': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! !== l.i16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.lt_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! < l.i16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.lt_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.u16[2 * a + i]! < l.u16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.gt_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! > l.i16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.gt_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.u16[2 * a + i]! > l.u16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.le_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! <= l.i16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.le_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.u16[2 * a + i]! <= l.u16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.ge_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! >= l.i16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.ge_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.u16[2 * a + i]! >= l.u16[2 * b + i]! ? -1 : 0;
  },
  'i16x8.abs': (l, d, a) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.abs(l.i16[2 * a + i]!);
  },
  'i16x8.neg': (l, d, a) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = -l.i16[2 * a + i]!;
  },
  'i16x8.all_true': (l, d, a) => {
    let all = 1;
    for (let i = 0; i < 8; i += 1) if (l.i16[2 * a + i] === 0) all = 0;
    l.i32[d] = all;
  },
  'i16x8.bitmask': (l, d, a) => {
    let mask = 0;
    for (let i = 0; i < 8; i += 1) if (l.i16[2 * a + i]! < 0) mask |= 1 << i;
    l.i32[d] = mask;
  },
  'i16x8.shl': (l, d, a, b) => {
    const n = l.i32[b]! & 15;
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! << n;
  },
  'i16x8.shr_s': (l, d, a, b) => {
    const n = l.i32[b]! & 15;
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! >> n;
  },
  'i16x8.shr_u': (l, d, a, b) => {
    const n = l.i32[b]! & 15;
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.u16[2 * a + i]! >>> n;
  },
  'i16x8.add': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! + l.i16[2 * b + i]!;
  },
  'i16x8.sub': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = l.i16[2 * a + i]! - l.i16[2 * b + i]!;
  },
  'i16x8.add_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = clamp(l.i16[2 * a + i]! + l.i16[2 * b + i]!, -32768, 32767);
  },
  'i16x8.add_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.min(l.u16[2 * a + i]! + l.u16[2 * b + i]!, 65535);
  },
  'i16x8.sub_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = clamp(l.i16[2 * a + i]! - l.i16[2 * b + i]!, -32768, 32767);
  },
  'i16x8.sub_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.max(l.u16[2 * a + i]! - l.u16[2 * b + i]!, 0);
  },
  'i16x8.avgr_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = (l.u16[2 * a + i]! + l.u16[2 * b + i]! + 1) >> 1;
  },
  'i16x8.mul': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.imul(l.i16[2 * a + i]!, l.i16[2 * b + i]!);
  },
  'i16x8.q15mulr_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.min((l.i16[2 * a + i]! * l.i16[2 * b + i]! + 0x4000) >> 15, 0x7fff);
  },
  'i16x8.min_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.min(l.i16[2 * a + i]!, l.i16[2 * b + i]!);
  },
  'i16x8.min_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.min(l.u16[2 * a + i]!, l.u16[2 * b + i]!);
  },
  'i16x8.max_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.max(l.i16[2 * a + i]!, l.i16[2 * b + i]!);
  },
  'i16x8.max_u': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.max(l.u16[2 * a + i]!, l.u16[2 * b + i]!);
  },
} satisfies Kernels;

export const i32x4 = {
  'i32x4.eq': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! === l.i32[b + i]! ? -1 : 0;
  },
  'i32x4.ne': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! !== l.i32[b + i]! ? -1 : 0;
  },
  'i32x4.lt_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! < l.i32[b + i]! ? -1 : 0;
  },
  'i32x4.lt_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.u32[a + i]! < l.u32[b + i]! ? -1 : 0;
  },
  'i32x4.gt_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! > l.i32[b + i]! ? -1 : 0;
  },
  'i32x4.gt_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.u32[a + i]! > l.u32[b + i]! ? -1 : 0;
  },
  'i32x4.le_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! <= l.i32[b + i]! ? -1 : 0;
  },
  'i32x4.le_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.u32[a + i]! <= l.u32[b + i]! ? -1 : 0;
  },
  'i32x4.ge_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! >= l.i32[b + i]! ? -1 : 0;
  },
  'i32x4.ge_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.u32[a + i]! >= l.u32[b + i]! ? -1 : 0;
  },
  'i32x4.abs': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.abs(l.i32[a + i]!);
  },
  'i32x4.neg': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = -l.i32[a + i]!;
  },
  'i32x4.all_true': (l, d, a) => {
    let all = 1;
    for (let i = 0; i < 4; i += 1) if (l.i32[a + i] === 0) all = 0;
    l.i32[d] = all;
  },
  'i32x4.bitmask': (l, d, a) => {
    let mask = 0;
    for (let i = 0; i < 4; i += 1) if (l.i32[a + i]! < 0) mask |= 1 << i;
    l.i32[d] = mask;
  },
  'i32x4.shl': (l, d, a, b) => {
    const n = l.i32[b]! & 31;
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! << n;
  },
  'i32x4.shr_s': (l, d, a, b) => {
    const n = l.i32[b]! & 31;
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! >> n;
  },
  'i32x4.shr_u': (l, d, a, b) => {
    const n = l.i32[b]! & 31;
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.u32[a + i]! >>> n;
  },
  'i32x4.add': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! + l.i32[b + i]!;
  },
  'i32x4.sub': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]! - l.i32[b + i]!;
  },
  'i32x4.mul': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.imul(l.i32[a + i]!, l.i32[b + i]!);
  },
  'i32x4.min_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.min(l.i32[a + i]!, l.i32[b + i]!);
  },
  'i32x4.min_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.min(l.u32[a + i]!, l.u32[b + i]!);
  },
  'i32x4.max_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.max(l.i32[a + i]!, l.i32[b + i]!);
  },
  'i32x4.max_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.max(l.u32[a + i]!, l.u32[b + i]!);
  },
} satisfies Kernels;
