/**
 * How far a worker is in its file, in shared memory, so that it is known when the worker is gone: counts by status, and
 * the line of the command that runs.
 */
import {type Counts, noCounts, type Status, statuses} from './results.ts';

const LINE = statuses.length;

export class Progress {
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer((statuses.length + 1) * 4);
  }

  clear(): void {
    this.#words.fill(0);
  }

  count(status: Status): void {
    Atomics.add(this.#words, statuses.indexOf(status), 1);
  }

  set line(line: number) {
    Atomics.store(this.#words, LINE, line);
  }

  get line(): number {
    return Atomics.load(this.#words, LINE);
  }

  counts(): Counts {
    const counts = noCounts();
    statuses.forEach((status, index) => {
      counts[status] = Atomics.load(this.#words, index);
    });
    return counts;
  }
}
