/**
 * Vectors of two i64, each as two 32-bit halves (spec section 4.3.5).
 */
import * as i64 from './i64-halves.ts';
import type {Kernels, Lanes} from './lanes.ts';

/** Sets both lanes to all ones where the test of the lanes' halves holds, else to zero. */
function compare(
  l: Lanes,
  d: number,
  a: number,
  b: number,
  test: (al: number, ah: number, bl: number, bh: number) => boolean,
): void {
  const w = l.i32;
  for (let i = 0; i < 4; i += 2) {
    const mask = test(w[a + i]!, w[a + i + 1]!, w[b + i]!, w[b + i + 1]!) ? -1 : 0;
    w[d + i] = mask;
    w[d + i + 1] = mask;
  }
}

function add(l: Lanes, d: number, a: number, b: number): void {
  const w = l.i32;
  for (let i = 0; i < 4; i += 2) {
    const al = w[a + i]!;
    const low = (al + w[b + i]!) | 0;
    w[d + i + 1] = w[a + i + 1]! + w[b + i + 1]! + (low >>> 0 < al >>> 0 ? 1 : 0);
    w[d + i] = low;
  }
}

function sub(l: Lanes, d: number, a: number, b: number): void {
  const w = l.i32;
  for (let i = 0; i < 4; i += 2) {
    const al = w[a + i]!;
    const bl = w[b + i]!;
    w[d + i + 1] = w[a + i + 1]! - w[b + i + 1]! - (al >>> 0 < bl >>> 0 ? 1 : 0);
    w[d + i] = al - bl;
  }
}

function negateWhere(l: Lanes, d: number, a: number, test: (high: number) => boolean): void {
  const w = l.i32;
  for (let i = 0; i < 4; i += 2) {
    const low = w[a + i]!;
    const high = w[a + i + 1]!;
    const negate = test(high);
    w[d + i] = negate ? -low : low;
    w[d + i + 1] = negate ? (low === 0 ? -high : ~high) : high;
  }
}

type Shift = typeof i64.shl;
function shift(l: Lanes, d: number, a: number, b: number, by: Shift): void {
  const w = l.i32;
  const count = w[b]!;
  for (let i = 0; i < 4; i += 2) by(w, d + i, w[a + i]!, w[a + i + 1]!, count);
}

const equal = (al: number, ah: number, bl: number, bh: number): boolean => al === bl && ah === bh;

export const i64x2 = {
  'i64x2.eq': (l, d, a, b) => compare(l, d, a, b, equal),
  'i64x2.ne': (l, d, a, b) => compare(l, d, a, b, (al, ah, bl, bh) => !equal(al, ah, bl, bh)),
  'i64x2.lt_s': (l, d, a, b) => compare(l, d, a, b, i64.lt_s),
  'i64x2.gt_s': (l, d, a, b) => compare(l, d, b, a, i64.lt_s),
  'i64x2.le_s': (l, d, a, b) => compare(l, d, b, a, (al, ah, bl, bh) => !i64.lt_s(al, ah, bl, bh)),
  'i64x2.ge_s': (l, d, a, b) => compare(l, d, a, b, (al, ah, bl, bh) => !i64.lt_s(al, ah, bl, bh)),
  'i64x2.abs': (l, d, a) => negateWhere(l, d, a, (high) => high < 0),
  'i64x2.neg': (l, d, a) => negateWhere(l, d, a, () => true),
  'i64x2.all_true': (l, d, a) => {
    l.i32[d] = (l.i32[a]! | l.i32[a + 1]!) !== 0 && (l.i32[a + 2]! | l.i32[a + 3]!) !== 0 ? 1 : 0;
  },
  'i64x2.bitmask': (l, d, a) => {
    l.i32[d] = (l.i32[a + 1]! >>> 31) | ((l.i32[a + 3]! >>> 31) << 1);
  },
  'i64x2.shl': (l, d, a, b) => shift(l, d, a, b, i64.shl),
  'i64x2.shr_s': (l, d, a, b) => shift(l, d, a, b, i64.shr_s),
  'i64x2.shr_u': (l, d, a, b) => shift(l, d, a, b, i64.shr_u),
  'i64x2.add': add,
  'i64x2.sub': sub,
  'i64x2.mul': (l, d, a, b) => {
    const w = l.i32;
    for (let i = 0; i < 4; i += 2) i64.mul(w, d + i, w[a + i]!, w[a + i + 1]!, w[b + i]!, w[b + i + 1]!);
  },
} satisfies Kernels;
