/**
 * The shapes in which AArch64 lowering makes instructions: rows with their register operands in the order of the row's text,
 * then its numbers. The zero register is an operand like any other.
 */
import type {Lowering} from '../backend/lower.ts';
import {ConstantBuilder} from '../backend/machine-lowering.ts';
import {Inst} from './insts.ts';
import {Pseudo} from './pseudo.ts';

/** In place of a virtual register: the zero register. */
export const ZERO = -1;

/**
 * `mode` of an instruction: 0 to 7 bits of FrameMode, above them the number of its register operands that are the zero
 * register, as a mask by operand in the order of the text, shifted by 3.
 */
export const FrameMode = {incoming: 1, outgoing: 2} as const;
export const ZERO_SHIFT = 3;

export class Builder extends ConstantBuilder {
  #registers = 0;

  constructor(l: Lowering) {
    super(l, Pseudo);
  }

  /** Starts a row whose numbers are these. */
  #start(row: number, first: number, second: number): number {
    const i = this.l.inst(row);
    this.l.m.imm[i] = first;
    this.l.m.high[i] = second;
    this.#registers = 0;
    return i;
  }

  #def(d: number): void {
    if (d === ZERO) this.#zero();
    else this.l.def(d);
    this.#registers++;
  }

  #use(a: number): void {
    if (a === ZERO) this.#zero();
    else this.l.read(a);
    this.#registers++;
  }

  #zero(): void {
    const {m} = this.l;
    m.mode[m.instCount]! |= 1 << (ZERO_SHIFT + this.#registers);
  }

  // ---- shapes: results first, then operands, then numbers

  /** d, numbers */
  none(row: number, d: number, first = 0, second = 0): number {
    const i = this.#start(row, first, second);
    this.#def(d);
    return i;
  }

  /** d, a, numbers */
  one(row: number, d: number, a: number, first = 0, second = 0): number {
    const i = this.none(row, d, first, second);
    this.#use(a);
    return i;
  }

  /** d, a, b, numbers */
  two(row: number, d: number, a: number, b: number, first = 0, second = 0): number {
    const i = this.one(row, d, a, first, second);
    this.#use(b);
    return i;
  }

  /** d, a, b, c */
  three(row: number, d: number, a: number, b: number, c: number): number {
    const i = this.two(row, d, a, b);
    this.#use(c);
    return i;
  }

  /** d (first as `before`), a, b, numbers */
  tied(row: number, d: number, before: number, a: number): number {
    const i = this.#start(row, 0, 0);
    this.l.defTied(d);
    this.l.readTied(before);
    this.#registers++;
    this.#use(a);
    return i;
  }

  /** The same with a second operand. */
  tiedTwo(row: number, d: number, before: number, a: number, b: number): number {
    const i = this.tied(row, d, before, a);
    this.#use(b);
    return i;
  }

  /** a, numbers: no result */
  reads(row: number, a: number, first = 0, second = 0, third = 0): number {
    const i = this.#start(row, first, second);
    this.l.m.disp[i] = third;
    this.#use(a);
    return i;
  }

  /** a, b, numbers: no result */
  readsTwo(row: number, a: number, b: number, first = 0, second = 0): number {
    const i = this.reads(row, a, first, second);
    this.#use(b);
    return i;
  }

  /** a, b, c: no result */
  readsThree(row: number, a: number, b: number, c: number): number {
    const i = this.readsTwo(row, a, b);
    this.#use(c);
    return i;
  }

  // ---- constants and copies

  copyInt(d: number, from: number): void {
    this.l.copy(Inst['mov.x'], d, from);
  }
}
