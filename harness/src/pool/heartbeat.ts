/**
 * What each worker is doing, in shared memory, so that the supervisor can tell a hang from work and name the case that
 * killed a worker. One record per slot; the worker writes, the supervisor reads.
 */
import {type EngineKey, engineKeys} from '../engines/keys.ts';

const FIELDS = {index: 0, engine: 1, startedMs: 2} as const;
const RECORD = 4;
const keys = Object.keys(engineKeys) as EngineKey[];

/** What a slot was last seen doing; `engine` null: between engines (generating, comparing). */
export interface Beat {
  readonly index: number;
  readonly engine: EngineKey | null;
  /** Milliseconds of the monotonic clock at which it started this. */
  readonly startedMs: number;
}

export class Heartbeats {
  readonly #words: Int32Array;
  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  /** Shared memory for so many slots. */
  static allocate(slots: number): SharedArrayBuffer {
    return new SharedArrayBuffer(slots * RECORD * Int32Array.BYTES_PER_ELEMENT);
  }

  beat(slot: number, index: number, engine: EngineKey | null, nowMs: number): void {
    const at = slot * RECORD;
    Atomics.store(this.#words, at + FIELDS.index, index);
    Atomics.store(this.#words, at + FIELDS.engine, engine === null ? 0 : keys.indexOf(engine) + 1);
    Atomics.store(this.#words, at + FIELDS.startedMs, nowMs | 0);
  }

  read(slot: number): Beat {
    const at = slot * RECORD;
    const engine = Atomics.load(this.#words, at + FIELDS.engine);
    return {
      index: Atomics.load(this.#words, at + FIELDS.index),
      engine: keys[engine - 1] ?? null,
      startedMs: Atomics.load(this.#words, at + FIELDS.startedMs),
    };
  }
}
