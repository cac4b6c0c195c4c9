/**
 * Dominator tree of the reachable blocks (Cooper, Harvey, Kennedy: intersect in reverse postorder until nothing changes),
 * with preorder numbers so that `dominates` takes constant time. Valid as long as the Cfg that it was computed from.
 */
import {type Block, ENTRY, type Func, NONE} from '../ir/func.ts';
import type {Cfg} from './cfg.ts';

type Words = Int32Array<ArrayBuffer>;

export class Dominators {
  #idom: Words = new Int32Array(64);
  #enter: Words = new Int32Array(64);
  #leave: Words = new Int32Array(64);
  #firstChild: Words = new Int32Array(64);
  #sibling: Words = new Int32Array(64);
  #order: Words = new Int32Array(64);

  compute(f: Func, cfg: Cfg): this {
    this.#room(f.blockCount + 1);
    this.#immediate(f, cfg);
    this.#number(cfg);
    return this;
  }

  /** Immediate dominator; NONE for the entry and for unreachable blocks. */
  idom(b: Block): Block {
    return b === ENTRY ? NONE : (this.#idom[b] as Block);
  }
  /** Whether every path from the entry to `b` goes through `a`; a block dominates itself. Both reachable. */
  dominates(a: Block, b: Block): boolean {
    return this.#enter[a]! <= this.#enter[b]! && this.#leave[b]! <= this.#leave[a]!;
  }
  /** Blocks in preorder of the dominator tree: index below the number of reachable blocks. */
  at(index: number): Block {
    return this.#order[index] as Block;
  }
  /** Preorder number of a block, and of the last block that it dominates: what `dominates` compares. */
  enter(b: Block): number {
    return this.#enter[b]!;
  }
  leave(b: Block): number {
    return this.#leave[b]!;
  }

  #room(length: number): void {
    if (this.#idom.length < length) {
      const size = length * 2;
      this.#idom = new Int32Array(size);
      this.#enter = new Int32Array(size);
      this.#leave = new Int32Array(size);
      this.#firstChild = new Int32Array(size);
      this.#sibling = new Int32Array(size);
      this.#order = new Int32Array(size);
    }
    this.#idom.fill(0, 0, length);
    this.#firstChild.fill(0, 0, length);
  }

  #immediate(f: Func, cfg: Cfg): void {
    const idom = this.#idom;
    idom[ENTRY] = ENTRY;
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = 1; i < cfg.blockCount; i++) {
        const b = cfg.at(i);
        let meet = 0;
        for (let p = 0, count = cfg.predCount(b); p < count; p++) {
          const from = f.edgeFrom(cfg.pred(b, p));
          if (idom[from] !== 0) meet = meet === 0 ? from : this.#meet(cfg, meet, from);
        }
        if (idom[b] !== meet) {
          idom[b] = meet;
          changed = true;
        }
      }
    }
  }

  #meet(cfg: Cfg, a: number, b: number): number {
    const idom = this.#idom;
    while (a !== b) {
      while (cfg.position(a as Block) > cfg.position(b as Block)) a = idom[a]!;
      while (cfg.position(b as Block) > cfg.position(a as Block)) b = idom[b]!;
    }
    return a;
  }

  #number(cfg: Cfg): void {
    const [idom, child, sibling, order] = [this.#idom, this.#firstChild, this.#sibling, this.#order];
    for (let i = cfg.blockCount - 1; i > 0; i--) {
      const b = cfg.at(i);
      sibling[b] = child[idom[b]!]!;
      child[idom[b]!] = b;
    }
    let count = 0;
    let b: number = ENTRY;
    sibling[ENTRY] = 0;
    for (;;) {
      order[count] = b;
      this.#enter[b] = count++;
      if (child[b] !== 0) {
        b = child[b]!;
        continue;
      }
      this.#leave[b] = count - 1;
      while (sibling[b] === 0) {
        if (b === ENTRY) return;
        b = idom[b]!;
        this.#leave[b] = count - 1;
      }
      b = sibling[b]!;
    }
  }
}
