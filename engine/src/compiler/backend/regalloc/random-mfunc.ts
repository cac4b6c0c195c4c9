/**
 * Random machine functions for the allocator's tests: structured control flow (so that loops are contiguous and no edge is
 * critical), definitions that reach their uses, and every kind of operand constraint.
 */
import {Constraint, InstFlag, MFunc, RegClass} from '../mfunc.ts';

const {def: DEF, across: ACROSS, tied: TIED, any: ANY} = Constraint;

/** Draws from 0 .. n - 1. */
export type Random = (n: number) => number;

/** A random function of about `size` instructions. */
export function randomMFunc(below: Random, size: number): MFunc {
  return new Maker(below, size).run();
}

interface Shape {
  readonly depth: number;
  readonly params: number[];
  readonly body: number[];
  /** [target block, arguments] */
  readonly edges: [number, number[]][];
}

class Maker {
  readonly #f = new MFunc();
  readonly #below: Random;
  #budget: number;
  readonly #blocks: Shape[] = [];
  #scope: number[] = [];

  constructor(below: Random, size: number) {
    this.#below = below;
    this.#budget = size;
  }

  run(): MFunc {
    let block = this.#open(0);
    this.#inst(block, 0);
    block = this.#sequence(block, 0);
    this.#leave(block);
    return this.#assemble();
  }

  #open(depth: number): number {
    return this.#blocks.push({depth, params: [], body: [], edges: []}) - 1;
  }

  #vreg(): number {
    const f = this.#f;
    const v = f.addVreg([RegClass.int, RegClass.int, RegClass.float, RegClass.vector][this.#below(4)] as number);
    if (this.#below(8) === 0) f.remat[v] = -1; // fixed up when its definition is made
    return v;
  }

  #sequence(block: number, depth: number): number {
    let b = block;
    for (let n = 1 + this.#below(6); n > 0 && this.#budget > 0; n--) {
      this.#budget--;
      const choice = this.#below(10);
      if (choice < 7) this.#inst(b, 1);
      else if (choice < 8 && depth < 4) b = this.#below(2) === 0 ? this.#diamond(b, depth) : this.#try(b, depth);
      else if (choice < 9 && depth < 4) b = this.#loop(b, depth);
      else this.#call(b);
    }
    return b;
  }

  #pick(): number | undefined {
    return this.#scope.length === 0 ? undefined : this.#scope[this.#below(this.#scope.length)];
  }

  #fixedOf(v: number): number {
    return this.#f.vregClass[v] === RegClass.int ? ([0, 1, 2, 6, 7][this.#below(5)] as number) : 16 + this.#below(4);
  }

  /** One instruction with up to three uses and two definitions. */
  #inst(b: number, maxUses: number): void {
    const f = this.#f;
    const shape = this.#blocks[b] as Shape;
    const i = f.addInst(1, 0, 0);
    shape.body.push(i);
    const uses = maxUses === 0 ? 0 : this.#below(4);
    const taken = new Set<number>();
    let tied = -1;
    for (let n = 0; n < uses; n++) {
      const v = this.#pick();
      if (v === undefined) break;
      const kind = this.#below(6);
      const fixed = this.#fixedOf(v);
      if (kind === 0 && !taken.has(fixed)) {
        taken.add(fixed);
        f.addOperand(v, fixed + 1);
      } else if (kind === 1 && tied < 0) {
        tied = v;
        f.addOperand(v, TIED);
      } else f.addOperand(v, kind === 2 ? ACROSS : kind === 3 ? ANY : 0);
    }
    this.#defs(i, tied, taken);
  }

  #defs(i: number, tied: number, taken: ReadonlySet<number>): void {
    const f = this.#f;
    if (tied >= 0) {
      const v = f.addVreg(f.vregClass[tied] as number);
      f.addOperand(v, DEF | TIED);
      this.#scope.push(v);
    }
    for (let n = this.#below(3); n > 0; n--) {
      const v = this.#vreg();
      const fixed = this.#fixedOf(v);
      const isRemat = f.remat[v] !== 0;
      const kind = isRemat ? 2 : this.#below(4);
      if (isRemat) f.remat[v] = i;
      if (kind === 0 && !taken.has(fixed) && tied < 0 && n === 1) f.addOperand(v, DEF | (fixed + 1));
      else f.addOperand(v, kind === 1 && !isRemat ? DEF | ACROSS : DEF);
      this.#scope.push(v);
    }
  }

  #call(b: number): void {
    const f = this.#f;
    const i = f.addInst(2, 0, 0);
    (this.#blocks[b] as Shape).body.push(i);
    f.flags[i] = InstFlag.call;
    const taken = new Set<number>();
    for (let n = this.#below(4); n > 0; n--) {
      const v = this.#pick();
      if (v === undefined) break;
      const fixed = this.#fixedOf(v);
      if (taken.has(fixed)) continue;
      taken.add(fixed);
      f.addOperand(v, fixed + 1);
    }
    if (this.#below(2) === 0) {
      const v = f.addVreg(RegClass.int);
      f.addOperand(v, DEF | 1);
      this.#scope.push(v);
    }
  }

  #terminate(b: number, reads: boolean): void {
    const i = this.#f.addInst(3, 0, 0);
    const v = this.#pick();
    if (reads && v !== undefined && this.#below(2) === 0) this.#f.addOperand(v, this.#below(2) === 0 ? ANY : 0);
    (this.#blocks[b] as Shape).body.push(i);
  }

  #leave(b: number): void {
    const v = this.#pick();
    const i = this.#f.addInst(4, 0, 0);
    if (v !== undefined) this.#f.addOperand(v, this.#fixedOf(v) + 1);
    (this.#blocks[b] as Shape).body.push(i);
  }

  #params(b: number, like: readonly number[]): void {
    for (const v of like) {
      const param = this.#f.addVreg(this.#f.vregClass[v] as number);
      (this.#blocks[b] as Shape).params.push(param);
    }
  }

  /** Vregs of the same classes as `like`, drawn from what is in scope. */
  #matching(like: readonly number[]): number[] {
    return like.map((v) => {
      const candidates = this.#scope.filter((s) => this.#f.vregClass[s] === this.#f.vregClass[v]);
      return candidates[this.#below(candidates.length)] as number;
    });
  }

  #some(): number[] {
    const picked: number[] = [];
    for (let n = this.#below(4); n > 0; n--) {
      const v = this.#pick();
      if (v !== undefined) picked.push(v);
    }
    return picked;
  }

  #diamond(b: number, depth: number): number {
    const outer = [...this.#scope];
    this.#terminate(b, true);
    const left = this.#open((this.#blocks[b] as Shape).depth);
    (this.#blocks[b] as Shape).edges.push([left, []]);
    const shape = this.#some();
    const leftEnd = this.#sequence(left, depth + 1);
    const leftArgs = this.#matching(shape);
    this.#terminate(leftEnd, false);
    this.#scope = [...outer];
    const right = this.#open((this.#blocks[b] as Shape).depth);
    (this.#blocks[b] as Shape).edges.push([right, []]);
    const rightEnd = this.#sequence(right, depth + 1);
    const rightArgs = this.#matching(shape);
    this.#terminate(rightEnd, false);
    this.#scope = [...outer];
    const join = this.#open((this.#blocks[b] as Shape).depth);
    this.#params(join, shape);
    (this.#blocks[leftEnd] as Shape).edges.push([join, leftArgs]);
    (this.#blocks[rightEnd] as Shape).edges.push([join, rightArgs]);
    this.#scope.push(...(this.#blocks[join] as Shape).params);
    return join;
  }

  /** A call that ends its block, and the two ways on; what stands in registers there is defined by their first instruction. */
  #try(b: number, depth: number): number {
    const outer = [...this.#scope];
    const call = this.#f.addInst(2, 0, 0);
    this.#f.flags[call] = InstFlag.call | InstFlag.tries;
    const used = this.#pick();
    if (used !== undefined) this.#f.addOperand(used, this.#fixedOf(used) + 1);
    (this.#blocks[b] as Shape).body.push(call);
    const shape = this.#some();
    const ends = [0, 1].map(() => {
      this.#scope = [...outer];
      const way = this.#open((this.#blocks[b] as Shape).depth);
      (this.#blocks[b] as Shape).edges.push([way, []]);
      this.#arrive(way);
      const end = this.#sequence(way, depth + 1);
      const args = this.#matching(shape);
      this.#terminate(end, false);
      return [end, args] as const;
    });
    this.#scope = [...outer];
    const join = this.#open((this.#blocks[b] as Shape).depth);
    this.#params(join, shape);
    for (const [end, args] of ends) (this.#blocks[end] as Shape).edges.push([join, args]);
    this.#scope.push(...(this.#blocks[join] as Shape).params);
    return join;
  }

  #arrive(b: number): void {
    const i = this.#f.addInst(5, 0, 0);
    this.#f.flags[i] = InstFlag.call;
    (this.#blocks[b] as Shape).body.push(i);
    for (const register of [0, 1, 2].slice(this.#below(3))) {
      const v = this.#f.addVreg(RegClass.int);
      this.#f.addOperand(v, DEF | (register + 1));
      this.#scope.push(v);
    }
  }

  #loop(b: number, depth: number): number {
    const outer = [...this.#scope];
    const shape = this.#some();
    const inner = (this.#blocks[b] as Shape).depth + 1;
    this.#terminate(b, false);
    const header = this.#open(inner);
    (this.#blocks[b] as Shape).edges.push([header, shape]);
    this.#params(header, shape);
    this.#scope.push(...(this.#blocks[header] as Shape).params);
    const end = this.#sequence(header, depth + 1);
    const args = this.#matching(shape);
    const exitArgs = this.#matching(shape);
    this.#terminate(end, true);
    const back = this.#open(inner);
    this.#terminate(back, false);
    (this.#blocks[end] as Shape).edges.push([back, []]);
    (this.#blocks[back] as Shape).edges.push([header, args]);
    const exit = this.#open(inner - 1);
    (this.#blocks[end] as Shape).edges.push([exit, exitArgs]);
    this.#params(exit, shape);
    this.#scope = [...outer, ...(this.#blocks[exit] as Shape).params];
    return exit;
  }

  #assemble(): MFunc {
    const f = this.#f;
    for (const shape of this.#blocks) {
      f.beginBlock(shape.depth);
      for (const v of shape.params) f.addParam(v);
      for (const i of shape.body) f.place(i);
      for (const [target, args] of shape.edges) {
        f.addEdge(target);
        for (const v of args) f.addArg(v);
      }
      f.endBlock();
    }
    return f;
  }
}
