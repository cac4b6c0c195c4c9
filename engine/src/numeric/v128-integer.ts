/**
 * Vectors of integers up to 32 bits (spec section 4.3.5), lane by lane, where storing into a view wraps, or a word of
 * lanes at a time (lane-words.ts), which takes a third of the time. i64x2 is v128-i64x2.ts.
 */
import {popcnt} from './i32.ts';
import {laneWords} from './lane-words.ts';
import type {Kernels} from './lanes.ts';

const {TOPS8, TOPS16, abs, add, add_sat_s, add_sat_u, avgr_u, eq, lt_s, lt_u, select, sub, sub_sat_s, sub_sat_u} =
  laneWords;

export const i8x16 = {
  'i8x16.eq': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = eq(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.ne': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~eq(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.lt_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_s(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.lt_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_u(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.gt_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_s(l.i32[b + i]!, l.i32[a + i]!, TOPS8);
  },
  'i8x16.gt_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_u(l.i32[b + i]!, l.i32[a + i]!, TOPS8);
  },
  'i8x16.le_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_s(l.i32[b + i]!, l.i32[a + i]!, TOPS8);
  },
  'i8x16.le_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_u(l.i32[b + i]!, l.i32[a + i]!, TOPS8);
  },
  'i8x16.ge_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_s(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.ge_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_u(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.abs': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = abs(l.i32[a + i]!, TOPS8);
  },
  'i8x16.neg': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub(0, l.i32[a + i]!, TOPS8);
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
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = add(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.sub': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.add_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = add_sat_s(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.add_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = add_sat_u(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.sub_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub_sat_s(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.sub_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub_sat_u(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.avgr_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = avgr_u(l.i32[a + i]!, l.i32[b + i]!, TOPS8);
  },
  'i8x16.min_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_s(l.i32[a + i]!, l.i32[b + i]!, TOPS8));
  },
  'i8x16.min_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_u(l.i32[a + i]!, l.i32[b + i]!, TOPS8));
  },
  'i8x16.max_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_s(l.i32[b + i]!, l.i32[a + i]!, TOPS8));
  },
  'i8x16.max_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_u(l.i32[b + i]!, l.i32[a + i]!, TOPS8));
  },
} satisfies Kernels;

export const i16x8 = {
  'i16x8.eq': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = eq(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.ne': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~eq(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.lt_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_s(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.lt_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_u(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.gt_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_s(l.i32[b + i]!, l.i32[a + i]!, TOPS16);
  },
  'i16x8.gt_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = lt_u(l.i32[b + i]!, l.i32[a + i]!, TOPS16);
  },
  'i16x8.le_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_s(l.i32[b + i]!, l.i32[a + i]!, TOPS16);
  },
  'i16x8.le_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_u(l.i32[b + i]!, l.i32[a + i]!, TOPS16);
  },
  'i16x8.ge_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_s(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.ge_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = ~lt_u(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.abs': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = abs(l.i32[a + i]!, TOPS16);
  },
  'i16x8.neg': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub(0, l.i32[a + i]!, TOPS16);
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
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = add(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.sub': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.add_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = add_sat_s(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.add_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = add_sat_u(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.sub_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub_sat_s(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.sub_sat_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = sub_sat_u(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.avgr_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = avgr_u(l.i32[a + i]!, l.i32[b + i]!, TOPS16);
  },
  'i16x8.mul': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.imul(l.i16[2 * a + i]!, l.i16[2 * b + i]!);
  },
  'i16x8.q15mulr_sat_s': (l, d, a, b) => {
    for (let i = 0; i < 8; i += 1)
      l.i16[2 * d + i] = Math.min((l.i16[2 * a + i]! * l.i16[2 * b + i]! + 0x4000) >> 15, 0x7fff);
  },
  'i16x8.min_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_s(l.i32[a + i]!, l.i32[b + i]!, TOPS16));
  },
  'i16x8.min_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_u(l.i32[a + i]!, l.i32[b + i]!, TOPS16));
  },
  'i16x8.max_s': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_s(l.i32[b + i]!, l.i32[a + i]!, TOPS16));
  },
  'i16x8.max_u': (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1)
      l.i32[d + i] = select(l.i32[a + i]!, l.i32[b + i]!, lt_u(l.i32[b + i]!, l.i32[a + i]!, TOPS16));
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
