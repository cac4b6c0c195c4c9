/**
 * Natural loops: a header is the target of a back edge from a block that it dominates (wasm code has no other cycles).
 * Gives each block its innermost header and its depth.
 */
import {type Block, type Func, NONE} from '../ir/func.ts';
import type {Cfg} from './cfg.ts';

export class Loops {
  /** Innermost header by block; a header belongs to its own loop. */
  #header = new Int32Array(64);
  /** Header of the loop around a loop, by header. */
  #outer = new Int32Array(64);
  #depth = new Int32Array(64);
  #work = new Int32Array(64);
  #count = 0;

  compute(f: Func, cfg: Cfg): this {
    const length = f.blockCount + 1;
    if (this.#header.length < length) {
      [this.#header, this.#outer] = [new Int32Array(length * 2), new Int32Array(length * 2)];
      [this.#depth, this.#work] = [new Int32Array(length * 2), new Int32Array(length * 2)];
    }
    this.#header.fill(0, 0, length);
    this.#outer.fill(0, 0, length);
    this.#count = 0;
    for (let i = cfg.blockCount - 1; i >= 0; i--) this.#loop(f, cfg, cfg.at(i)); // inner loops first
    for (let i = 0; i < cfg.blockCount; i++) this.#depth[cfg.at(i)] = this.#depthOf(cfg.at(i));
    return this;
  }

  get loopCount(): number {
    return this.#count;
  }
  /** Header of the innermost loop around a block, NONE outside of loops. */
  header(b: Block): Block {
    return this.#header[b] as Block;
  }
  isHeader(b: Block): boolean {
    return this.#header[b] === b;
  }
  /** Header of the loop around the loop of this header, NONE for an outermost one. */
  outer(header: Block): Block {
    return this.#outer[header] as Block;
  }
  /** Number of loops around a block. */
  depth(b: Block): number {
    return this.#depth[b]!;
  }
  /** Whether a block belongs to the loop of a header. */
  isIn(b: Block, header: Block): boolean {
    for (let h = this.header(b); h !== NONE; h = this.outer(h)) if (h === header) return true;
    return false;
  }

  #depthOf(b: Block): number {
    const h = this.#header[b] as Block;
    if (h === NONE) return 0;
    if (h !== b) return this.#depth[h]!;
    return this.#outer[h] === NONE ? 1 : this.#depth[this.#outer[h]!]! + 1;
  }

  /** Claims the blocks of the loop of `header`, if it is one: all that reach a back edge without passing the header. */
  #loop(f: Func, cfg: Cfg, header: Block): void {
    let count = 0;
    for (let p = 0; p < cfg.predCount(header); p++) {
      const e = cfg.pred(header, p);
      if (cfg.isBackEdge(f, e)) this.#work[count++] = f.edgeFrom(e);
    }
    if (count === 0) return;
    this.#count++;
    this.#header[header] = header;
    while (count > 0) {
      let b = this.#work[--count] as Block;
      if (this.#header[b] === NONE) {
        this.#header[b] = header;
      } else {
        // In an inner loop: go on from the outermost one that is not yet part of this loop.
        let h = this.#header[b] as Block;
        while (h !== header && this.#outer[h] !== NONE) h = this.#outer[h] as Block;
        if (h === header) continue;
        this.#outer[h] = header;
        b = h;
      }
      if (b === header) continue;
      for (let p = 0; p < cfg.predCount(b); p++) this.#push(f.edgeFrom(cfg.pred(b, p)), count++);
    }
  }

  #push(b: Block, at: number): void {
    if (at >= this.#work.length) {
      const longer = new Int32Array(at * 2);
      longer.set(this.#work);
      this.#work = longer;
    }
    this.#work[at] = b;
  }
}
