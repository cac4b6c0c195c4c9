/**
 * What lowering to every machine has in common: how it is run, what it asks of control flow, the width of integers, and
 * constants. A target adds a function per SSA operation.
 */
import {CpuFeature} from '#engine/runtime/layout.ts';
import type {Func, Value} from '../ir/func.ts';
import {I32, type Signature, type Type} from '../ir/types.ts';
import type {Convention} from './convention.ts';
import {Lowering, type TargetLowering} from './lower.ts';
import {type Area, type ControlTarget, lowerEntry, lowerReturned, lowerTerminator} from './lower-control.ts';
import {type MFunc, RegClass} from './mfunc.ts';
import type {PseudoIds} from './pseudo.ts';
import type {BackendOptions} from './target.ts';

export abstract class MachineLowering implements TargetLowering, ControlTarget {
  abstract readonly pseudo: PseudoIds;
  abstract readonly conventionOf: (signature: Signature) => Convention;
  abstract readonly cArguments: readonly number[];
  abstract readonly cResult: number;
  abstract readonly tailRegister: number;
  readonly l = new Lowering();
  f!: Func;

  abstract lowerValue(v: Value): void;
  abstract branch(v: Value): void;
  abstract loadStack(area: Area, offset: number, type: Type, d: number): number;
  abstract storeStack(area: Area, offset: number, type: Type, from: number): void;
  abstract indirectCall(v: Value): number;
  abstract builtinCall(vmctx: number, offset: number): number;
  abstract beforeTail(): readonly (readonly [number, number])[];

  /** Machine instructions of a function, valid until the next call. */
  run(f: Func, options: BackendOptions, features: number): MFunc {
    this.f = f;
    return this.l.run(f, this, options.fuel, features, options.chaos);
  }

  has(feature: keyof typeof CpuFeature): boolean {
    return (this.l.features & (1 << CpuFeature[feature])) !== 0;
  }

  lowerJump(): void {
    this.l.inst(this.pseudo.jump);
  }

  lowerReturned(call: Value): void {
    lowerReturned(this, call);
  }

  lowerEntry(params: readonly Value[]): void {
    lowerEntry(this, params);
  }

  lowerTerminator(v: Value, successors: number): void {
    lowerTerminator(this, v, successors);
  }

  // ---- operands

  is32(v: Value): boolean {
    return this.f.type(v) === I32;
  }

  /** Row of a width pair for the type of a value: the first for i32, the second otherwise. */
  row(pair: readonly [number, number], v: Value): number {
    return this.is32(v) ? pair[0] : pair[1];
  }

  /** Register of an operand of an instruction as wide as `like`. */
  operand(v: Value, like: Value): number {
    return this.is32(like) ? this.l.low(v) : this.l.reg(v);
  }
}

/** Makes constants, which are computed again where no register keeps them. */
export class ConstantBuilder {
  readonly l: Lowering;
  readonly #iconst: number;

  constructor(l: Lowering, {iconst}: PseudoIds) {
    this.l = l;
    this.#iconst = iconst;
  }

  /** A 64-bit constant in a new register. */
  constant(low: number, high: number): number {
    const d = this.l.temp(RegClass.int);
    this.constantTo(d, low, high);
    return d;
  }

  constantTo(d: number, low: number, high: number): void {
    const i = this.l.inst(this.#iconst);
    this.l.m.imm[i] = low;
    this.l.m.high[i] = high;
    this.l.m.remat[d] = i;
    this.l.def(d);
  }
}
