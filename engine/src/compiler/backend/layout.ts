/**
 * Order of blocks in machine code: reverse postorder with every loop contiguous, each block before what it dominates.
 * Loops are found from back edges (wasm control flow is reducible); depth counts the loops around a block.
 */
import {assert} from '#engine/base/assert.ts';
import {Cfg} from '../analysis/cfg.ts';
import type {Block, Func} from '../ir/func.ts';

type Words = Int32Array<ArrayBuffer>;

export class BlockLayout {
  readonly cfg = new Cfg();
  /** Reachable blocks in layout order. */
  order: Words = new Int32Array(64);
  length = 0;
  /** Loops around each block. */
  depth: Words = new Int32Array(64);
  /** Header of the innermost loop around a block (a header's is itself), 0 outside of loops. */
  loopOf: Words = new Int32Array(64);

  /** Loop header around a header's loop. */
  #outer: Words = new Int32Array(64);
  #work: Words = new Int32Array(64);
  // Twice as long as the columns above: an item is a block, or the loop of one.
  #firstItem: Words = new Int32Array(256);
  #lastItem: Words = new Int32Array(256);
  #nextItem: Words = new Int32Array(256);

  compute(f: Func): this {
    this.cfg.compute(f);
    const count = f.blockCount + 2;
    if (this.order.length < count) {
      this.order = new Int32Array(count * 2);
      this.depth = new Int32Array(count * 2);
      this.loopOf = new Int32Array(count * 2);
      this.#outer = new Int32Array(count * 2);
      this.#work = new Int32Array(count * 2);
      this.#firstItem = new Int32Array(count * 4);
      this.#lastItem = new Int32Array(count * 4);
      this.#nextItem = new Int32Array(count * 4);
    }
    this.loopOf.fill(0, 0, count);
    this.#outer.fill(0, 0, count);
    this.#findLoops(f);
    this.#measureDepth(f);
    this.#flatten(f);
    return this;
  }

  /** Innermost loops first: a loop is what reaches its back edges without passing its header. */
  #findLoops(f: Func): void {
    const cfg = this.cfg;
    for (let i = cfg.blockCount - 1; i >= 0; i--) {
      const header = cfg.at(i);
      let isHeader = false;
      for (let p = 0; p < cfg.predCount(header); p++) isHeader ||= cfg.position(f.edgeFrom(cfg.pred(header, p))) >= i;
      if (isHeader) this.#collectLoop(f, header, i);
    }
  }

  #collectLoop(f: Func, header: Block, position: number): void {
    const cfg = this.cfg;
    const work = this.#work;
    let length = 0;
    this.loopOf[header] = header;
    for (let p = 0; p < cfg.predCount(header); p++) {
      const from = f.edgeFrom(cfg.pred(header, p));
      if (cfg.position(from) >= position) length = this.#adopt(from, header, length);
    }
    while (length > 0) {
      const b = work[--length] as Block;
      for (let p = 0; p < cfg.predCount(b); p++) length = this.#adopt(f.edgeFrom(cfg.pred(b, p)), header, length);
    }
  }

  /** Puts a block, or the outermost known loop around it, into the loop of `header`. */
  #adopt(b: number, header: number, length: number): number {
    let top = this.loopOf[b] as number;
    if (top === header) return length;
    if (top === 0) {
      this.loopOf[b] = header;
      this.#work[length] = b;
      return length + 1;
    }
    while (this.#outer[top] !== 0) {
      top = this.#outer[top] as number;
      if (top === header) return length;
    }
    if (top === header) return length;
    this.#outer[top] = header;
    this.#work[length] = top;
    return length + 1;
  }

  #measureDepth(f: Func): void {
    const cfg = this.cfg;
    this.depth.fill(0, 0, f.blockCount + 1);
    for (let i = 0; i < cfg.blockCount; i++) {
      const b = cfg.at(i);
      const loop = this.loopOf[b] as number;
      if (loop === b) this.depth[b] = 1 + (this.#outer[b] === 0 ? 0 : (this.depth[this.#outer[b] as number] as number));
      else if (loop !== 0) this.depth[b] = this.depth[loop] as number;
    }
  }

  /** Each loop is a list of its blocks and inner loops in reverse postorder; item n + blocks stands for the loop of block n. */
  #flatten(f: Func): void {
    const cfg = this.cfg;
    const blocks = f.blockCount + 1;
    this.#firstItem.fill(0, 0, blocks);
    this.#lastItem.fill(0, 0, blocks);
    for (let i = 0; i < cfg.blockCount; i++) {
      const b = cfg.at(i);
      const loop = this.loopOf[b] as number;
      if (loop === b) this.#append(this.#outer[b] as number, b + blocks);
      this.#append(loop, b);
    }
    this.length = 0;
    const work = this.#work;
    let depth = 0;
    work[depth++] = this.#firstItem[0] as number;
    while (depth > 0) {
      const item = work[depth - 1] as number;
      if (item === 0) {
        depth--;
        continue;
      }
      work[depth - 1] = this.#nextItem[item] as number;
      if (item > blocks) work[depth++] = this.#firstItem[item - blocks] as number;
      else this.order[this.length++] = item;
    }
    assert(this.length === cfg.blockCount, `${this.length} of ${cfg.blockCount} blocks have a place`);
  }

  #append(loop: number, item: number): void {
    this.#nextItem[item] = 0;
    const last = this.#lastItem[loop] as number;
    if (last === 0) this.#firstItem[loop] = item;
    else this.#nextItem[last] = item;
    this.#lastItem[loop] = item;
  }
}
