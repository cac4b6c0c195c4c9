/**
 * One function as machine instructions on virtual registers, as columns. It names no target: `code` is a row of the target's
 * instruction table, and operands carry all that the allocator needs to know.
 *
 *   instruction  code mode scale | imm high disp | operands (start, count) | wasm offset, rule, trap code | flags
 *   operand      vreg, info (see Use/Def below)
 *   vreg         class (register file and slot size), remat (instruction that computes it from nothing, 0 = none)
 *   block        instructions order[first .. end) | parameters | successors (edges: target, arguments) | loop depth | cold
 *
 * Virtual registers are in SSA form: one definition each, blocks have parameters, no edge is critical. Blocks stand in
 * layout order, each before what it dominates, loops contiguous. Instructions are created in any order; `order` says where
 * they stand. Ids of vregs and instructions start at 1, those of blocks at 0.
 */
import {assert} from '#engine/base/assert.ts';
import {ConstantPool} from './pool.ts';

/** Register classes. `int` and the two others use different files; a `vector` is as wide as 16 bytes, `float` 8. */
export const RegClass = {int: 0, float: 1, vector: 2} as const;

/** Info of an operand: bits 0-5 fixed register + 1, then flags. */
export const Constraint = {
  fixed: 0x3f,
  def: 0x40,
  /** A use read late (its register is not shared with definitions), or a definition written early (a temporary). */
  across: 0x80,
  /** On a definition and on the use that it must share its register with; at most one pair in an instruction. */
  tied: 0x100,
  /** A use that may stay in its stack slot. */
  any: 0x200,
} as const;

export const InstFlag = {
  /** All registers are overwritten (after the uses are read, before the definitions are written). */
  call: 1,
  /** Plain copy of operand 1 to operand 0: wants the same register. */
  move: 2,
  /** A call that ends its block: it returns to successor 0, and what it throws lands at successor 1. */
  tries: 4,
} as const;

type Words = Int32Array<ArrayBuffer>;

export function grownWords(column: Words, length: number): Words {
  const result = new Int32Array(length);
  result.set(column);
  return result;
}

function grownBytes(column: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(length);
  result.set(column);
  return result;
}

function grownShorts(column: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
  const result = new Uint16Array(length);
  result.set(column);
  return result;
}

export class MFunc {
  instCount = 0;
  code = new Uint16Array(256);
  mode = new Uint8Array(256);
  scale = new Uint8Array(256);
  flags = new Uint8Array(256);
  trap = new Uint8Array(256);
  rule = new Uint16Array(256);
  imm: Words = new Int32Array(256);
  high: Words = new Int32Array(256);
  disp: Words = new Int32Array(256);
  wasm: Words = new Int32Array(256);
  opStart: Words = new Int32Array(257);

  opCount = 0;
  opVreg: Words = new Int32Array(1024);
  opInfo = new Uint16Array(1024);

  vregCount = 0;
  vregClass = new Uint8Array(256);
  remat: Words = new Int32Array(256);

  /** Instructions in layout order. */
  order: Words = new Int32Array(256);
  orderLength = 0;

  blockCount = 0;
  blockFirst: Words = new Int32Array(65);
  loopDepth: Words = new Int32Array(64);
  /** 1 for blocks that only an exception leads to. */
  cold = new Uint8Array(65);
  paramStart: Words = new Int32Array(65);
  params: Words = new Int32Array(64);
  paramLength = 0;
  succStart: Words = new Int32Array(65);
  /** By edge: target block, and its arguments args[argStart[e] .. argStart[e + 1]). */
  edgeTarget: Words = new Int32Array(64);
  argStart: Words = new Int32Array(65);
  edgeCount = 0;
  args: Words = new Int32Array(64);
  argLength = 0;

  /** Bytes for outgoing arguments and results at the bottom of the frame. */
  outgoingBytes = 0;
  /** Bytes kept free below the return address for the arguments of tail calls. */
  tailBytes = 0;
  /** Bytes of this function's own stack arguments (multiple of 16). */
  incomingBytes = 0;
  hasCalls = false;
  readonly pool = new ConstantPool();
  /** Jump tables: lists of edge numbers (0 .. successors - 1) of the block that ends with the jump. */
  readonly jumpTables: number[][] = [];

  clear(): void {
    this.instCount = 0;
    this.opCount = 0;
    this.vregCount = 0;
    this.orderLength = 0;
    this.blockCount = 0;
    this.paramLength = 0;
    this.edgeCount = 0;
    this.argLength = 0;
    this.outgoingBytes = 0;
    this.tailBytes = 0;
    this.incomingBytes = 0;
    this.hasCalls = false;
    this.pool.clear();
    this.jumpTables.length = 0;
  }

  /** A new virtual register of a class. */
  addVreg(regClass: number): number {
    const v = ++this.vregCount;
    if (v >= this.vregClass.length) {
      this.vregClass = grownBytes(this.vregClass, v * 2);
      this.remat = grownWords(this.remat, v * 2);
    }
    this.vregClass[v] = regClass;
    this.remat[v] = 0;
    return v;
  }

  /** Starts an instruction; its operands follow by `addOperand`. */
  addInst(code: number, wasm: number, rule: number): number {
    const i = ++this.instCount;
    if (i + 1 >= this.code.length) this.#growInsts(i * 2);
    this.code[i] = code;
    this.mode[i] = 0;
    this.scale[i] = 0;
    this.flags[i] = 0;
    this.trap[i] = 0;
    this.rule[i] = rule;
    this.imm[i] = 0;
    this.high[i] = 0;
    this.disp[i] = 0;
    this.wasm[i] = wasm;
    this.opStart[i] = this.opCount;
    this.opStart[i + 1] = this.opCount;
    return i;
  }

  /** Adds an operand to the newest instruction. */
  addOperand(vreg: number, info: number): void {
    if (this.opCount >= this.opVreg.length) {
      this.opVreg = grownWords(this.opVreg, this.opCount * 2);
      this.opInfo = grownShorts(this.opInfo, this.opCount * 2);
    }
    this.opVreg[this.opCount] = vreg;
    this.opInfo[this.opCount++] = info;
    this.opStart[this.instCount + 1] = this.opCount;
  }

  /** Puts an instruction at the end of the layout. */
  place(inst: number): void {
    if (this.orderLength >= this.order.length) this.order = grownWords(this.order, this.orderLength * 2);
    this.order[this.orderLength++] = inst;
  }

  /** Starts the next block in layout order. */
  beginBlock(loopDepth: number, isCold = false): number {
    const b = this.blockCount++;
    if (b + 2 >= this.blockFirst.length) {
      const length = b * 2 + 8;
      this.blockFirst = grownWords(this.blockFirst, length);
      this.loopDepth = grownWords(this.loopDepth, length);
      this.cold = grownBytes(this.cold, length);
      this.paramStart = grownWords(this.paramStart, length);
      this.succStart = grownWords(this.succStart, length);
    }
    this.blockFirst[b] = this.orderLength;
    this.loopDepth[b] = loopDepth;
    this.cold[b] = isCold ? 1 : 0;
    this.paramStart[b] = this.paramLength;
    this.succStart[b] = this.edgeCount;
    return b;
  }

  addParam(vreg: number): void {
    if (this.paramLength >= this.params.length) this.params = grownWords(this.params, this.paramLength * 2);
    this.params[this.paramLength++] = vreg;
  }

  /** Adds a successor of the newest block; its arguments follow by `addArg`. */
  addEdge(target: number): void {
    const e = this.edgeCount++;
    if (e + 2 >= this.argStart.length) {
      this.edgeTarget = grownWords(this.edgeTarget, e * 2 + 8);
      this.argStart = grownWords(this.argStart, e * 2 + 8);
    }
    this.edgeTarget[e] = target;
    this.argStart[e] = this.argLength;
    this.argStart[e + 1] = this.argLength;
  }

  addArg(vreg: number): void {
    if (this.argLength >= this.args.length) this.args = grownWords(this.args, this.argLength * 2);
    this.args[this.argLength++] = vreg;
    this.argStart[this.edgeCount] = this.argLength;
  }

  /** Ends the newest block. */
  endBlock(): void {
    const b = this.blockCount;
    this.blockFirst[b] = this.orderLength;
    this.paramStart[b] = this.paramLength;
    this.succStart[b] = this.edgeCount;
    assert((this.blockFirst[b - 1] as number) < this.orderLength, `block ${b - 1} is empty`);
  }

  #growInsts(length: number): void {
    this.code = grownShorts(this.code, length);
    this.rule = grownShorts(this.rule, length);
    this.mode = grownBytes(this.mode, length);
    this.scale = grownBytes(this.scale, length);
    this.flags = grownBytes(this.flags, length);
    this.trap = grownBytes(this.trap, length);
    this.imm = grownWords(this.imm, length);
    this.high = grownWords(this.high, length);
    this.disp = grownWords(this.disp, length);
    this.wasm = grownWords(this.wasm, length);
    this.opStart = grownWords(this.opStart, length + 1);
  }
}
