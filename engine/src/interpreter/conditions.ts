/**
 * Comparisons that become part of the branch that tests them: which branch word stands for a comparison, straight and
 * negated, and what a comparison is with its operands exchanged or its result inverted.
 */
import {Word, type WordName} from './words.ts';

/** A branch word; `swap` exchanges the two operands of the comparison. */
export interface Fused {
  readonly word: number;
  readonly swap: boolean;
}
export interface Condition {
  /** Branch when the comparison holds, and when it does not. */
  readonly holds: Fused;
  readonly fails: Fused;
}

type Row = readonly [
  comparison: WordName,
  holds: WordName,
  holdsSwapped: boolean,
  fails: WordName,
  failsSwapped: boolean,
];

const rows: readonly Row[] = [
  ['i32.eqz', 'br_z', false, 'br_nz', false],
  ['i32.eq', 'br_eq', false, 'br_ne', false],
  ['i32.ne', 'br_ne', false, 'br_eq', false],
  ['i32.lt_s', 'br_lt_s', false, 'br_le_s', true],
  ['i32.le_s', 'br_le_s', false, 'br_lt_s', true],
  ['i32.lt_u', 'br_lt_u', false, 'br_le_u', true],
  ['i32.le_u', 'br_le_u', false, 'br_lt_u', true],
  ['i32.eq_k', 'br_eq_k', false, 'br_ne_k', false],
  ['i32.ne_k', 'br_ne_k', false, 'br_eq_k', false],
  ['i32.lt_s_k', 'br_lt_s_k', false, 'br_ge_s_k', false],
  ['i32.ge_s_k', 'br_ge_s_k', false, 'br_lt_s_k', false],
  ['i32.gt_s_k', 'br_gt_s_k', false, 'br_le_s_k', false],
  ['i32.le_s_k', 'br_le_s_k', false, 'br_gt_s_k', false],
  ['i32.lt_u_k', 'br_lt_u_k', false, 'br_ge_u_k', false],
  ['i32.ge_u_k', 'br_ge_u_k', false, 'br_lt_u_k', false],
  ['i32.gt_u_k', 'br_gt_u_k', false, 'br_le_u_k', false],
  ['i32.le_u_k', 'br_le_u_k', false, 'br_gt_u_k', false],
];

const conditions = new Map<number, Condition>(
  rows.map(([comparison, holds, holdsSwapped, fails, failsSwapped]) => [
    Word[comparison],
    {holds: {word: Word[holds], swap: holdsSwapped}, fails: {word: Word[fails], swap: failsSwapped}},
  ]),
);

/** How to branch on the comparison that this word computes; undefined when there is no such branch. */
export function conditionOf(word: number): Condition | undefined {
  return conditions.get(word);
}

/** Comparisons whose inverse is a comparison with the operands in the same order. */
const inverses: Partial<Record<WordName, WordName>> = {
  'i32.eq': 'i32.ne',
  'i32.ne': 'i32.eq',
  'i32.eq_k': 'i32.ne_k',
  'i32.ne_k': 'i32.eq_k',
  'i32.lt_s_k': 'i32.ge_s_k',
  'i32.ge_s_k': 'i32.lt_s_k',
  'i32.gt_s_k': 'i32.le_s_k',
  'i32.le_s_k': 'i32.gt_s_k',
  'i32.lt_u_k': 'i32.ge_u_k',
  'i32.ge_u_k': 'i32.lt_u_k',
  'i32.gt_u_k': 'i32.le_u_k',
  'i32.le_u_k': 'i32.gt_u_k',
  'i64.eq': 'i64.ne',
  'i64.ne': 'i64.eq',
  'f64.eq': 'f64.ne',
  'f64.ne': 'f64.eq',
  'f32.eq': 'f32.ne',
  'f32.ne': 'f32.eq',
};
const inverseByWord = new Map<number, number>(
  Object.entries(inverses).map(([name, inverse]) => [Word[name as WordName], Word[inverse]]),
);

/** The comparison that holds when this one does not; undefined when there is none. */
export function inverseOf(word: number): number | undefined {
  return inverseByWord.get(word);
}
