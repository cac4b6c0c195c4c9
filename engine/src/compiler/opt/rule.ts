/**
 * A rewrite rule: an identity with a name, a head that says what it matches, and a body that builds the other side. Heads
 * are data, so that the tests can make an instance of each and compare both sides (rules.test.ts); at load each head is
 * compiled to a matcher behind a cheap test of the operations of its first two operands.
 *
 * In a head, 'x' 'y' 'z' match any value, the same letter twice the same value; 'k' 'j' match integer constants; a number
 * matches that constant; a list matches an operation. `op.type` asks for the type of the result, in comparisons and
 * conversions of the first operand. A head of a commutative operation matches both orders.
 */
import {assert} from '#engine/base/assert.ts';
import {defineRule, type RuleId} from '../fuel.ts';
import {type Func, NONE, type Value} from '../ir/func.ts';
import {ARITY, FACT, FACTS, Ir, type IrOp, type OpCode, opByName} from '../ir/ops.ts';
import {I32, I64, type Type, typeNames} from '../ir/types.ts';
import {constant} from './fold.ts';

const {const: CONST} = Ir;

export type TypedOp = IrOp | `${IrOp}.${'i32' | 'i64' | 'f32' | 'f64' | 'ref'}`;
export type Pattern = 'x' | 'y' | 'z' | 'k' | 'j' | number | Head;
export type Head = readonly [TypedOp, ...Pattern[]];

/** What a rule's body works with: the matched values, and a way to build new ones right before the root. */
export class Match {
  f: Func;
  /** The root. */
  v: Value = NONE;
  x: Value = NONE;
  y: Value = NONE;
  z: Value = NONE;
  k: Value = NONE;
  j: Value = NONE;
  constructor(f: Func) {
    this.f = f;
  }

  /** Type of the root. */
  get type(): Type {
    return this.f.type(this.v);
  }
  /** Type of the root's first operand. */
  get operandType(): Type {
    return this.f.type(this.f.a(this.v));
  }
  /** Width in bits of a value's type. */
  width(v: Value): bigint {
    return this.f.type(v) === I32 ? 32n : 64n;
  }
  /** A constant as a signed number. */
  signed(v: Value): bigint {
    return this.f.type(v) === I32 ? BigInt(this.f.imm(v)) : this.f.imm64(v);
  }
  unsigned(v: Value): bigint {
    return BigInt.asUintN(Number(this.width(v)), this.signed(v));
  }
  isOp(v: Value, ...ops: readonly OpCode[]): boolean {
    return ops.includes(this.f.op(v));
  }

  add(op: IrOp, type: Type, a: Value, b: Value = NONE, c: Value = NONE): Value {
    return this.f.insertBefore(this.f.add(Ir[op], type, a, b, c), this.v);
  }
  /** An integer constant; bits beyond the type are cut off. */
  int(type: Type, value: bigint | number): Value {
    const bits = type === I32 ? Number(BigInt.asIntN(32, BigInt(value))) : BigInt.asIntN(64, BigInt(value));
    return this.f.insertBefore(constant(this.f, type, bits), this.v);
  }
}

/** Returned by a body for a root without value that is to be dropped. */
export const GONE = NONE;

export interface Rule {
  readonly id: RuleId;
  readonly name: string;
  readonly head: Head;
  /** The value that replaces the root: an operand, or a new one; the root itself when it was changed in place. */
  readonly to: (m: Match) => Value;
  /** Side condition on matched constants and types. Must not change anything. */
  readonly when: ((m: Match) => boolean) | undefined;
}

/** Defines a rule. Its name is its identity, and what `--disable-rule` takes. */
export function rule(name: string, head: Head, to: Rule['to'], when?: Rule['when']): Rule {
  return {id: defineRule(name), name, head, to, when};
}

export type Matcher = (m: Match, v: Value) => boolean;

export interface CompiledRule {
  readonly rule: Rule;
  /** Operation that the first and second operand must have; 0: any. */
  readonly leftOp: number;
  readonly rightOp: number;
  readonly matches: Matcher;
}

/** Operation and type of a head's first word. */
export function headOp(typed: TypedOp): {op: OpCode; type: Type | null} {
  const plain = opByName(typed); // mnemonics of vector operations have a dot of their own
  if (plain !== undefined) return {op: plain, type: null};
  const dot = typed.lastIndexOf('.');
  const name = dot < 0 ? typed : typed.slice(0, dot);
  const op = opByName(name);
  assert(op !== undefined, `no operation ${name} in a head`);
  return {op, type: dot < 0 ? null : (typeNames.indexOf(typed.slice(dot + 1) as 'i32') as Type)};
}

const isHead = (pattern: Pattern): pattern is Head => typeof pattern === 'object';
const isConstant = (pattern: Pattern): boolean => typeof pattern === 'number' || pattern === 'k' || pattern === 'j';

/** All orders of operands of the commutative operations in a head; constants stay on the right, where they always are. */
export function variants(head: Head): Head[] {
  const [typed, ...operands] = head;
  const choices = operands.map((operand) => (isHead(operand) ? variants(operand) : [operand]));
  let lists: Pattern[][] = [[]];
  for (const choice of choices) lists = lists.flatMap((list) => choice.map((operand) => [...list, operand]));
  const straight = lists.map((list): Head => [typed, ...list]);
  const {op} = headOp(typed);
  const [left, right] = operands;
  const swaps =
    (FACTS[op]! & FACT.commutative) !== 0 &&
    !isConstant(right!) &&
    !(typeof left === 'string' && typeof right === 'string');
  return swaps ? [...straight, ...straight.map(([name, a, b]): Head => [name, b!, a!])] : straight;
}

function opOf(pattern: Pattern | undefined): number {
  if (pattern === undefined) return 0;
  if (isHead(pattern)) return headOp(pattern[0]).op;
  return isConstant(pattern) ? CONST : 0;
}

/** A rule ready for matching, once for each variant of its head. */
export function compileRule(definition: Rule): CompiledRule[] {
  return variants(definition.head).map((head) => ({
    rule: definition,
    leftOp: opOf(head[1]),
    rightOp: opOf(head[2]),
    matches: headMatcher(head, new Set()),
  }));
}

function headMatcher(head: Head, bound: Set<string>): Matcher {
  const [typed, ...operands] = head;
  const {op, type} = headOp(typed);
  assert(operands.length === ARITY[op], `head of ${typed} with ${operands.length} operands`);
  const tests = operands.map((operand, i): Matcher => {
    const test = patternMatcher(operand, bound);
    return (m, v) => test(m, m.f.operand(v, i));
  });
  return (m, v) => {
    if (m.f.op(v) !== op || (type !== null && headType(m.f, v) !== type)) return false;
    for (const test of tests) if (!test(m, v)) return false;
    return true;
  };
}

/** The type that `op.type` in a head asks for. */
function headType(f: Func, v: Value): Type {
  return ARITY[f.op(v)] === 1 || f.type(v) !== f.type(f.a(v)) ? f.type(f.a(v)) : f.type(v);
}

function patternMatcher(pattern: Pattern, bound: Set<string>): Matcher {
  if (isHead(pattern)) return headMatcher(pattern, bound);
  if (typeof pattern === 'number') return (m, v) => isInteger(m.f, v, pattern);
  if (bound.has(pattern)) return (m, v) => m[pattern] === v;
  bound.add(pattern);
  const isValue = pattern !== 'k' && pattern !== 'j';
  return (m, v) => {
    m[pattern] = v;
    return isValue || (m.f.op(v) === CONST && (m.f.type(v) === I32 || m.f.type(v) === I64));
  };
}

/** Whether a value is the constant `n` (sign-extended to its type). */
export function isInteger(f: Func, v: Value, n: number): boolean {
  if (f.op(v) !== CONST || f.imm(v) !== (n | 0)) return false;
  const type = f.type(v);
  return type === I32 || (type === I64 && f.aux(v) === (n < 0 ? -1 : 0));
}
