/**
 * Emission of AArch64 code: rows from their operand lists, and what the driver (backend/emit.ts) asks for. x16 and x17 serve
 * between instructions; the last two vector registers are the scratches of moves. Pseudo-instructions of our own: expand.ts.
 */
import {assert} from '#engine/base/assert.ts';
import {trapCode} from '#engine/base/traps.ts';
import {VmContext} from '#engine/runtime/layout.ts';
import {FunctionEmitter, RUBBISH, SMALL_FRAME} from '../backend/emit.ts';
import {InstFlag} from '../backend/mfunc.ts';
import {Assembler} from './assembler.ts';
import {FrameMode, ZERO_SHIFT} from './builder.ts';
import {fits} from './encode.ts';
import {expand} from './expand.ts';
import {logicalImmediate} from './immediates.ts';
import {Address, Cond, INST_COUNT, Inst, OPERANDS} from './insts.ts';
import {constantInstruction} from './lower-constant.ts';
import {Pseudo, Test} from './pseudo.ts';
import {LR, SP, V0, X0, X16, X17, ZR} from './regs.ts';
import {rules} from './rules.ts';

const STACK_OVERFLOW = trapCode('stack-overflow');
/** Scratches of moves: never allocated. */
export const V_SCRATCH = V0 + 31;
const V_CYCLE = V0 + 30;

/** What an operand of a row is. */
const Kind = {register: 0, tied: 1, number: 2, logical: 3} as const;
const PLAN: readonly Uint8Array[] = OPERANDS.map((row) =>
  Uint8Array.from(row, ({number, reads, writes}) =>
    number !== null
      ? number.print === 'logical'
        ? Kind.logical
        : Kind.number
      : reads && writes
        ? Kind.tied
        : Kind.register,
  ),
);

/** Rows that make a value from numbers alone, in a vector register. */
const IS_CONSTANT: readonly boolean[] = OPERANDS.map(
  ([to, ...numbers]) => to?.kind === 'vector' && !to.reads && to.writes && numbers.every(({kind}) => kind === 'number'),
);

/** log2 of the bytes of the accesses that a frame slot or stack place takes. */
const STACK_LOG2: Readonly<Record<number, 3 | 4>> = {
  [Inst['ldr.x']]: 3,
  [Inst['str.x']]: 3,
  [Inst['ldr.d']]: 3,
  [Inst['str.d']]: 3,
  [Inst['ldr.q']]: 4,
  [Inst['str.q']]: 4,
};

const REGISTERS = {
  scratch: V_SCRATCH,
  cycles: {other: V_CYCLE, int: X16},
  // All but the platform's, the return address and the stack pointer.
  values: Array.from({length: 64}, (_, n) => n).filter((n) => n !== 18 && n !== LR && n !== SP && n !== V_SCRATCH),
  firstVector: V0,
};

/** A function with calls keeps its return address; the second word is padding. */
const SAVED = 16;

export class Emitter extends FunctionEmitter<Assembler> {
  readonly a = new Assembler();
  protected readonly pseudo = Pseudo;
  protected readonly registers = REGISTERS;
  protected readonly frameShape = {pushed: 0, saved: SAVED};

  constructor() {
    super();
    this.a.allowsPair = () => this.fuel.allow(rules.pair);
  }

  /** Nothing that moves values touches the flags. */
  protected readsFlags(): boolean {
    return false;
  }

  protected emitOther(i: number, code: number): void {
    if (code < INST_COUNT) this.#emitRow(i, code);
    else expand(this, i, code);
  }

  // ---- branches

  protected negateTest(test: number): number {
    return test ^ 1;
  }

  branchTest(test: number, label: number): void {
    assert(test < Test.zero32, 'a test of a register has an instruction');
    this.a.branch(test, label);
  }

  protected override branchWhen(i: number, test: number, label: number): void {
    const {a, f} = this;
    if (test < Test.zero32) return a.branch(test, label);
    const register = this.operand(i, 0);
    switch (test) {
      case Test.zero32:
        return a.compareBranch(Inst['cbz.w'], register, label);
      case Test.notZero32:
        return a.compareBranch(Inst['cbnz.w'], register, label);
      case Test.zero64:
        return a.compareBranch(Inst['cbz.x'], register, label);
      case Test.notZero64:
        return a.compareBranch(Inst['cbnz.x'], register, label);
      default: {
        const bit = f.code[i] === Pseudo.branch ? f.high[i] : f.disp[i];
        a.testBranch(test === Test.bitSet, register, bit as number, label);
      }
    }
  }

  protected emitTable(i: number, labels: number[]): void {
    const {a} = this;
    const [index, table, target] = [this.operand(i, 0), this.operand(i, 1), this.operand(i, 2)];
    this.constant(target, labels.length - 1, 0, false);
    a.op(Inst['cmp.w r'], index, target);
    a.op(Inst['csel.w'], target, index, target, Cond.cc);
    a.tableAddress(table, labels);
    a.op(Inst['ldrsw uxtws'], target, table, target);
    a.op(Inst['add.x r'], table, table, target);
    a.op(Inst.br, table);
  }

  // ---- rows

  #emitRow(i: number, code: number): void {
    const {f, a} = this;
    const mode = f.mode[i] as number;
    const frameMode = mode & ((1 << ZERO_SHIFT) - 1);
    if (frameMode !== 0) return this.#emitStackRow(i, code, this.operand(i, 0));
    const {values} = a;
    const {opLoc} = this.allocation;
    const plan = PLAN[code] as Uint8Array;
    let at = f.opStart[i] as number;
    let zeros = mode >> ZERO_SHIFT;
    let numbers = 0;
    let v = 0;
    for (let n = 0; n < plan.length; n++) {
      const kind = plan[n] as number;
      if (kind === Kind.number) {
        values[v++] = (numbers === 0 ? f.imm[i] : numbers === 1 ? f.high[i] : f.disp[i]) as number;
        numbers++;
      } else if (kind === Kind.logical) {
        values[v++] = f.imm[i] as number;
        values[v++] = f.high[i] as number;
      } else {
        if ((zeros & 1) !== 0) values[v++] = ZR;
        else {
          values[v++] = opLoc[at] as number;
          at += kind === Kind.tied ? 2 : 1;
        }
        zeros >>= 1;
      }
    }
    if (((f.flags[i] as number) & InstFlag.move) !== 0 && values[0] === values[1]) return;
    if (f.trap[i] !== 0) a.trapAt(a.offset, f.trap[i] as number, f.wasm[i] as number);
    a.emit(code);
  }

  /** A load or store of a stack place, which the frame says. */
  #emitStackRow(i: number, code: number, register: number): void {
    const {f, frame} = this;
    const isIncoming = f.mode[i] === FrameMode.incoming;
    this.stackAccess(code, register, (f.disp[i] as number) + (isIncoming ? frame.size : 0));
  }

  /** [sp + offset], whatever the offset. */
  stackAccess(row: number, register: number, offset: number): void {
    const {a} = this;
    const log2 = STACK_LOG2[row];
    assert(log2 !== undefined, `row ${row} accesses the stack`);
    if (fits(log2 === 3 ? 'u12x8' : 'u12x16', offset)) return a.op(row + Address.scaled, register, SP, offset);
    if (fits('s9', offset)) return a.op(row + Address.unscaled, register, SP, offset);
    this.constant(X16, offset, offset >> 31, false);
    a.op(row + Address.x, register, SP, X16);
  }

  // ---- moves

  protected copyRegister(from: number, to: number): void {
    const {a} = this;
    if (from < V0 && to < V0) a.op(Inst['mov.x'], to, from);
    else if (from >= V0 && to >= V0) a.op(Inst['mov.16b'], to, from);
    else if (to >= V0) a.op(Inst['fmov.d.x'], to, from);
    else a.op(Inst['fmov.x.d'], to, from);
  }

  protected swapRegisters(x: number, y: number): void {
    this.copyRegister(x, X16);
    this.copyRegister(y, x);
    this.copyRegister(X16, y);
  }

  protected loadSlot(offset: number, to: number, isVector: boolean): void {
    this.stackAccess(to < V0 ? Inst['ldr.x'] : isVector ? Inst['ldr.q'] : Inst['ldr.d'], to, offset);
  }

  protected storeSlot(from: number, offset: number, isVector: boolean): void {
    this.stackAccess(from < V0 ? Inst['str.x'] : isVector ? Inst['str.q'] : Inst['str.d'], from, offset);
  }

  protected override recompute(i: number, register: number): void {
    const {f, a} = this;
    const code = f.code[i] as number;
    if (IS_CONSTANT[code] === true) a.op(code, register, f.imm[i] as number, f.high[i] as number);
    else super.recompute(i, register);
  }

  protected recomputeInteger(i: number, to: number, vreg: number): void {
    this.recompute(i, X17);
    this.move(X17, to, vreg);
  }

  protected loadArgument(i: number, register: number): void {
    const code = this.f.code[i] as number;
    assert(this.f.mode[i] === FrameMode.incoming, `row ${code} cannot be computed again`);
    this.#emitStackRow(i, code, register);
  }

  /** As few 16-bit pieces as there are, or a logical immediate. */
  constant(register: number, low: number, high: number, _keepsFlags: boolean): void {
    const {a} = this;
    const pieces = [low & 0xffff, low >>> 16, high & 0xffff, high >>> 16];
    const zeros = pieces.filter((piece) => piece === 0).length;
    const ones = pieces.filter((piece) => piece === 0xffff).length;
    if (zeros < 3 && ones < 3 && logicalImmediate(low, high) >= 0) return a.op(Inst['mov.x log'], register, low, high);
    const fill = ones > zeros ? 0xffff : 0;
    let isFirst = true;
    pieces.forEach((piece, n) => {
      if (piece === fill) return;
      if (!isFirst) a.op(Inst['movk.x'], register, piece, 16 * n);
      else if (fill === 0) a.op(Inst['movz.x'], register, piece, 16 * n);
      else a.op(Inst['movn.x'], register, piece ^ 0xffff, 16 * n);
      isFirst = false;
    });
    if (isFirst) a.op(fill === 0 ? Inst['movz.x'] : Inst['movn.x'], register, 0, 0);
  }

  poolConstant(register: number, entry: number): void {
    const {a, f} = this;
    const words = f.pool.words(entry).length;
    const row = words === 1 ? Inst['ldr.s lit'] : words === 2 ? Inst['ldr.d lit'] : Inst['ldr.q lit'];
    a.literal(row, register, f.pool, entry);
  }

  /** A constant of one, two or four words. */
  vectorConstant(register: number, words: readonly number[]): void {
    const found = constantInstruction(words);
    if (found === null) this.poolConstant(register, this.f.pool.add(...words));
    else this.a.op(found.row, register, found.first, found.second);
  }

  protected floatZero(register: number): void {
    this.a.op(Inst['movi.2d'], register, 0);
  }

  // ---- frame

  protected prologue(): void {
    const {a, f} = this;
    const {size, saved} = this.frame;
    if (f.hasCalls || size > SMALL_FRAME) {
      const overflow = this.trapLabel(STACK_OVERFLOW, 0);
      a.op(Inst['ldr.x'], X16, X0, VmContext.stackLimit);
      if (size > SMALL_FRAME) {
        this.addToStack(X17, -size);
        a.op(Inst['cmp.x r'], X17, X16);
      } else a.op(Inst['cmp.x uxtx'], SP, X16, 0);
      a.branch(Cond.cc, overflow);
    }
    if (f.hasCalls && saved === 0 && size <= SMALL_FRAME) return a.op(Inst['str.x pre'], LR, SP, -size);
    this.addToStack(SP, -size);
    if (f.hasCalls) this.stackAccess(Inst['str.x'], LR, saved);
  }

  /** register := sp + bytes */
  addToStack(register: number, bytes: number): void {
    const {a} = this;
    if (bytes === 0) return;
    const row = bytes < 0 ? Inst['sub.x i'] : Inst['add.x i'];
    const magnitude = Math.abs(bytes);
    if (magnitude < 0x1000000) {
      const [low, high] = [magnitude & 0xfff, magnitude & 0xfff000];
      if (high !== 0) a.op(row, register, SP, high);
      if (low !== 0) a.op(row, register, high === 0 ? SP : register, low);
      return;
    }
    this.constant(X17, magnitude, 0, false);
    a.op(bytes < 0 ? Inst['sub.x uxtx'] : Inst['add.x uxtx'], register, SP, X17, 0);
  }

  /** Gives the frame back, and `bytes` more; the return address is in lr afterwards. */
  dropFrame(bytes: number): void {
    const {a, f} = this;
    const {size, saved} = this.frame;
    if (f.hasCalls && saved === 0 && size + bytes < 256 && size + bytes >= -256)
      return a.op(Inst['ldr.x post'], LR, SP, size + bytes);
    if (f.hasCalls) this.stackAccess(Inst['ldr.x'], LR, saved);
    this.addToStack(SP, size + bytes);
  }

  protected leave(bytes: number): void {
    this.dropFrame(bytes);
    this.a.op(Inst.ret);
  }

  protected trapInstruction(code: number): void {
    this.a.op(Inst.udf, code);
  }

  // ---- chaos

  protected fillRubbish(register: number): void {
    if (register >= V0) return this.poolConstant(register, this.#rubbishEntry());
    this.constant(register, RUBBISH[0] + register, RUBBISH[1], false);
  }

  protected dirtyUpper(registers: readonly number[]): void {
    this.constant(X16, RUBBISH[0], RUBBISH[1], false);
    for (const register of registers) this.a.op(Inst['fmov.high.x'], register, X16);
  }

  #rubbishEntry(): number {
    return this.f.pool.add(RUBBISH[0], RUBBISH[1], RUBBISH[1], RUBBISH[0]);
  }
}
