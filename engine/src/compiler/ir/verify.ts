/**
 * What holds for a function between any two passes; throws Bug with the function's text where it does not.
 *
 *  1. Every reachable block ends with its only terminator; neighbours are linked both ways and know their block.
 *  2. Operands match the type rule of the operation (ops.ts): count, types, equal types for equal letters, result type.
 *  3. Every operand is a value that stands in the function and dominates its use; block parameters dominate their block,
 *     edge arguments dominate the end of the edge's source.
 *  4. An edge has as many arguments as its target has parameters, of the same types; edges know their source; no edge
 *     goes to the entry.
 *  5. The entry's parameters are the signature's; `return` and tail calls give the signature's results; calls give the
 *     parameters of the signature that they name and have its first result's type.
 *  6. `result` stands behind its call or other `multiple` operation with nothing but other results of it between, in rising order.
 *  7. `br_unwind` has two edges and stands behind a call with nothing but its results between; what the call gives is used
 *     only behind edge 0. `landing` stands only first in a block whose one way in is edge 1 of a `br_unwind`.
 *  8. Immediates are in range: trap codes, field classes, vectors and lanes exist, `param` knows its index.
 */
import {assert, Bug} from '#engine/base/assert.ts';
import {trapName} from '#engine/base/traps.ts';
import {Cfg} from '../analysis/cfg.ts';
import {Dominators} from '../analysis/dominators.ts';
import {atomicOperators} from './atomics.ts';
import {type Block, type Edge, ENTRY, type Func, NONE, triedCall, type Value} from './func.ts';
import {ARITY, FACT, FACTS, FIELD_CLASS_NAMES, HAS_LIST, type IrOp, isFieldAccess, opNames, TYPE_RULE} from './ops.ts';
import {printFunc} from './print.ts';
import {F32, F64, I32, I64, REF, type Signature, type Type, typeNames, V128, VOID} from './types.ts';
import {isVectorOp, laneCount} from './vector-ops.ts';

/** Types that a letter of a type rule stands for, as a bit set. */
const LETTER_TYPES: Readonly<Record<string, readonly Type[]>> = {
  i: [I32],
  l: [I64],
  f: [F32],
  d: [F64],
  v: [V128],
  r: [REF],
  p: [I64, REF],
  A: [I32, I64],
  I: [I32, I64],
  X: [I32, I64, REF],
  F: [F32, F64],
  T: [I32, I64, F32, F64, V128, REF],
  U: [I32, I64, F32, F64, V128, REF],
};

/** Bits that no lane of a shuffle has. */
const NO_LANE = 0xe0e0e0e0_e0e0e0e0_e0e0e0e0_e0e0e0e0n;
const WIDE_OPERANDS = [I64, I64, I64, I64];
const WIDE_RESULTS = [I64, I64];

/** Throws Bug unless all of the header holds. `after` names the pass that is to blame. */
export function verify(f: Func, after: string): void {
  try {
    new Verifier(f).run();
  } catch (error) {
    if (!(error instanceof Bug)) throw error;
    throw new Bug(`after ${after}: ${error.message}\n${textOf(f)}`);
  }
}

function textOf(f: Func): string {
  try {
    return printFunc(f);
  } catch {
    return `f${f.index} cannot be printed`;
  }
}

class Verifier {
  readonly #f: Func;
  readonly #cfg = new Cfg();
  readonly #dominators = new Dominators();
  /** Position of a value within its block; parameters 0. */
  readonly #place: Int32Array;

  constructor(f: Func) {
    this.#f = f;
    this.#place = new Int32Array(f.valueCount + 1);
  }

  run(): void {
    const f = this.#f;
    for (let b = 1; b <= f.blockCount; b++) this.#links(b as Block);
    this.#cfg.compute(f);
    this.#dominators.compute(f, this.#cfg);
    this.#entry();
    for (let i = 0; i < this.#cfg.blockCount; i++) this.#block(this.#cfg.at(i));
  }

  #links(b: Block): void {
    const f = this.#f;
    let previous: Value = NONE;
    let place = 1;
    for (let v = f.first(b); v !== NONE; v = f.next(v)) {
      assert(f.block(v) === b && f.prev(v) === previous, `links of value ${v} in block ${b}`);
      assert((FACTS[f.op(v)]! & FACT.terminator) === 0 || f.next(v) === NONE, `terminator ${v} inside of block ${b}`);
      this.#place[v] = place++;
      previous = v;
    }
    assert(previous === f.last(b), `last value of block ${b}`);
    assert(
      previous === NONE || (FACTS[f.op(previous)]! & FACT.terminator) !== 0,
      `block ${b} ends without a terminator`,
    );
    for (let i = 0; i < f.paramCount(b); i++) {
      const param = f.param(b, i);
      assert(
        opNames[f.op(param)] === 'param' && f.block(param) === b && f.imm(param) === i,
        `parameter ${i} of block ${b}`,
      );
    }
  }

  #entry(): void {
    const {params} = this.#f.signature;
    assert(this.#f.paramCount(ENTRY) === params.length, 'parameters of the entry');
    for (const [i, type] of params.entries()) {
      assert(this.#f.type(this.#f.param(ENTRY, i)) === type, `type of parameter ${i}`);
    }
    assert(this.#cfg.predCount(ENTRY) === 0, 'an edge to the entry');
  }

  #block(b: Block): void {
    const f = this.#f;
    for (let v = f.first(b); v !== NONE; v = f.next(v)) {
      const name = opNames[f.op(v)]!;
      try {
        this.#operands(v, b);
        this.#types(v, name);
        this.#immediates(v, name);
        this.#vector(v, name);
        this.#edges(v, b);
        this.#unwinding(v, b, name);
      } catch (error) {
        throw error instanceof Bug ? new Bug(`${name} (value ${v}, block ${b}): ${error.message}`) : error;
      }
    }
  }

  #operands(v: Value, b: Block): void {
    for (let i = 0; i < this.#f.operandCount(v); i++) this.#dominates(this.#f.operand(v, i), b, this.#place[v]!);
  }

  #dominates(x: Value, b: Block, place: number): void {
    assert(x > 0 && x <= this.#f.valueCount, `operand ${x} is no value`);
    const home = this.#f.block(x);
    assert(home !== NONE, `operand ${x} stands nowhere`);
    assert(this.#cfg.isReachable(home), `operand ${x} stands in unreachable block ${home}`);
    const before = home === b ? this.#place[x]! < place : this.#dominators.dominates(home, b);
    assert(before, `operand ${x} does not dominate its use`);
    if (home !== b) this.#returned(x, home, b);
  }

  /** A value that a tried call gives is not there when the call throws. */
  #returned(x: Value, home: Block, b: Block): void {
    if (!this.#isGiven(x, home)) return;
    const next = this.#f.edgeTarget(this.#f.edge(this.#f.last(home), 0));
    const isBehind = this.#cfg.predCount(next) === 1 && this.#dominators.dominates(next, b);
    assert(isBehind, `operand ${x} is used where its call may have thrown`);
  }

  /** Whether `x` is the tried call of its block or one of its results. */
  #isGiven(x: Value, home: Block): boolean {
    const f = this.#f;
    const end = f.last(home);
    if (opNames[f.op(end)] !== 'br_unwind') return false;
    const call = triedCall(f, end);
    return x === call || (opNames[f.op(x)] === 'result' && f.a(x) === call);
  }

  #unwinding(v: Value, b: Block, name: IrOp): void {
    const f = this.#f;
    if (name === 'landing') {
      assert(f.prev(v) === NONE && this.#cfg.predCount(b) === 1, 'not the first of a block with one way in');
      const end = f.last(f.edgeFrom(this.#cfg.pred(b, 0)));
      assert(opNames[f.op(end)] === 'br_unwind' && f.edge(end, 1) === this.#cfg.pred(b, 0), 'no landing pad');
    }
    if (name !== 'br_unwind') return;
    const call = triedCall(f, v);
    assert(call !== NONE && (FACTS[f.op(call)]! & FACT.call) !== 0, 'not behind a call');
    assert(f.edgeCount(v) === 2, 'needs two edges');
    const pad = f.edge(v, 1);
    for (let i = 0; i < f.argCount(pad); i++) assert(!this.#isGiven(f.arg(pad, i), b), 'result on the way of a throw');
  }

  #types(v: Value, name: IrOp): void {
    const f = this.#f;
    const [operands = '', result = ''] = TYPE_RULE[f.op(v)]!.split(':');
    const bound = new Map<string, Type>();
    const check = (letter: string, type: Type, what: string): void => {
      assert(LETTER_TYPES[letter]!.includes(type), `${what} has type ${typeNames[type]}`);
      if (letter < 'a') {
        assert((bound.get(letter) ?? type) === type, `${what} has another type than its fellow`);
        bound.set(letter, type);
      }
    };
    for (const [i, letter] of [...operands].entries()) check(letter, f.type(f.operand(v, i)), `operand ${i}`);
    const isCall = (FACTS[f.op(v)]! & FACT.call) !== 0;
    if (isCall && name !== 'call_builtin') this.#call(v, name);
    else if (name === 'call_builtin')
      assert(f.type(v) === VOID || f.type(v) === I64 || f.type(v) === REF, 'result of a builtin');
    else if (name === 'return') this.#list(v, f.signature.results, 0);
    else if (name === 'iadd128' || name === 'isub128') this.#list(v, WIDE_OPERANDS, 0);
    else if (result === '') assert(f.type(v) === VOID, 'has a type');
    else check(result, f.type(v), 'result');
    if (name === 'result') this.#result(v);
  }

  #list(v: Value, types: readonly Type[], arity: number): void {
    const f = this.#f;
    assert(f.listLength(v) === types.length, `${f.listLength(v)} operands, expected ${types.length}`);
    for (const [i, type] of types.entries()) assert(f.type(f.operand(v, arity + i)) === type, `type of operand ${i}`);
  }

  #call(v: Value, name: IrOp): void {
    const f = this.#f;
    const callee: Signature = f.signatures.get(f.aux(v));
    assert(HAS_LIST[f.op(v)] === 1, 'a call has a list');
    this.#list(v, callee.params, ARITY[f.op(v)]!);
    if (name === 'return_call' || name === 'return_call_ref_code') {
      assert(String(callee.results) === String(f.signature.results), 'tail call with other results');
    } else {
      assert(f.type(v) === (callee.results[0] ?? VOID), 'type of the first result');
    }
  }

  #result(v: Value): void {
    const f = this.#f;
    const call = f.a(v);
    assert(f.block(call) === f.block(v), 'result in another block');
    let before = f.prev(v);
    const index = f.imm(v);
    assert(
      before === call || (opNames[f.op(before)] === 'result' && f.a(before) === call && f.imm(before) < index),
      'result away from its call',
    );
    while (before !== call) before = f.prev(before);
    const results = (FACTS[f.op(call)]! & FACT.multiple) !== 0 ? WIDE_RESULTS : f.signatures.get(f.aux(call)).results;
    assert(index >= 1 && results[index] === f.type(v), `result ${index}`);
  }

  #immediates(v: Value, name: IrOp): void {
    const f = this.#f;
    if (name === 'trap' || name === 'trap_if') assert(trapName(f.imm(v)) !== undefined, `trap code ${f.imm(v)}`);
    if (name === 'atomic_rmw') assert(atomicOperators[f.imm(v)] !== undefined, `operator ${f.imm(v)}`);
    if (isFieldAccess(f.op(v))) assert(FIELD_CLASS_NAMES[f.aux(v)] !== undefined, `field class ${f.aux(v)}`);
  }

  /** Vectors of constants and shuffles exist, lanes are in range. */
  #vector(v: Value, name: IrOp): void {
    const f = this.#f;
    if ((name === 'const' && f.type(v) === V128) || name === 'i8x16.shuffle')
      assert(f.imm(v) >= 0 && f.imm(v) < f.vectorCount, `vector ${f.imm(v)}`);
    if (name === 'i8x16.shuffle') assert((f.vector(f.imm(v)) & NO_LANE) === 0n, 'lane above 31');
    else if (isVectorOp(name)) assert(f.imm(v) >= 0 && f.imm(v) < Math.max(laneCount[name], 1), `lane ${f.imm(v)}`);
  }

  #edges(v: Value, b: Block): void {
    for (let i = 0; i < this.#f.edgeCount(v); i++) this.#edge(this.#f.edge(v, i), b, this.#place[v]!);
  }

  #edge(e: Edge, b: Block, place: number): void {
    const f = this.#f;
    const target = f.edgeTarget(e);
    assert(f.edgeFrom(e) === b, `source of edge ${e}`);
    assert(f.argCount(e) === f.paramCount(target), `${f.argCount(e)} arguments for block ${target}`);
    for (let i = 0; i < f.argCount(e); i++) {
      this.#dominates(f.arg(e, i), b, place);
      assert(f.type(f.arg(e, i)) === f.type(f.param(target, i)), `type of argument ${i} for block ${target}`);
    }
  }
}
