/**
 * The shapes in which x86-64 lowering makes instructions: register, memory and constant operands of a row. A memory operand
 * is prepared by one of the `at...` functions, then taken by the next instruction that asks for it.
 */
import type {Lowering} from '../backend/lower.ts';
import {ConstantBuilder} from '../backend/machine-lowering.ts';
import {RegClass} from '../backend/mfunc.ts';
import {Mode} from './encode.ts';
import {Inst, OPERANDS} from './insts.ts';
import {Pseudo} from './pseudo.ts';

/** Addressing modes that the frame resolves, beside those of encode.ts: incoming and outgoing stack areas, at `disp`. */
export const FrameMode = {incoming: 5, outgoing: 6} as const;

/** 1 for rows with a 128-bit memory operand. */
const READS_128 = Uint8Array.from(OPERANDS, (row) => (row.some((o) => o.kind === 'xm' && o.bits === 128) ? 1 : 0));

/** `take` says: use the prepared memory operand. Otherwise a source is a virtual register. */
export const MEMORY = -1;

export class Builder extends ConstantBuilder {
  #mode = 0;
  #base = 0;
  #index = 0;
  #scale = 0;
  #disp = 0;
  #trap = 0;
  /** Of the access that faults, which may be another value than the one that is lowered. */
  #wasm = 0;

  constructor(l: Lowering) {
    super(l, Pseudo);
  }

  // ---- memory operands

  /** [base + disp]; `trap` is the code of a fault, 0 = cannot fault; `wasm` is where it is said to happen. */
  atBase(base: number, disp: number, trap: number, wasm = this.l.wasm): number {
    return this.#at(Mode.base, base, 0, 0, disp, trap, wasm);
  }

  /** [base + index << scale + disp] */
  atIndex(base: number, index: number, scale: number, disp: number, trap: number, wasm = this.l.wasm): number {
    return this.#at(Mode.baseIndex, base, index, scale, disp, trap, wasm);
  }

  /** [index << scale + disp] */
  atScaled(index: number, scale: number, disp: number): number {
    return this.#at(Mode.index, 0, index, scale, disp, 0);
  }

  /** A constant of the pool. */
  atPool(...words: number[]): number {
    return this.#at(Mode.rip, 0, 0, 0, this.l.m.pool.add(...words), 0);
  }

  atIncoming(disp: number): number {
    return this.#at(FrameMode.incoming, 0, 0, 0, disp, 0);
  }
  atOutgoing(disp: number): number {
    return this.#at(FrameMode.outgoing, 0, 0, 0, disp, 0);
  }

  #at(mode: number, base: number, index: number, scale: number, disp: number, trap: number, wasm = 0): number {
    this.#mode = mode;
    this.#base = base;
    this.#index = index;
    this.#scale = scale;
    this.#disp = disp;
    this.#trap = trap;
    this.#wasm = wasm;
    return MEMORY;
  }

  /** Gives the newest instruction its rm operand. Slots of scalar floats are too narrow for 128-bit operands. */
  rm(source: number): void {
    const {m} = this.l;
    if (source === MEMORY) this.takeMemory();
    else if (READS_128[m.code[m.instCount] as number] === 1 && m.vregClass[source] !== RegClass.vector)
      this.l.read(source);
    else this.l.readAny(source);
  }

  /** Gives the newest instruction the prepared memory operand. */
  takeMemory(): void {
    const {l} = this;
    const i = l.m.instCount;
    l.m.mode[i] = this.#mode;
    l.m.scale[i] = this.#scale;
    l.m.disp[i] = this.#disp;
    l.m.trap[i] = this.#trap;
    if (this.#trap !== 0) l.m.wasm[i] = this.#wasm;
    if (this.#mode === Mode.base || this.#mode === Mode.baseIndex) l.read(this.#base);
    if (this.#mode === Mode.index || this.#mode === Mode.baseIndex) l.read(this.#index);
  }

  // ---- shapes; the first argument is a row of the instruction table

  /** `w r, r rm` */
  load(row: number, d: number, source: number): number {
    const i = this.l.inst(row);
    this.l.def(d);
    this.rm(source);
    return i;
  }

  /** `w r, r`: the source has no memory form, so that it may not stay in a spill slot. */
  convert(row: number, d: number, source: number): void {
    this.l.inst(row);
    this.l.def(d);
    this.l.read(source);
  }

  /** `w r, m`: the operand must be the prepared memory. */
  store(row: number, value: number): void {
    this.l.inst(row);
    this.takeMemory();
    this.l.read(value);
  }

  storeImmediate(row: number, imm: number): void {
    const i = this.l.inst(row);
    this.takeMemory();
    this.l.m.imm[i] = imm;
  }

  /** `rw r, r rm` */
  tied(row: number, d: number, a: number, source: number): void {
    this.l.inst(row);
    this.l.defTied(d);
    this.l.readTied(a);
    this.rm(source);
  }

  /** `rw rm, imm` */
  tiedImmediate(row: number, d: number, a: number, imm: number): void {
    const i = this.l.inst(row);
    this.l.defTied(d);
    this.l.readTied(a);
    this.l.m.imm[i] = imm;
  }

  /** `rw rm` */
  unary(row: number, d: number, a: number): void {
    this.l.inst(row);
    this.l.defTied(d);
    this.l.readTied(a);
  }

  /** `w r, r rm, imm` */
  loadImmediate(row: number, d: number, source: number, imm: number): void {
    const i = this.load(row, d, source);
    this.l.m.imm[i] = imm;
  }

  /** `w r, r r, r rm` */
  three(row: number, d: number, a: number, source: number): void {
    this.l.inst(row);
    this.l.def(d);
    this.l.read(a);
    this.rm(source);
  }

  /** `r r, r rm` */
  compare(row: number, a: number, source: number): void {
    this.l.inst(row);
    this.l.read(a);
    this.rm(source);
  }

  /** `r rm, r r` with both in registers. */
  compareBoth(row: number, a: number, other: number): void {
    this.l.inst(row);
    this.l.read(a);
    this.l.read(other);
  }

  /** Flags of a register against zero. */
  compareTest(is32: boolean, register: number): void {
    this.compareBoth(is32 ? Inst['test.d mr'] : Inst['test.q mr'], register, register);
  }

  /** The low byte of a register := condition. */
  setByte(condition: number, d: number): void {
    this.l.inst(Inst['seto m'] + condition);
    this.l.def(d);
  }

  cmovRow(condition: number, is32: boolean): number {
    return (is32 ? Inst['cmovo.d rm'] : Inst['cmovo.q rm']) + condition;
  }

  /** `r rm, imm` */
  compareImmediate(row: number, source: number, imm: number): void {
    const i = this.l.inst(row);
    this.rm(source);
    this.l.m.imm[i] = imm;
  }

  copyFloat(d: number, from: number): void {
    this.l.copy(Inst['movaps rm'], d, from);
  }
  copyInt(d: number, from: number): void {
    this.l.copy(Inst['mov.q rm'], d, from);
  }
}
