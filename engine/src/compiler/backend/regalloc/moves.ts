/**
 * Parallel moves: turns "all at once" assignments into a sequence of moves and swaps.
 * A cycle goes through a scratch location that can hold what is in it; where there is none for integers alone, they are
 * swapped. Fuzzed in moves.test.ts.
 */
import {assert} from '#engine/base/assert.ts';

/** A step of the sequence. `swap` exchanges two integer registers. */
export interface MoveSink {
  move(from: number, to: number, index: number): void;
  swap(a: number, b: number): void;
}

/** Locations that take part in no move, for cycles. */
export interface CycleScratches {
  /** Holds a value of any class. */
  readonly other: number;
  /** An integer register, null where the target spares none: two integer registers are swapped then. */
  readonly int: number | null;
}

export class ParallelMoves {
  #from: number[] = [];
  #to: number[] = [];
  #index: number[] = [];

  clear(): void {
    this.#from.length = 0;
    this.#to.length = 0;
    this.#index.length = 0;
  }

  get count(): number {
    return this.#from.length;
  }

  /** Adds `to := from`; destinations are distinct. `index` is handed back with the move that fills `to`. */
  add(from: number, to: number, index: number): void {
    if (from === to) return;
    this.#from.push(from);
    this.#to.push(to);
    this.#index.push(index);
  }

  /** Emits the sequence. `isIntRegister` tells which locations can be swapped, or go through the scratch for integers. */
  resolve(isIntRegister: (location: number) => boolean, scratches: CycleScratches, sink: MoveSink): void {
    let pending = this.#from.length;
    while (pending > 0) {
      const ready = this.#findReady(pending);
      if (ready >= 0) {
        sink.move(this.#from[ready] as number, this.#to[ready] as number, this.#index[ready] as number);
        this.#drop(ready, --pending);
      } else {
        pending = this.#breakCycle(pending, isIntRegister, scratches, sink);
      }
    }
    this.clear();
  }

  /** A move whose destination nobody has still to read. */
  #findReady(pending: number): number {
    for (let m = 0; m < pending; m++) {
      let isRead = false;
      for (let n = 0; n < pending && !isRead; n++) isRead = this.#from[n] === this.#to[m];
      if (!isRead) return m;
    }
    return -1;
  }

  /** Every destination is read by another move: only cycles are left, each location read once. */
  #breakCycle(
    pending: number,
    isIntRegister: (location: number) => boolean,
    {other, int}: CycleScratches,
    sink: MoveSink,
  ): number {
    const from = this.#from[0] as number;
    const to = this.#to[0] as number;
    const isSpared = int !== null && this.#isCycleOf(isIntRegister, pending);
    if (!isSpared && isIntRegister(from) && isIntRegister(to)) {
      sink.swap(from, to);
      this.#drop(0, --pending);
      // What was in `to` is in `from` now.
      for (let m = 0; m < pending; m++) if (this.#from[m] === to) this.#from[m] = from;
      return this.#dropIdentities(pending);
    }
    const scratch = isSpared ? int : other;
    const reader = this.#readerOf(to, pending);
    sink.move(to, scratch, this.#index[reader] as number);
    this.#from[reader] = scratch;
    return pending;
  }

  /** Whether every location of the cycle of move 0 is of a kind. */
  #isCycleOf(isKind: (location: number) => boolean, pending: number): boolean {
    let m = 0;
    do {
      if (!isKind(this.#to[m] as number)) return false;
      m = this.#readerOf(this.#to[m] as number, pending);
    } while (m !== 0);
    return true;
  }

  #readerOf(location: number, pending: number): number {
    for (let m = 0; m < pending; m++) if (this.#from[m] === location) return m;
    assert(false, `location ${location} is in no cycle`);
    return -1;
  }

  #dropIdentities(pending: number): number {
    for (let m = 0; m < pending; ) {
      if (this.#from[m] === this.#to[m]) this.#drop(m, --pending);
      else m++;
    }
    return pending;
  }

  #drop(at: number, last: number): void {
    this.#from[at] = this.#from[last] as number;
    this.#to[at] = this.#to[last] as number;
    this.#index[at] = this.#index[last] as number;
  }
}
