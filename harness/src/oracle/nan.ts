/**
 * NaNs whose bits the spec leaves open (spec section 4.3.3): what a float operation returns is an arithmetic NaN, and which
 * one is the engine's choice. A NaN that is signalling was never chosen, so its bits count.
 */
import type {WireValue} from '#engine/base/wire-value.ts';
import type {NanLanes} from '#generators/case.ts';

interface FloatBits {
  readonly width: bigint;
  /** Exponent and the first bit of the fraction: all set in an arithmetic NaN. */
  readonly quiet: bigint;
}

const f32: FloatBits = {width: 32n, quiet: 0x7fc00000n};
const f64: FloatBits = {width: 64n, quiet: 0x7ff8000000000000n};
const scalars: Readonly<Partial<Record<string, FloatBits>>> = {f32, f64};
const vectors = {f32x4: f32, f64x2: f64} as const satisfies Record<NonNullable<NanLanes>, FloatBits>;

/**
 * Whether two values of one kind differ in nothing but the bits of arithmetic NaNs. `lanes`: what the lanes of a vector
 * are; null: bits that nobody may choose.
 */
export function differOnlyInNans(left: WireValue, right: WireValue, lanes: NanLanes): boolean {
  if (!('bits' in left && 'bits' in right) || left.kind !== right.kind) return false;
  if (left.kind === 'v128') return lanes !== null && lanesAgree(left.bits, right.bits, vectors[lanes], 128n);
  const float = scalars[left.kind];
  return float !== undefined && lanesAgree(left.bits, right.bits, float, float.width);
}

function lanesAgree(left: bigint, right: bigint, {width, quiet}: FloatBits, size: bigint): boolean {
  const mask = (1n << width) - 1n;
  for (let at = 0n; at < size; at += width) {
    const l = (left >> at) & mask;
    const r = (right >> at) & mask;
    if (l !== r && !((l & quiet) === quiet && (r & quiet) === quiet)) return false;
  }
  return true;
}
