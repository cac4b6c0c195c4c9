/**
 * Emission of an allocated function: prologue, blocks with the moves of their gaps, out-of-line traps and slow paths, constant
 * pool and jump tables. Rows are emitted from their operand lists; pseudo-instructions by expand.ts.
 */
import {assert} from '#engine/base/assert.ts';
import {trapCode} from '#engine/base/traps.ts';
import {VmContext} from '#engine/runtime/layout.ts';
import {type Frame, frameOf} from '../backend/frame.ts';
import {InstFlag, type MFunc, RegClass} from '../backend/mfunc.ts';
import {ParallelMoves} from '../backend/regalloc/moves.ts';
import {type Allocation, Phase, REMAT, SLOT} from '../backend/regalloc/resolve.ts';
import type {FunctionCode} from '../backend/target.ts';
import type {Chaos} from '../chaos.ts';
import {Assembler} from './assembler.ts';
import {FrameMode} from './builder.ts';
import {Mode} from './encode.ts';
import {expand} from './expand.ts';
import {FIELDS, Field, INST_COUNT, Inst, OPERANDS, READS_FLAGS} from './insts.ts';
import {negateTest, Pseudo, Test} from './pseudo.ts';
import {RAX, RDI, RSP, XMM_SCRATCH} from './regs.ts';

const STACK_OVERFLOW = trapCode('stack-overflow');
/** Frames up to this size may reach below the limit, into the room kept for builtins. */
const SMALL_FRAME = 256;
/** Locations of parallel moves that name the scratch registers. */
const CYCLE_SCRATCH = XMM_SCRATCH - 1;

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

export class Emitter {
  readonly a = new Assembler();
  f!: MFunc;
  allocation!: Allocation;
  frame: Frame = {size: 0, slots: 0};
  /** Label of the landing pad of the call at hand, -1: none. */
  pad = -1;
  #chaos!: Chaos;
  readonly #moves = new ParallelMoves();
  #blockLabel: number[] = [];
  #forward: Int32Array = new Int32Array(64);
  #emissionNext: number[] = [];
  /** Code beside the path, emitted behind the last block. */
  #later: (() => void)[] = [];
  #traps: number[] = []; // label, trap code, wasm offset
  #readsFlags = false;

  /** Code of a function. */
  run(f: MFunc, allocation: Allocation, chaos: Chaos): FunctionCode {
    this.f = f;
    this.allocation = allocation;
    this.#chaos = chaos;
    this.frame = frameOf(f, allocation.slotUnits);
    this.a.clear();
    this.a.frame = {returnAt: this.frame.size, end: this.frame.size + 8 + f.incomingBytes};
    this.#later = [];
    this.#traps = [];
    this.#blockLabel = Array.from({length: f.blockCount}, () => this.a.label());
    this.#findForwards();
    this.#prologue();
    this.#emitBlocks();
    for (const later of this.#later) later();
    this.#emitTraps();
    return this.a.finish(f.pool, !chaos.plan.longBranches);
  }

  // ---- blocks

  /** A block that only jumps on is skipped by those who jump to it; an empty endless loop stays. */
  #findForwards(): void {
    const {f} = this;
    if (this.#forward.length < f.blockCount) this.#forward = new Int32Array(f.blockCount * 2);
    const forward = this.#forward;
    for (let b = 0; b < f.blockCount; b++)
      forward[b] = this.#jumpsOn(b) ? (f.edgeTarget[f.succStart[b] as number] as number) : b;
    for (let b = 0; b < f.blockCount; b++) {
      let target = b;
      let steps = 0;
      while (forward[target] !== target && steps++ <= f.blockCount) target = forward[target] as number;
      // A cycle of such blocks: one of them is emitted and jumps to itself.
      if (steps > f.blockCount) forward[target] = target;
      forward[b] = target;
    }
  }

  #jumpsOn(b: number): boolean {
    const {f} = this;
    const first = f.blockFirst[b] as number;
    if (b === 0 || (f.blockFirst[b + 1] as number) - first !== 1 || this.allocation.moveHead[first] !== 0) return false;
    return f.code[f.order[first] as number] === Pseudo.jump;
  }

  #target(b: number): number {
    return this.#forward[b] as number;
  }

  #emitBlocks(): void {
    const {f} = this;
    const order: number[] = [];
    for (const cold of [0, 1])
      for (let b = 0; b < f.blockCount; b++) if (this.#forward[b] === b && f.cold[b] === cold) order.push(b);
    if (this.#chaos.plan.shuffleBlocks) this.#chaos.shuffle(order, 1, order.length);
    this.#emissionNext = [];
    order.forEach((b, n) => {
      this.#emissionNext[b] = order[n + 1] ?? -1;
    });
    for (const b of order) this.#emitBlock(b);
    for (let b = 0; b < f.blockCount; b++)
      if (this.#forward[b] !== b) this.a.labels.offset[this.#blockLabel[b] as number] = 0; // never a target
  }

  #emitBlock(b: number): void {
    const {f} = this;
    this.a.bind(this.#blockLabel[b] as number);
    for (let k = f.blockFirst[b] as number; k < (f.blockFirst[b + 1] as number); k++) {
      const i = f.order[k] as number;
      this.a.origin(f.wasm[i] as number, f.rule[i] as number);
      if (this.allocation.moveHead[k] !== 0) this.#emitMoves(k, i);
      this.#emitInst(i, b);
    }
  }

  #emitInst(i: number, b: number): void {
    const {f} = this;
    const code = f.code[i] as number;
    if (code < INST_COUNT) return this.#emitRow(i, code);
    switch (code) {
      case Pseudo.jump:
        return this.#goTo(this.#successor(b, 0), b);
      case Pseudo.branch:
        return this.#emitBranch(i, b);
      case Pseudo.table:
        return this.#emitTable(i, b);
      default:
        this.#expand(i, code, b);
    }
  }

  #expand(i: number, code: number, b: number): void {
    const tries = ((this.f.flags[i] as number) & InstFlag.tries) !== 0;
    this.pad = tries ? (this.#blockLabel[this.#successor(b, 1)] as number) : -1;
    expand(this, i, code);
    if (tries) this.#goTo(this.#successor(b, 0), b);
  }

  #successor(b: number, n: number): number {
    return this.#target(this.f.edgeTarget[(this.f.succStart[b] as number) + n] as number);
  }

  #goTo(target: number, from: number): void {
    if (this.#emissionNext[from] !== target) this.a.jump(this.#blockLabel[target] as number);
  }

  #emitBranch(i: number, b: number): void {
    let test = this.f.imm[i] as number;
    let [taken, other] = [this.#successor(b, 0), this.#successor(b, 1)];
    if (this.#emissionNext[b] === taken) {
      test = negateTest(test);
      [taken, other] = [other, taken];
    }
    this.branchTest(test, this.#blockLabel[taken] as number);
    this.#goTo(other, b);
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

  /** index := min(index, last); jump to the table's entry. */
  #emitTable(i: number, b: number): void {
    const {a, f} = this;
    const [index, table, target] = [this.operand(i, 0), this.operand(i, 1), this.operand(i, 2)];
    const cases = f.jumpTables[f.imm[i] as number] as number[];
    a.opcodeRegister(Inst['mov.d oi32'], table, cases.length - 1);
    a.rr(Inst['cmp.d rm'], index, table);
    a.rr(Inst['mov.d rm'], target, index);
    a.rr(Inst['cmovae.d rm'], target, table);
    a.tableAddress(
      table,
      cases.map((n) => this.#blockLabel[this.#successor(b, n)] as number),
    );
    a.o.mode = Mode.baseIndex;
    [a.o.reg, a.o.base, a.o.index, a.o.scale, a.o.disp] = [target, table, target, 2, 0];
    a.emit(Inst['movsxd.q rm32']);
    a.rr(Inst['add.q rm'], target, table);
    a.r(Inst['jmp.q m'], target);
  }

  // ---- rows

  /** Location of the n-th operand of an instruction. */
  operand(i: number, n: number): number {
    return this.allocation.opLoc[(this.f.opStart[i] as number) + n] as number;
  }

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
        if (mode === FrameMode.incoming) o.disp += this.frame.size + 8;
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

  slotOffset(location: number): number {
    return this.frame.slots + 8 * (location - SLOT);
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

  #emitMoves(k: number, i: number): void {
    const {allocation} = this;
    const code = this.f.code[i] as number;
    this.#readsFlags = code >= INST_COUNT || READS_FLAGS[code] === 1;
    for (let phase = Phase.edgeIn as number; phase <= Phase.edgeOut; phase++) {
      for (let m = allocation.moveHead[k] as number; m !== 0; m = allocation.moveNext[m] as number) {
        if (allocation.movePhase[m] === phase)
          this.#moves.add(allocation.moveFrom[m] as number, allocation.moveTo[m] as number, m);
      }
      if (this.#moves.count > 0) this.#moves.resolve(isIntRegister, CYCLE_SCRATCH, this.#sink);
    }
  }

  readonly #sink = {
    move: (from: number, to: number, m: number): void => this.#move(from, to, this.allocation.moveVreg[m] as number),
    swap: (x: number, y: number): void => this.a.rr(Inst['xchg.q mr'], x, y),
  };

  #move(from: number, to: number, vreg: number): void {
    if (from === REMAT) return this.#rematerialise(vreg, to);
    const isWide = this.f.vregClass[vreg] === RegClass.vector;
    if (from >= SLOT && to >= SLOT) {
      this.#move(from, XMM_SCRATCH, vreg);
      this.#move(XMM_SCRATCH, to, vreg);
      return;
    }
    const {a} = this;
    if (to >= SLOT) {
      const row = from < 16 ? Inst['mov.q mr'] : isWide ? Inst['movups mr'] : Inst['movsd mr'];
      return a.rm(row, from, RSP, this.slotOffset(to));
    }
    if (from >= SLOT) {
      const row = to < 16 ? MOV : isWide ? Inst['movups rm'] : Inst['movsd rm'];
      return a.rm(row, to, RSP, this.slotOffset(from));
    }
    if (from < 16 && to < 16) a.rr(MOV, to, from);
    else if (from >= 16 && to >= 16) a.rr(Inst['movaps rm'], to, from);
    else if (to >= 16) a.rr(Inst['movq.x rm'], to, from);
    else a.rr(Inst['movq.x mr'], from, to);
  }

  /** Computes a value again, by the instruction that defines it. */
  #rematerialise(vreg: number, to: number): void {
    const {f} = this;
    const i = f.remat[vreg] as number;
    const isInt = f.vregClass[vreg] === RegClass.int;
    if (to < SLOT && isInt === to < 16) return this.#rematerialiseIn(i, to);
    if (isInt && f.code[i] === Pseudo.iconst) {
      const [low, high] = [f.imm[i] as number, f.high[i] as number];
      if (to >= SLOT && low >> 31 === high) return this.a.rm(Inst['mov.q mi32'], 0, RSP, this.slotOffset(to), low);
      this.a.rPool(Inst['movsd rm'], XMM_SCRATCH, f.pool.add(low, high));
    } else if (isInt) {
      this.a.rm(Inst['movsd rm'], XMM_SCRATCH, RSP, (f.disp[i] as number) + this.frame.size + 8); // a stack argument
    } else {
      this.#rematerialiseIn(i, XMM_SCRATCH);
    }
    this.#move(XMM_SCRATCH, to, vreg);
  }

  #rematerialiseIn(i: number, register: number): void {
    const {f, a} = this;
    const code = f.code[i] as number;
    if (code === Pseudo.iconst)
      return this.constant(register, f.imm[i] as number, f.high[i] as number, this.#readsFlags);
    if (code === Pseudo.fzero) return a.rr(Inst['xorps rm'], register, register);
    if (code === Pseudo.fconst) return this.poolConstant(register, f.imm[i] as number);
    assert(f.mode[i] === FrameMode.incoming, `row ${code} cannot be computed again`);
    a.rm(code, register, RSP, (f.disp[i] as number) + this.frame.size + 8);
  }

  /** The shortest way to a 64-bit constant. */
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

  // ---- frame

  #prologue(): void {
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

  get poisons(): boolean {
    return this.#chaos.plan.poison;
  }

  get dirtiesUpper(): boolean {
    return this.#chaos.plan.dirtyUpper;
  }

  // ---- beside the path

  /** Label of code that traps with `code`. */
  trapLabel(code: number, wasm: number): number {
    const label = this.a.label();
    this.#traps.push(label, code, wasm);
    return label;
  }

  /** Runs `emit` behind the last block. */
  later(emit: () => void): void {
    this.#later.push(emit);
  }

  trapHere(code: number, wasm: number): void {
    this.a.trapAt(this.a.offset, code, wasm);
    this.a.plain(Inst.ud2);
  }

  #emitTraps(): void {
    const traps = this.#traps;
    for (let n = 0; n < traps.length; n += 3) {
      this.a.origin(traps[n + 2] as number, 0);
      this.a.bind(traps[n] as number);
      this.trapHere(traps[n + 1] as number, traps[n + 2] as number);
    }
  }
}

const PARITY = 10;
const BELOW = 2;

const isIntRegister = (location: number): boolean => location < 16;
