/**
 * Chance for the generators: a counter-based case seed H(root, index) and a small fast stream on 32-bit operations.
 *
 * H: the four words (root high, root low, index high, index low) are absorbed one by one into three 32-bit lanes, each
 * step a multiply by an odd constant and the finalizer of MurmurHash3 (a bijection), so any two addresses of a campaign
 * give unrelated streams and any case can be made alone. The stream is sfc32 (Doty-Humphrey): three lanes and a counter,
 * additions, shifts and rotations only, period at least 2^32.
 */
import {Random} from 'fast-check';

const ROOT = /^[0-9a-f]{16}$/;

/** The finalizer of MurmurHash3 on a signed 32-bit integer. */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(a: number, b: number, c: number, counter = 1) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#counter = counter | 0;
  }

  /** The stream of a case: root seed of 16 hexadecimal digits, index below 2^53. Throws SyntaxError for another root. */
  static ofCase(root: string, index: number): Rng {
    if (!ROOT.test(root)) throw new SyntaxError(`not a root seed: ${root} (16 hexadecimal digits)`);
    const words = [
      Number.parseInt(root.slice(0, 8), 16),
      Number.parseInt(root.slice(8), 16),
      Math.floor(index / 2 ** 32),
      index >>> 0,
    ];
    let a = 0x9e3779b9 | 0,
      b = 0x243f6a88,
      c = 0xb7e15162 | 0;
    for (const word of words) {
      a = mix(a ^ Math.imul(word | 0, 0x9e3779b1));
      b = mix(Math.imul(b, 0x85ebca77) + (word | 0) + a);
      c = mix((c + b) ^ Math.imul(word | 0, 0xc2b2ae3d));
    }
    const rng = new Rng(a, b, c);
    for (let i = 0; i < 12; i++) rng.next();
    return rng;
  }

  /** 32 random bits, as a signed integer. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** An integer in [0, bound), bound from 1 to 2^31; the bias is below bound / 2^32. */
  below(bound: number): number {
    return Math.floor(((this.next() >>> 0) / 0x1_0000_0000) * bound);
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** True in `percent` of 100 times. */
  percent(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Index drawn by weights, whose sum must be positive. */
  weighted(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i]!;
    let at = this.below(total);
    for (let i = 0; i < weights.length; i++) {
      at -= weights[i]!;
      if (at < 0) return i;
    }
    return weights.length - 1;
  }

  /** Puts the items into random order, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const item = items[i]!;
      items[i] = items[j]!;
      items[j] = item;
    }
    return items;
  }

  clone(): Rng {
    return new Rng(this.#a, this.#b, this.#c, this.#counter);
  }

  getState(): readonly number[] {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  /** This stream as fast-check sees chance; the two share their state. */
  toFastCheck(): Random {
    const generator = {
      clone: () => generatorOf(this.clone()),
      next: () => this.next(),
      getState: () => this.getState(),
    };
    return new Random(generator);
  }
}

function generatorOf(rng: Rng): {
  clone(): ReturnType<typeof generatorOf>;
  next(): number;
  getState(): readonly number[];
} {
  return {clone: () => generatorOf(rng.clone()), next: () => rng.next(), getState: () => rng.getState()};
}

/** A case address drawn from fast-check's chance: `shrink` and replay then need nothing else. */
export function drawAddress(random: Random): {root: string; index: number} {
  const word = (): string => (random.nextInt(-0x8000_0000, 0x7fff_ffff) >>> 0).toString(16).padStart(8, '0');
  return {root: word() + word(), index: random.nextInt(0, 0x7fff_ffff)};
}
