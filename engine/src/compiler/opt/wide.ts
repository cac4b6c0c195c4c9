/**
 * Rules of 128-bit arithmetic: a root with two results is replaced by two values. Heads name the operands in order: a letter
 * matches any value, 'k' an integer constant, a number that constant; products match both orders. wide.test.ts makes an
 * instance of each and compares both sides.
 */
import {defineRule, type Fuel, type RuleId} from '../fuel.ts';
import type {Func, Value} from '../ir/func.ts';
import {type WideOp, wideMeanings} from '../ir/meaning.ts';
import {HAS_LIST, Ir, type IrOp, opNames} from '../ir/ops.ts';
import {I64} from '../ir/types.ts';
import {constant} from './fold.ts';
import {isInteger} from './rule.ts';

const {const: CONST, extend_s: EXTEND_S, extend_u: EXTEND_U} = Ir;

export type Halves = readonly [low: Value, high: Value];
export type WidePattern = 'x' | 'y' | 'z' | 'k' | 'extend_s' | 'extend_u' | number;

/** What a rule's body works with: the operands in the order of the head. */
class WideMatch {
  readonly f: Func;
  readonly v: Value;
  readonly operands: readonly Value[];
  constructor(f: Func, v: Value, operands: readonly Value[]) {
    this.f = f;
    this.v = v;
    this.operands = operands;
  }
  /** The constant that 'k' matched. */
  get k(): bigint {
    return BigInt.asUintN(64, this.f.imm64(this.operands[1]!));
  }
  add(op: IrOp, a: Value, b: Value): Value {
    return this.f.insertBefore(this.f.add(Ir[op], I64, a, b), this.v);
  }
  int(value: number): Value {
    return this.f.insertBefore(constant(this.f, I64, BigInt(value)), this.v);
  }
}

export interface WideRule {
  readonly id: RuleId;
  readonly op: WideOp;
  readonly head: readonly WidePattern[];
  readonly to: (m: WideMatch, operands: readonly Value[]) => Halves;
  readonly when?: ((m: WideMatch) => boolean) | undefined;
}

function rule(name: string, op: WideOp, head: WideRule['head'], to: WideRule['to'], when?: WideRule['when']): WideRule {
  return {id: defineRule(name), op, head, to, when};
}

const log2 = (n: bigint): number => n.toString(2).length - 1;
const isPower = ({k}: WideMatch): boolean => k > 1n && (k & (k - 1n)) === 0n;
const isPositivePower = (m: WideMatch): boolean => isPower(m) && m.k < 1n << 63n;

/** x shifted by log2 k, and what leaves it on the left. */
function shifted(m: WideMatch, x: Value, right: 'ishr_s' | 'ishr_u'): Halves {
  const count = log2(m.k);
  return [m.add('ishl', x, m.int(count)), m.add(right, x, m.int(64 - count))];
}

/** A product that fits 64 bits. */
function narrow(m: WideMatch, [x, y]: readonly Value[]): Halves {
  const low = m.add('imul', x!, y!);
  return [low, m.add('ishr_s', low, m.int(63))];
}

// biome-ignore format: identities as rows
export const wideRules: readonly WideRule[] = [
  rule('(x, y) + (0, z) → x, y + z', 'iadd128', ['x', 'y', 0, 'z'], (m, [x, y, , z]) => [x!, m.add('iadd', y!, z!)]),
  rule('(0, y) + (x, z) → x, y + z', 'iadd128', [0, 'y', 'x', 'z'], (m, [, y, x, z]) => [x!, m.add('iadd', y!, z!)]),
  rule('(x, y) - (0, z) → x, y - z', 'isub128', ['x', 'y', 0, 'z'], (m, [x, y, , z]) => [x!, m.add('isub', y!, z!)]),
  rule('x ×s 0 → 0, 0', 'imul_wide_s', ['x', 0], (m) => [m.int(0), m.int(0)]),
  rule('x ×u 0 → 0, 0', 'imul_wide_u', ['x', 0], (m) => [m.int(0), m.int(0)]),
  rule('x ×s 1 → x, x >>s 63', 'imul_wide_s', ['x', 1], (m, [x]) => [x!, m.add('ishr_s', x!, m.int(63))]),
  rule('x ×u 1 → x, 0', 'imul_wide_u', ['x', 1], (m, [x]) => [x!, m.int(0)]),
  rule('x ×s 2^k → x << k, x >>s (64 - k)', 'imul_wide_s', ['x', 'k'], (m, [x]) => shifted(m, x!, 'ishr_s'), isPositivePower),
  rule('x ×u 2^k → x << k, x >>u (64 - k)', 'imul_wide_u', ['x', 'k'], (m, [x]) => shifted(m, x!, 'ishr_u'), isPower),
  rule('extend_s x ×s extend_s y → x * y', 'imul_wide_s', ['extend_s', 'extend_s'], narrow),
  rule('extend_u x ×u extend_u y → x * y, 0', 'imul_wide_u', ['extend_u', 'extend_u'],
    (m, [x, y]) => [m.add('imul', x!, y!), m.int(0)]),
];

const CONSTANTS = defineRule('fold: 128-bit constants');

function fits(f: Func, v: Value, pattern: WidePattern): boolean {
  if (typeof pattern === 'number') return isInteger(f, v, pattern);
  if (pattern === 'k') return f.op(v) === CONST;
  if (pattern === 'extend_s') return f.op(v) === EXTEND_S;
  return pattern !== 'extend_u' || f.op(v) === EXTEND_U;
}

/** Both halves of what replaces `v`, put before it; null when it stays. */
export function simplifyWide(f: Func, v: Value, fuel: Fuel, rules: readonly WideRule[] = wideRules): Halves | null {
  const op = opNames[f.op(v)] as WideOp;
  const operands: Value[] = [];
  for (let i = 0; i < f.operandCount(v); i++) operands.push(f.operand(v, i));
  if (operands.every((x) => f.op(x) === CONST) && fuel.allow(CONSTANTS)) return folded(f, v, op, operands);
  for (const candidate of rules) {
    if (candidate.op !== op) continue;
    const found = applied(f, v, candidate, operands, fuel);
    if (found !== null) return found;
  }
  return null;
}

function applied(f: Func, v: Value, candidate: WideRule, operands: readonly Value[], fuel: Fuel): Halves | null {
  const orders = HAS_LIST[f.op(v)] === 1 ? [operands] : [operands, operands.toReversed()];
  for (const order of orders) {
    if (!candidate.head.every((pattern, i) => fits(f, order[i]!, pattern))) continue;
    const match = new WideMatch(f, v, order);
    if (candidate.when?.(match) === false || !fuel.allow(candidate.id)) continue;
    f.setOrigin(f.wasmOffset(v), candidate.id);
    return candidate.to(match, order);
  }
  return null;
}

function folded(f: Func, v: Value, op: WideOp, operands: readonly Value[]): Halves {
  const [a, b, c = 0n, d = 0n] = operands.map((x) => f.imm64(x));
  f.setOrigin(f.wasmOffset(v), CONSTANTS);
  const [low, high] = wideMeanings[op](a!, b!, c, d);
  return [f.insertBefore(constant(f, I64, low), v), f.insertBefore(constant(f, I64, high), v)];
}
