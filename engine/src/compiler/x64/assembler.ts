/**
 * Appends x86-64 code of one function: instructions by row, labels and branches, fix-ups of pool and table addresses, trap
 * entries and the code map. `finish` relaxes branches, moves everything into place and gives the final bytes.
 */
import {assert} from '#engine/base/assert.ts';
import {Labels} from '../backend/labels.ts';
import type {ConstantPool} from '../backend/pool.ts';
import type {FunctionCode} from '../backend/target.ts';
import {ruleName} from '../fuel.ts';
import {CodeBuffer, encode, Mode, type Operands, operands} from './encode.ts';
import {FORM, forms, Inst} from './insts.ts';
import {printInst} from './print.ts';

const JUMP = 0;
const BRANCH = 1;
const FORMS = [
  {longBytes: 5, shortBytes: 2, reach: 127},
  {longBytes: 6, shortBytes: 2, reach: 127},
];
const JUMP_ROW = Inst['jmp d'];
const BRANCH_ROW = Inst['jo d'];

/** Bytes of an immediate behind the displacement, by form. */
const IMMEDIATE_BYTES = Uint8Array.from(forms, (form) =>
  /i8$/.test(form) ? 1 : /i16$/.test(form) ? 2 : /i32$/.test(form) ? 4 : 0,
);
const CODE_ALIGNMENT = 16;

interface Line {
  readonly offset: number;
  readonly row: number;
  readonly operands: Operands;
  /** Operand text in place of the numbers, which are not known yet. */
  readonly remark: string;
}

export class Assembler {
  readonly buffer = new CodeBuffer();
  readonly labels = new Labels();
  /** Operands of the next instruction; `emit` leaves them as they are. */
  readonly o: Operands = operands();
  /** What is emitted, when somebody wants to read it. */
  listing: Line[] | null = null;
  #remark = '';
  #poolFixups: number[] = []; // instruction start, displacement offset, end, pool entry
  #tableFixups: number[] = []; // instruction start, displacement offset, end, table
  #tables: number[][] = [];
  #traps: number[] = [];
  #calls: number[] = [];
  #map: number[] = [];

  clear(): void {
    this.buffer.length = 0;
    this.labels.clear();
    this.#poolFixups = [];
    this.#tableFixups = [];
    this.#tables = [];
    this.#traps = [];
    this.#calls = [];
    this.#map = [];
    this.#remark = '';
    if (this.listing !== null) this.listing = [];
  }

  get offset(): number {
    return this.buffer.length;
  }

  #put(row: number): void {
    if (this.listing !== null)
      this.listing.push({offset: this.buffer.length, row, operands: {...this.o}, remark: this.#remark});
    this.#remark = '';
    encode(this.buffer, row, this.o);
  }

  /** The listing with final offsets; branches name their target, `finish` must have run. */
  text(): string {
    const targets = new Map<number, number>();
    for (let n = 0; n < this.labels.branchCount; n++)
      targets.set(this.labels.branchAt[n] as number, this.labels.labelOffset(this.labels.branchTarget[n] as number));
    const map = this.#map;
    let next = 0;
    const lines: string[] = [];
    for (const {offset, row, operands: o, remark} of this.listing ?? []) {
      for (; next < map.length && (map[next] as number) <= offset; next += 3) {
        lines.push(`; wasm ${map[next + 1]}${map[next + 2] === 0 ? '' : ` ${ruleName(map[next + 2] as number)}`}`);
      }
      const target = targets.get(offset);
      const text =
        target === undefined ? printInst(row, o) : `${printInst(row, o).split(' ')[0]} ${target.toString(16)}`;
      lines.push(
        `${this.labels.final(offset).toString(16).padStart(4)}  ${remark === '' ? text : `${text.split(' ')[0]} ${remark}`}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }

  // ---- instructions; the names of shapes are those of builder.ts, on physical registers

  /** Row with the operands in `o`. */
  emit(row: number): void {
    if (this.o.mode !== Mode.rip) {
      this.#put(row);
      return;
    }
    const start = this.buffer.length;
    const entry = this.o.disp;
    this.o.disp = 0;
    if (this.listing !== null) this.#remark = `${printInst(row, this.o).split(' ')[1]?.split(',')[0]},[pool ${entry}]`;
    this.#put(row);
    const end = this.buffer.length;
    this.#poolFixups.push(start, end - 4 - (IMMEDIATE_BYTES[FORM[row] as number] as number), end, entry);
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
    const start = this.buffer.length;
    o.mode = Mode.rip;
    o.reg = reg;
    o.disp = 0;
    this.#put(Inst['lea.q rm']);
    this.#tableFixups.push(start, this.buffer.length - 4, this.buffer.length, this.#tables.push(labels) - 1);
  }

  /** call of a function of the module. */
  call(functionIndex: number): void {
    this.o.disp = 0;
    this.#remark = `function ${functionIndex}`;
    this.#put(Inst['call d']);
    this.#calls.push(this.buffer.length - 5, functionIndex);
  }

  /** jmp to a function of the module. */
  jumpToFunction(functionIndex: number): void {
    this.o.disp = 0;
    this.#remark = `function ${functionIndex}`;
    this.#put(JUMP_ROW);
    this.#calls.push(this.buffer.length - 5, functionIndex);
  }

  // ---- labels

  label(): number {
    return this.labels.add();
  }
  bind(label: number): void {
    this.labels.bind(label, this.buffer.length);
  }

  jump(label: number): void {
    this.labels.addBranch(this.buffer.length, label, JUMP);
    this.o.disp = 0;
    this.#put(JUMP_ROW);
  }

  /** Conditional branch. */
  branch(condition: number, label: number): void {
    this.labels.addBranch(this.buffer.length, label, BRANCH);
    this.o.disp = 0;
    this.#put(BRANCH_ROW + condition);
  }

  // ---- tables

  /** A trap entry for the instruction that begins at `offset`, or ends there when it is a call of a builtin. */
  trapAt(offset: number, code: number, wasm: number): void {
    this.#traps.push(offset, code, wasm);
  }

  /** Code from here on comes from a wasm offset, by a rule. */
  origin(wasm: number, rule: number): void {
    const map = this.#map;
    const n = map.length;
    if (n > 0 && map[n - 2] === wasm && map[n - 1] === rule) return;
    if (n > 0 && map[n - 3] === this.buffer.length) {
      map[n - 2] = wasm;
      map[n - 1] = rule;
      return;
    }
    map.push(this.buffer.length, wasm, rule);
  }

  // ---- the end

  /** Final code. With `allowShort` false every branch keeps its long form. */
  finish(pool: ConstantPool | null, allowShort: boolean): FunctionCode {
    const {labels} = this;
    labels.relax(FORMS, allowShort);
    const codeBytes = labels.final(this.buffer.length);
    const poolBytes = pool === null ? 0 : pool.layout();
    const poolBase = poolBytes === 0 ? codeBytes : (codeBytes + CODE_ALIGNMENT - 1) & ~(CODE_ALIGNMENT - 1);
    const tableBase = (poolBase + poolBytes + 3) & ~3;
    const tableBytes = this.#tables.reduce((sum, table) => sum + 4 * table.length, 0);
    const bytes = new Uint8Array(tableBytes === 0 ? poolBase + poolBytes : tableBase + tableBytes);
    bytes.fill(0xcc, codeBytes, poolBase);
    this.#copyCode(bytes);
    const view = new DataView(bytes.buffer);
    this.#fixPool(view, pool, poolBase);
    this.#fixTables(view, tableBase);
    return {
      bytes,
      calls: this.#finalOffsets(this.#calls, 2, 1),
      traps: this.#finalOffsets(this.#traps, 3, 0),
      map: this.#finalOffsets(this.#map, 3, 0),
    };
  }

  #copyCode(bytes: Uint8Array): void {
    const {labels} = this;
    const source = this.buffer.bytes;
    let [from, to] = [0, 0];
    for (let n = 0; n < labels.branchCount; n++) {
      const at = labels.branchAt[n] as number;
      bytes.set(source.subarray(from, at), to);
      to += at - from;
      const isShort = labels.isShort[n] === 1;
      const isJump = labels.branchForm[n] === JUMP;
      const target = labels.labelOffset(labels.branchTarget[n] as number);
      if (isShort) {
        bytes[to] = isJump ? 0xeb : (source[at + 1] as number) - 0x10;
        bytes[to + 1] = target - (to + 2);
        to += 2;
      } else {
        const size = isJump ? 5 : 6;
        bytes.set(source.subarray(at, at + size), to);
        write32(bytes, to + size - 4, target - (to + size));
        to += size;
      }
      from = at + (isJump ? 5 : 6);
    }
    bytes.set(source.subarray(from, this.buffer.length), to);
  }

  #fixPool(view: DataView, pool: ConstantPool | null, base: number): void {
    const fixups = this.#poolFixups;
    for (let n = 0; n < fixups.length; n += 4) {
      const [start, field, end, entry] = fixups.slice(n, n + 4) as [number, number, number, number];
      assert(pool !== null, 'a pool constant without a pool');
      const moved = this.labels.final(start) - start;
      view.setInt32(field + moved, base + (pool.offsets[entry] as number) - (end + moved), true);
    }
    for (let entry = 0; pool !== null && entry < pool.count; entry++) {
      const at = base + (pool.offsets[entry] as number);
      for (const [w, word] of pool.words(entry).entries()) view.setInt32(at + 4 * w, word, true);
    }
  }

  #fixTables(view: DataView, base: number): void {
    const starts: number[] = [];
    let at = base;
    for (const table of this.#tables) {
      starts.push(at);
      for (const label of table) {
        view.setInt32(at, this.labels.labelOffset(label) - (starts.at(-1) as number), true);
        at += 4;
      }
    }
    const fixups = this.#tableFixups;
    for (let n = 0; n < fixups.length; n += 4) {
      const [start, field, end, table] = fixups.slice(n, n + 4) as [number, number, number, number];
      const moved = this.labels.final(start) - start;
      view.setInt32(field + moved, (starts[table] as number) - (end + moved), true);
    }
  }

  /** Records of `width` words whose first is an offset, with final offsets plus `shift`, sorted by offset. */
  #finalOffsets(records: readonly number[], width: number, shift: number): Int32Array {
    const result = new Int32Array(records.length);
    for (let n = 0; n < records.length; n += width) {
      result[n] = this.labels.final(records[n] as number) + shift;
      for (let w = 1; w < width; w++) result[n + w] = records[n + w] as number;
    }
    return isSorted(result, width) ? result : sorted(result, width);
  }
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}

function isSorted(records: Int32Array, width: number): boolean {
  for (let n = width; n < records.length; n += width)
    if ((records[n] as number) < (records[n - width] as number)) return false;
  return true;
}

function sorted(records: Int32Array, width: number): Int32Array {
  const rows = Array.from({length: records.length / width}, (_, n) => [
    ...records.subarray(n * width, n * width + width),
  ]);
  rows.sort((a, b) => (a[0] as number) - (b[0] as number));
  return Int32Array.from(rows.flat());
}
