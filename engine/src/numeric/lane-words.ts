/**
 * Arithmetic on the lanes of one 32-bit word at a time: four of 8 bits or two of 16. `tops` has the top bit of each lane
 * (TOPS8, TOPS16); sums are made without it, so that no carry enters the next lane, and it is added by exclusive or.
 * A mask has all bits of the lanes in which something holds.
 */
const TOPS8 = 0x80808080 | 0;
const TOPS16 = 0x80008000 | 0;

const add = (a: number, b: number, tops: number): number => ((a & ~tops) + (b & ~tops)) ^ ((a ^ b) & tops);

const sub = (a: number, b: number, tops: number): number => ((a | tops) - (b & ~tops)) ^ ((a ^ ~b) & tops);

/** Mask of the lanes whose top bit is set in `bits`, which has no others. */
const spread = (bits: number, tops: number): number =>
  tops === TOPS8 ? Math.imul(bits >>> 7, 0xff) : Math.imul(bits >>> 15, 0xffff);

/** A lane is zero when its lower bits carry nothing into the top bit, which is not set either. */
const isZero = (a: number, tops: number): number => spread(~(((a & ~tops) + ~tops) | a) & tops, tops);

const eq = (a: number, b: number, tops: number): number => isZero(a ^ b, tops);

/** Where top bits differ, b has it; elsewhere the difference of the lower bits borrows. */
const lt_u = (a: number, b: number, tops: number): number =>
  spread(((~a & b) | (~(a ^ b) & ~((a | tops) - (b & ~tops)))) & tops, tops);

/** Signed order is unsigned order with top bits inverted. */
const lt_s = (a: number, b: number, tops: number): number => lt_u(a ^ tops, b ^ tops, tops);

/** Lanes of a where the mask is set, else of b. */
const select = (a: number, b: number, mask: number): number => (a & mask) | (b & ~mask);

function add_sat_u(a: number, b: number, tops: number): number {
  const sum = add(a, b, tops);
  return sum | lt_u(sum, a, tops);
}

const sub_sat_u = (a: number, b: number, tops: number): number => sub(a, b, tops) & ~lt_u(a, b, tops);

/** What a signed result saturates to: the largest where `a` is positive, else the smallest. */
const limit = (a: number, tops: number): number => {
  const negative = spread(a & tops, tops);
  return select(tops, ~tops, negative);
};

/** Overflows where both operands have the sign that the sum has not. */
function add_sat_s(a: number, b: number, tops: number): number {
  const sum = add(a, b, tops);
  return select(limit(a, tops), sum, spread(~(a ^ b) & (a ^ sum) & tops, tops));
}

function sub_sat_s(a: number, b: number, tops: number): number {
  const difference = sub(a, b, tops);
  return select(limit(a, tops), difference, spread((a ^ b) & (a ^ difference) & tops, tops));
}

/** The rounded mean is what either has, less half of where they differ. */
const avgr_u = (a: number, b: number, tops: number): number => sub(a | b, ((a ^ b) >>> 1) & ~tops, tops);

function abs(a: number, tops: number): number {
  return select(sub(0, a, tops), a, spread(a & tops, tops));
}

/** Users bind these again at their top: to V8 neither an import nor an export is a constant that it could inline freely. */
export const laneWords = {
  TOPS8,
  TOPS16,
  abs,
  add,
  add_sat_s,
  add_sat_u,
  avgr_u,
  eq,
  lt_s,
  lt_u,
  select,
  sub,
  sub_sat_s,
  sub_sat_u,
} as const;
