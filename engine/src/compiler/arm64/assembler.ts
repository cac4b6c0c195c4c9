/**
 * AArch64 instructions of one function by row, branches, and references to the constant pool and to jump tables. What may be
 * out of reach has a long form: a conditional branch around an unconditional one, a constant beside its user (jumped over),
 * an address with two further additions. The rest is the assembler's of the back end.
 */
import {CodeAssembler} from '../backend/code.ts';
import type {ConstantPool} from '../backend/pool.ts';
import {distanceBits, encode} from './encode.ts';
import {Inst} from './insts.ts';
import {type Access, isLoad, isPairable, pairOf} from './pairs.ts';
import {printInst} from './print.ts';

/** Forms of references. A literal's is LITERAL + log2 of its words. */
const Form = {jump: 0, branch: 1, test: 2, address: 3, literal: 4} as const;
/** A pool may move by its padding when code shrinks. */
const SLACK = 32;
const REACH_19 = 2 ** 20 - SLACK;
const REACH_14 = 2 ** 15 - SLACK;

const {b: B, bl: BL, adr: ADR, 'b.cond': B_COND, 'add.x i': ADD} = Inst;
/** cbz and tbz are told from cbnz and tbnz by this bit. */
const NEGATED = 1 << 24;
const B_BITS = encode(B, [0]);

interface Written extends Access {
  /** Offset where it stands. */
  readonly at: number;
  readonly mayFault: boolean;
}

export class Assembler extends CodeAssembler {
  /** Operands of the next `emit`, in the order of the row's text; a logical immediate takes two. */
  readonly values = new Int32Array(8);
  protected readonly forms = [
    {longBytes: 4, shortBytes: 4, reach: 0},
    {longBytes: 8, shortBytes: 4, reach: REACH_19},
    {longBytes: 8, shortBytes: 4, reach: REACH_14},
    {longBytes: 12, shortBytes: 4, reach: REACH_19},
    {longBytes: 12, shortBytes: 4, reach: REACH_19},
    {longBytes: 16, shortBytes: 4, reach: REACH_19},
    {longBytes: 24, shortBytes: 4, reach: REACH_19},
  ];
  protected readonly callField = 0;
  protected readonly padding = 0;

  /** Asked before two accesses become one. */
  allowsPair: () => boolean = () => false;
  /** The access that was written last. */
  #last: Written | null = null;
  /** Offset of the label that was bound last, and of the last trap entry. */
  #bound = -1;
  #trapping = -1;

  /** Row with the operands in `values`. */
  emit(row: number): void {
    if (isPairable(row)) return this.#access(row);
    if (this.listing !== null) this.line(printInst(row, this.values), false);
    this.#word(encode(row, this.values));
  }

  /** Row with these operands, in the order of its text. */
  op(row: number, ...values: number[]): void {
    this.values.set(values);
    this.emit(row);
  }

  override clear(): void {
    super.clear();
    this.#last = null;
    this.#bound = -1;
    this.#trapping = -1;
  }

  override bind(label: number): void {
    super.bind(label);
    this.#bound = this.buffer.length;
  }

  override trapAt(offset: number, code: number, wasm: number): void {
    super.trapAt(offset, code, wasm);
    this.#trapping = offset;
  }

  /** A load or store, perhaps with the one before. */
  #access(row: number): void {
    const {values, buffer} = this;
    const [register, base, offset] = values as unknown as [number, number, number];
    const access = {row, register, base, offset, at: buffer.length, mayFault: this.#trapping === buffer.length};
    const last = this.#last;
    if (last !== null && this.#joins(last, access)) return;
    this.#last = access;
    if (this.listing !== null) this.line(printInst(row, values), false);
    this.#word(encode(row, values));
  }

  /**
   * Makes one of the last access and this one, if nothing comes between them and a fault of the pair is one of the first
   * alone; of stores neither may fault, since one half may be done.
   */
  #joins(last: Written, access: Written): boolean {
    const {values, buffer, listing} = this;
    if (last.at + 4 !== access.at || this.#bound === access.at || access.mayFault) return false;
    if (last.mayFault && !isLoad(last.row)) return false;
    const pair = pairOf(last, access);
    if (pair === null || !this.allowsPair()) return false;
    values.set([pair.first, pair.second, access.base, pair.offset]);
    buffer.patch32(last.at, encode(pair.row, values));
    if (listing !== null) {
      listing.pop();
      listing.push({offset: last.at, text: printInst(pair.row, values), isBranch: false});
    }
    this.#last = null;
    return true;
  }

  #word(word: number): void {
    this.buffer.reserve(4);
    this.buffer.u32(word);
  }

  /** Text of a row whose target is not known yet. */
  #target(row: number, remark: string): void {
    if (this.listing === null) return;
    const text = printInst(row, this.values).replace(/ \S*$/, '');
    this.line(remark === '' ? text : `${text} ${remark}`, remark === '');
  }

  // ---- branches

  jump(label: number): void {
    this.#branchRow(Form.jump, B, label, 0);
  }

  /** Conditional branch. */
  branch(condition: number, label: number): void {
    this.#branchRow(Form.branch, B_COND, label, condition);
  }

  /** Row cbz or cbnz of either width. */
  compareBranch(row: number, register: number, label: number): void {
    this.#branchRow(Form.branch, row, label, register);
  }

  /** tbz, or tbnz when `isSet`, of a bit from 0 to 63. */
  testBranch(isSet: boolean, register: number, bit: number, label: number): void {
    const wide = bit >= 32;
    const row = isSet ? (wide ? Inst['tbnz.x'] : Inst['tbnz.w']) : wide ? Inst['tbz.x'] : Inst['tbz.w'];
    this.#branchRow(Form.test, row, label, register, bit);
  }

  #branchRow(form: number, row: number, label: number, first: number, second = 0): void {
    const {values} = this;
    this.refer(form, label);
    values[0] = form === Form.jump ? 0 : first;
    values[1] = form === Form.test ? second : 0;
    values[2] = 0;
    this.#target(row, '');
    this.#word(encode(row, values));
    if (form !== Form.jump) this.#word(B_BITS);
  }

  /** bl of a function of the module. */
  call(functionIndex: number): void {
    this.#callRow(BL, functionIndex);
  }

  /** b to a function of the module. */
  jumpToFunction(functionIndex: number): void {
    this.#callRow(B, functionIndex);
  }

  #callRow(row: number, functionIndex: number): void {
    this.callAt(this.buffer.length, functionIndex);
    this.values[0] = 0;
    this.#target(row, `function ${functionIndex}`);
    this.#word(encode(row, this.values));
  }

  // ---- data

  /** A `lit` row: a register := a pool entry. */
  literal(row: number, register: number, pool: ConstantPool, entry: number): void {
    const words = pool.words(entry);
    this.refer(Form.literal + Math.log2(words.length), this.poolLabel(entry));
    this.values[0] = register;
    this.values[1] = 0;
    this.#target(row, `[pool ${entry}]`);
    this.#word(encode(row, this.values));
    this.#word(B_BITS);
    for (const word of words) this.#word(word);
  }

  /** A register := address of a table of 32-bit distances from itself to labels. */
  tableAddress(register: number, labels: number[]): void {
    this.refer(Form.address, this.tableLabel(labels));
    this.values[0] = register;
    this.values[1] = 0;
    this.#target(ADR, 'table');
    this.#word(encode(ADR, this.values));
    for (const add of [encode(ADD, [register, register, 0]), encode(ADD, [register, register, 0])]) this.#word(add);
  }

  // ---- the end

  protected place(bytes: Uint8Array, n: number, from: number, to: number, target: number): void {
    const {labels} = this;
    const form = labels.branchForm[n] as number;
    const word = this.buffer.read32(from);
    const distance = target - to;
    if (form === Form.jump) return write32(bytes, to, word | distanceBits('rel26', distance));
    if (labels.isShort[n] === 1) return write32(bytes, to, word | shortBits(form, distance));
    if (form === Form.address) return placeAddress(bytes, to, word, distance);
    if (form >= Form.literal) return this.#placeLiteral(bytes, from, to, (1 << (form - Form.literal)) * 4);
    const inverted = (word & 0xff000000) === 0x54000000 ? word ^ 1 : word ^ NEGATED;
    write32(bytes, to, inverted | shortBits(form, 8));
    write32(bytes, to + 4, B_BITS | distanceBits('rel26', distance - 4));
  }

  /** ldr .+8; b behind the constant; the constant. */
  #placeLiteral(bytes: Uint8Array, from: number, to: number, size: number): void {
    bytes.set(this.buffer.bytes.subarray(from, from + 8 + size), to);
    write32(bytes, to, this.buffer.read32(from) | distanceBits('rel19', 8));
    write32(bytes, to + 4, B_BITS | distanceBits('rel26', 4 + size));
  }
}

function shortBits(form: number, distance: number): number {
  return distanceBits(form === Form.test ? 'rel14' : form === Form.address ? 'rel21' : 'rel19', distance);
}

/** adr .; add the distance, its low twelve bits last. Tables stand behind the code. */
function placeAddress(bytes: Uint8Array, to: number, adr: number, distance: number): void {
  const register = adr & 31;
  write32(bytes, to, adr);
  write32(bytes, to + 4, encode(ADD, [register, register, distance & 0xfff000]));
  write32(bytes, to + 8, encode(ADD, [register, register, distance & 0xfff]));
}

/** Writes the distance to a callee into the bl or b at `offset` of an image. */
export function patchCall(code: Uint8Array, offset: number, callee: number): void {
  const word = code[offset + 3] as number;
  write32(code, offset, (word << 24) | distanceBits('rel26', callee - offset));
}

function write32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}
