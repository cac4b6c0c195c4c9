/**
 * Vector instructions with lane indices as immediates: they read and write single lanes, or gather bytes (spec section
 * 4.3.5). Floats move as bits, so f32x4 shares with i32x4 and f64x2 with i64x2. A result may stand where an operand stood.
 */
import {bothCopied, type Lanes} from './lanes.ts';

/** `d` is the result, `a` the vector, `lane` the immediate. */
type Extract = (l: Lanes, d: number, a: number, lane: number) => void;
/** `b` is the scalar that takes the place of the lane. */
type Replace = (l: Lanes, d: number, a: number, b: number, lane: number) => void;

function copy(l: Lanes, d: number, a: number): void {
  for (let i = 0; i < 4; i += 1) l.i32[d + i] = l.i32[a + i]!;
}

export const extractLane = {
  'i8x16.extract_lane_s': (l, d, a, lane) => {
    l.i32[d] = l.i8[4 * a + lane]!;
  },
  'i8x16.extract_lane_u': (l, d, a, lane) => {
    l.i32[d] = l.u8[4 * a + lane]!;
  },
  'i16x8.extract_lane_s': (l, d, a, lane) => {
    l.i32[d] = l.i16[2 * a + lane]!;
  },
  'i16x8.extract_lane_u': (l, d, a, lane) => {
    l.i32[d] = l.u16[2 * a + lane]!;
  },
  'i32x4.extract_lane': (l, d, a, lane) => {
    l.i32[d] = l.i32[a + lane]!;
  },
  'i64x2.extract_lane': (l, d, a, lane) => {
    const high = l.i32[a + 2 * lane + 1]!;
    l.i32[d] = l.i32[a + 2 * lane]!;
    l.i32[d + 1] = high;
  },
} as const satisfies Readonly<Record<string, Extract>>;

export const replaceLane = {
  'i8x16.replace_lane': (l, d, a, b, lane) => {
    const value = l.i32[b]!;
    copy(l, d, a);
    l.i8[4 * d + lane] = value;
  },
  'i16x8.replace_lane': (l, d, a, b, lane) => {
    const value = l.i32[b]!;
    copy(l, d, a);
    l.i16[2 * d + lane] = value;
  },
  'i32x4.replace_lane': (l, d, a, b, lane) => {
    const value = l.i32[b]!;
    copy(l, d, a);
    l.i32[d + lane] = value;
  },
  'i64x2.replace_lane': (l, d, a, b, lane) => {
    const low = l.i32[b]!;
    const high = l.i32[b + 1]!;
    copy(l, d, a);
    l.i32[d + 2 * lane] = low;
    l.i32[d + 2 * lane + 1] = high;
  },
} as const satisfies Readonly<Record<string, Replace>>;

/**
 * i8x16.shuffle: the 16 bytes of the words at `lanes` in `words` give for each byte of the result its index in a (0 to 15)
 * or b (16 to 31).
 */
export function shuffle(l: Lanes, d: number, a: number, b: number, words: Int32Array, lanes: number): void {
  const {u8} = bothCopied(l, a, b);
  for (let i = 0; i < 4; i += 1) {
    const four = words[lanes + i]!;
    l.i32[d + i] =
      u8[four & 31]! | (u8[(four >> 8) & 31]! << 8) | (u8[(four >> 16) & 31]! << 16) | (u8[(four >> 24) & 31]! << 24);
  }
}
