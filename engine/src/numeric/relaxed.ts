/**
 * What relaxed vector instructions may do (spec section 4.3.1, "relaxed operations"): each has a list of behaviours, the
 * first of which is the deterministic profile's (v128-relaxed.ts). The order is the specification's; behind it stand those
 * that only the official suite allows because hardware has them. An engine keeps to one behaviour while a program runs.
 */
import type {relaxedSimd} from '../wasm/opcodes.ts';
import {F32, F64, fma} from './fma.ts';
import {bothCopied, type Kernel, type Kernels, type Lanes} from './lanes.ts';
import {onBits} from './on-bits.ts';
import {f32x4, f64x2, setF32, setF64} from './v128-float.ts';
import {relaxed} from './v128-relaxed.ts';

export type Relaxed = keyof typeof relaxedSimd.rows;

const TWO_31 = 2 ** 31;
const TWO_32 = 2 ** 32;

const exchanged =
  (kernel: Kernel): Kernel =>
  (l, d, a, b, c) =>
    kernel(l, d, b, a, c);

/** Indices above 15 and below 128 count modulo 16. */
function swizzleModulo(l: Lanes, d: number, a: number, b: number): void {
  const {u8} = bothCopied(l, a, b);
  for (let i = 0; i < 16; i += 1) {
    const from = u8[16 + i]!;
    l.u8[4 * d + i] = from < 128 ? u8[from & 15]! : 0;
  }
}

/** Lanes outside [below, above) and NaN give `otherwise`. */
const truncF32 =
  (below: number, above: number, otherwise: number): Kernel =>
  (l, d, a) => {
    for (let i = 0; i < 4; i += 1) l.i32[d + i] = truncate(l.f32[a + i]!, below, above, otherwise);
  };
const truncF64 =
  (below: number, above: number, otherwise: number): Kernel =>
  (l, d, a) => {
    const first = truncate(l.f64[a >> 1]!, below, above, otherwise);
    const second = truncate(l.f64[(a >> 1) + 1]!, below, above, otherwise);
    [first, second, 0, 0].forEach((lane, i) => {
      l.i32[d + i] = lane;
    });
  };
function truncate(value: number, below: number, above: number, otherwise: number): number {
  const integer = Math.trunc(value);
  return integer >= below && integer < above ? integer : otherwise;
}
const unsignedOtherwise = [TWO_32 - 1, TWO_32 - 2, TWO_31];

const fusedF32 =
  (sign: number): Kernel =>
  (l, d, a, b, c) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, fma(sign * l.f32[a + i]!, l.f32[b + i]!, l.f32[c + i]!, F32));
  };
const fusedF64 =
  (sign: number): Kernel =>
  (l, d, a, b, c) => {
    for (let i = 0; i < 2; i += 1) {
      setF64(l, (d >> 1) + i, fma(sign * l.f64[(a >> 1) + i]!, l.f64[(b >> 1) + i]!, l.f64[(c >> 1) + i]!, F64));
    }
  };

/** The top bit of each lane of `width` bytes chooses. */
const selectByTop =
  (width: number): Kernel =>
  (l, d, a, b, c) => {
    for (let i = 0; i < 16; i += width) {
      const from = l.i8[4 * c + i + width - 1]! < 0 ? a : b;
      for (let k = i; k < i + width; k += 1) l.i8[4 * d + k] = l.i8[4 * from + k]!;
    }
  };

/** NaN gives the other operand, zeroes of different signs the one that `strict` says. */
const numberOfF32 =
  (strict: (a: number, b: number) => number): Kernel =>
  (l, d, a, b) => {
    for (let i = 0; i < 4; i += 1) setF32(l, d + i, numberOf(strict, l.f32[a + i]!, l.f32[b + i]!));
  };
const numberOfF64 =
  (strict: (a: number, b: number) => number): Kernel =>
  (l, d, a, b) => {
    for (let i = 0; i < 2; i += 1)
      setF64(l, (d >> 1) + i, numberOf(strict, l.f64[(a >> 1) + i]!, l.f64[(b >> 1) + i]!));
  };
function numberOf(strict: (a: number, b: number) => number, a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : strict(a, b);
}

/** Does not saturate: -32768 * -32768 gives -32768. */
const q15mulrWraps: Kernel = (l, d, a, b) => {
  for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = (l.i16[2 * a + i]! * l.i16[2 * b + i]! + 0x4000) >> 15;
};

type Views = {readonly i8: Int8Array; readonly u8: Uint8Array};
const signedTimesSigned = ({i8}: Views, i: number): number => i8[i]! * i8[i + 16]!;
const signedTimesUnsigned = ({i8, u8}: Views, i: number): number => i8[i]! * u8[i + 16]!;
const unsignedTimesUnsigned = ({u8}: Views, i: number): number => u8[i]! * u8[i + 16]!;
const saturated = (sum: number): number => Math.min(Math.max(sum, -0x8000), 0x7fff);
const whole = (sum: number): number => sum;
const wrapped = (sum: number): number => (sum << 16) >> 16;

type Product = (views: Views, i: number) => number;
type Sum = (sum: number) => number;
const dot =
  (product: Product, sum: Sum): Kernel =>
  (l, d, a, b) => {
    const views = bothCopied(l, a, b);
    for (let i = 0; i < 8; i += 1) l.i16[2 * d + i] = sum(product(views, 2 * i) + product(views, 2 * i + 1));
  };
const dotAdd =
  (product: Product, sum: Sum): Kernel =>
  (l, d, a, b, c) => {
    const views = bothCopied(l, a, b);
    for (let i = 0; i < 4; i += 1) {
      const low = sum(product(views, 4 * i) + product(views, 4 * i + 1));
      const high = sum(product(views, 4 * i + 2) + product(views, 4 * i + 3));
      l.i32[d + i] = low + high + l.i32[c + i]!;
    }
  };

/** Behaviours besides the deterministic one, in the specification's order. */
const others = {
  'i8x16.relaxed_swizzle': [swizzleModulo],
  'i32x4.relaxed_trunc_f32x4_s': [truncF32(-TWO_31, TWO_31, -TWO_31)],
  'i32x4.relaxed_trunc_f32x4_u': unsignedOtherwise.map((otherwise) => truncF32(0, TWO_32, otherwise)),
  'i32x4.relaxed_trunc_f64x2_s_zero': [truncF64(-TWO_31, TWO_31, -TWO_31)],
  'i32x4.relaxed_trunc_f64x2_u_zero': unsignedOtherwise.map((otherwise) => truncF64(0, TWO_32, otherwise)),
  'f32x4.relaxed_madd': [fusedF32(1)],
  'f32x4.relaxed_nmadd': [fusedF32(-1)],
  'f64x2.relaxed_madd': [fusedF64(1)],
  'f64x2.relaxed_nmadd': [fusedF64(-1)],
  'i8x16.relaxed_laneselect': [selectByTop(1)],
  // The second one is x86's: bytes are chosen one by one.
  'i16x8.relaxed_laneselect': [selectByTop(2), selectByTop(1)],
  'i32x4.relaxed_laneselect': [selectByTop(4)],
  'i64x2.relaxed_laneselect': [selectByTop(8)],
  'f32x4.relaxed_min': [f32x4['f32x4.pmin'], exchanged(f32x4['f32x4.pmin']), numberOfF32(Math.min)],
  'f32x4.relaxed_max': [f32x4['f32x4.pmax'], exchanged(f32x4['f32x4.pmax']), numberOfF32(Math.max)],
  'f64x2.relaxed_min': [f64x2['f64x2.pmin'], exchanged(f64x2['f64x2.pmin']), numberOfF64(Math.min)],
  'f64x2.relaxed_max': [f64x2['f64x2.pmax'], exchanged(f64x2['f64x2.pmax']), numberOfF64(Math.max)],
  'i16x8.relaxed_q15mulr_s': [q15mulrWraps],
  // AArch64 saturates no sum: that of -128 * -128 twice wraps.
  'i16x8.relaxed_dot_i8x16_i7x16_s': [
    dot(signedTimesUnsigned, saturated),
    dot(unsignedTimesUnsigned, whole),
    dot(signedTimesSigned, wrapped),
  ],
  // x86 saturates the sums of two products, or with AVX-VNNI none; AArch64 none: they wrap, or do not with `sdot`.
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': [
    dotAdd(signedTimesUnsigned, saturated),
    dotAdd(signedTimesUnsigned, whole),
    dotAdd(unsignedTimesUnsigned, whole),
    dotAdd(signedTimesSigned, wrapped),
    dotAdd(signedTimesSigned, whole),
  ],
} satisfies Readonly<Record<Relaxed, readonly Kernel[]>>;

const deterministic: Kernels = relaxed;

/** What each relaxed instruction may do; index 0 is the deterministic profile. */
export const behaviours = Object.fromEntries(
  Object.entries(others).map(([name, kernels]) => [name, [deterministic[name]!, ...kernels]]),
) as unknown as Readonly<Record<Relaxed, readonly Kernel[]>>;

interface Lane {
  readonly width: number;
  readonly isFloat: boolean;
}

/** Bits of the lanes of a result, and whether they are floats. */
function laneOf(name: Relaxed): Lane {
  return {width: Number(/\d+/.exec(name)![0]), isFloat: name.startsWith('f')};
}

const isNan = (bits: bigint, width: number): boolean =>
  BigInt.asUintN(width - 1, bits) > (width === 32 ? 0x7f800000n : 0x7ff0000000000000n);

/** Whether two vectors are equal but for the bits of NaNs, which the specification leaves open too. */
function agrees(left: bigint, right: bigint, {width, isFloat}: Lane): boolean {
  for (let at = 0; at < 128; at += width) {
    const x = BigInt.asUintN(width, left >> BigInt(at));
    const y = BigInt.asUintN(width, right >> BigInt(at));
    if (x !== y && !(isFloat && isNan(x, width) && isNan(y, width))) return false;
  }
  return true;
}

/**
 * The behaviours, by index, that give this result for these operands (unsigned 128-bit integers); none: the result is
 * wrong. Intersecting the answers of several executions tells which one an engine has.
 */
export function behavioursWith(name: Relaxed, operands: readonly bigint[], result: bigint): number[] {
  const lane = laneOf(name);
  return behaviours[name].flatMap((kernel, index) => (agrees(onBits(kernel, operands), result, lane) ? [index] : []));
}
