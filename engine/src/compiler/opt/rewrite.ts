/**
 * The rewriter: constant folding and the rules, one visit per value, definitions before uses. What a rule builds is
 * visited too, so that rules chain. Constants stand on the right of commutative integer operations, as the heads expect.
 */
import {assert} from '#engine/base/assert.ts';
import {defineRule, type Fuel} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {ARITY, FACT, FACTS, Ir, OP_COUNT, type OpCode} from '../ir/ops.ts';
import {VOID} from '../ir/types.ts';
import {vectorOps} from '../ir/vector-ops.ts';
import type {PassContext} from '../passes.ts';
import {foldConstant, hasConstantOperands} from './fold.ts';
import {Forward} from './forward.ts';
import {type CompiledRule, compileRule, headOp, Match, type Rule} from './rule.ts';
import {arithmetic} from './rules/arithmetic.ts';
import {bits} from './rules/bits.ts';
import {compareRules} from './rules/compare.ts';
import {convert} from './rules/convert.ts';
import {memoryRules} from './rules/memory.ts';
import {select} from './rules/select.ts';
import {simplifyWide} from './wide.ts';

const {const: CONST, iadd: IADD, ine: INE, result: RESULT} = Ir;
const FIRST_VECTOR = Ir[vectorOps[0]!];
const FOLD = defineRule('fold: constants');
const ORDER = defineRule('constant to the right');

/** Every rewrite rule; earlier ones are tried first. */
export const rules: readonly Rule[] = [...arithmetic, ...bits, ...compareRules, ...convert, ...select, ...memoryRules];

/** Rules by operation of the root. */
const byOp: CompiledRule[][] = Array.from({length: OP_COUNT}, () => []);
for (const rule of rules) byOp[headOp(rule.head[0]).op]!.push(...compileRule(rule));
const HAS_RULES = Uint8Array.from(byOp, (list) => (list.length > 0 ? 1 : 0));

/** More steps than this on one value mean that rules undo each other. */
const MAX_STEPS = 64;

/** Applies folding and rules to one function after the other. */
export class Rewriter {
  readonly #forward = new Forward();
  readonly #match = new Match(undefined as unknown as Func);
  #fuel: Fuel | null = null;

  run(f: Func, {cfg, fuel}: PassContext): void {
    cfg.compute(f);
    this.#forward.reset(f);
    this.#match.f = f;
    this.#fuel = fuel;
    for (let i = 0; i < cfg.blockCount; i++) this.#block(f, cfg.at(i));
    this.#forward.resolveAll(f);
  }

  /** Applies the first of these rules that matches `v`; says whether one did. For tests of single rules. */
  applyOne(f: Func, v: Value, candidates: readonly CompiledRule[], fuel: Fuel): boolean {
    this.#forward.reset(f);
    this.#match.f = f;
    this.#fuel = fuel;
    const applied = candidates.some((candidate) => this.#apply(f, v, candidate));
    this.#forward.resolveAll(f);
    return applied;
  }

  #block(f: Func, b: Block): void {
    let steps = 0;
    for (let v = f.first(b); v !== NONE; ) {
      this.#forward.resolve(f, v);
      const before = f.prev(v);
      const after = f.next(v);
      if (!this.#step(f, v)) {
        steps = 0;
        v = after;
        continue;
      }
      assert(++steps < MAX_STEPS, `rewrite rules do not end at value ${v}`);
      v = before === NONE ? f.first(b) : f.next(before); // what was put in v's place, or v again
    }
  }

  /** Tries to replace or change one value; says whether it did. */
  #step(f: Func, v: Value): boolean {
    const op = f.op(v);
    if ((FACTS[op]! & FACT.multiple) !== 0) return this.#wide(f, v);
    if ((FACTS[op]! & FACT.pure) !== 0 && hasConstantOperands(f, v)) {
      f.setOrigin(f.wasmOffset(v), FOLD);
      const constant = foldConstant(f, v);
      if (constant !== NONE && this.#fuel!.allow(FOLD)) return this.#replace(f, v, f.insertBefore(constant, v));
    }
    const isOrdered = (op >= IADD && op <= INE) || op >= FIRST_VECTOR;
    if (isOrdered && (FACTS[op]! & FACT.commutative) !== 0 && this.#order(f, v)) return true;
    return HAS_RULES[op] === 1 && this.#applyRules(f, v, op);
  }

  /** Replaces an operation on 128 bits and its `result`. */
  #wide(f: Func, v: Value): boolean {
    const halves = simplifyWide(f, v, this.#fuel!);
    if (halves === null) return false;
    const next = f.next(v);
    if (f.op(next) === RESULT) this.#replace(f, next, halves[1]);
    return this.#replace(f, v, halves[0]);
  }

  #order(f: Func, v: Value): boolean {
    const [a, b] = [f.a(v), f.b(v)];
    if (f.op(a) !== CONST || f.op(b) === CONST || !this.#fuel!.allow(ORDER)) return false;
    f.setA(v, b);
    f.setB(v, a);
    return true;
  }

  #applyRules(f: Func, v: Value, op: OpCode): boolean {
    const arity = ARITY[op]!;
    const leftOp = arity > 0 ? f.op(f.a(v)) : 0;
    const rightOp = arity > 1 ? f.op(f.b(v)) : 0;
    const list = byOp[op]!;
    for (let i = 0; i < list.length; i++) {
      const candidate = list[i]!;
      if (candidate.leftOp !== 0 && candidate.leftOp !== leftOp) continue;
      if (candidate.rightOp !== 0 && candidate.rightOp !== rightOp) continue;
      if (this.#apply(f, v, candidate)) return true;
    }
    return false;
  }

  #apply(f: Func, v: Value, {rule, matches}: CompiledRule): boolean {
    const match = this.#match;
    if (!matches(match, v)) return false;
    match.v = v;
    if (rule.when !== undefined && !rule.when(match)) return false;
    if (!this.#fuel!.allow(rule.id)) return false;
    f.setOrigin(f.wasmOffset(v), rule.id);
    return this.#replace(f, v, rule.to(match));
  }

  #replace(f: Func, v: Value, to: Value): boolean {
    if (to === v) return true;
    if (f.type(v) !== VOID) this.#forward.set(v, to);
    f.remove(v);
    return true;
  }
}

const rewriter = new Rewriter();

export function simplify(f: Func, context: PassContext): void {
  rewriter.run(f, context);
}
