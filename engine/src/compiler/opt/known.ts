/**
 * What a condition must have been to come here: behind a `trap_if` it was zero, behind one way of a `br_if` zero, behind
 * the other one not. What follows for the values that it was made of is known too: a reference that passed a null check or
 * a cast is not null. Traps, selects and branches on such values are decided.
 *
 * Blocks are visited in preorder of the dominator tree; a value has one entry, with the block from which on it holds. When
 * that block does not dominate the present one, its subtree is finished.
 */
import {builtins, VmContext} from '#engine/runtime/layout.ts';
import {defineRule, type Fuel} from '../fuel.ts';
import {type Block, ENTRY, type Func, NONE, type Value} from '../ir/func.ts';
import {FieldClass, Ir} from '../ir/ops.ts';
import {I32, REF} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';
import {simplifyBranches} from './branches.ts';
import {Forward} from './forward.ts';

const {
  bitcast: BITCAST,
  br_if: BR_IF,
  call_builtin: CALL_BUILTIN,
  const: CONST,
  iand: IAND,
  ieq: IEQ,
  ieqz: IEQZ,
  ine: INE,
  ior: IOR,
  ishr_u: ISHR_U,
  select: SELECT,
  trap_if: TRAP_IF,
  vm_address: VM_ADDRESS,
  vm_load: VM_LOAD,
} = Ir;
const DECIDED = defineRule('known: condition is decided');

const NOTHING = 0;
const ZERO = 1;
const NOT_ZERO = 2;
/** How many operations deep a fact is looked for. */
const DEPTH = 3;

const GIVES_REFERENCE = Uint8Array.from(Object.values(builtins), ({result}) => (result === 'ref' ? 1 : 0));

/** Facts by value, reused from function to function. */
class Known {
  #f!: Func;
  #context!: PassContext;
  #fact = new Uint8Array(256);
  #since = new Int32Array(256);
  readonly #forward = new Forward();
  /** Comparisons for equality by their operands, to find the opposite one. */
  readonly #comparisons = new Map<number, Value>();
  /** Values up to here were there before; what is made on the way is constant and has no facts. */
  #limit = 0;
  #branches = false;

  /** Gives whether a branch was decided. */
  run(f: Func, context: PassContext): boolean {
    const {cfg, dominators} = context;
    cfg.compute(f);
    dominators.compute(f, cfg);
    [this.#f, this.#context, this.#branches] = [f, context, false];
    if (this.#fact.length <= f.valueCount) {
      this.#fact = new Uint8Array(f.valueCount * 2);
      this.#since = new Int32Array(f.valueCount * 2);
    }
    this.#limit = f.valueCount;
    this.#fact.fill(NOTHING, 0, f.valueCount + 1);
    this.#forward.reset(f);
    this.#comparisons.clear();
    for (let i = 0; i < cfg.blockCount; i++) this.#block(dominators.at(i), context.fuel);
    this.#forward.resolveAll(f); // edges to loops were seen before
    return this.#branches;
  }

  #block(b: Block, fuel: Fuel): void {
    const f = this.#f;
    this.#enter(b);
    for (let v = f.first(b); v !== NONE; ) {
      const next = f.next(v);
      this.#forward.resolve(f, v);
      if (!this.#decide(v, b, fuel)) this.#learnFrom(v, b);
      v = next;
    }
  }

  /** What the only way into a block says. */
  #enter(b: Block): void {
    const {cfg} = this.#context;
    const f = this.#f;
    if (cfg.predCount(b) !== 1) return;
    const edge = cfg.pred(b, 0);
    const end = f.last(f.edgeFrom(edge));
    if (f.op(end) === BR_IF) this.#learn(f.a(end), f.edge(end, 0) === edge ? NOT_ZERO : ZERO, b);
  }

  #learnFrom(v: Value, b: Block): void {
    const f = this.#f;
    const op = f.op(v);
    if (op === IEQ || op === INE) this.#comparisons.set(comparison(f, v, op), v);
    else if (op === TRAP_IF) this.#learn(f.a(v), ZERO, b);
    else if (op === VM_ADDRESS || (op === CALL_BUILTIN && GIVES_REFERENCE[f.imm(v)] === 1)) this.#learn(v, NOT_ZERO, b);
  }

  /** Notes a fact about a value, and what follows from it. */
  #learn(v: Value, fact: number, b: Block): void {
    const f = this.#f;
    if (f.op(v) === CONST) return;
    this.#fact[v] = fact;
    this.#since[v] = b;
    switch (f.op(v)) {
      case IEQZ:
        return this.#learn(f.a(v), fact === ZERO ? NOT_ZERO : ZERO, b);
      case INE:
        if (isZero(f, f.b(v))) this.#learn(f.a(v), fact, b);
        else if (fact === ZERO) this.#learnFromCast(f.a(v), b);
        return;
      case IAND:
        if (fact !== NOT_ZERO) return;
        this.#learn(f.a(v), fact, b);
        return this.#learn(f.b(v), fact, b);
      case IOR:
        if (fact !== ZERO) return;
        this.#learn(f.a(v), fact, b);
        return this.#learn(f.b(v), fact, b);
      case ISHR_U:
        if (fact === NOT_ZERO) this.#learn(f.a(v), fact, b);
        return;
      case BITCAST:
        if (f.type(f.a(v)) === REF) this.#learn(f.a(v), fact, b);
        return;
      case IEQ:
        if (fact === NOT_ZERO) this.#learnFromCast(f.a(v), b);
    }
  }

  /** Something of the type of a reference is what was wanted: then it was no stand-in whose type was looked at. */
  #learnFromCast(field: Value, b: Block): void {
    const f = this.#f;
    let at = field;
    for (let loads = 0; loads < 2 && isTypeLoad(f, at); loads++) at = f.a(at);
    if (at === field || f.op(at) !== SELECT) return;
    if (isStandIn(f, f.b(at))) this.#learn(f.a(at), ZERO, b);
    else if (isStandIn(f, f.c(at))) this.#learn(f.a(at), NOT_ZERO, b);
  }

  #noted(v: Value, b: Block): number {
    if (v > this.#limit || this.#fact[v] === NOTHING) return NOTHING;
    return this.#context.dominators.dominates(this.#since[v] as Block, b) ? this.#fact[v]! : NOTHING;
  }

  /** What is noted of a value, or follows from what is noted of the values that it is made of. */
  #factOf(v: Value, b: Block, depth = 0): number {
    const noted = this.#noted(v, b);
    if (noted !== NOTHING || depth === DEPTH) return noted;
    const f = this.#f;
    switch (f.op(v)) {
      case IEQZ:
        return opposite(this.#factOf(f.a(v), b, depth + 1));
      case IOR:
        return this.#ofBoth(v, b, depth, NOT_ZERO);
      case IAND:
        return f.type(v) === I32 && this.#ofBoth(v, b, depth, ZERO) === ZERO ? ZERO : NOTHING;
      case IEQ:
      case INE: {
        const other = this.#comparisons.get(comparison(f, v, f.op(v) === IEQ ? INE : IEQ));
        return other === undefined ? NOTHING : opposite(this.#noted(other, b));
      }
      default:
        return NOTHING;
    }
  }

  /** One operand with the `deciding` fact is enough, else both must have the other one. */
  #ofBoth(v: Value, b: Block, depth: number, deciding: number): number {
    const [left, right] = [this.#factOf(this.#f.a(v), b, depth + 1), this.#factOf(this.#f.b(v), b, depth + 1)];
    if (left === deciding || right === deciding) return deciding;
    return left === right ? left : NOTHING;
  }

  /** Decides what stands on a known value; says whether `v` is gone. */
  #decide(v: Value, b: Block, fuel: Fuel): boolean {
    const f = this.#f;
    const op = f.op(v);
    if (op !== TRAP_IF && op !== SELECT && op !== IEQZ && op !== BR_IF) return false;
    if (op === BR_IF && f.op(f.a(v)) === CONST) this.#branches = true;
    const fact = this.#factOf(f.a(v), b);
    if (fact === NOTHING || (op === TRAP_IF && fact !== ZERO) || !fuel.allow(DECIDED)) return false;
    f.setOrigin(f.wasmOffset(v), DECIDED);
    if (op === BR_IF) {
      f.setA(v, this.#truth(v, fact === NOT_ZERO));
      this.#branches = true;
      return true;
    }
    if (op === SELECT) this.#forward.set(v, fact === NOT_ZERO ? f.b(v) : f.c(v));
    else if (op === IEQZ) this.#forward.set(v, this.#truth(v, fact === ZERO));
    f.remove(v);
    return true;
  }

  #truth(before: Value, holds: boolean): Value {
    const f = this.#f;
    return f.insertBefore(f.add(CONST, I32, NONE, NONE, NONE, holds ? 1 : 0), before);
  }
}

const opposite = (fact: number): number => (fact === ZERO ? NOT_ZERO : fact === NOT_ZERO ? ZERO : NOTHING);
/** The operands of a comparison and an operation as one number. */
const comparison = (f: Func, v: Value, op: number): number => f.a(v) * 2 ** 27 + f.b(v) * 2 + (op === IEQ ? 1 : 0);

const isZero = (f: Func, v: Value): boolean => f.op(v) === CONST && f.imm(v) === 0 && f.aux(v) === 0;

/** A load of an object's type or of something of that type. */
function isTypeLoad(f: Func, v: Value): boolean {
  return f.op(v) === VM_LOAD && (f.aux(v) === FieldClass.object || f.aux(v) === FieldClass.func_ref);
}

/** `VmContext.nothing`, which has no type that anybody looks for. */
function isStandIn(f: Func, v: Value): boolean {
  return (
    f.op(v) === VM_LOAD &&
    f.imm(v) === VmContext.nothing &&
    f.aux(v) === FieldClass.constant &&
    f.a(v) === f.param(ENTRY, 0)
  );
}

const known = new Known();

/** Needs `gvn` before: equal conditions are one value then. */
export function decideConditions(f: Func, context: PassContext): void {
  if (known.run(f, context)) simplifyBranches(f, context);
}
