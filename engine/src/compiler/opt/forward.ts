/**
 * Replaced values: a column that says by what. Passes that visit definitions before uses resolve each operand when they
 * come to its user, so that no second sweep over the function is needed.
 */
import {type Edge, type Func, NONE, type Value} from '../ir/func.ts';

export class Forward {
  #to = new Int32Array(256);
  /** Entries up to here are of the present function. */
  #limit = 0;

  /** Nothing is replaced. */
  reset(f: Func): void {
    this.#limit = 0;
    this.#clearTo(f.valueCount);
  }

  #clearTo(limit: number): void {
    if (limit >= this.#to.length) {
      const longer = new Int32Array(limit * 2);
      longer.set(this.#to);
      this.#to = longer;
    }
    this.#to.fill(0, this.#limit, limit + 1);
    this.#limit = limit + 1;
  }

  /** From now on `v` means `to`, which must dominate all users of `v`. */
  set(v: Value, to: Value): void {
    if (v >= this.#limit) this.#clearTo(v);
    this.#to[v] = to;
  }

  isReplaced(v: Value): boolean {
    return v < this.#limit && this.#to[v] !== NONE;
  }

  /** What a value means now. */
  find(v: Value): Value {
    const to = this.#to;
    const limit = this.#limit;
    let root: number = v;
    while (root < limit && to[root]! !== 0) root = to[root]!;
    for (let at: number = v; at !== root; ) {
      const next = to[at]!;
      to[at] = root;
      at = next;
    }
    return root as Value;
  }

  /** Resolves the operands of a value, edge arguments included. */
  resolve(f: Func, v: Value): void {
    for (let i = 0, count = f.operandCount(v); i < count; i++) {
      const x = f.operand(v, i);
      const y = this.find(x);
      if (x !== y) f.setOperand(v, i, y);
    }
    for (let i = 0, count = f.edgeCount(v); i < count; i++) this.#resolveEdge(f, f.edge(v, i));
  }

  #resolveEdge(f: Func, e: Edge): void {
    for (let i = 0, count = f.argCount(e); i < count; i++) {
      const x = f.arg(e, i);
      const y = this.find(x);
      if (x !== y) f.setArg(e, i, y);
    }
  }

  /** Resolves all operands of all blocks; for passes that replace values after their uses were visited. */
  resolveAll(f: Func): void {
    for (let b = 1; b <= f.blockCount; b++) {
      for (let v = f.first(b as never); v !== NONE; v = f.next(v)) this.resolve(f, v);
    }
  }
}
