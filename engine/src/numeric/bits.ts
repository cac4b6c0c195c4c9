/**
 * Floats as bits and back, without a JS number in between that could quiet a NaN. The canonical NaN is positive with only
 * the top payload bit set: arithmetic that yields a NaN yields this one (deterministic profile, spec section A.3.3).
 */
export const F32_NAN = 0x7fc00000;
export const F64_NAN = 0x7ff8000000000000n;

const view = new DataView(new ArrayBuffer(8));

/** The number that these f32 bits stand for; every NaN becomes NaN. */
export function f32FromBits(bits: number): number {
  view.setInt32(0, bits);
  return view.getFloat32(0);
}

/** Signed 32 bits of a number rounded to f32; NaN gives the canonical one. */
export function f32ToBits(value: number): number {
  if (Number.isNaN(value)) return F32_NAN;
  view.setFloat32(0, value);
  return view.getInt32(0);
}

/** The number that these f64 bits stand for; every NaN becomes NaN. */
export function f64FromBits(bits: bigint): number {
  view.setBigInt64(0, bits);
  return view.getFloat64(0);
}

/** Signed 64 bits of a number; NaN gives the canonical one. */
export function f64ToBits(value: number): bigint {
  if (Number.isNaN(value)) return F64_NAN;
  view.setFloat64(0, value);
  return view.getBigInt64(0);
}
