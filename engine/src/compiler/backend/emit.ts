/**
 * Emission of an allocated function, without a word about the machine: prologue, blocks with the moves of their gaps,
 * branches between them, traps and slow paths behind the last block, then pool and jump tables (code.ts). A target extends it
 * with what its instructions are.
 */
import type {Chaos} from '../chaos.ts';
import type {Fuel} from '../fuel.ts';
import type {CodeAssembler} from './code.ts';
import {type Frame, type FrameShape, frameOf, unwindFrame} from './frame.ts';
import {InstFlag, type MFunc, RegClass} from './mfunc.ts';
import type {PseudoIds} from './pseudo.ts';
import {type CycleScratches, ParallelMoves} from './regalloc/moves.ts';
import {type Allocation, Phase, REMAT, SLOT} from './regalloc/resolve.ts';
import type {BackendOptions, FunctionCode} from './target.ts';

/** Frames up to this size may reach below the limit, into the room kept for builtins. */
export const SMALL_FRAME = 256;

/** Words of the rubbish that chaos leaves in registers. */
export const RUBBISH = [0x5a5a5a5a, 0x6b6b6b6b] as const;

/** Trap code of an entry at a return address: the builtin itself says which trap it is. */
export const RETURN_ADDRESS = 0xff;

/** Registers that emission needs for itself, and those that chaos may fill. */
export interface EmissionRegisters {
  /** A vector register that is never allocated: copies from slot to slot. */
  readonly scratch: number;
  /** Others, for cycles of moves. */
  readonly cycles: CycleScratches;
  /** All that hold values. */
  readonly values: readonly number[];
  /** First vector register; those below are integer registers. */
  readonly firstVector: number;
}

export abstract class FunctionEmitter<A extends CodeAssembler> {
  abstract readonly a: A;
  protected abstract readonly pseudo: PseudoIds;
  protected abstract readonly registers: EmissionRegisters;
  protected abstract readonly frameShape: FrameShape;
  f!: MFunc;
  protected fuel!: Fuel;
  allocation!: Allocation;
  frame: Frame = {size: 0, slots: 0, saved: 0};
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
  #keepsFlags = false;

  // ---- what a target says

  /** Whether an instruction may read the flags, so that moves before it must leave them alone. */
  protected abstract readsFlags(code: number): boolean;
  /** Compares the stack with the limit where needed, and makes the frame. */
  protected abstract prologue(): void;
  /** Gives the frame back, drops `bytes` of own stack arguments and returns. */
  protected abstract leave(bytes: number): void;
  /** An instruction that is no shared pseudo-instruction, or a call. */
  protected abstract emitOther(i: number, code: number): void;
  /** min(index, last case), then a jump by the table of labels. */
  protected abstract emitTable(i: number, labels: number[]): void;
  /** Branches to a label when a test holds. */
  abstract branchTest(test: number, label: number): void;
  protected abstract negateTest(test: number): number;
  /** The trapping instruction. */
  protected abstract trapInstruction(code: number): void;
  protected abstract copyRegister(from: number, to: number): void;
  protected abstract swapRegisters(x: number, y: number): void;
  protected abstract loadSlot(offset: number, to: number, isVector: boolean): void;
  protected abstract storeSlot(from: number, offset: number, isVector: boolean): void;
  /** The shortest way to a 64-bit constant in an integer register. */
  abstract constant(register: number, low: number, high: number, keepsFlags: boolean): void;
  abstract poolConstant(register: number, entry: number): void;
  protected abstract floatZero(register: number): void;
  /** Loads an own stack argument again, by the instruction that loads it. */
  protected abstract loadArgument(i: number, register: number): void;
  /** An integer computed again, by instruction `i`, where it cannot go at once: a slot or a vector register. */
  protected abstract recomputeInteger(i: number, to: number, vreg: number): void;
  /** Fills a register with rubbish. */
  protected abstract fillRubbish(register: number): void;
  /** Fills what stands above the low 8 bytes of vector registers. */
  protected abstract dirtyUpper(registers: readonly number[]): void;

  /** Code of a function. */
  run(f: MFunc, allocation: Allocation, {chaos, fuel}: Pick<BackendOptions, 'chaos' | 'fuel'>): FunctionCode {
    this.f = f;
    this.fuel = fuel;
    this.allocation = allocation;
    this.#chaos = chaos;
    this.frame = frameOf(f, allocation.slotUnits, this.frameShape);
    this.a.clear();
    this.a.frame = unwindFrame(this.frame, f, this.frameShape);
    this.#later = [];
    this.#traps = [];
    this.#blockLabel = Array.from({length: f.blockCount}, () => this.a.label());
    this.#findForwards();
    this.prologue();
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
    return f.code[f.order[first] as number] === this.pseudo.jump;
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
    const {f, pseudo} = this;
    const code = f.code[i] as number;
    if (code < pseudo.args || code > pseudo.iconst) return this.emitOther(i, code);
    switch (code) {
      case pseudo.args:
        return this.#perturb(i);
      case pseudo.jump:
        return this.#goTo(this.#successor(b, 0), b);
      case pseudo.branch:
        return this.#emitBranch(i, b);
      case pseudo.table: {
        const cases = f.jumpTables[f.imm[i] as number] as number[];
        return this.emitTable(
          i,
          cases.map((n) => this.#blockLabel[this.#successor(b, n)] as number),
        );
      }
      case pseudo.return:
        this.#perturb(i);
        return this.leave(f.imm[i] as number);
      case pseudo.trap:
        return this.trapHere(f.imm[i] as number, f.wasm[i] as number);
      case pseudo['trap.if']:
        return this.branchWhen(i, f.imm[i] as number, this.trapLabel(f.high[i] as number, f.wasm[i] as number));
      case pseudo.iconst:
        return this.constant(this.operand(i, 0), f.imm[i] as number, f.high[i] as number, false);
      case pseudo.fconst:
        return this.poolConstant(this.operand(i, 0), f.imm[i] as number);
      case pseudo.fzero:
        return this.floatZero(this.operand(i, 0));
      case pseudo.results:
        return; // they are where the call left them
      default:
        this.#emitCall(i, code, b);
    }
  }

  #emitCall(i: number, code: number, b: number): void {
    const tries = ((this.f.flags[i] as number) & InstFlag.tries) !== 0;
    this.pad = tries ? (this.#blockLabel[this.#successor(b, 1)] as number) : -1;
    this.emitOther(i, code);
    if (tries) this.#goTo(this.#successor(b, 0), b);
  }

  #successor(b: number, n: number): number {
    return this.#forward[this.f.edgeTarget[(this.f.succStart[b] as number) + n] as number] as number;
  }

  #goTo(target: number, from: number): void {
    if (this.#emissionNext[from] !== target) this.a.jump(this.#blockLabel[target] as number);
  }

  #emitBranch(i: number, b: number): void {
    let test = this.f.imm[i] as number;
    let [taken, other] = [this.#successor(b, 0), this.#successor(b, 1)];
    if (this.#emissionNext[b] === taken) {
      test = this.negateTest(test);
      [taken, other] = [other, taken];
    }
    this.branchWhen(i, test, this.#blockLabel[taken] as number);
    this.#goTo(other, b);
  }

  /** Branches when a test, perhaps of the operands of instruction `i`, holds. */
  protected branchWhen(_i: number, test: number, label: number): void {
    this.branchTest(test, label);
  }

  /** Location of the n-th operand of an instruction. */
  operand(i: number, n: number): number {
    return this.allocation.opLoc[(this.f.opStart[i] as number) + n] as number;
  }

  isIntRegister(location: number): boolean {
    return location < this.registers.firstVector;
  }

  // ---- moves

  #emitMoves(k: number, i: number): void {
    const {allocation} = this;
    this.#keepsFlags = this.readsFlags(this.f.code[i] as number);
    for (let phase = Phase.edgeIn as number; phase <= Phase.edgeOut; phase++) {
      for (let m = allocation.moveHead[k] as number; m !== 0; m = allocation.moveNext[m] as number) {
        if (allocation.movePhase[m] === phase)
          this.#moves.add(allocation.moveFrom[m] as number, allocation.moveTo[m] as number, m);
      }
      if (this.#moves.count > 0) this.#moves.resolve(this.#isInt, this.registers.cycles, this.#sink);
    }
  }

  readonly #isInt = (location: number): boolean => this.isIntRegister(location);
  readonly #sink = {
    move: (from: number, to: number, m: number): void => this.move(from, to, this.allocation.moveVreg[m] as number),
    swap: (x: number, y: number): void => this.swapRegisters(x, y),
  };

  /** Moves a value between two places. */
  protected move(from: number, to: number, vreg: number): void {
    if (from === REMAT) return this.#rematerialise(vreg, to);
    const isVector = this.f.vregClass[vreg] === RegClass.vector;
    if (from >= SLOT && to >= SLOT) {
      this.loadSlot(this.slotOffset(from), this.registers.scratch, isVector);
      this.storeSlot(this.registers.scratch, this.slotOffset(to), isVector);
    } else if (to >= SLOT) this.storeSlot(from, this.slotOffset(to), isVector);
    else if (from >= SLOT) this.loadSlot(this.slotOffset(from), to, isVector);
    else this.copyRegister(from, to);
  }

  slotOffset(location: number): number {
    return this.frame.slots + 8 * (location - SLOT);
  }

  /** Computes a value again, by the instruction that defines it. */
  #rematerialise(vreg: number, to: number): void {
    const {f} = this;
    const i = f.remat[vreg] as number;
    const isInt = f.vregClass[vreg] === RegClass.int;
    if (to < SLOT && isInt === this.isIntRegister(to)) return this.recompute(i, to);
    if (isInt) return this.recomputeInteger(i, to, vreg);
    this.recompute(i, this.registers.scratch);
    this.move(this.registers.scratch, to, vreg);
  }

  /** The value of instruction `i`, in a register of its class. */
  protected recompute(i: number, register: number): void {
    const {f, pseudo} = this;
    switch (f.code[i]) {
      case pseudo.iconst:
        return this.constant(register, f.imm[i] as number, f.high[i] as number, this.#keepsFlags);
      case pseudo.fzero:
        return this.floatZero(register);
      case pseudo.fconst:
        return this.poolConstant(register, f.imm[i] as number);
      default:
        this.loadArgument(i, register);
    }
  }

  // ---- chaos

  /** At entry and return: registers that carry no operand are filled with rubbish, and what stands above scalar floats. */
  #perturb(i: number): void {
    const {poison, dirtyUpper} = this.#chaos.plan;
    if (!poison && !dirtyUpper) return;
    const {f} = this;
    const carried = new Set<number>();
    const floats: number[] = [];
    for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
      const location = this.allocation.opLoc[o] as number;
      carried.add(location);
      if (f.vregClass[f.opVreg[o] as number] === RegClass.float) floats.push(location);
    }
    if (poison) for (const register of this.registers.values) if (!carried.has(register)) this.fillRubbish(register);
    if (dirtyUpper) this.dirtyUpper(floats);
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
    this.trapInstruction(code);
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
