/**
 * Live ranges of virtual registers, their uses in order, and the places where physical registers are taken.
 * Positions are those of README.md. Ranges of a vreg are a linked list in rising order that never touch each other.
 */
import {assert} from '#engine/base/assert.ts';
import {Constraint, grownWords, InstFlag, type MFunc} from '../mfunc.ts';

const {fixed: FIXED, def: DEF, across: ACROSS, tied: TIED, any: ANY} = Constraint;
const {call: CALL} = InstFlag;

type Words = Int32Array<ArrayBuffer>;

/** What a use asks for. */
export const UseKind = {
  /** Any location: block arguments, fixed and tied uses (moved in the gap), fixed definitions. */
  none: 0,
  /** Better in a register, but may be read from the slot. */
  any: 1,
  /** A register. */
  register: 2,
} as const;

export const REGISTER_COUNT = 64;

const room = (column: Words, length: number): Words =>
  column.length >= length ? column : new Int32Array(length + (length >> 1) + 16);

/** Sorted [start, end) pairs during which a physical register is taken by an instruction. */
export class Blocked {
  at: Words = new Int32Array(16);
  length = 0;

  add(start: number, end: number): void {
    const last = this.length - 1;
    if (last > 0 && (this.at[last] as number) >= start) {
      if ((this.at[last] as number) < end) this.at[last] = end;
      return;
    }
    if (this.length + 2 > this.at.length) this.at = grownWords(this.at, this.at.length * 2);
    this.at[this.length++] = start;
    this.at[this.length++] = end;
  }
}

export class Ranges {
  /** Uses of vreg v: [useStart[v], useStart[v + 1]), by rising position; definitions are among them. */
  useStart: Words = new Int32Array(0);
  usePos: Words = new Int32Array(0);
  /** Operand index, or -1 for a block argument. */
  useOp: Words = new Int32Array(0);
  useKind = new Uint8Array(0);

  /** First range of a vreg, 0 = never live. */
  first: Words = new Int32Array(0);
  rangeStart: Words = new Int32Array(256);
  rangeEnd: Words = new Int32Array(256);
  rangeNext: Words = new Int32Array(256);
  rangeCount = 0;

  /** Block of the definition, and the position from which the value exists. */
  defBlock: Words = new Int32Array(0);
  defPos: Words = new Int32Array(0);

  /** Positions of calls (4k + 3), rising. */
  calls: Words = new Int32Array(16);
  callCount = 0;
  readonly blocked: Blocked[] = Array.from({length: REGISTER_COUNT}, () => new Blocked());

  /** Block of each instruction of the layout. */
  blockOf: Words = new Int32Array(0);
  /** Predecessor edges as source blocks: [predStart[b], predStart[b + 1]). */
  predStart: Words = new Int32Array(0);
  preds: Words = new Int32Array(0);

  #touched: Words = new Int32Array(64);
  #liveTo: Words = new Int32Array(0);
  #stamp: Words = new Int32Array(0);
  #fill: Words = new Int32Array(0);

  /** Computes everything for a function. */
  compute(f: MFunc): this {
    this.#reset(f);
    this.#predecessors(f);
    this.#countUses(f);
    this.#collect(f);
    for (let v = 1; v <= f.vregCount; v++) this.#buildRanges(f, v);
    return this;
  }

  /** A new range node. */
  addRange(start: number, end: number, next: number): number {
    const r = ++this.rangeCount;
    if (r >= this.rangeStart.length) {
      this.rangeStart = grownWords(this.rangeStart, r * 2);
      this.rangeEnd = grownWords(this.rangeEnd, r * 2);
      this.rangeNext = grownWords(this.rangeNext, r * 2);
    }
    this.rangeStart[r] = start;
    this.rangeEnd[r] = end;
    this.rangeNext[r] = next;
    return r;
  }

  #reset(f: MFunc): void {
    const [vregs, blocks] = [f.vregCount + 2, f.blockCount + 2];
    this.useStart = room(this.useStart, vregs).fill(0, 0, vregs);
    this.first = room(this.first, vregs).fill(0, 0, vregs);
    this.defBlock = room(this.defBlock, vregs).fill(-1, 0, vregs);
    this.defPos = room(this.defPos, vregs).fill(-1, 0, vregs);
    this.#fill = room(this.#fill, vregs);
    this.#liveTo = room(this.#liveTo, blocks);
    this.#stamp = room(this.#stamp, blocks).fill(0, 0, blocks);
    this.blockOf = room(this.blockOf, f.orderLength + 1);
    this.rangeCount = 0;
    this.callCount = 0;
    for (const blocked of this.blocked) blocked.length = 0;
  }

  #predecessors(f: MFunc): void {
    const starts = (this.predStart = room(this.predStart, f.blockCount + 2).fill(0, 0, f.blockCount + 2));
    this.preds = room(this.preds, f.edgeCount + 1);
    for (let e = 0; e < f.edgeCount; e++) starts[(f.edgeTarget[e] as number) + 2]!++;
    for (let b = 2; b <= f.blockCount; b++) starts[b]! += starts[b - 1] as number;
    for (let b = 0; b < f.blockCount; b++) {
      for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
        const target = f.edgeTarget[e] as number;
        this.preds[starts[target + 1]!++] = b;
      }
    }
  }

  #countUses(f: MFunc): void {
    const count = this.useStart;
    for (let k = 0; k < f.orderLength; k++) {
      const i = f.order[k] as number;
      for (let o = f.opStart[i] as number, end = f.opStart[i + 1] as number; o < end; o++)
        count[(f.opVreg[o] as number) + 1]!++;
    }
    for (let a = 0; a < f.argLength; a++) count[(f.args[a] as number) + 1]!++;
    count[1] = 0;
    for (let v = 1; v <= f.vregCount; v++) count[v + 1]! += count[v] as number;
    const total = count[f.vregCount + 1] as number;
    this.usePos = room(this.usePos, total + 1);
    this.useOp = room(this.useOp, total + 1);
    if (this.useKind.length < total + 1) this.useKind = new Uint8Array(total * 2 + 16);
    this.#fill.set(count.subarray(0, f.vregCount + 2));
  }

  #addUse(vreg: number, position: number, operand: number, kind: number): void {
    const at = this.#fill[vreg]!++;
    this.usePos[at] = position;
    this.useOp[at] = operand;
    this.useKind[at] = kind;
  }

  /** Walks the layout once: uses, definitions, blocked registers, calls. */
  #collect(f: MFunc): void {
    for (let b = 0; b < f.blockCount; b++) {
      const start = f.blockFirst[b] as number;
      const end = f.blockFirst[b + 1] as number;
      for (let p = f.paramStart[b] as number; p < (f.paramStart[b + 1] as number); p++) {
        const v = f.params[p] as number;
        this.defBlock[v] = b;
        this.defPos[v] = 4 * start;
      }
      for (let k = start; k < end; k++) this.#collectInst(f, k, b);
      for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
        for (let a = f.argStart[e] as number; a < (f.argStart[e + 1] as number); a++) {
          this.#addUse(f.args[a] as number, 4 * end - 1, -1, UseKind.none);
        }
      }
    }
  }

  #collectInst(f: MFunc, k: number, b: number): void {
    const i = f.order[k] as number;
    this.blockOf[k] = b;
    // Positions of one vreg must rise: gap uses, then reads, then definitions.
    const [from, to] = [f.opStart[i] as number, f.opStart[i + 1] as number];
    for (let o = from; o < to; o++) {
      const info = f.opInfo[o] as number;
      if ((info & DEF) !== 0) continue;
      const register = (info & FIXED) - 1;
      if (register >= 0) this.blocked[register]!.add(4 * k + 1, (info & ACROSS) !== 0 ? 4 * k + 4 : 4 * k + 3);
      if (register >= 0 || (info & TIED) !== 0) this.#addUse(f.opVreg[o] as number, 4 * k, o, UseKind.none);
    }
    this.#collectReads(f, k, from, to, 0);
    this.#collectReads(f, k, from, to, ACROSS);
    for (let o = from; o < to; o++) if ((f.opInfo[o] as number) & DEF) this.#collectDef(f, k, b, o);
    if ((f.flags[i] as number) & CALL) this.#addCall(4 * k + 3);
  }

  /** Plain uses at 4k + 2, or those that last across the definitions at 4k + 3. */
  #collectReads(f: MFunc, k: number, from: number, to: number, timing: number): void {
    for (let o = from; o < to; o++) {
      const info = f.opInfo[o] as number;
      if ((info & (DEF | FIXED | TIED)) !== 0 || (info & ACROSS) !== timing) continue;
      const mayStay = (info & ANY) !== 0 && f.remat[f.opVreg[o] as number] === 0;
      this.#addUse(f.opVreg[o] as number, 4 * k + (timing === 0 ? 2 : 3), o, mayStay ? UseKind.any : UseKind.register);
    }
  }

  #collectDef(f: MFunc, k: number, b: number, o: number): void {
    const info = f.opInfo[o] as number;
    const v = f.opVreg[o] as number;
    const register = (info & FIXED) - 1;
    assert(this.defPos[v] === -1, `vreg ${v} is defined twice`);
    const position = register >= 0 ? 4 * k + 4 : (info & (TIED | ACROSS)) !== 0 ? 4 * k + 1 : 4 * k + 3;
    if (register >= 0) this.blocked[register]!.add((info & ACROSS) !== 0 ? 4 * k + 1 : 4 * k + 3, 4 * k + 4);
    this.defBlock[v] = b;
    this.defPos[v] = position;
    this.#addUse(v, position, o, register >= 0 ? UseKind.none : UseKind.register);
  }

  #addCall(position: number): void {
    if (this.callCount >= this.calls.length) this.calls = grownWords(this.calls, this.callCount * 2);
    this.calls[this.callCount++] = position;
  }

  /** Marks the blocks where v is live from its uses upwards, then links ranges in layout order. */
  #buildRanges(f: MFunc, v: number): void {
    const [from, to] = [this.useStart[v] as number, this.useStart[v + 1] as number];
    const home = this.defBlock[v] as number;
    if (home < 0) {
      assert(from === to, `vreg ${v} is used but never defined`);
      return;
    }
    let touched = 0;
    for (let u = to - 1; u >= from; u--) touched = this.#markUse(f, v, home, u, touched);
    if (touched === 0) return;
    const blocks = this.#touched;
    sortHead(blocks, touched);
    let last = 0;
    for (let t = 0; t < touched; t++) {
      const b = blocks[t] as number;
      const start = b === home ? (this.defPos[v] as number) : 4 * (f.blockFirst[b] as number);
      const end = this.#liveTo[b] as number;
      if (last !== 0 && this.rangeEnd[last] === start) {
        this.rangeEnd[last] = end;
      } else {
        const r = this.addRange(start, end, 0);
        if (last === 0) this.first[v] = r;
        else this.rangeNext[last] = r;
        last = r;
      }
    }
    assert((blocks[0] as number) === home, `vreg ${v} is used where its definition does not reach`);
  }

  /** Extends liveness up from one use; returns the new number of touched blocks. */
  #markUse(f: MFunc, v: number, home: number, u: number, count: number): number {
    const position = this.usePos[u] as number;
    const operand = this.useOp[u] as number;
    const isDef = operand >= 0 && ((f.opInfo[operand] as number) & DEF) !== 0;
    const b = this.blockOf[
      (isDef && ((f.opInfo[operand] as number) & FIXED) !== 0 ? position - 4 : position) >> 2
    ] as number;
    let end: number;
    if (isDef) {
      if (((f.opInfo[operand] as number) & FIXED) !== 0) return count; // dead unless something uses it
      end = (position | 3) + 1;
    } else {
      end = position + 1;
    }
    let touched = this.#touch(v, b, end, count);
    if (touched === count || b === home) return touched;
    // Newly live into b: walk up. The touched list doubles as work list.
    for (let work = count; work < touched; work++) {
      const block = this.#touched[work] as number;
      if (block === home) continue;
      for (let p = this.predStart[block] as number; p < (this.predStart[block + 1] as number); p++) {
        const pred = this.preds[p] as number;
        touched = this.#touch(v, pred, 4 * (f.blockFirst[pred + 1] as number), touched);
      }
    }
    return touched;
  }

  #touch(v: number, b: number, end: number, count: number): number {
    if (this.#stamp[b] === v) {
      if ((this.#liveTo[b] as number) < end) this.#liveTo[b] = end;
      return count;
    }
    this.#stamp[b] = v;
    this.#liveTo[b] = end;
    if (count >= this.#touched.length) this.#touched = grownWords(this.#touched, count * 2);
    this.#touched[count] = b;
    return count + 1;
  }
}

/** Sorts the first `count` words: by insertion when there are few. */
function sortHead(words: Words, count: number): void {
  if (count > 24) {
    words.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const word = words[i] as number;
    let j = i - 1;
    while (j >= 0 && (words[j] as number) > word) {
      words[j + 1] = words[j] as number;
      j--;
    }
    words[j + 1] = word;
  }
}
