/**
 * The control-flow graph of a function: reverse postorder of the reachable blocks, predecessor edges, loop back edges.
 * Valid until an edge or a block changes; `compute` on the same object reuses its columns.
 */
import {assert} from '#engine/base/assert.ts';
import {type Block, type Edge, ENTRY, type Func, NONE} from '../ir/func.ts';

type Words = Int32Array<ArrayBuffer>;
const room = (column: Words, length: number): Words => (column.length >= length ? column : new Int32Array(length * 2));

export class Cfg {
  #order: Words = new Int32Array(64);
  #length = 0;
  /** Position in #order by block, -1 when unreachable. */
  #position: Words = new Int32Array(64);
  #predStart: Words = new Int32Array(64);
  #preds: Words = new Int32Array(64);
  #stack: Words = new Int32Array(64);
  #cursor: Words = new Int32Array(64);

  compute(f: Func): this {
    this.#orderBlocks(f);
    this.#collectPredecessors(f);
    return this;
  }

  /** Number of reachable blocks. */
  get blockCount(): number {
    return this.#length;
  }
  /** Reachable blocks in reverse postorder: `at(0)` is the entry; every dominator stands before what it dominates. */
  at(index: number): Block {
    return this.#order[index] as Block;
  }
  /** Index of a block in that order, -1 when it is unreachable. */
  position(b: Block): number {
    return this.#position[b]!;
  }
  isReachable(b: Block): boolean {
    return this.#position[b]! >= 0;
  }
  /** Edges into a block from reachable blocks, in order of their source. */
  predCount(b: Block): number {
    return this.#predStart[b + 1]! - this.#predStart[b]!;
  }
  pred(b: Block, index: number): Edge {
    return this.#preds[this.#predStart[b]! + index] as Edge;
  }
  /** An edge to a block that does not stand after its source: with wasm's structured control flow, a loop's back edge. */
  isBackEdge(f: Func, e: Edge): boolean {
    return this.#position[f.edgeTarget(e)]! <= this.#position[f.edgeFrom(e)]!;
  }

  #orderBlocks(f: Func): void {
    const blocks = f.blockCount;
    this.#order = room(this.#order, blocks + 1);
    this.#position = room(this.#position, blocks + 1);
    this.#stack = room(this.#stack, blocks + 1);
    this.#cursor = room(this.#cursor, blocks + 1);
    const position = this.#position.fill(-1, 0, blocks + 1);
    const [stack, cursor, order] = [this.#stack, this.#cursor, this.#order];
    let depth = 0;
    let at = blocks; // filled from the end
    stack[depth++] = ENTRY;
    position[ENTRY] = 0;
    cursor[ENTRY] = f.edgeCount(f.last(ENTRY));
    while (depth > 0) {
      const b = stack[depth - 1] as Block;
      // The last edge first, so that in reverse postorder the first edge's target follows its source.
      if (cursor[b]! > 0) {
        const next = f.edgeTarget(f.edge(f.last(b), --cursor[b]!));
        if (position[next]! >= 0) continue;
        position[next] = 0;
        assert(f.last(next) !== NONE, `b${next} is reached but has no terminator`);
        cursor[next] = f.edgeCount(f.last(next));
        stack[depth++] = next;
      } else {
        order[--at] = b;
        depth--;
      }
    }
    this.#length = blocks - at;
    order.copyWithin(0, at, blocks);
    for (let i = 0; i < this.#length; i++) position[order[i]!] = i;
  }

  #collectPredecessors(f: Func): void {
    const blocks = f.blockCount;
    this.#predStart = room(this.#predStart, blocks + 3);
    this.#preds = room(this.#preds, f.edgeLimit + 1);
    const start = this.#predStart.fill(0, 0, blocks + 3);
    for (let i = 0; i < this.#length; i++) {
      const end = f.last(this.#order[i] as Block);
      for (let e = 0, count = f.edgeCount(end); e < count; e++) start[f.edgeTarget(f.edge(end, e)) + 2]!++;
    }
    for (let b = 2; b <= blocks + 2; b++) start[b]! += start[b - 1]!;
    for (let i = 0; i < this.#length; i++) {
      const end = f.last(this.#order[i] as Block);
      for (let e = 0, count = f.edgeCount(end); e < count; e++) {
        this.#preds[start[f.edgeTarget(f.edge(end, e)) + 1]!++] = f.edge(end, e);
      }
    }
  }
}
