/**
 * Vector instructions whose result has lanes of another width: widening, narrowing, products, sums of neighbours, and
 * conversions between integers and floats (spec section 4.3.5).
 */
import {i32_trunc_sat_f64_s, i32_trunc_sat_f64_u} from './convert.ts';
import {mulHigh} from './i64-halves.ts';
import {bothCopied, copied, type Kernels, type Lanes} from './lanes.ts';
import {setF32, setF64} from './v128-float.ts';

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function setI64(l: Lanes, word: number, low: number, high: number): void {
  l.i32[word] = low;
  l.i32[word + 1] = high;
}

function multiplyWideUnsigned(l: Lanes, word: number, a: number, b: number): void {
  setI64(l, word, Math.imul(a, b), mulHigh(a, b));
}

/** The signed high half is the unsigned one less each operand where the other is negative. */
function multiplyWideSigned(l: Lanes, word: number, a: number, b: number): void {
  setI64(l, word, Math.imul(a, b), mulHigh(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0));
}

export const widths = {
  'i16x8.extend_low_i8x16_s': (l, d, a) => {
    const {i8} = copied(l, a);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = i8[i]!;
  },
  'i16x8.extend_low_i8x16_u': (l, d, a) => {
    const {u8} = copied(l, a);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = u8[i]!;
  },
  'i16x8.extend_high_i8x16_s': (l, d, a) => {
    const {i8} = copied(l, a);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = i8[i + 8]!;
  },
  'i16x8.extend_high_i8x16_u': (l, d, a) => {
    const {u8} = copied(l, a);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = u8[i + 8]!;
  },
  'i32x4.extend_low_i16x8_s': (l, d, a) => {
    const {i16} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i16[i]!;
  },
  'i32x4.extend_low_i16x8_u': (l, d, a) => {
    const {u16} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = u16[i]!;
  },
  'i32x4.extend_high_i16x8_s': (l, d, a) => {
    const {i16} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i16[i + 4]!;
  },
  'i32x4.extend_high_i16x8_u': (l, d, a) => {
    const {u16} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = u16[i + 4]!;
  },
  'i64x2.extend_low_i32x4_s': (l, d, a) => {
    const {i32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) setI64(l, d + 2 * i, i32[i]!, i32[i]! >> 31);
  },
  'i64x2.extend_low_i32x4_u': (l, d, a) => {
    const {i32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) setI64(l, d + 2 * i, i32[i]!, 0);
  },
  'i64x2.extend_high_i32x4_s': (l, d, a) => {
    const {i32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) setI64(l, d + 2 * i, i32[i + 2]!, i32[i + 2]! >> 31);
  },
  'i64x2.extend_high_i32x4_u': (l, d, a) => {
    const {i32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) setI64(l, d + 2 * i, i32[i + 2]!, 0);
  },
  'i16x8.extmul_low_i8x16_s': (l, d, a, b) => {
    const {i8} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.imul(i8[i]!, i8[i + 16]!);
  },
  'i16x8.extmul_low_i8x16_u': (l, d, a, b) => {
    const {u8} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.imul(u8[i]!, u8[i + 16]!);
  },
  'i16x8.extmul_high_i8x16_s': (l, d, a, b) => {
    const {i8} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.imul(i8[i + 8]!, i8[i + 24]!);
  },
  'i16x8.extmul_high_i8x16_u': (l, d, a, b) => {
    const {u8} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = Math.imul(u8[i + 8]!, u8[i + 24]!);
  },
  'i32x4.extmul_low_i16x8_s': (l, d, a, b) => {
    const {i16} = bothCopied(l, a, b);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.imul(i16[i]!, i16[i + 8]!);
  },
  'i32x4.extmul_low_i16x8_u': (l, d, a, b) => {
    const {u16} = bothCopied(l, a, b);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.imul(u16[i]!, u16[i + 8]!);
  },
  'i32x4.extmul_high_i16x8_s': (l, d, a, b) => {
    const {i16} = bothCopied(l, a, b);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.imul(i16[i + 4]!, i16[i + 12]!);
  },
  'i32x4.extmul_high_i16x8_u': (l, d, a, b) => {
    const {u16} = bothCopied(l, a, b);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = Math.imul(u16[i + 4]!, u16[i + 12]!);
  },
  'i64x2.extmul_low_i32x4_s': (l, d, a, b) => {
    const {i32} = bothCopied(l, a, b);
    for (let i = 0; i < 2; i += 1) multiplyWideSigned(l, d + 2 * i, i32[i]!, i32[i + 4]!);
  },
  'i64x2.extmul_low_i32x4_u': (l, d, a, b) => {
    const {i32} = bothCopied(l, a, b);
    for (let i = 0; i < 2; i += 1) multiplyWideUnsigned(l, d + 2 * i, i32[i]!, i32[i + 4]!);
  },
  'i64x2.extmul_high_i32x4_s': (l, d, a, b) => {
    const {i32} = bothCopied(l, a, b);
    for (let i = 0; i < 2; i += 1) multiplyWideSigned(l, d + 2 * i, i32[i + 2]!, i32[i + 6]!);
  },
  'i64x2.extmul_high_i32x4_u': (l, d, a, b) => {
    const {i32} = bothCopied(l, a, b);
    for (let i = 0; i < 2; i += 1) multiplyWideUnsigned(l, d + 2 * i, i32[i + 2]!, i32[i + 6]!);
  },
  'i16x8.extadd_pairwise_i8x16_s': (l, d, a) => {
    const {i8} = copied(l, a);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = i8[2 * i]! + i8[2 * i + 1]!;
  },
  'i16x8.extadd_pairwise_i8x16_u': (l, d, a) => {
    const {u8} = copied(l, a);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = u8[2 * i]! + u8[2 * i + 1]!;
  },
  'i32x4.extadd_pairwise_i16x8_s': (l, d, a) => {
    const {i16} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i16[2 * i]! + i16[2 * i + 1]!;
  },
  'i32x4.extadd_pairwise_i16x8_u': (l, d, a) => {
    const {u16} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = u16[2 * i]! + u16[2 * i + 1]!;
  },
  'i8x16.narrow_i16x8_s': (l, d, a, b) => {
    const {i16} = bothCopied(l, a, b);
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = clamp(i16[i]!, -128, 127);
  },
  'i8x16.narrow_i16x8_u': (l, d, a, b) => {
    const {i16} = bothCopied(l, a, b);
    for (let i = 0; i < 16; i += 1) l.i8[4 * d + i] = clamp(i16[i]!, 0, 255);
  },
  'i16x8.narrow_i32x4_s': (l, d, a, b) => {
    const {i32} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = clamp(i32[i]!, -32768, 32767);
  },
  'i16x8.narrow_i32x4_u': (l, d, a, b) => {
    const {i32} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = clamp(i32[i]!, 0, 65535);
  },
  'i32x4.dot_i16x8_s': (l, d, a, b) => {
    const {i16} = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 2) l.i32[d + (i >> 1)] = i16[i]! * i16[i + 8]! + i16[i + 1]! * i16[i + 9]!;
  },
  'f32x4.demote_f64x2_zero': (l, d, a) => {
    const {f64} = copied(l, a);
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, i < 2 ? f64[i]! : 0);
  },
  'f64x2.promote_low_f32x4': (l, d, a) => {
    const {f32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) setF64(l, (d >> 1) + i, f32[i]!);
  },
  'i32x4.trunc_sat_f32x4_s': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i32_trunc_sat_f64_s(l.f32[a + i]!);
  },
  'i32x4.trunc_sat_f32x4_u': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i32_trunc_sat_f64_u(l.f32[a + i]!);
  },
  'i32x4.trunc_sat_f64x2_s_zero': (l, d, a) => {
    const {f64} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i < 2 ? i32_trunc_sat_f64_s(f64[i]!) : 0;
  },
  'i32x4.trunc_sat_f64x2_u_zero': (l, d, a) => {
    const {f64} = copied(l, a);
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = i < 2 ? i32_trunc_sat_f64_u(f64[i]!) : 0;
  },
  'f32x4.convert_i32x4_s': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.f32[d + i] = l.i32[a + i]!;
  },
  'f32x4.convert_i32x4_u': (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.f32[d + i] = l.u32[a + i]!;
  },
  'f64x2.convert_low_i32x4_s': (l, d, a) => {
    const {i32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) l.f64[(d >> 1) + i] = i32[i]!;
  },
  'f64x2.convert_low_i32x4_u': (l, d, a) => {
    const {u32} = copied(l, a);
    for (let i = 0; i < 2; i += 1) l.f64[(d >> 1) + i] = u32[i]!;
  },
} satisfies Kernels;
