/**
 * Relaxed vector instructions in the deterministic profile (spec section A.3.3), which takes the first of the allowed
 * behaviours (spec section 4.3.1): each does what its strict counterpart does, multiply-add rounds twice, dot products
 * treat both operands as signed.
 */
import {bothCopied, type Kernels} from './lanes.ts';
import {v128} from './v128-bits.ts';
import {f32x4, f64x2, setF32, setF64} from './v128-float.ts';
import {i16x8} from './v128-integer.ts';
import {widths} from './v128-widths.ts';

const laneselect = v128['v128.bitselect'];

export const relaxed = {
  'i8x16.relaxed_swizzle': v128['i8x16.swizzle'],
  'i32x4.relaxed_trunc_f32x4_s': widths['i32x4.trunc_sat_f32x4_s'],
  'i32x4.relaxed_trunc_f32x4_u': widths['i32x4.trunc_sat_f32x4_u'],
  'i32x4.relaxed_trunc_f64x2_s_zero': widths['i32x4.trunc_sat_f64x2_s_zero'],
  'i32x4.relaxed_trunc_f64x2_u_zero': widths['i32x4.trunc_sat_f64x2_u_zero'],
  'f32x4.relaxed_madd': (l, d, a, b, c) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.fround(l.f32[a + i]! * l.f32[b + i]!) + l.f32[c + i]!);
  },
  'f32x4.relaxed_nmadd': (l, d, a, b, c) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, Math.fround(-l.f32[a + i]! * l.f32[b + i]!) + l.f32[c + i]!);
  },
  'f64x2.relaxed_madd': (l, d, a, b, c) => {
    for (let i = 0; i < 2; i += 1)
      setF64(l, (d >> 1) + i, l.f64[(a >> 1) + i]! * l.f64[(b >> 1) + i]! + l.f64[(c >> 1) + i]!);
  },
  'f64x2.relaxed_nmadd': (l, d, a, b, c) => {
    for (let i = 0; i < 2; i += 1)
      setF64(l, (d >> 1) + i, -l.f64[(a >> 1) + i]! * l.f64[(b >> 1) + i]! + l.f64[(c >> 1) + i]!);
  },
  'i8x16.relaxed_laneselect': laneselect,
  'i16x8.relaxed_laneselect': laneselect,
  'i32x4.relaxed_laneselect': laneselect,
  'i64x2.relaxed_laneselect': laneselect,
  'f32x4.relaxed_min': f32x4['f32x4.min'],
  'f32x4.relaxed_max': f32x4['f32x4.max'],
  'f64x2.relaxed_min': f64x2['f64x2.min'],
  'f64x2.relaxed_max': f64x2['f64x2.max'],
  'i16x8.relaxed_q15mulr_s': i16x8['i16x8.q15mulr_sat_s'],
  'i16x8.relaxed_dot_i8x16_i7x16_s': (l, d, a, b) => {
    const {i8} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1)
      l.i16[2 * d + i] = clamp16(i8[2 * i]! * i8[2 * i + 16]! + i8[2 * i + 1]! * i8[2 * i + 17]!);
  },
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': (l, d, a, b, c) => {
    const {i8} = bothCopied(l, a, b);
    for (let i = 0; i < 4; i += 1) {
      const low = clamp16(i8[4 * i]! * i8[4 * i + 16]! + i8[4 * i + 1]! * i8[4 * i + 17]!);
      const high = clamp16(i8[4 * i + 2]! * i8[4 * i + 18]! + i8[4 * i + 3]! * i8[4 * i + 19]!);
      l.i32[d + i] = low + high + l.i32[c + i]!;
    }
  },
} satisfies Kernels;

/** The intermediate sum of a dot product saturates; it can leave 16 bits only at -128 * -128 twice. */
function clamp16(sum: number): number {
  return Math.min(sum, 0x7fff);
}
