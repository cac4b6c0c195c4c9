/**
 * Constants out of loops: an instruction that computes its result from nothing (`MFunc.remat`) moves in front of a loop in
 * which instructions want the result in a register, and equal ones become one. A loop takes as many as registers are likely
 * to be left, those wanted most deeply first; a loop with calls takes none, because calls overwrite all registers. What the
 * allocator has no register for after all is computed again where it is wanted, as it was.
 */
import {defineRule, type Fuel} from '../fuel.ts';
import {Constraint, InstFlag, type MFunc, RegClass} from './mfunc.ts';
import type {RegFile} from './regalloc/allocate.ts';

const HOIST = defineRule('lower: constant out of the loop');
const {fixed: FIXED, def: DEF, tied: TIED} = Constraint;
/** Registers of a file that are left to what a loop computes. */
const RESERVED = 8;

interface Loop {
  readonly header: number;
  readonly last: number;
  /** The block before that does nothing but jump to the header; -1 when there is none, or several. */
  readonly entry: number;
}

/** One constant of a loop. */
interface Candidate {
  readonly vreg: number;
  readonly inst: number;
  weight: number;
}

export class ConstantHoister {
  #f!: MFunc;
  /** Block of the definition of each vreg, -1 where it is not known. */
  #blockOf = new Int32Array(256);
  /** Instruction that computes a vreg and may move, by vreg; 0 for all others. */
  #constant = new Int32Array(256);
  /** Another vreg that holds the same, by vreg; 0: itself. */
  #alias = new Int32Array(256);
  /** Block at whose end an instruction is to stand, by instruction: 0 stays, -1 goes, otherwise block + 1. */
  #place = new Int32Array(256);
  #moved = 0;

  /** Moves constants of a function that is complete. */
  run(f: MFunc, file: RegFile, fuel: Fuel): void {
    const loops = loopsOf(f);
    if (loops.length === 0) return;
    this.#f = f;
    this.#prepare();
    for (const loop of loops) if (loop.entry >= 0 && !this.#hasCalls(loop)) this.#hoistFrom(loop, file, fuel);
    if (this.#moved > 0) this.#rebuild();
  }

  #prepare(): void {
    const {vregCount, instCount, blockCount} = this.#f;
    if (this.#alias.length <= vregCount) {
      this.#alias = new Int32Array(vregCount * 2);
      this.#blockOf = new Int32Array(vregCount * 2);
      this.#constant = new Int32Array(vregCount * 2);
    }
    if (this.#place.length <= instCount) this.#place = new Int32Array(instCount * 2);
    this.#alias.fill(0, 0, vregCount + 1);
    this.#blockOf.fill(-1, 0, vregCount + 1);
    this.#constant.fill(0, 0, vregCount + 1);
    this.#place.fill(0, 0, instCount + 1);
    this.#moved = 0;
    for (let block = 0; block < blockCount; block++) this.#define(block);
  }

  #define(block: number): void {
    const f = this.#f;
    for (let p = f.paramStart[block] as number; p < (f.paramStart[block + 1] as number); p++)
      this.#blockOf[f.params[p] as number] = block;
    this.#operands(block, block, (vreg, info, i) => {
      if ((info & DEF) === 0) return;
      this.#blockOf[vreg] = block;
      const isAlone = (f.opStart[i + 1] as number) - (f.opStart[i] as number) === 1 && (info & FIXED) === 0;
      if (f.remat[vreg] === i && isAlone) this.#constant[vreg] = i;
    });
  }

  /** Calls `each` with the operands of the blocks from first to last. */
  #operands(
    first: number,
    last: number,
    each: (vreg: number, info: number, inst: number, block: number) => void,
  ): void {
    const f = this.#f;
    for (let block = first; block <= last; block++)
      for (let k = f.blockFirst[block] as number; k < (f.blockFirst[block + 1] as number); k++) {
        const i = f.order[k] as number;
        for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++)
          each(f.opVreg[o] as number, f.opInfo[o] as number, i, block);
      }
  }

  #hasCalls({header, last}: Loop): boolean {
    const f = this.#f;
    for (let k = f.blockFirst[header] as number; k < (f.blockFirst[last + 1] as number); k++)
      if (((f.flags[f.order[k] as number] as number) & InstFlag.call) !== 0) return true;
    return false;
  }

  #hoistFrom(loop: Loop, file: RegFile, fuel: Fuel): void {
    const f = this.#f;
    const wanted = this.#candidates(loop);
    if (wanted.length === 0) return;
    const left = this.#registersLeft(loop, file);
    const known = new Map<string, number>();
    for (const {vreg, inst} of wanted) {
      const isInt = f.vregClass[vreg] === RegClass.int;
      const key = `${f.code[inst]},${f.imm[inst]},${f.high[inst]},${f.vregClass[vreg]}`;
      const same = known.get(key);
      if (same === undefined && left[isInt ? 0 : 1] === 0) continue;
      if (!fuel.allow(HOIST)) return;
      this.#moved++;
      this.#blockOf[vreg] = loop.entry;
      this.#constant[vreg] = 0;
      this.#place[inst] = same === undefined ? loop.entry + 1 : -1;
      if (same !== undefined) this.#alias[vreg] = same;
      else {
        known.set(key, vreg);
        left[isInt ? 0 : 1]!--;
        f.rule[inst] = HOIST;
      }
    }
  }

  /** Constants that instructions of a loop want in a register, the most wanted first. */
  #candidates({header, last}: Loop): Candidate[] {
    const f = this.#f;
    const found = new Map<number, Candidate>();
    this.#operands(header, last, (vreg, info, _, block) => {
      const inst = this.#constant[vreg] as number;
      if (inst === 0 || (info & (DEF | TIED | FIXED)) !== 0 || f.cold[block] === 1) return;
      const candidate = found.get(vreg) ?? {vreg, inst, weight: 0};
      candidate.weight += 8 ** Math.min(f.loopDepth[block] as number, 8);
      found.set(vreg, candidate);
    });
    return [...found.values()]
      .filter(({vreg}) => (this.#blockOf[vreg] as number) >= header)
      .sort((a, b) => b.weight - a.weight || a.inst - b.inst);
  }

  /** Registers of the two files that neither what comes into a loop nor what it computes needs. */
  #registersLeft({header, last}: Loop, file: RegFile): [int: number, vector: number] {
    const f = this.#f;
    const taken = new Set<number>();
    for (let p = f.paramStart[header] as number; p < (f.paramStart[header + 1] as number); p++)
      taken.add(f.params[p] as number);
    this.#operands(header, last, (vreg) => {
      if ((this.#blockOf[vreg] as number) < header) taken.add((this.#alias[vreg] as number) || vreg);
    });
    const ints = [...taken].filter((vreg) => f.vregClass[vreg] === RegClass.int).length;
    const room = (registers: number, used: number): number => Math.max(0, registers - RESERVED - used);
    return [room(file.int.length, ints), room(file.float.length, taken.size - ints)];
  }

  /** Lays instructions out anew: moved ones before the jump of their block. */
  #rebuild(): void {
    const f = this.#f;
    const moved = new Map<number, number[]>();
    const order = f.order.slice(0, f.orderLength);
    for (const i of order) {
      const place = this.#place[i] as number;
      if (place > 0) moved.set(place - 1, [...(moved.get(place - 1) ?? []), i]);
    }
    f.orderLength = 0;
    let start = 0;
    for (let block = 0; block < f.blockCount; block++) {
      const end = f.blockFirst[block + 1] as number;
      f.blockFirst[block] = f.orderLength;
      for (let k = start; k < end; k++) {
        if (k === end - 1) for (const i of moved.get(block) ?? []) f.place(i);
        if (this.#place[order[k] as number] === 0) f.place(order[k] as number);
      }
      start = end;
    }
    f.blockFirst[f.blockCount] = f.orderLength;
    for (let o = 0; o < f.opCount; o++)
      f.opVreg[o] = (this.#alias[f.opVreg[o] as number] as number) || (f.opVreg[o] as number);
    for (let n = 0; n < f.argLength; n++)
      f.args[n] = (this.#alias[f.args[n] as number] as number) || (f.args[n] as number);
  }
}

/** Loops, outer ones before those within. A loop's blocks are those from its header to the last that jumps back to it. */
function loopsOf(f: MFunc): Loop[] {
  const lasts = new Map<number, number>();
  eachEdge(f, (from, to) => {
    if (to <= from) lasts.set(to, from);
  });
  const entries = new Map<number, number>();
  eachEdge(f, (from, to) => {
    if (to <= from || !lasts.has(to)) return;
    const isOnly = !entries.has(to) && (f.succStart[from + 1] as number) - (f.succStart[from] as number) === 1;
    entries.set(to, isOnly ? from : -1);
  });
  const headers = [...lasts.keys()].sort((a, b) => a - b);
  return headers.map((header) => ({header, last: lasts.get(header) as number, entry: entries.get(header) ?? -1}));
}

function eachEdge(f: MFunc, each: (from: number, to: number) => void): void {
  for (let block = 0; block < f.blockCount; block++)
    for (let e = f.succStart[block] as number; e < (f.succStart[block + 1] as number); e++)
      each(block, f.edgeTarget[e] as number);
}
