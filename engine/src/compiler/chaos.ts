/**
 * Chaos: seeded perturbation at decision points that must not change what the code does. What a seed perturbs is drawn
 * once per compilation, so that each seed is a different mix; the choices inside a function depend on (seed, function)
 * only, so that functions can be compiled alone. Without a seed nothing is perturbed and nothing is drawn.
 */
export interface ChaosPlan {
  /** Registers of each class that the allocator may use; null: all. */
  readonly registers: number | null;
  /** Overwrite dead registers with rubbish before calls and at block ends. */
  readonly poison: boolean;
  /** Fill the upper halves of registers that hold 32-bit values with rubbish. */
  readonly dirtyUpper: boolean;
  /** Emit blocks in random order. */
  readonly shuffleBlocks: boolean;
  /** Never use short branch forms. */
  readonly longBranches: boolean;
  /** Pretend that the CPU has the baseline features only. */
  readonly baselineCpu: boolean;
}

const calm: ChaosPlan = {
  registers: null,
  poison: false,
  dirtyUpper: false,
  shuffleBlocks: false,
  longBranches: false,
  baselineCpu: false,
};

function mixed(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

export class Chaos {
  readonly seed: number | null;
  readonly plan: ChaosPlan;
  #state = 0;

  constructor(seed: number | null) {
    this.seed = seed;
    this.plan = calm;
    if (seed === null) return;
    this.#state = mixed(seed, 0);
    this.plan = {
      registers: this.oneIn(2) ? 1 + this.below(4) + 3 : null,
      poison: this.oneIn(2),
      dirtyUpper: this.oneIn(2),
      shuffleBlocks: this.oneIn(2),
      longBranches: this.oneIn(3),
      baselineCpu: this.oneIn(3),
    };
  }

  /** Starts the sequence of choices of one function. */
  enter(functionIndex: number): void {
    if (this.seed !== null) this.#state = mixed(this.seed, functionIndex + 1);
  }

  /** A number in 0 .. n - 1; 0 without a seed. */
  below(n: number): number {
    if (this.seed === null) return 0;
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mixed(this.#state, n) % n;
  }

  /** True with probability 1/n; never without a seed. */
  oneIn(n: number): boolean {
    return this.seed !== null && this.below(n) === 0;
  }

  /** Shuffles `items[from ..]` in place. */
  shuffle(items: number[] | Int32Array, from: number, length: number): void {
    for (let i = length - 1; i > from; i--) {
      const j = from + this.below(i - from + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
  }
}
