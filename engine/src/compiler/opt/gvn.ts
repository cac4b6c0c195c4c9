/**
 * Global value numbering along the dominator tree, with loads. Blocks are visited in preorder; a table holds, for each
 * expression, the last value that computes it and where it stands. When that place does not dominate the present block
 * its subtree is finished and the entry is overwritten: one entry per expression is enough.
 *
 * State (linear memory, lengths, tables, globals) has an epoch per kind, which is part of a load's expression. A block
 * with one predecessor goes on with its epochs, any other starts new ones. A store gives its value to later loads.
 */
import {builtins} from '#engine/runtime/layout.ts';
import type {Cfg} from '../analysis/cfg.ts';
import type {Dominators} from '../analysis/dominators.ts';
import {defineRule, type Fuel} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {FACT, FACTS, FIELD_CLASS_NAMES, Ir, isConstantField, isFieldAccess, type OpCode} from '../ir/ops.ts';
import {type Type, VOID} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';
import {Forward} from './forward.ts';

const {
  load: LOAD,
  store: STORE,
  vm_load: VM_LOAD,
  vm_store: VM_STORE,
  trap_if: TRAP_IF,
  bound: BOUND,
  result: RESULT,
  landing: LANDING,
  call_builtin: CALL_BUILTIN,
} = Ir;

/** What only atomic accesses and fences do. */
const SYNCHRONISES = FACT.reads | FACT.writes;

const ALLOCATES = Uint8Array.from(Object.values(builtins), ({result}) => (result === 'ref' ? 1 : 0));

const EQUAL = defineRule('gvn: equal value');
const EQUAL_LOAD = defineRule('gvn: equal load');
const STORED = defineRule('gvn: stored value');
const EQUAL_TRAP = defineRule('gvn: trap that was ruled out');

/** Kinds of state: the field classes, of which those that never change keep epoch 0, then linear memory. */
const MEMORY = FIELD_CLASS_NAMES.length;
const KINDS = MEMORY + 1;
const ALL_KINDS = Array.from({length: KINDS}, (_, kind) => kind).filter(
  (kind) => kind === MEMORY || !isConstantField(kind),
);

const SLOT = 9; // op | type << 16, a, b, c, imm, aux, epoch, value, block

class Gvn {
  readonly #forward = new Forward();
  #table = new Int32Array(0);
  /** Compilation that filled a slot; older ones are empty. */
  #stamp = new Int32Array(0);
  #generation = 0;
  #mask = 0;
  #epochs = new Int32Array(KINDS);
  #epochsAtEnd = new Int32Array(0);
  #epoch = 0;
  /** The newest object while nobody else can know it: stores to it change nothing that was loaded. */
  #fresh: Value = NONE;

  run(f: Func, cfg: Cfg, dominators: Dominators, fuel: Fuel): void {
    this.#forward.reset(f);
    this.#prepare(f);
    this.#fresh = NONE;
    for (let i = 0; i < cfg.blockCount; i++) {
      const b = dominators.at(i);
      this.#enter(f, cfg, b);
      for (let v = f.first(b); v !== NONE; ) {
        const next = f.next(v);
        this.#forward.resolve(f, v);
        this.#visit(f, dominators, fuel, b, v);
        v = next;
      }
      this.#epochsAtEnd.set(this.#epochs, b * KINDS);
    }
  }

  #prepare(f: Func): void {
    let slots = 256;
    while (slots < f.valueCount * 2) slots *= 2;
    if (this.#stamp.length < slots) {
      this.#table = new Int32Array(slots * SLOT);
      this.#stamp = new Int32Array(slots);
      this.#generation = 0;
    }
    this.#mask = slots - 1;
    this.#generation++;
    if (this.#epochsAtEnd.length < (f.blockCount + 1) * KINDS)
      this.#epochsAtEnd = new Int32Array((f.blockCount + 1) * KINDS * 2);
    this.#epoch = 0;
  }

  /** Epochs at the start of a block. */
  #enter(f: Func, cfg: Cfg, b: Block): void {
    this.#fresh = NONE;
    if (cfg.predCount(b) === 1) {
      const from = f.edgeFrom(cfg.pred(b, 0));
      for (let kind = 0; kind < KINDS; kind++) this.#epochs[kind] = this.#epochsAtEnd[from * KINDS + kind]!;
    } else {
      this.#forget();
    }
  }

  #visit(f: Func, dominators: Dominators, fuel: Fuel, b: Block, v: Value): void {
    const op = f.op(v);
    const facts = FACTS[op]!;
    if ((facts & FACT.call) !== 0 || (facts & SYNCHRONISES) === SYNCHRONISES) {
      const allocates = isAllocation(f, v);
      this.#fresh = allocates ? v : NONE;
      if (!allocates) this.#forget();
      return;
    }
    if ((facts & FACT.writes) !== 0) return this.#store(f, dominators, b, v);
    if ((facts & (FACT.terminator | FACT.multiple)) !== 0 || op === RESULT || op === LANDING) return;
    const isLoad = (facts & FACT.reads) !== 0;
    const epoch = isLoad ? this.#epochOf(f, v) : 0;
    const slot = this.#slot(f, v, op, f.type(v), f.c(v), epoch);
    const known = this.#known(slot, dominators, b);
    if (known !== NONE) return this.#replace(f, fuel, v, known, isLoad, op);
    this.#fill(slot, f, v, op, f.type(v), f.c(v), epoch, v, b);
  }

  #replace(f: Func, fuel: Fuel, v: Value, known: Value, isLoad: boolean, op: OpCode): void {
    const rule = !isLoad
      ? op === TRAP_IF || op === BOUND
        ? EQUAL_TRAP
        : EQUAL
      : f.op(known) === op
        ? EQUAL_LOAD
        : STORED;
    if (!fuel.allow(rule)) return;
    if (f.type(v) !== VOID) this.#forward.set(v, known);
    f.remove(v);
  }

  #epochOf(f: Func, v: Value): number {
    return this.#epochs[isFieldAccess(f.op(v)) ? f.aux(v) : MEMORY]!;
  }

  /** A call may change everything, and behind an atomic access it may be seen that another thread did. */
  #forget(): void {
    const epoch = ++this.#epoch;
    for (const kind of ALL_KINDS) this.#epochs[kind] = epoch;
  }

  #store(f: Func, dominators: Dominators, b: Block, v: Value): void {
    const op = f.op(v);
    const kind = isFieldAccess(op) ? f.aux(v) : MEMORY;
    const initialises = op === VM_STORE && f.a(v) === this.#fresh;
    if (!initialises) this.#fresh = NONE;
    const keeps = initialises || (isFieldAccess(op) && isConstantField(kind));
    const epoch = keeps ? this.#epochs[kind]! : ++this.#epoch;
    this.#epochs[kind] = epoch;
    if (op !== STORE && op !== VM_STORE) return;
    const value = op === STORE ? f.c(v) : f.b(v);
    const load = op === STORE ? LOAD : VM_LOAD;
    const address = op === STORE ? f.b(v) : (NONE as Value);
    const slot = this.#slotOf(load, f.type(value), f.a(v), address, NONE, f.imm(v), f.aux(v), epoch);
    if (initialises || this.#known(slot, dominators, b) === NONE) {
      this.#write(slot, load, f.type(value), f.a(v), address, NONE, f.imm(v), f.aux(v), epoch, value, b);
    }
  }

  #slot(f: Func, v: Value, op: OpCode, type: Type, c: Value, epoch: number): number {
    return this.#slotOf(op, type, f.a(v), f.b(v), c, f.imm(v), f.aux(v), epoch);
  }

  /** Slot of an expression, empty or filled. */
  #slotOf(op: number, type: number, a: number, b: number, c: number, imm: number, aux: number, epoch: number): number {
    const head = op | (type << 16);
    let hash = Math.imul(head, 0x9e3779b1) ^ Math.imul(a, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ Math.imul(b, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39) ^ Math.imul(imm ^ (c << 7), 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 16), 0x165667b1) ^ aux ^ Math.imul(epoch, 0x9e3779b1);
    const [table, stamp] = [this.#table, this.#stamp];
    for (let slot = (hash ^ (hash >>> 15)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      if (stamp[slot] !== this.#generation) return slot;
      const at = slot * SLOT;
      if (
        table[at] === head &&
        table[at + 1] === a &&
        table[at + 2] === b &&
        table[at + 3] === c &&
        table[at + 4] === imm &&
        table[at + 5] === aux &&
        table[at + 6] === epoch
      )
        return slot;
    }
  }

  /** The value that stands for the expression of a slot here, NONE when there is none. */
  #known(slot: number, dominators: Dominators, b: Block): Value {
    if (this.#stamp[slot] !== this.#generation) return NONE;
    const at = slot * SLOT;
    return dominators.dominates(this.#table[at + 8] as Block, b) ? (this.#table[at + 7] as Value) : NONE;
  }

  #fill(
    slot: number,
    f: Func,
    v: Value,
    op: number,
    type: number,
    c: number,
    epoch: number,
    value: number,
    b: number,
  ): void {
    this.#write(slot, op, type, f.a(v), f.b(v), c, f.imm(v), f.aux(v), epoch, value, b);
  }

  #write(
    slot: number,
    op: number,
    type: number,
    a: number,
    b: number,
    c: number,
    imm: number,
    aux: number,
    epoch: number,
    value: number,
    block: number,
  ): void {
    const at = slot * SLOT;
    const table = this.#table;
    this.#stamp[slot] = this.#generation;
    table[at] = op | (type << 16);
    table[at + 1] = a;
    table[at + 2] = b;
    table[at + 3] = c;
    table[at + 4] = imm;
    table[at + 5] = aux;
    table[at + 6] = epoch;
    table[at + 7] = value;
    table[at + 8] = block;
  }
}

/** Allocations change nothing that the program sees. */
function isAllocation(f: Func, v: Value): boolean {
  return f.op(v) === CALL_BUILTIN && ALLOCATES[f.imm(v)] === 1;
}

const gvn = new Gvn();

export function numberValues(f: Func, {cfg, dominators, fuel}: PassContext): void {
  cfg.compute(f);
  dominators.compute(f, cfg);
  gvn.run(f, cfg, dominators, fuel);
}
