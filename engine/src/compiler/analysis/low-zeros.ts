/**
 * How many low bits of each integer are known to be zero: what is known of the alignment of addresses. Optimistic: the
 * values of a loop are first thought to be zero, and each round of the function takes back what cannot hold, until nothing
 * changes; a parameter that still changes after a few rounds is not known.
 */
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {I32, I64, type Type} from '../ir/types.ts';
import type {Cfg} from './cfg.ts';

// biome-ignore format: a table
const {
  const: CONST, iadd: IADD, isub: ISUB, imul: IMUL, iand: IAND, ior: IOR, ixor: IXOR, ishl: ISHL,
  ishr_s: ISHR_S, ishr_u: ISHR_U, extend_s: EXTEND_S, extend_u: EXTEND_U, wrap: WRAP, select: SELECT,
} = Ir;

/** Rounds after which parameters that change are given up. */
const ROUNDS = 6;
const ALL = 64;

export class LowZeros {
  #zeros = new Uint8Array(256);
  #f!: Func;
  #cfg!: Cfg;

  /** Computes a function. `cfg` is its own. */
  compute(f: Func, cfg: Cfg): this {
    this.#f = f;
    this.#cfg = cfg;
    if (this.#zeros.length <= f.valueCount) this.#zeros = new Uint8Array(f.valueCount * 2 + 2);
    this.#zeros.fill(ALL, 0, f.valueCount + 1);
    for (let round = 0, changes = true; changes; round++) {
      changes = false;
      for (let i = 0; i < cfg.blockCount; i++) if (this.#visit(cfg.at(i), round)) changes = true;
    }
    return this;
  }

  /** Low zeros of an integer, 64 for the constant 0. Of a value that was added since: 0. */
  of(v: Value): number {
    return v <= this.#f.valueCount ? (this.#zeros[v] ?? 0) : 0;
  }

  #visit(b: Block, round: number): boolean {
    const f = this.#f;
    let changes = false;
    for (let p = 0, count = f.paramCount(b); p < count; p++) {
      const known = this.#param(b, p);
      if (this.#lower(f.param(b, p), round < ROUNDS || known === this.#zeros[f.param(b, p)] ? known : 0))
        changes = true;
    }
    for (let v = f.first(b); v !== NONE; v = f.next(v)) if (this.#lower(v, this.#transfer(v))) changes = true;
    return changes;
  }

  #lower(v: Value, known: number): boolean {
    if (this.#zeros[v]! <= known) return false;
    this.#zeros[v] = known;
    return true;
  }

  #param(b: Block, p: number): number {
    const [f, cfg] = [this.#f, this.#cfg];
    if (!isInteger(f.type(f.param(b, p))) || cfg.predCount(b) === 0) return 0;
    let known = ALL;
    for (let e = 0; e < cfg.predCount(b); e++) {
      const edge = cfg.pred(b, e);
      if (p >= f.argCount(edge)) return 0; // brought by the edge itself
      known = Math.min(known, this.#zeros[f.arg(edge, p)]!);
    }
    return known;
  }

  #transfer(v: Value): number {
    const f = this.#f;
    const zeros = this.#zeros;
    if (!isInteger(f.type(v))) return 0;
    const [a, b] = [f.a(v), f.b(v)];
    switch (f.op(v)) {
      case CONST:
        return constantZeros(f, v);
      case IADD:
      case ISUB:
      case IOR:
      case IXOR:
        return Math.min(zeros[a]!, zeros[b]!);
      case IAND:
        return Math.max(zeros[a]!, zeros[b]!);
      case IMUL:
        return Math.min(zeros[a]! + zeros[b]!, ALL);
      case ISHL:
        return Math.min(zeros[a]! + this.#count(v), ALL);
      case ISHR_S:
      case ISHR_U:
        return f.op(b) === CONST ? Math.max(zeros[a]! - this.#count(v), 0) : 0;
      case SELECT:
        return Math.min(zeros[b]!, zeros[f.c(v)]!);
      case EXTEND_S:
      case EXTEND_U:
      case WRAP:
        return zeros[a]!;
      default:
        return 0;
    }
  }

  /** The count of a shift, 0 when it is not constant. */
  #count(v: Value): number {
    const f = this.#f;
    return f.op(f.b(v)) === CONST ? f.imm(f.b(v)) & (f.type(v) === I32 ? 31 : 63) : 0;
  }
}

const isInteger = (type: Type): boolean => type === I32 || type === I64;

function constantZeros(f: Func, v: Value): number {
  const [low, high] = [f.imm(v), f.type(v) === I64 ? f.aux(v) : 0];
  if (low !== 0) return lowZerosOf(low);
  return high === 0 ? ALL : 32 + lowZerosOf(high);
}

const lowZerosOf = (word: number): number => 31 - Math.clz32(word & -word);
