/**
 * Stack slots: every vreg that is ever in memory gets one slot for its whole life; slots are shared by vregs whose lives do
 * not overlap in layout order. Units are 8 bytes; vector slots are 16 bytes and stand first, so that they are aligned.
 */
import {grownWords, type MFunc, RegClass} from '../mfunc.ts';
import type {LinearScan} from './allocate.ts';

type Words = Int32Array<ArrayBuffer>;

/** Slots of one size. */
class SlotPool {
  count = 0;
  /** End of the life of the present owner, by slot. */
  #end: Words = new Int32Array(64);
  /** Slots by rising end; an entry is stale when the slot has a newer owner. */
  #heapSlot: number[] = [];
  #heapEnd: number[] = [];

  clear(): void {
    this.count = 0;
    this.#heapSlot.length = 0;
    this.#heapEnd.length = 0;
  }

  /** A slot for a life [start, end); `wanted` when it is free, else one that is free, else a new one. */
  take(start: number, end: number, wanted: number): number {
    if (wanted >= 0 && (this.#end[wanted] as number) <= start) return this.#own(wanted, end);
    while (this.#heapSlot.length > 0 && (this.#heapEnd[0] as number) <= start) {
      const [slot, expected] = [this.#heapSlot[0] as number, this.#heapEnd[0] as number];
      this.#pop();
      if (this.#end[slot] === expected) return this.#own(slot, end);
    }
    if (this.count >= this.#end.length) this.#end = grownWords(this.#end, this.count * 2);
    return this.#own(this.count++, end);
  }

  #own(slot: number, end: number): number {
    this.#end[slot] = end;
    let at = this.#heapSlot.length;
    this.#heapSlot.push(slot);
    this.#heapEnd.push(end);
    while (at > 0 && this.#isBefore(at, (at - 1) >> 1)) {
      this.#exchange(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
    return slot;
  }

  #pop(): void {
    const last = this.#heapSlot.length - 1;
    this.#exchange(0, last);
    this.#heapSlot.pop();
    this.#heapEnd.pop();
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child >= last) return;
      if (child + 1 < last && this.#isBefore(child + 1, child)) child++;
      if (!this.#isBefore(child, at)) return;
      this.#exchange(at, child);
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#heapEnd[a] as number) - (this.#heapEnd[b] as number);
    return difference !== 0 ? difference < 0 : (this.#heapSlot[a] as number) < (this.#heapSlot[b] as number);
  }

  #exchange(a: number, b: number): void {
    const [slot, end] = [this.#heapSlot[a] as number, this.#heapEnd[a] as number];
    this.#heapSlot[a] = this.#heapSlot[b] as number;
    this.#heapEnd[a] = this.#heapEnd[b] as number;
    this.#heapSlot[b] = slot;
    this.#heapEnd[b] = end;
  }
}

export class Slots {
  /** Unit of the slot by vreg, -1 without one. */
  unit: Words = new Int32Array(64);
  /** Units in use. */
  units = 0;
  readonly #narrow = new SlotPool();
  readonly #wide = new SlotPool();
  #wanted: Words = new Int32Array(64);

  /** Gives every spilled vreg that cannot be computed again a slot. */
  assign(f: MFunc, scan: LinearScan): this {
    if (this.unit.length <= f.vregCount + 1) {
      this.unit = new Int32Array(f.vregCount * 2 + 2);
      this.#wanted = new Int32Array(f.vregCount * 2 + 2);
    }
    this.unit.fill(-1, 0, f.vregCount + 1);
    this.#collectWishes(f);
    this.#narrow.clear();
    this.#wide.clear();
    const spilled: number[] = [];
    for (let v = 1; v <= f.vregCount; v++) if (scan.spilled[v] === 1 && f.remat[v] === 0) spilled.push(v);
    spilled.sort((a, b) => startOf(scan, a) - startOf(scan, b) || a - b);
    for (const v of spilled) {
      const pool = f.vregClass[v] === RegClass.vector ? this.#wide : this.#narrow;
      const wish = this.#wanted[v] as number;
      const same = wish !== 0 && (f.vregClass[wish] === RegClass.vector) === (pool === this.#wide);
      this.unit[v] = pool.take(startOf(scan, v), endOf(scan, v), same ? (this.unit[wish] as number) : -1);
    }
    for (const v of spilled)
      this.unit[v] =
        f.vregClass[v] === RegClass.vector
          ? 2 * (this.unit[v] as number)
          : (this.unit[v] as number) + 2 * this.#wide.count;
    this.units = 2 * this.#wide.count + this.#narrow.count;
    return this;
  }

  /** A block argument would like the slot of its parameter, and the other way round. */
  #collectWishes(f: MFunc): void {
    const wanted = this.#wanted.fill(0, 0, f.vregCount + 1);
    for (let b = 0; b < f.blockCount; b++) {
      for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
        const first = f.paramStart[f.edgeTarget[e] as number] as number;
        for (let a = f.argStart[e] as number; a < (f.argStart[e + 1] as number); a++) {
          const [arg, param] = [f.args[a] as number, f.params[first + a - (f.argStart[e] as number)] as number];
          wanted[arg] = param;
          if (wanted[param] === 0) wanted[param] = arg;
        }
      }
    }
  }
}

const startOf = (scan: LinearScan, v: number): number => scan.start[scan.head[v] as number] as number;

function endOf(scan: LinearScan, v: number): number {
  let piece = scan.head[v] as number;
  while (scan.sibling[piece] !== 0) piece = scan.sibling[piece] as number;
  return scan.end[piece] as number;
}
