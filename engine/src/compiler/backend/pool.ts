/**
 * The constant pool of one function: equal constants stand once. Entries are 4, 8 or 16 bytes, in words of 32 bits; `layout`
 * orders them by falling size, so that each is aligned when the pool is aligned to 16.
 */
export class ConstantPool {
  readonly #sizes: number[] = [];
  readonly #words: number[] = [];
  readonly #known = new Map<string, number>();
  /** Byte offset of each entry in the pool, after `layout`. */
  offsets: number[] = [];

  clear(): void {
    this.#sizes.length = 0;
    this.#words.length = 0;
    this.#known.clear();
    this.offsets = [];
  }

  get count(): number {
    return this.#sizes.length;
  }

  /** Id of a constant of 1, 2 or 4 words. */
  add(...words: number[]): number {
    const key = words.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#sizes.length;
    this.#known.set(key, id);
    this.#sizes.push(words.length);
    for (let n = 0; n < 4; n++) this.#words.push((words[n] ?? 0) | 0);
    return id;
  }

  /** The words of an entry. */
  words(id: number): number[] {
    return this.#words.slice(4 * id, 4 * id + (this.#sizes[id] as number));
  }

  /** Fixes the offsets and returns the size in bytes. */
  layout(): number {
    let at = 0;
    for (const size of [4, 2, 1]) {
      for (let id = 0; id < this.#sizes.length; id++) {
        if (this.#sizes[id] !== size) continue;
        this.offsets[id] = at;
        at += 4 * size;
      }
    }
    return at;
  }
}
