/**
 * Which single instruction does a shuffle, from its sixteen lane numbers alone: 0-15 name bytes of the left operand, 16-31
 * of the right one. Ways are tried from the cheapest; what none can do takes a byte shuffle per operand.
 */

/** `left` and `right`: which operand stands there. `imm` where the instruction has one. */
export type Way =
  | {readonly kind: 'copy'; readonly left: 0 | 1}
  | {readonly kind: 'one'; readonly name: 'pshufd' | 'pshuflw' | 'pshufhw'; readonly left: 0 | 1; readonly imm: number}
  | {readonly kind: 'two'; readonly name: Unpack; readonly left: 0 | 1; readonly right: 0 | 1}
  | {
      readonly kind: 'imm';
      readonly name: 'palignr' | 'pblendw' | 'shufps';
      readonly left: 0 | 1;
      readonly right: 0 | 1;
      readonly imm: number;
    }
  | {readonly kind: 'bytes'; readonly left: 0 | 1}
  | {readonly kind: 'both'};

const unpacks = [
  'punpcklbw',
  'punpcklwd',
  'punpckldq',
  'punpcklqdq',
  'punpckhbw',
  'punpckhwd',
  'punpckhdq',
  'punpckhqdq',
] as const;
export type Unpack = (typeof unpacks)[number];

/** Lane numbers in units of `size` bytes, null when some unit is not whole. */
function unitsOf(lanes: readonly number[], size: number): number[] | null {
  const units: number[] = [];
  for (let i = 0; i < 16; i += size) {
    const first = lanes[i]!;
    if (first % size !== 0) return null;
    for (let k = 1; k < size; k++) if (lanes[i + k] !== first + k) return null;
    units.push(first / size);
  }
  return units;
}

const pack = (units: readonly number[]): number => units.reduce((imm, unit, i) => imm | ((unit & 3) << (2 * i)), 0);
const isEqual = (a: readonly number[], b: readonly number[]): boolean => a.every((lane, i) => lane === b[i]);

/** The lanes that an unpack instruction gives. */
function unpackedLanes(n: number): number[] {
  const size = 1 << (n & 3);
  const start = n < 4 ? 0 : 8;
  return Array.from({length: 16}, (_, i) => {
    const unit = Math.floor(i / size);
    return start + (unit >> 1) * size + (i % size) + (unit % 2) * 16;
  });
}
const unpackTable = unpacks.map((_, n) => unpackedLanes(n));

/** The best way; `isSame`: both operands are one value. */
export function shuffleWay(given: readonly number[], isSame: boolean): Way {
  const lanes = isSame ? given.map((lane) => lane & 15) : given;
  const sides = new Set(lanes.map((lane) => lane >> 4));
  if (sides.size === 1) {
    const left = (lanes[0]! >> 4) as 0 | 1;
    return oneSided(
      lanes.map((lane) => lane & 15),
      left,
    );
  }
  return unpack(lanes, 0, 1) ?? unpack(lanes, 1, 0) ?? align(lanes) ?? blend(lanes) ?? halves(lanes) ?? {kind: 'both'};
}

function oneSided(lanes: readonly number[], left: 0 | 1): Way {
  if (lanes.every((lane, i) => lane === i)) return {kind: 'copy', left};
  const doubles = unitsOf(lanes, 4);
  if (doubles !== null) return {kind: 'one', name: 'pshufd', left, imm: pack(doubles)};
  const words = unitsOf(lanes, 2);
  if (words !== null) {
    const [low, high] = [words.slice(0, 4), words.slice(4)];
    if (isEqual(high, [4, 5, 6, 7]) && low.every((word) => word < 4))
      return {kind: 'one', name: 'pshuflw', left, imm: pack(low)};
    if (isEqual(low, [0, 1, 2, 3]) && high.every((word) => word >= 4))
      return {kind: 'one', name: 'pshufhw', left, imm: pack(high)};
  }
  const folded = unpackTable.findIndex((table) =>
    isEqual(
      lanes,
      table.map((lane) => lane & 15),
    ),
  );
  if (folded >= 0) return {kind: 'two', name: unpacks[folded]!, left, right: left};
  if (lanes.every((lane, i) => lane === ((lanes[0]! + i) & 15)))
    return {kind: 'imm', name: 'palignr', left, right: left, imm: lanes[0]!};
  return {kind: 'bytes', left};
}

function unpack(lanes: readonly number[], left: 0 | 1, right: 0 | 1): Way | null {
  const wanted = left === 0 ? lanes : lanes.map((lane) => lane ^ 16);
  const n = unpackTable.findIndex((table) => isEqual(wanted, table));
  return n < 0 ? null : {kind: 'two', name: unpacks[n]!, left, right};
}

/** Bytes of the right operand of palignr behind those of the left one... its destination holds the upper bytes. */
function align(lanes: readonly number[]): Way | null {
  const start = lanes[0]!;
  if (!lanes.every((lane, i) => lane === ((start + i) & 31))) return null;
  return start < 16
    ? {kind: 'imm', name: 'palignr', left: 1, right: 0, imm: start}
    : {kind: 'imm', name: 'palignr', left: 0, right: 1, imm: start - 16};
}

/** Every word stays in its place. */
function blend(lanes: readonly number[]): Way | null {
  const words = unitsOf(lanes, 2);
  if (words === null || !words.every((word, i) => (word & 7) === i)) return null;
  return {
    kind: 'imm',
    name: 'pblendw',
    left: 0,
    right: 1,
    imm: words.reduce((imm, word, i) => imm | ((word >> 3) << i), 0),
  };
}

/** Two doublewords of one operand, then two of the other. */
function halves(lanes: readonly number[]): Way | null {
  const doubles = unitsOf(lanes, 4);
  if (doubles === null) return null;
  const [a, b, c, d] = doubles.map((unit) => unit >> 2);
  if (a !== b || c !== d) return null;
  return {kind: 'imm', name: 'shufps', left: a as 0 | 1, right: c as 0 | 1, imm: pack(doubles)};
}
