/**
 * From SSA to machine instructions, one function at a time: blocks in layout order from the last to the first, each from its
 * end to its start, so that a value is lowered only when somebody wants it, and its users may have taken it in (a fused
 * load, a compare). The target supplies one function per operation; this file supplies their vocabulary.
 */
import {assert} from '#engine/base/assert.ts';
import type {Chaos} from '../chaos.ts';
import type {Fuel, RuleId} from '../fuel.ts';
import {type Block, type Edge, ENTRY, type Func, NONE, triedCall, type Value} from '../ir/func.ts';
import {EFFECTS, FACT, FACTS, Ir, isConstantField, isFieldAccess, type OpCode, opNames} from '../ir/ops.ts';
import {F32, F64, I32, V128, VOID} from '../ir/types.ts';
import {BlockLayout} from './layout.ts';
import {Constraint, InstFlag, MFunc, RegClass} from './mfunc.ts';

const {def: DEF, tied: TIED, any: ANY, across: ACROSS} = Constraint;
const {
  const: CONST,
  extend_u: EXTEND_U,
  bitcast: BITCAST,
  bound: BOUND,
  load: LOAD,
  vm_load: VM_LOAD,
  wrap: WRAP,
  param: PARAM,
  br_table: BR_TABLE,
  br_unwind: BR_UNWIND,
  result: RESULT,
} = Ir;

type Words = Int32Array<ArrayBuffer>;

/** In place of a virtual register: the value was taken in by its only user. */
const SUNK = -1;

/** 1 for operations that compare: their users may want flags instead of 0 or 1. */
export const COMPARISONS = Uint8Array.from(opNames, (name) =>
  /^(ieqz|[if](eq|ne|[lg][te](_[su])?))$/.test(name) ? 1 : 0,
);

/** What a target gives: lowers one value whose result is wanted or which has an effect. */
export interface TargetLowering {
  lowerValue(v: Value): void;
  /** The terminator of a block; successors have been added to the machine block in the order of `successors`. */
  lowerTerminator(v: Value, successors: number): void;
  /** Definitions of the parameters of the function. */
  lowerEntry(params: readonly Value[]): void;
  /** An unconditional branch to the only successor. */
  lowerJump(): void;
  /** What a call with a landing pad gave, at the start of the block that it returns to. */
  lowerReturned(call: Value): void;
}

/** A place in the layout: a block of the function, or the block of a split edge. */
interface Item {
  readonly block: Block;
  readonly edge: Edge;
  readonly depth: number;
  readonly isCold: boolean;
}

export class Lowering {
  readonly m = new MFunc();
  f!: Func;
  fuel!: Fuel;
  features = 0;
  #target!: TargetLowering;
  readonly #layout = new BlockLayout();
  #vreg: Words = new Int32Array(256);
  #uses: Words = new Int32Array(256);
  /** Number of effects before a value, in the order of its block; blocks are apart. */
  #effects: Words = new Int32Array(256);
  #items: Item[] = [];
  #itemOf: Words = new Int32Array(64);
  /** Layout index of the block of a split edge, by edge. */
  #splitItem: Words = new Int32Array(64);
  /** Instructions, last first, and where each item's part begins. */
  #reversed: Words = new Int32Array(256);
  #reversedLength = 0;
  /** Value that is being lowered: effects up to it are done. */
  #root: Value = NONE;
  #targets: Edge[][] = [];
  wasm = 0;
  rule = 0;

  /** Lowers a function into `m`. */
  run(f: Func, target: TargetLowering, fuel: Fuel, features: number, chaos: Chaos): MFunc {
    this.f = f;
    this.fuel = fuel;
    this.features = features;
    this.#target = target;
    this.m.clear();
    this.#reset(f);
    this.#layout.compute(f);
    this.#countUses();
    this.#arrange(chaos);
    const ends: number[] = [];
    for (let n = this.#items.length - 1; n >= 0; n--) {
      this.#lowerItem(n);
      ends[n] = this.#reversedLength;
    }
    this.#assemble(ends);
    return this.m;
  }

  #reset(f: Func): void {
    const count = f.valueCount + 2;
    if (this.#vreg.length < count) {
      this.#vreg = new Int32Array(count * 2);
      this.#uses = new Int32Array(count * 2);
      this.#effects = new Int32Array(count * 2);
    }
    this.#vreg.fill(0, 0, count);
    this.#uses.fill(0, 0, count);
    if (this.#itemOf.length < f.blockCount + 2) this.#itemOf = new Int32Array(f.blockCount * 2 + 4);
    if (this.#splitItem.length < f.edgeLimit + 2) this.#splitItem = new Int32Array(f.edgeLimit * 2 + 4);
    this.#splitItem.fill(-1, 0, f.edgeLimit + 1);
    this.#items = [];
    this.#targets = [];
    this.#reversedLength = 0;
  }

  #countUses(): void {
    const f = this.f;
    for (let n = 0; n < this.#layout.length; n++) {
      const b = this.#layout.order[n] as Block;
      let effects = 0;
      for (let v = f.first(b); v !== NONE; v = f.next(v)) {
        this.#effects[v] = effects;
        if (this.#hasEffect(v)) effects++;
        for (let o = f.operandCount(v) - 1; o >= 0; o--) this.#uses[f.operand(v, o)]!++;
      }
      const last = f.last(b);
      for (let e = 0; e < f.edgeCount(last); e++) {
        const edge = f.edge(last, e);
        for (let a = 0; a < f.argCount(edge); a++) this.#uses[f.arg(edge, a)]!++;
      }
    }
  }

  /** Loads of what never changes have no place in the order of effects. */
  #hasEffect(v: Value): boolean {
    const f = this.f;
    const op = f.op(v);
    if (isFieldAccess(op) && (FACTS[op]! & FACT.writes) === 0 && isConstantField(f.aux(v))) return false;
    return ((FACTS[op] as number) & EFFECTS) !== 0;
  }

  // ---- blocks and edges

  /** Fixes the layout: blocks, and the blocks of split edges beside them. */
  #arrange(chaos: Chaos): void {
    const {f} = this;
    const layout = this.#layout;
    const before: Item[][] = [];
    const after: Item[][] = [];
    const hot = this.#hotBlocks();
    for (let n = 0; n < layout.length; n++) {
      const b = layout.order[n] as Block;
      const edges = this.#distinctEdges(b);
      this.#targets[b] = edges;
      if (edges.length < 2) continue;
      for (const edge of edges) {
        const target = f.edgeTarget(edge);
        if (layout.cfg.predCount(target) < 2 && !this.#bringsResults(b, edge)) continue;
        const depth = Math.min(layout.depth[b] as number, layout.depth[target] as number);
        // An exit stands before its target, outside of the loop; every other edge behind its source.
        const isExit = depth < (layout.depth[b] as number) && layout.cfg.position(target) > layout.cfg.position(b);
        const [list, at] = isExit ? [before, target] : [after, b];
        const isCold = !hot.has(b) || this.#isThrow(b, edge);
        (list[at] ??= []).push({block: b, edge, depth: isExit ? depth : (layout.depth[b] as number), isCold});
      }
    }
    for (let n = 0; n < layout.length; n++) {
      const b = layout.order[n] as Block;
      for (const item of before[b] ?? []) this.#addItem(item);
      this.#itemOf[b] = this.#items.length;
      this.#items.push({block: b, edge: NONE, depth: layout.depth[b] as number, isCold: !hot.has(b)});
      for (const item of after[b] ?? []) this.#addItem(item);
    }
    void chaos;
  }

  /** Blocks that are reached without an exception; every forward edge leads on in the layout. */
  #hotBlocks(): ReadonlySet<Block> {
    const {f} = this;
    const hot = new Set<Block>([ENTRY]);
    for (let n = 0; n < this.#layout.length; n++) {
      const b = this.#layout.order[n] as Block;
      const last = f.last(b);
      const count = f.op(last) === BR_UNWIND ? 1 : f.edgeCount(last);
      for (let e = 0; hot.has(b) && e < count; e++) hot.add(f.edgeTarget(f.edge(last, e)));
    }
    return hot;
  }

  #isThrow(b: Block, edge: Edge): boolean {
    const last = this.f.last(b);
    return this.f.op(last) === BR_UNWIND && this.f.edge(last, 1) === edge;
  }

  /** Whether a call with results returns along an edge: the edge's block defines them. */
  #bringsResults(b: Block, edge: Edge): boolean {
    const {f} = this;
    const last = f.last(b);
    return f.op(last) === BR_UNWIND && f.edge(last, 0) === edge && f.type(triedCall(f, last)) !== VOID;
  }

  #addItem(item: Item): void {
    this.#splitItem[item.edge] = this.#items.length;
    this.#items.push(item);
  }

  /** Edges of a block's terminator; those of a br_table that do the same stand once, and the jump table says which. */
  #distinctEdges(b: Block): Edge[] {
    const f = this.f;
    const last = f.last(b);
    const edges: Edge[] = [];
    const count = f.edgeCount(last);
    if (f.op(last) !== BR_TABLE) {
      for (let e = 0; e < count; e++) edges.push(f.edge(last, e));
      return edges;
    }
    const known = new Map<string, number>();
    const table: number[] = [];
    for (let e = 0; e < count; e++) {
      const edge = f.edge(last, e);
      let key = `${f.edgeTarget(edge)}`;
      for (let a = 0; a < f.argCount(edge); a++) key += `,${f.arg(edge, a)}`;
      let index = known.get(key);
      if (index === undefined) {
        index = edges.push(edge) - 1;
        known.set(key, index);
      }
      table.push(index);
    }
    this.#jumpTables.set(last, table);
    return edges;
  }

  readonly #jumpTables = new Map<Value, number[]>();

  /** Successor index of each case of a br_table. */
  jumpTable(v: Value): readonly number[] {
    const table = this.#jumpTables.get(v);
    assert(table !== undefined, `v${v} is no br_table`);
    return table;
  }

  #lowerItem(n: number): void {
    const f = this.f;
    const item = this.#items[n] as Item;
    const b = item.block;
    const last = f.last(b);
    if (item.edge !== NONE) {
      this.#wantArguments(item.edge);
      this.#lower(last, () => this.#target.lowerJump());
      if (this.#bringsResults(b, item.edge)) this.#lower(last, () => this.#target.lowerReturned(triedCall(f, last)));
      return;
    }
    const edges = this.#targets[b] as Edge[];
    for (const edge of edges) if (this.#splitItem[edge] === -1) this.#wantArguments(edge);
    this.#root = last;
    if (f.op(last) === BR_UNWIND) assert(edges.length === 2, 'the call before ends the block');
    else if (edges.length === 1) this.#lower(last, () => this.#target.lowerJump());
    else this.#lower(last, () => this.#target.lowerTerminator(last, edges.length));
    for (let v = f.prev(last); v !== NONE; v = f.prev(v)) {
      const vreg = this.#vreg[v] as number;
      if (vreg === SUNK || (vreg === 0 && !this.#isNeeded(v)) || f.op(v) === RESULT) continue;
      this.#root = v;
      this.#lower(v, () => this.#target.lowerValue(v));
    }
    if (n === 0) this.#lower(last, () => this.#lowerEntry(b));
  }

  /** Whether a value that nobody wants is lowered all the same: for its effect or its further results. */
  #isNeeded(v: Value): boolean {
    if ((FACTS[this.f.op(v)]! & FACT.multiple) !== 0) return this.resultsOf(v).length > 1;
    return this.#hasEffect(v);
  }

  #lowerEntry(b: Block): void {
    const params: Value[] = [];
    for (let p = 0; p < this.f.paramCount(b); p++) params.push(this.f.param(b, p));
    this.wasm = 0;
    this.rule = 0;
    this.#target.lowerEntry(params);
  }

  #wantArguments(edge: Edge): void {
    for (let a = 0; a < this.f.argCount(edge); a++) this.reg(this.f.arg(edge, a));
  }

  /** Runs a lowering function, whose instructions are made in forward order, and files them backwards. */
  #lower(v: Value, run: () => void): void {
    this.wasm = this.f.wasmOffset(v);
    this.rule = this.f.rule(v);
    const before = this.m.instCount;
    run();
    for (let i = this.m.instCount; i > before; i--) {
      if (this.#reversedLength >= this.#reversed.length) {
        const grown = new Int32Array(this.#reversedLength * 2);
        grown.set(this.#reversed);
        this.#reversed = grown;
      }
      this.#reversed[this.#reversedLength++] = i;
    }
  }

  /** Builds the machine blocks in layout order from the reversed pieces. */
  #assemble(ends: readonly number[]): void {
    const {f, m} = this;
    for (let n = 0; n < this.#items.length; n++) {
      const item = this.#items[n] as Item;
      m.beginBlock(item.depth, item.isCold);
      if (item.edge === NONE && n !== 0) {
        for (let p = 0; p < f.paramCount(item.block); p++) m.addParam(this.reg(f.param(item.block, p)));
      }
      const start = n + 1 < this.#items.length ? (ends[n + 1] as number) : 0;
      for (let at = (ends[n] as number) - 1; at >= start; at--) m.place(this.#reversed[at] as number);
      if (item.edge !== NONE) this.#addEdge(item.edge, true);
      else for (const edge of this.#targets[item.block] as Edge[]) this.#addEdge(edge, false);
      m.endBlock();
    }
    this.#jumpTables.clear();
  }

  #addEdge(edge: Edge, isSplit: boolean): void {
    const {f, m} = this;
    const split = this.#splitItem[edge] as number;
    if (!isSplit && split !== -1) {
      m.addEdge(split);
      return;
    }
    m.addEdge(this.#itemOf[f.edgeTarget(edge)] as number);
    for (let a = 0; a < f.argCount(edge); a++) m.addArg(this.reg(f.arg(edge, a)));
  }

  // ---- the vocabulary of lowering functions

  /** Whether an optional lowering may be used; if so the instructions of this value carry its name in the code map. */
  allow(rule: RuleId): boolean {
    if (!this.fuel.allow(rule)) return false;
    this.rule = rule;
    return true;
  }

  /** The value behind operations that cost nothing: i32 values are always zero-extended, so extend_u is the same bits. */
  plain(v: Value): Value {
    const f = this.f;
    for (;;) {
      const op = f.op(v);
      if (op === EXTEND_U || op === BOUND || (op === BITCAST && this.classOf(v) === this.classOf(f.a(v)))) v = f.a(v);
      else return v;
    }
  }

  classOf(v: Value): number {
    const type = this.f.type(v);
    return type === F32 || type === F64 ? RegClass.float : type === V128 ? RegClass.vector : RegClass.int;
  }

  /** Virtual register of a value; from now on the value is wanted. */
  reg(value: Value): number {
    const v = this.plain(value);
    const known = this.#vreg[v] as number;
    if (known !== 0) {
      assert(known !== SUNK, `v${v} was taken in by its only user`);
      return known;
    }
    const vreg = this.m.addVreg(this.classOf(v));
    this.#vreg[v] = vreg;
    return vreg;
  }

  /** Register whose low 32 bits are the i32 value; the upper ones may be anything. */
  low(value: Value): number {
    const v = this.plain(value);
    if (this.f.op(v) === WRAP && this.#vreg[v] === 0) return this.reg(this.f.a(v));
    return this.reg(v);
  }

  /** Whether anybody wants a value. */
  isWanted(v: Value): boolean {
    return (this.#vreg[v] as number) > 0;
  }

  /** Takes a sinkable load in: it will not be lowered by itself. */
  sink(v: Value): void {
    this.#vreg[v] = SUNK;
  }

  isConst(v: Value): boolean {
    return this.f.op(this.plain(v)) === CONST;
  }

  /** The constant as a signed 32-bit number that means the same when sign-extended to the width of the value; null if none. */
  imm32(value: Value): number | null {
    const f = this.f;
    const v = this.plain(value);
    if (f.op(v) !== CONST) return null;
    const type = f.type(v);
    if (type === F32 || type === F64 || type === V128) return null;
    const low = f.imm(v);
    if (type === I32) return f.type(value) === I32 || low >= 0 ? low : null;
    return f.aux(v) === low >> 31 ? low : null;
  }

  /** A value with no user but the one at hand, which may therefore be taken in. */
  isSingleUse(v: Value): boolean {
    return this.#uses[v] === 1 && this.#vreg[v] === 0;
  }

  /** Whether a load (full-width, or narrow by name) may be done by the instruction being lowered: same block, nobody else wants it, no effect in between. */
  isSinkable(v: Value, load: OpCode = LOAD): boolean {
    const f = this.f;
    if (!this.isSingleUse(v) || f.block(v) !== f.block(this.#root)) return false;
    const isField = load === LOAD && f.op(v) === VM_LOAD;
    if (isField && isConstantField(f.aux(v))) return true;
    return (f.op(v) === load || isField) && (this.#effects[v] as number) + 1 === this.#effects[this.#root];
  }

  /** True when the value is a parameter of a block. */
  isParam(v: Value): boolean {
    return this.f.op(v) === PARAM;
  }

  /** A fresh virtual register. */
  temp(regClass: number): number {
    return this.m.addVreg(regClass);
  }

  inst(code: number): number {
    return this.m.addInst(code, this.wasm, this.rule);
  }

  // Operands of the newest instruction.
  def(vreg: number): void {
    this.m.addOperand(vreg, DEF);
  }
  read(vreg: number): void {
    this.m.addOperand(vreg, 0);
  }
  readAny(vreg: number): void {
    this.m.addOperand(vreg, ANY);
  }
  readLate(vreg: number): void {
    this.m.addOperand(vreg, ACROSS);
  }
  readFixed(vreg: number, register: number): void {
    this.m.addOperand(vreg, register + 1);
  }
  defFixed(vreg: number, register: number): void {
    this.m.addOperand(vreg, DEF | (register + 1));
  }
  defTied(vreg: number): void {
    this.m.addOperand(vreg, DEF | TIED);
  }
  readTied(vreg: number): void {
    this.m.addOperand(vreg, TIED);
  }
  /** A register for the instruction's own use. */
  scratch(regClass: number): void {
    this.m.addOperand(this.temp(regClass), DEF | ACROSS);
  }

  /** A plain copy. */
  copy(code: number, to: number, from: number): void {
    const i = this.inst(code);
    this.m.flags[i] = InstFlag.move;
    this.def(to);
    this.read(from);
  }

  /** The results of a call or `multiple` operation: the value itself, then its `result` values that anybody wants, by index. */
  resultsOf(call: Value): (Value | undefined)[] {
    const f = this.f;
    const results: (Value | undefined)[] = [this.isWanted(call) ? call : undefined];
    for (let v = f.next(call); v !== NONE && f.op(v) === RESULT; v = f.next(v)) {
      if (f.a(v) === call && this.isWanted(v)) results[f.imm(v)] = v;
    }
    return results;
  }

  /** Loops around a value. */
  loopDepthOf(v: Value): number {
    return this.#layout.depth[this.f.block(v)] as number;
  }

  usesOf(v: Value): number {
    return this.#uses[v] as number;
  }
}
