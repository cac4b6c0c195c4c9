/**
 * Inlining of small leaf functions: a call of one becomes a copy of its blocks. Offsets stay those of the callee's
 * instructions, so traps are where they were. A copy may take less stack than the call: where a stack ends is no meaning.
 *
 *   b: … v = call f(x); rest    →    b: … callee's entry with x …; its returns jump to  after(v): rest
 */
import {assert} from '#engine/base/assert.ts';
import {defineRule, type Fuel} from '../fuel.ts';
import {type Block, ENTRY, type Func, NONE, type Value} from '../ir/func.ts';
import {ARITY, FACT, FACTS, HAS_EDGES, HAS_LIST, Ir} from '../ir/ops.ts';
import {VOID} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';
import {Forward} from './forward.ts';

const {call: CALL, result: RESULT, jump: JUMP, br_unwind: BR_UNWIND, return: RETURN} = Ir;
const INLINE = defineRule('inline: small function');

export interface InlineLimits {
  /** A callee of more values is not small. */
  readonly values: number;
  /** Values that inlining may add to a function, more or less. */
  readonly growth: number;
}

const LIMITS: InlineLimits = {values: 40, growth: 2000};

/** Where callees come from. */
export interface Callees {
  /** The SSA of a function of the same instance, valid until the next call; null when it is not worth a look. */
  func(index: number): Func | null;
}

/** Inlines until the budget is spent. Callees are taken as they were written: nothing is inlined into them before. */
export function inlineCalls(f: Func, {fuel, callees}: PassContext, limits = LIMITS): void {
  if (callees === null) return;
  const inliner = new Inliner(f, fuel, callees, limits.values);
  const limit = f.valueCount + limits.growth;
  for (let b = 1; b <= f.blockCount; b++) {
    for (let v = f.first(b as Block); v !== NONE && f.valueCount < limit; v = f.next(v)) {
      if (f.op(v) !== CALL || !inliner.inline(v)) continue;
      break; // the rest of the block stands in a later one
    }
  }
  inliner.finish();
}

/** Whether all that a function does is its own: no calls, no tail calls, and not much of it. */
function isSmallLeaf(g: Func, maxValues: number): boolean {
  if (g.valueCount > maxValues) return false;
  for (let b = 1; b <= g.blockCount; b++)
    for (let v = g.first(b as Block); v !== NONE; v = g.next(v)) if ((FACTS[g.op(v)]! & FACT.call) !== 0) return false;
  return true;
}

class Inliner {
  readonly #f: Func;
  readonly #fuel: Fuel;
  readonly #callees: Callees;
  readonly #forward = new Forward();
  #isChanged = false;
  /** Values and blocks of the callee at hand, as they are called in the caller. */
  readonly #values: Int32Array;
  #blocks = new Int32Array(16);

  constructor(f: Func, fuel: Fuel, callees: Callees, maxValues: number) {
    this.#values = new Int32Array(maxValues + 1);
    this.#f = f;
    this.#fuel = fuel;
    this.#callees = callees;
    this.#forward.reset(f);
  }

  /** Replaces a call; says whether it did. */
  inline(call: Value): boolean {
    const f = this.#f;
    const g = this.#callees.func(f.imm(call));
    if (g === null || !isSmallLeaf(g, this.#values.length - 1) || !this.#fuel.allow(INLINE)) return false;
    this.#isChanged = true;
    const after = this.#split(call, g);
    this.#mapEntry(call, g);
    this.#addBlocks(g, f.block(call));
    this.#addValues(g);
    this.#connect(g, after);
    this.#place(g, f.block(call), call);
    return true;
  }

  finish(): void {
    if (this.#isChanged) this.#forward.resolveAll(this.#f);
  }

  /** Moves what follows the call to a new block, whose parameters stand for the results from now on. */
  #split(call: Value, g: Func): Block {
    const f = this.#f;
    f.setOrigin(f.wasmOffset(call), INLINE);
    const after = f.addBlock();
    const results = g.signature.results.map((type) => f.addParam(after, type));
    if (f.type(call) !== VOID) this.#forward.set(call, results[0]!);
    for (let v = f.next(call); v !== NONE; ) {
      const next = f.next(v);
      f.remove(v);
      if (f.op(v) === RESULT && f.a(v) === call) this.#forward.set(v, results[f.imm(v)]!);
      else if (f.op(v) === BR_UNWIND) this.#goOn(after, v);
      else f.append(after, v);
      v = next;
    }
    return after;
  }

  /** A leaf does not throw: the landing pad of its call is left to die. */
  #goOn(after: Block, unwind: Value): void {
    const f = this.#f;
    const returned = f.edge(unwind, 0);
    f.beginEdges();
    f.copyArgs(f.pushEdge(f.edgeTarget(returned)), returned);
    f.append(after, f.addTerminator(JUMP));
  }

  #mapEntry(call: Value, g: Func): void {
    const f = this.#f;
    assert(f.listLength(call) === g.paramCount(ENTRY), 'a call has an argument for each parameter');
    for (let i = 0; i < g.paramCount(ENTRY); i++) this.#values[g.param(ENTRY, i)] = f.listItem(call, i);
  }

  /** The callee's entry goes on in the block of the call; its other blocks are new. */
  #addBlocks(g: Func, entry: Block): void {
    const f = this.#f;
    if (this.#blocks.length <= g.blockCount) this.#blocks = new Int32Array(g.blockCount * 2);
    this.#blocks[ENTRY] = entry;
    for (let b = 2; b <= g.blockCount; b++) {
      if (g.isDead(b as Block)) continue;
      this.#blocks[b] = f.addBlock();
      for (let i = 0; i < g.paramCount(b as Block); i++) {
        const param = g.param(b as Block, i);
        f.setOrigin(g.wasmOffset(param), INLINE);
        this.#values[param] = f.addParam(this.#blocks[b] as Block, g.type(param));
      }
    }
  }

  /** A value for each of the callee's, without operands: uses may stand before definitions in the order of blocks. */
  #addValues(g: Func): void {
    const f = this.#f;
    for (let b = 1; b <= g.blockCount; b++) {
      for (let v = g.first(b as Block); v !== NONE; v = g.next(v)) {
        const op = g.op(v);
        if (op === RETURN || HAS_EDGES[op] === 1) continue;
        f.setOrigin(g.wasmOffset(v), INLINE);
        this.#values[v] =
          HAS_LIST[op] === 1 ? this.#addList(g, v) : f.add(op, g.type(v), NONE, NONE, NONE, f.immFrom(g, v), g.aux(v));
      }
    }
  }

  #addList(g: Func, v: Value): Value {
    const f = this.#f;
    f.beginList();
    for (let i = 0; i < g.listLength(v); i++) f.pushList(NONE);
    return f.addList(g.op(v), g.type(v), NONE, g.imm(v), g.aux(v));
  }

  /** Gives the values their operands, and the blocks their terminators. */
  #connect(g: Func, after: Block): void {
    const f = this.#f;
    for (let b = 1; b <= g.blockCount; b++) {
      for (let v = g.first(b as Block); v !== NONE; v = g.next(v)) {
        const op = g.op(v);
        f.setOrigin(g.wasmOffset(v), INLINE);
        if (op === RETURN) this.#values[v] = this.#jump(g, v, after);
        else if (HAS_EDGES[op] === 1) this.#values[v] = this.#branch(g, v);
        else
          for (let i = 0; i < g.operandCount(v); i++) f.setOperand(this.#valueOf(v), i, this.#valueOf(g.operand(v, i)));
      }
    }
  }

  #valueOf(v: Value): Value {
    return this.#values[v] as Value;
  }

  #jump(g: Func, v: Value, after: Block): Value {
    const f = this.#f;
    f.beginEdges();
    f.pushEdge(after);
    for (let i = 0; i < g.listLength(v); i++) f.pushArg(this.#valueOf(g.listItem(v, i)));
    return f.addTerminator(JUMP);
  }

  #branch(g: Func, v: Value): Value {
    const f = this.#f;
    f.beginEdges();
    for (let i = 0; i < g.edgeCount(v); i++) {
      const e = g.edge(v, i);
      f.pushEdge(this.#blocks[g.edgeTarget(e)] as Block);
      for (let k = 0; k < g.argCount(e); k++) f.pushArg(this.#valueOf(g.arg(e, k)));
    }
    return f.addTerminator(g.op(v), ARITY[g.op(v)]! > 0 ? this.#valueOf(g.a(v)) : NONE, g.imm(v));
  }

  #place(g: Func, entry: Block, call: Value): void {
    const f = this.#f;
    f.remove(call);
    for (let b = 1; b <= g.blockCount; b++) {
      const to = b === ENTRY ? entry : (this.#blocks[b] as Block);
      for (let v = g.first(b as Block); v !== NONE; v = g.next(v)) f.append(to, this.#valueOf(v));
    }
  }
}
