/**
 * x86-64 instructions of one function by row: the shapes of operands, branches, and references relative to rip. The rest is
 * the assembler's of the back end.
 */
import {CodeAssembler} from '../backend/code.ts';
import {encode, Mode, type Operands, operands} from './encode.ts';
import {FORM, forms, Inst} from './insts.ts';
import {printInst} from './print.ts';

const JUMP = 0;
const BRANCH = 1;
/** The displacement of a rip-relative operand; 0 to 4 bytes of an immediate stand behind it, which the form says. */
const DISPLACEMENT = 2;
const displacement = {longBytes: 4, shortBytes: 4, reach: 0};
const JUMP_ROW = Inst['jmp d'];
const BRANCH_ROW = Inst['jo d'];

/** Bytes of an immediate behind the displacement, by form. */
const IMMEDIATE_BYTES = Uint8Array.from(forms, (form) =>
  /i8$/.test(form) ? 1 : /i16$/.test(form) ? 2 : /i32$/.test(form) ? 4 : 0,
);

/** Operands of a printed instruction, with the pool entry that it reads. */
function poolText(text: string, entry: number): string {
  return text.slice(text.indexOf(' ') + 1).replace(/(\w+ PTR )?\[rip\+0x0\]/, `[pool ${entry}]`);
}

export class Assembler extends CodeAssembler {
  /** Operands of the next instruction; `emit` leaves them as they are. */
  readonly o: Operands = operands();
  protected readonly forms = [
    {longBytes: 5, shortBytes: 2, reach: 127},
    {longBytes: 6, shortBytes: 2, reach: 127},
    ...Array.from({length: 5}, () => displacement),
  ];
  protected readonly callField = 1;
  protected readonly padding = 0xcc;
  #remark = '';

  #put(row: number): void {
    if (this.listing !== null) {
      const text = printInst(row, this.o);
      this.line(this.#remark === '' ? text : `${text.split(' ')[0]} ${this.#remark}`, false);
    }
    this.#remark = '';
    encode(this.buffer, row, this.o);
  }

  // ---- instructions; the names of shapes are those of builder.ts, on physical registers

  /** Row with the operands in `o`. */
  emit(row: number): void {
    if (this.o.mode !== Mode.rip) {
      this.#put(row);
      return;
    }
    const entry = this.o.disp;
    this.o.disp = 0;
    if (this.listing !== null) this.#remark = poolText(printInst(row, this.o), entry);
    this.#put(row);
    this.#displacement(row, this.poolLabel(entry));
  }

  /** reg, rm both registers; `imm` where the row has one. */
  rr(row: number, reg: number, rm: number, imm = 0): void {
    const {o} = this;
    o.mode = Mode.reg;
    o.reg = reg;
    o.base = rm;
    o.imm = imm;
    this.#put(row);
  }

  /** rm only, or with an immediate. */
  r(row: number, rm: number, imm = 0): void {
    this.rr(row, 0, rm, imm);
  }

  /** reg and [base + disp]. */
  rm(row: number, reg: number, base: number, disp: number, imm = 0): void {
    const {o} = this;
    o.mode = Mode.base;
    o.reg = reg;
    o.base = base;
    o.disp = disp;
    o.imm = imm;
    this.#put(row);
  }

  /** reg and a pool entry. */
  rPool(row: number, reg: number, entry: number): void {
    const {o} = this;
    o.mode = Mode.rip;
    o.reg = reg;
    o.disp = entry;
    this.emit(row);
  }

  /** Register in the opcode byte. */
  opcodeRegister(row: number, register: number, imm = 0, high = 0): void {
    const {o} = this;
    o.reg = register;
    o.imm = imm;
    o.immHigh = high;
    this.#put(row);
  }

  plain(row: number, imm = 0): void {
    this.o.imm = imm;
    this.#put(row);
  }

  /** lea reg, [table]: the table of 32-bit distances from itself to labels. */
  tableAddress(reg: number, labels: number[]): void {
    const {o} = this;
    o.mode = Mode.rip;
    o.reg = reg;
    o.disp = 0;
    const row = Inst['lea.q rm'];
    this.#put(row);
    this.#displacement(row, this.tableLabel(labels));
  }

  /** The displacement of the instruction just written names a label. */
  #displacement(row: number, label: number): void {
    const behind = IMMEDIATE_BYTES[FORM[row] as number] as number;
    this.labels.addBranch(this.buffer.length - 4 - behind, label, DISPLACEMENT + behind);
  }

  /** call of a function of the module. */
  call(functionIndex: number): void {
    this.#callRow(Inst['call d'], functionIndex);
  }

  /** jmp to a function of the module. */
  jumpToFunction(functionIndex: number): void {
    this.#callRow(JUMP_ROW, functionIndex);
  }

  #callRow(row: number, functionIndex: number): void {
    this.o.disp = 0;
    this.#remark = `function ${functionIndex}`;
    this.callAt(this.buffer.length, functionIndex);
    this.#put(row);
  }

  // ---- branches

  jump(label: number): void {
    this.#branchRow(JUMP_ROW, JUMP, label);
  }

  /** Conditional branch. */
  branch(condition: number, label: number): void {
    this.#branchRow(BRANCH_ROW + condition, BRANCH, label);
  }

  #branchRow(row: number, form: number, label: number): void {
    this.refer(form, label);
    this.o.disp = 0;
    if (this.listing !== null) this.line(printInst(row, this.o).split(' ')[0] as string, true);
    encode(this.buffer, row, this.o);
  }

  protected place(bytes: Uint8Array, n: number, from: number, to: number, target: number): void {
    const {labels} = this;
    const source = this.buffer.bytes;
    const form = labels.branchForm[n] as number;
    if (form >= DISPLACEMENT) return write32(bytes, to, target - (to + 4 + form - DISPLACEMENT));
    if (labels.isShort[n] === 1) {
      bytes[to] = form === JUMP ? 0xeb : (source[from + 1] as number) - 0x10;
      bytes[to + 1] = target - (to + 2);
      return;
    }
    const size = form === JUMP ? 5 : 6;
    bytes.set(source.subarray(from, from + size), to);
    write32(bytes, to + size - 4, target - (to + size));
  }
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}
