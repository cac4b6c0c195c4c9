/**
 * Emission of x86-64 code: rows from their operand lists, and what the driver (backend/emit.ts) asks for. Pseudo-instructions
 * of our own: expand.ts.
 */

import {assert} from '#engine/base/assert.ts';
import {trapCode} from '#engine/base/traps.ts';
import {VmContext} from '#engine/runtime/layout.ts';
import {FunctionEmitter, RUBBISH, SMALL_FRAME} from '../backend/emit.ts';
import {InstFlag} from '../backend/mfunc.ts';
import {SLOT} from '../backend/regalloc/resolve.ts';
import {Assembler} from './assembler.ts';
import {FrameMode} from './builder.ts';
import {Mode} from './encode.ts';
import {expand} from './expand.ts';
import {FIELDS, Field, INST_COUNT, Inst, OPERANDS, READS_FLAGS} from './insts.ts';
import {negateTest, Pseudo, Test} from './pseudo.ts';
import {RAX, RDI, RSP, XMM_SCRATCH, XMM0} from './regs.ts';

const STACK_OVERFLOW = trapCode('stack-overflow');
const MOV = Inst['mov.q rm'];
const LEA_D = Inst['lea.d rm'];
const LEA_Q = Inst['lea.q rm'];

/** Operand words of a row: field << 1 | (reads and writes). */
const PLAN: readonly Uint8Array[] = OPERANDS.map((row, id) =>
  Uint8Array.from(row, (operand, n) => {
    const field = FIELDS[id]?.[n] as number;
    return (field << 1) | (operand.reads && operand.writes ? 1 : 0);
  }),
);

const REGISTERS = {
  scratch: XMM_SCRATCH,
  cycles: {other: XMM_SCRATCH - 1, int: null},
  values: Array.from({length: 32}, (_, register) => register).filter((register) => register !== RSP),
  firstVector: XMM0,
};

/** Bytes of the return address, which stands between the frame and the stack arguments. */
const PUSHED = 8;

export class Emitter extends FunctionEmitter<Assembler> {
  readonly a = new Assembler();
  protected readonly pseudo = Pseudo;
  protected readonly registers = REGISTERS;
  protected readonly frameShape = {pushed: PUSHED, saved: 0};

  protected readsFlags(code: number): boolean {
    return code >= INST_COUNT || READS_FLAGS[code] === 1;
  }

  protected emitOther(i: number, code: number): void {
    if (code < INST_COUNT) this.#emitRow(i, code);
    else expand(this, i, code);
  }

  protected negateTest(test: number): number {
    return negateTest(test);
  }

  /** Branches to a label when a test holds. */
  branchTest(test: number, label: number): void {
    const {a} = this;
    const condition = test & 15;
    if ((test & Test.andOrdered) !== 0) {
      const unordered = a.label();
      a.branch(PARITY, unordered);
      a.branch(condition, label);
      a.bind(unordered);
      return;
    }
    if ((test & Test.orUnordered) !== 0) a.branch(PARITY, label);
    a.branch(condition, label);
  }

  protected emitTable(i: number, labels: number[]): void {
    const {a} = this;
    const [index, table, target] = [this.operand(i, 0), this.operand(i, 1), this.operand(i, 2)];
    a.opcodeRegister(Inst['mov.d oi32'], table, labels.length - 1);
    a.rr(Inst['cmp.d rm'], index, table);
    a.rr(Inst['mov.d rm'], target, index);
    a.rr(Inst['cmovae.d rm'], target, table);
    a.tableAddress(table, labels);
    a.o.mode = Mode.baseIndex;
    [a.o.reg, a.o.base, a.o.index, a.o.scale, a.o.disp] = [target, table, target, 2, 0];
    a.emit(Inst['movsxd.q rm32']);
    a.rr(Inst['add.q rm'], target, table);
    a.r(Inst['jmp.q m'], target);
  }

  // ---- rows

  #emitRow(i: number, code: number): void {
    const {f, a} = this;
    const {o} = a;
    const plan = PLAN[code] as Uint8Array;
    let at = f.opStart[i] as number;
    o.mode = Mode.reg;
    o.imm = f.imm[i] as number;
    o.immHigh = f.high[i] as number;
    for (let n = 0; n < plan.length; n++) {
      const field = (plan[n] as number) >> 1;
      if (field === Field.imm) continue;
      if (field === Field.rm) {
        at = this.#setRm(i, at);
        if (f.mode[i] !== Mode.reg) continue;
      } else if (field === Field.reg) o.reg = this.allocation.opLoc[at] as number;
      else if (field === Field.vvvv) o.vvvv = this.allocation.opLoc[at] as number;
      else if (field === Field.immRegister) o.imm = this.allocation.opLoc[at] as number;
      at += 1 + ((plan[n] as number) & 1);
    }
    if ((f.flags[i] as number) & InstFlag.move && o.mode === Mode.reg && o.reg === o.base) return;
    if (f.trap[i] !== 0) a.trapAt(a.offset, f.trap[i] as number, f.wasm[i] as number);
    if ((code === LEA_Q || code === LEA_D) && this.#addInstead(code === LEA_Q)) return;
    a.emit(code);
  }

  /** Sets the rm operand; returns the index behind the operands that a memory operand takes. */
  #setRm(i: number, at: number): number {
    const {f, a} = this;
    const {o} = a;
    const {opLoc} = this.allocation;
    const mode = f.mode[i] as number;
    o.mode = mode;
    o.scale = f.scale[i] as number;
    o.disp = f.disp[i] as number;
    switch (mode) {
      case Mode.reg:
        this.setLocation(opLoc[at] as number);
        return at;
      case Mode.base:
        o.base = opLoc[at] as number;
        return at + 1;
      case Mode.baseIndex:
        o.base = opLoc[at] as number;
        o.index = opLoc[at + 1] as number;
        return at + 2;
      case Mode.index:
        o.index = opLoc[at] as number;
        return at + 1;
      case Mode.rip:
        return at;
      default:
        o.mode = Mode.base;
        o.base = RSP;
        if (mode === FrameMode.incoming) o.disp = this.#incoming(o.disp);
        return at;
    }
  }

  /** Makes the rm operand a register or a spill slot. */
  setLocation(location: number): void {
    const {o} = this.a;
    o.mode = location >= SLOT ? Mode.base : Mode.reg;
    o.base = location >= SLOT ? RSP : location;
    o.disp = location >= SLOT ? this.slotOffset(location) : 0;
  }

  /** `lea d, [d + x]` as the shorter add; nothing between a comparison and its user is a lea. */
  #addInstead(isWide: boolean): boolean {
    const {o} = this.a;
    if (o.mode === Mode.base && o.base === o.reg) {
      if (o.disp === 0) return isWide;
      o.mode = Mode.reg;
      o.imm = o.disp;
      const isByte = o.disp >= -128 && o.disp <= 127;
      this.a.emit(
        isByte ? (isWide ? Inst['add.q mi8'] : Inst['add.d mi8']) : isWide ? Inst['add.q mi32'] : Inst['add.d mi32'],
      );
      return true;
    }
    if (o.mode !== Mode.baseIndex || o.scale !== 0 || o.disp !== 0 || (o.base !== o.reg && o.index !== o.reg))
      return false;
    if (o.base === o.reg) o.base = o.index;
    o.mode = Mode.reg;
    this.a.emit(isWide ? Inst['add.q rm'] : Inst['add.d rm']);
    return true;
  }

  // ---- moves

  protected copyRegister(from: number, to: number): void {
    const {a} = this;
    if (from < XMM0 && to < XMM0) a.rr(MOV, to, from);
    else if (from >= XMM0 && to >= XMM0) a.rr(Inst['movaps rm'], to, from);
    else if (to >= XMM0) a.rr(Inst['movq.x rm'], to, from);
    else a.rr(Inst['movq.x mr'], from, to);
  }

  protected swapRegisters(x: number, y: number): void {
    this.a.rr(Inst['xchg.q mr'], x, y);
  }

  protected loadSlot(offset: number, to: number, isVector: boolean): void {
    this.a.rm(to < XMM0 ? MOV : isVector ? Inst['movups rm'] : Inst['movsd rm'], to, RSP, offset);
  }

  protected storeSlot(from: number, offset: number, isVector: boolean): void {
    this.a.rm(from < XMM0 ? Inst['mov.q mr'] : isVector ? Inst['movups mr'] : Inst['movsd mr'], from, RSP, offset);
  }

  protected recomputeInteger(i: number, to: number, vreg: number): void {
    const {a, f} = this;
    if (f.code[i] === Pseudo.iconst) {
      const [low, high] = [f.imm[i] as number, f.high[i] as number];
      if (to >= SLOT && low >> 31 === high) return a.rm(Inst['mov.q mi32'], 0, RSP, this.slotOffset(to), low);
      a.rPool(Inst['movsd rm'], XMM_SCRATCH, f.pool.add(low, high));
    } else a.rm(Inst['movsd rm'], XMM_SCRATCH, RSP, this.#incoming(f.disp[i] as number));
    this.move(XMM_SCRATCH, to, vreg);
  }

  protected loadArgument(i: number, register: number): void {
    const {a, f} = this;
    const code = f.code[i] as number;
    assert(f.mode[i] === FrameMode.incoming, `row ${code} cannot be computed again`);
    a.rm(code, register, RSP, this.#incoming(f.disp[i] as number));
  }

  /** Offset of an own stack argument from the stack pointer. */
  #incoming(disp: number): number {
    return disp + this.frame.size + PUSHED;
  }

  constant(register: number, low: number, high: number, keepsFlags: boolean): void {
    const {a} = this;
    if (low === 0 && high === 0 && !keepsFlags) a.rr(Inst['xor.d rm'], register, register);
    else if (high === 0) a.opcodeRegister(Inst['mov.d oi32'], register, low);
    else if (high === -1 && low < 0) a.r(Inst['mov.q mi32'], register, low);
    else a.opcodeRegister(Inst['mov.q oi64'], register, low, high);
  }

  poolConstant(register: number, entry: number): void {
    const words = this.f.pool.words(entry).length;
    this.a.rPool(words === 1 ? Inst['movss rm'] : words === 2 ? Inst['movsd rm'] : Inst['movups rm'], register, entry);
  }

  protected floatZero(register: number): void {
    this.a.rr(Inst['xorps rm'], register, register);
  }

  // ---- frame

  protected prologue(): void {
    const {a, f} = this;
    const {size} = this.frame;
    if (f.hasCalls || size > SMALL_FRAME) {
      const overflow = this.trapLabel(STACK_OVERFLOW, 0);
      if (size > SMALL_FRAME) {
        a.rm(LEA_Q, RAX, RSP, -size);
        a.rm(Inst['cmp.q rm'], RAX, RDI, VmContext.stackLimit);
      } else a.rm(Inst['cmp.q rm'], RSP, RDI, VmContext.stackLimit);
      a.branch(BELOW, overflow);
    }
    this.adjustStack(-size);
  }

  /** rsp += bytes, without touching the flags' users: none are live where this is called. */
  adjustStack(bytes: number): void {
    if (bytes === 0) return;
    const row = bytes >= -128 && bytes <= 127 ? Inst['add.q mi8'] : Inst['add.q mi32'];
    this.a.r(row, RSP, bytes);
  }

  protected leave(bytes: number): void {
    this.adjustStack(this.frame.size);
    if (bytes === 0) return this.a.plain(Inst.ret);
    assert(bytes < 0x10000, `${bytes} bytes of stack arguments`);
    this.a.plain(Inst['ret i16'], bytes);
  }

  protected trapInstruction(): void {
    this.a.plain(Inst.ud2);
  }

  // ---- chaos

  protected fillRubbish(register: number): void {
    if (register < XMM0) return this.a.opcodeRegister(Inst['mov.q oi64'], register, RUBBISH[0] + register, RUBBISH[1]);
    this.a.rPool(Inst['movups rm'], register, this.#rubbishEntry());
  }

  protected dirtyUpper(registers: readonly number[]): void {
    this.a.rPool(Inst['movups rm'], XMM_SCRATCH, this.#rubbishEntry());
    for (const register of registers) this.a.rr(Inst['unpcklpd rm'], register, XMM_SCRATCH);
  }

  #rubbishEntry(): number {
    return this.f.pool.add(RUBBISH[0], RUBBISH[1], RUBBISH[1], RUBBISH[0]);
  }
}

const PARITY = 10;
const BELOW = 2;
