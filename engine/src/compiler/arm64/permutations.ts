/**
 * Shuffles that are one instruction: a table from the sixteen lanes (0-15 of the first operand, 16-31 of the second) to the
 * row, made from what the rows mean.
 */
import type {InstName} from './insts.ts';

export interface Permutation {
  readonly name: InstName;
  /** The number behind the registers, 0 where there is none. */
  readonly number: number;
  /** Which operands of the shuffle the row takes, in its order: 0 first, 1 second. */
  readonly operands: readonly (0 | 1)[];
}

interface Row {
  readonly name: InstName;
  readonly number: number;
}

const sizes = [
  ['16b', 'b', 1],
  ['8h', 'h', 2],
  ['4s', 's', 4],
  ['2d', 'd', 8],
] as const;

/** Bytes of the lanes of `size` bytes whose numbers these are. */
const bytesOf = (lanes: readonly number[], size: number): number[] =>
  lanes.flatMap((lane) => Array.from({length: size}, (_, n) => lane * size + n));

/** Lane `n` of the result of each row on two registers; `count` lanes, those of the second begin at `count`. */
const interleaving = {
  zip1: (n: number, count: number) => (n >> 1) + (n & 1) * count,
  zip2: (n: number, count: number) => count / 2 + (n >> 1) + (n & 1) * count,
  uzp1: (n: number) => 2 * n,
  uzp2: (n: number) => 2 * n + 1,
  trn1: (n: number, count: number) => (n & ~1) + (n & 1) * count,
  trn2: (n: number, count: number) => (n | 1) + (n & 1) * count,
} as const;

const indices = (count: number): number[] => Array.from({length: count}, (_, n) => n);
const key = (lanes: readonly number[]): string => lanes.join();

/** Rows on two registers by their lanes. */
const onTwo = new Map<string, Row>();
for (const [name, lane] of Object.entries(interleaving) as [keyof typeof interleaving, (typeof interleaving)['zip1']][])
  for (const [arrangement, , size] of sizes) {
    const lanes = indices(16 / size).map((n) => lane(n, 16 / size));
    onTwo.set(key(bytesOf(lanes, size)), {name: `${name}.${arrangement}`, number: 0});
  }
for (let number = 1; number < 16; number++)
  onTwo.set(key(indices(16).map((n) => n + number)), {name: 'ext.16b', number});

/** Rows on one register. */
const onOne = new Map<string, Row>([[key(indices(16)), {name: 'mov.16b', number: 0}]]);
for (const [, letter, size] of sizes)
  for (const number of indices(16 / size))
    onOne.set(key(bytesOf(new Array<number>(16 / size).fill(number), size)), {name: `dup.lane.${letter}`, number});
for (const [name, size, group] of [
  ['rev16.16b', 1, 2],
  ['rev32.16b', 1, 4],
  ['rev32.8h', 2, 4],
  ['rev64.16b', 1, 8],
  ['rev64.8h', 2, 8],
  ['rev64.4s', 4, 8],
] as const)
  onOne.set(
    key(
      bytesOf(
        indices(16 / size).map((n) => n ^ (group / size - 1)),
        size,
      ),
    ),
    {name, number: 0},
  );

/** Rows on two registers that are the same one. */
const onSame = new Map<string, Row>();
for (const [lanes, row] of onTwo) onSame.set(key(lanes.split(',').map((lane) => Number(lane) & 15)), row);

/** The row that does a shuffle, null when there is none; `isSame`: both operands are one value. */
export function permutation(lanes: readonly number[], isSame: boolean): Permutation | null {
  const folded = isSame ? lanes.map((lane) => lane & 15) : lanes;
  const isExchanged = (folded[0] as number) >= 16;
  const ours = isExchanged ? folded.map((lane) => lane ^ 16) : folded;
  const [first, second] = isExchanged ? ([1, 0] as const) : ([0, 1] as const);
  if (ours.some((lane) => lane >= 16)) return found(onTwo.get(key(ours)), [first, second]);
  return found(onOne.get(key(ours)), [first]) ?? found(onSame.get(key(ours)), [first, first]);
}

/** One lane put into a vector: row, its number there and the one of the lane that it comes from, and whose they are. */
export interface Insertion {
  readonly name: InstName;
  readonly to: number;
  readonly lane: number;
  readonly into: 0 | 1;
  readonly from: 0 | 1;
}

/** The insertion that does a shuffle, null when there is none: all bytes but those of one lane stay where they are. */
export function insertion(lanes: readonly number[]): Insertion | null {
  for (const into of [0, 1] as const) {
    const moved = indices(16).filter((n) => lanes[n] !== 16 * into + n);
    const [first, last] = [moved[0], moved.at(-1)];
    if (first === undefined || last === undefined) continue;
    for (const [, letter, size] of sizes) {
      const to = Math.floor(first / size);
      const source = lanes[to * size] as number;
      const isLane = source % size === 0 && indices(size).every((n) => lanes[to * size + n] === source + n);
      if (Math.floor(last / size) !== to || !isLane) continue;
      return {name: `ins.lane.${letter}`, to, lane: (source & 15) / size, into, from: source < 16 ? 0 : 1};
    }
  }
  return null;
}

function found(row: Row | undefined, operands: readonly (0 | 1)[]): Permutation | null {
  return row === undefined ? null : {...row, operands};
}
