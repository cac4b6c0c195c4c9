/**
 * One function in SSA form with block parameters, as columns. Only this file knows the layout:
 *
 *   value  op type | a b c (operands; list ops: b = start, c = length in the pool; terminators: b = first edge, c = edges)
 *          imm aux (32-bit words, see ops.ts) | block next prev (its place; parameters have a block but no neighbours)
 *          wasm (byte offset in the module) rule (id of the decision that made it, 0 = translation; see fuel.ts)
 *   block  first last (its instructions, linked; the last one is the terminator) | params (start, length in the pool)
 *   edge   from (block) target (block) | args (start, length in the pool)
 *
 * Ids are dense, start at 1 and are never reused within a function. Block 1 is the entry; its parameters are those of the
 * function: the vmctx, then the wasm parameters. A block without terminator is dead. `clear` makes the object ready for
 * the next function without giving memory back.
 */
import {assert} from '#engine/base/assert.ts';
import {ARITY, HAS_EDGES, HAS_LIST, Ir, type OpCode} from './ops.ts';
import {type Signature, Signatures, type Type, V128, VOID} from './types.ts';

declare const brand: unique symbol;
export type Id<Name extends string> = number & {readonly [brand]: Name};
export type Value = Id<'Value'>;
export type Block = Id<'Block'>;
export type Edge = Id<'Edge'>;
/** No value, no block, no edge: what a fresh column holds. */
export const NONE = 0 as Id<never>;
export const ENTRY = 1 as Block;

const {param: PARAM, result: RESULT, br_unwind: BR_UNWIND, const: CONST, 'i8x16.shuffle': SHUFFLE} = Ir;

type Words = Int32Array<ArrayBuffer>;

function grown(column: Words, length: number): Words {
  const result = new Int32Array(length);
  result.set(column);
  return result;
}

export class Func {
  /** Name for people; empty when unknown. */
  name = '';
  /** Function index in the module, imports included. */
  index = 0;
  /** Id in `signatures`; parameter 0 is the vmctx. */
  signatureId = 0;
  signatures = new Signatures();

  #capacity = 256;
  #values = 0;
  #op = new Uint16Array(256);
  #type = new Uint8Array(256);
  #rule = new Uint16Array(256);
  #a: Words = new Int32Array(256);
  #b: Words = new Int32Array(256);
  #c: Words = new Int32Array(256);
  #imm: Words = new Int32Array(256);
  #aux: Words = new Int32Array(256);
  #block: Words = new Int32Array(256);
  #next: Words = new Int32Array(256);
  #prev: Words = new Int32Array(256);
  #wasm: Words = new Int32Array(256);

  #blocks = 0;
  #first: Words = new Int32Array(32);
  #last: Words = new Int32Array(32);
  #params: Words = new Int32Array(32);
  #paramCount: Words = new Int32Array(32);

  #edges = 0;
  #from: Words = new Int32Array(64);
  #target: Words = new Int32Array(64);
  #args: Words = new Int32Array(64);
  #argCount: Words = new Int32Array(64);

  #pool: Words = new Int32Array(256);
  #poolLength = 0;
  #listStart = 0;
  /** Four words per vector, from id 0 = zero; equal vectors have one id. */
  #vectors: number[] = [0, 0, 0, 0];
  readonly #vectorIds = new Map<string, number>();
  #firstEdge = 0;
  #wasmNow = 0;
  #ruleNow = 0;

  /** Empties the function and names the next one. */
  clear(index: number, signatureId: number, signatures: Signatures, name = ''): void {
    this.name = name;
    this.index = index;
    this.signatureId = signatureId;
    this.signatures = signatures;
    this.#values = 0;
    this.#blocks = 0;
    this.#edges = 0;
    this.#poolLength = 0;
    this.#vectors.length = 4;
    this.#vectorIds.clear();
    this.#wasmNow = 0;
    this.#ruleNow = 0;
  }

  get signature(): Signature {
    return this.signatures.get(this.signatureId);
  }

  // ---- values

  /** Ids of values are 1 .. valueCount; columns of passes have valueCount + 1 entries. */
  get valueCount(): number {
    return this.#values;
  }
  op(v: Value): OpCode {
    return this.#op[v] as OpCode;
  }
  type(v: Value): Type {
    return this.#type[v] as Type;
  }
  a(v: Value): Value {
    return this.#a[v] as Value;
  }
  b(v: Value): Value {
    return this.#b[v] as Value;
  }
  c(v: Value): Value {
    return this.#c[v] as Value;
  }
  imm(v: Value): number {
    return this.#imm[v]!;
  }
  aux(v: Value): number {
    return this.#aux[v]!;
  }
  /** The constant of a 64-bit `const`, signed. */
  imm64(v: Value): bigint {
    return (BigInt(this.#aux[v]!) << 32n) | BigInt(this.#imm[v]! >>> 0);
  }
  /** Id of 128 bits, given as words from the low one; 0 for zero. */
  addVector(w0: number, w1: number, w2: number, w3: number): number {
    if ((w0 | w1 | w2 | w3) === 0) return 0;
    const key = `${w0 | 0},${w1 | 0},${w2 | 0},${w3 | 0}`;
    const known = this.#vectorIds.get(key);
    if (known !== undefined) return known;
    const id = this.#vectors.length / 4;
    this.#vectors.push(w0 | 0, w1 | 0, w2 | 0, w3 | 0);
    this.#vectorIds.set(key, id);
    return id;
  }
  /** The words of a vector, low first, signed. */
  vectorWords(id: number): [number, number, number, number] {
    return this.#vectors.slice(4 * id, 4 * id + 4) as [number, number, number, number];
  }
  /** A vector as an unsigned number. */
  vector(id: number): bigint {
    return this.vectorWords(id).reduceRight((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n);
  }
  /** The word `imm` of a value of another function as it is in this one, which has vectors of its own. */
  immFrom(g: Func, v: Value): number {
    const isVector = g.op(v) === SHUFFLE || (g.op(v) === CONST && g.type(v) === V128);
    return isVector ? this.addVector(...g.vectorWords(g.imm(v))) : g.imm(v);
  }
  get vectorCount(): number {
    return this.#vectors.length / 4;
  }
  block(v: Value): Block {
    return this.#block[v] as Block;
  }
  next(v: Value): Value {
    return this.#next[v] as Value;
  }
  prev(v: Value): Value {
    return this.#prev[v] as Value;
  }
  wasmOffset(v: Value): number {
    return this.#wasm[v]!;
  }
  rule(v: Value): number {
    return this.#rule[v]!;
  }

  setA(v: Value, a: Value): void {
    this.#a[v] = a;
  }
  setB(v: Value, b: Value): void {
    this.#b[v] = b;
  }
  setC(v: Value, c: Value): void {
    this.#c[v] = c;
  }
  setImm(v: Value, imm: number): void {
    this.#imm[v] = imm;
  }
  setAux(v: Value, aux: number): void {
    this.#aux[v] = aux;
  }
  setRule(v: Value, rule: number): void {
    this.#rule[v] = rule;
  }

  /** Changes what a value is, in place; its users see the new meaning. */
  rewrite(v: Value, op: OpCode, a: Value = NONE, b: Value = NONE, c: Value = NONE, imm = 0, aux = 0): void {
    this.#op[v] = op;
    this.#a[v] = a;
    this.#b[v] = b;
    this.#c[v] = c;
    this.#imm[v] = imm;
    this.#aux[v] = aux;
    this.#rule[v] = this.#ruleNow;
  }

  /** Origin of the values added from now on: wasm byte offset, and the rule that makes them. */
  setOrigin(wasmOffset: number, rule: number): void {
    this.#wasmNow = wasmOffset;
    this.#ruleNow = rule;
  }

  /** A new value that stands nowhere yet. */
  add(op: OpCode, type: Type, a: Value = NONE, b: Value = NONE, c: Value = NONE, imm = 0, aux = 0): Value {
    const v = ++this.#values;
    if (v >= this.#capacity) this.#growValues();
    this.#op[v] = op;
    this.#type[v] = type;
    this.#a[v] = a;
    this.#b[v] = b;
    this.#c[v] = c;
    this.#imm[v] = imm;
    this.#aux[v] = aux;
    this.#block[v] = NONE;
    this.#next[v] = NONE;
    this.#prev[v] = NONE;
    this.#wasm[v] = this.#wasmNow;
    this.#rule[v] = this.#ruleNow;
    return v as Value;
  }

  /** A v128 constant, from its bits. */
  addConst128(bits: bigint): Value {
    const [w0, w1, w2, w3] = [0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asIntN(32, bits >> shift)));
    return this.add(Ir.const, V128, NONE, NONE, NONE, this.addVector(w0!, w1!, w2!, w3!));
  }

  /** A 64-bit constant as the two words of `const`. */
  add64(type: Type, bits: bigint): Value {
    return this.add(
      Ir.const,
      type,
      NONE,
      NONE,
      NONE,
      Number(BigInt.asIntN(32, bits)),
      Number(BigInt.asIntN(32, bits >> 32n)),
    );
  }

  // ---- lists (calls, returns) and edges (terminators); build them right before the value that owns them

  beginList(): void {
    this.#listStart = this.#poolLength;
  }
  pushList(v: number): void {
    if (this.#poolLength >= this.#pool.length) this.#pool = grown(this.#pool, this.#poolLength * 2);
    this.#pool[this.#poolLength++] = v;
  }
  /** A new value that owns everything pushed since beginList. */
  addList(op: OpCode, type: Type, a: Value = NONE, imm = 0, aux = 0): Value {
    return this.add(op, type, a, this.#listStart as Value, (this.#poolLength - this.#listStart) as Value, imm, aux);
  }
  listLength(v: Value): number {
    return this.#c[v]!;
  }
  listItem(v: Value, index: number): Value {
    return this.#pool[this.#b[v]! + index] as Value;
  }
  setListItem(v: Value, index: number, item: Value): void {
    this.#pool[this.#b[v]! + index] = item;
  }

  beginEdges(): void {
    this.#firstEdge = this.#edges + 1;
  }
  /** Starts an edge to `target`; its arguments follow by pushArg. */
  pushEdge(target: Block): Edge {
    const e = ++this.#edges;
    if (e >= this.#from.length) this.#growEdges();
    this.#target[e] = target;
    this.#from[e] = NONE;
    this.#args[e] = this.#poolLength;
    this.#argCount[e] = 0;
    return e as Edge;
  }
  pushArg(v: Value): void {
    this.pushList(v);
    this.#argCount[this.#edges]!++;
  }
  /** The terminator that owns the edges since beginEdges. */
  addTerminator(op: OpCode, a: Value = NONE, imm = 0): Value {
    return this.add(
      op,
      VOID,
      a,
      this.#firstEdge as number as Value,
      (this.#edges + 1 - this.#firstEdge) as number as Value,
      imm,
    );
  }

  get edgeLimit(): number {
    return this.#edges;
  }
  edgeCount(terminator: Value): number {
    return HAS_EDGES[this.#op[terminator]!] === 1 ? this.#c[terminator]! : 0;
  }
  edge(terminator: Value, index: number): Edge {
    return (this.#b[terminator]! + index) as Edge;
  }
  edgeTarget(e: Edge): Block {
    return this.#target[e] as Block;
  }
  setEdgeTarget(e: Edge, target: Block): void {
    this.#target[e] = target;
  }
  /** Block whose terminator owns the edge. */
  edgeFrom(e: Edge): Block {
    return this.#from[e] as Block;
  }
  argCount(e: Edge): number {
    return this.#argCount[e]!;
  }
  arg(e: Edge, index: number): Value {
    return this.#pool[this.#args[e]! + index] as Value;
  }
  setArg(e: Edge, index: number, v: Value): void {
    this.#pool[this.#args[e]! + index] = v;
  }
  /** Drops the last arguments. */
  truncateArgs(e: Edge, count: number): void {
    this.#argCount[e] = count;
  }
  /** Gives an edge a copy of the arguments of another one. */
  copyArgs(e: Edge, other: Edge): void {
    const count = this.#argCount[other]!;
    const start = this.#poolLength;
    for (let i = 0; i < count; i++) this.pushList(this.arg(other, i));
    this.#args[e] = start;
    this.#argCount[e] = count;
  }
  exchangeArgs(e: Edge, other: Edge): void {
    [this.#args[e], this.#args[other]] = [this.#args[other]!, this.#args[e]!];
    [this.#argCount[e], this.#argCount[other]] = [this.#argCount[other]!, this.#argCount[e]!];
  }

  // ---- operands: inline ones first, then the list; edge arguments are apart

  operandCount(v: Value): number {
    const op = this.#op[v]!;
    return ARITY[op]! + (HAS_LIST[op] === 1 ? this.#c[v]! : 0);
  }
  operand(v: Value, index: number): Value {
    const arity = ARITY[this.#op[v]!]!;
    if (index >= arity) return this.#pool[this.#b[v]! + index - arity] as Value;
    return (index === 0 ? this.#a[v] : index === 1 ? this.#b[v] : this.#c[v]) as Value;
  }
  setOperand(v: Value, index: number, x: Value): void {
    const arity = ARITY[this.#op[v]!]!;
    if (index >= arity) this.#pool[this.#b[v]! + index - arity] = x;
    else if (index === 0) this.#a[v] = x;
    else if (index === 1) this.#b[v] = x;
    else this.#c[v] = x;
  }

  // ---- blocks

  /** Ids of blocks are 1 .. blockCount. */
  get blockCount(): number {
    return this.#blocks;
  }
  addBlock(): Block {
    const b = ++this.#blocks;
    if (b >= this.#first.length) this.#growBlocks();
    this.#first[b] = NONE;
    this.#last[b] = NONE;
    this.#params[b] = this.#poolLength;
    this.#paramCount[b] = 0;
    return b as Block;
  }
  /** First instruction, NONE when the block is empty. */
  first(b: Block): Value {
    return this.#first[b] as Value;
  }
  /** Last instruction: the terminator of a complete block. */
  last(b: Block): Value {
    return this.#last[b] as Value;
  }
  isDead(b: Block): boolean {
    return this.#last[b] === NONE;
  }

  paramCount(b: Block): number {
    return this.#paramCount[b]!;
  }
  param(b: Block, index: number): Value {
    return this.#pool[this.#params[b]! + index] as Value;
  }
  /** Adds a parameter behind those that are there. Cheap when nothing else was put in the pool since the block's last one. */
  addParam(b: Block, type: Type): Value {
    const count = this.#paramCount[b]!;
    const v = this.add(PARAM, type, NONE, NONE, NONE, count);
    this.#block[v] = b;
    if (this.#params[b]! + count !== this.#poolLength) {
      const start = this.#poolLength;
      for (let i = 0; i < count; i++) this.pushList(this.param(b, i));
      this.#params[b] = start;
    }
    this.pushList(v);
    this.#paramCount[b] = count + 1;
    return v;
  }
  /** Puts parameter `v` at `index`, for passes that drop some; `truncateParams` ends it. */
  moveParam(b: Block, index: number, v: Value): void {
    this.#pool[this.#params[b]! + index] = v;
    this.#imm[v] = index;
  }
  truncateParams(b: Block, count: number): void {
    this.#paramCount[b] = count;
  }

  /** Puts a value at the end of a block. */
  append(b: Block, v: Value): Value {
    const last = this.#last[b]!;
    this.#block[v] = b;
    this.#prev[v] = last;
    this.#next[v] = NONE;
    if (last === NONE) this.#first[b] = v;
    else this.#next[last] = v;
    this.#last[b] = v;
    this.#adoptEdges(b, v);
    return v;
  }
  /** Puts a value right before another one of the same block. */
  insertBefore(v: Value, place: Value): Value {
    const b = this.#block[place]!;
    const before = this.#prev[place]!;
    this.#block[v] = b;
    this.#prev[v] = before;
    this.#next[v] = place;
    this.#prev[place] = v;
    if (before === NONE) this.#first[b] = v;
    else this.#next[before] = v;
    this.#adoptEdges(b as Block, v);
    return v;
  }
  /** Takes a value out of its block; whoever calls it has seen to its users. */
  remove(v: Value): void {
    const b = this.#block[v]!;
    assert(b !== NONE, `v${v} stands nowhere`);
    const before = this.#prev[v]!;
    const after = this.#next[v]!;
    if (before === NONE) this.#first[b] = after;
    else this.#next[before] = after;
    if (after === NONE) this.#last[b] = before;
    else this.#prev[after] = before;
    this.#block[v] = NONE;
    this.#prev[v] = NONE;
    this.#next[v] = NONE;
  }
  /** Moves all instructions of `from`, terminator included, to the end of `to`; `from` is dead then. */
  moveAll(from: Block, to: Block): void {
    for (let v = this.#first[from]!; v !== NONE; ) {
      const next = this.#next[v]!;
      this.append(to, v as Value);
      v = next;
    }
    this.kill(from);
  }
  /** Makes a block dead: no instructions, no parameters. */
  kill(b: Block): void {
    this.#first[b] = NONE;
    this.#last[b] = NONE;
    this.#paramCount[b] = 0;
  }

  #adoptEdges(b: Block, v: Value): void {
    if (HAS_EDGES[this.#op[v]!] !== 1) return;
    const first = this.#b[v]!;
    for (let e = first; e < first + this.#c[v]!; e++) this.#from[e] = b;
  }

  #growValues(): void {
    const length = this.#capacity * 2;
    this.#capacity = length;
    const [op, type, rule] = [new Uint16Array(length), new Uint8Array(length), new Uint16Array(length)];
    op.set(this.#op);
    type.set(this.#type);
    rule.set(this.#rule);
    [this.#op, this.#type, this.#rule] = [op, type, rule];
    this.#a = grown(this.#a, length);
    this.#b = grown(this.#b, length);
    this.#c = grown(this.#c, length);
    this.#imm = grown(this.#imm, length);
    this.#aux = grown(this.#aux, length);
    this.#block = grown(this.#block, length);
    this.#next = grown(this.#next, length);
    this.#prev = grown(this.#prev, length);
    this.#wasm = grown(this.#wasm, length);
  }
  #growBlocks(): void {
    const length = this.#first.length * 2;
    this.#first = grown(this.#first, length);
    this.#last = grown(this.#last, length);
    this.#params = grown(this.#params, length);
    this.#paramCount = grown(this.#paramCount, length);
  }
  #growEdges(): void {
    const length = this.#from.length * 2;
    this.#from = grown(this.#from, length);
    this.#target = grown(this.#target, length);
    this.#args = grown(this.#args, length);
    this.#argCount = grown(this.#argCount, length);
  }
}

/** Whether a call has a landing pad: a `br_unwind` stands behind it and its results. */
export function isTried(f: Func, call: Value): boolean {
  let v = f.next(call);
  while (v !== NONE && f.op(v) === RESULT) v = f.next(v);
  return v !== NONE && f.op(v) === BR_UNWIND;
}

/** The call that a `br_unwind` belongs to. */
export function triedCall(f: Func, end: Value): Value {
  let v = f.prev(end);
  while (v !== NONE && f.op(v) === RESULT) v = f.prev(v);
  return v;
}
