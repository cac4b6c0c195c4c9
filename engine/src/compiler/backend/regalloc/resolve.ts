/**
 * From pieces to an Allocation: a location for every operand, and the moves of every gap (phases: README.md).
 * A location is a register (0-63), REMAT, or SLOT + unit of 8 bytes from the bottom of the spill area.
 */
import {assert} from '#engine/base/assert.ts';
import {Constraint, grownWords, type MFunc} from '../mfunc.ts';
import {type LinearScan, SPILLED, tiedUse} from './allocate.ts';
import type {Ranges} from './ranges.ts';
import {Slots} from './spill.ts';

export const SLOT = 128;
/** The value is computed again where it is wanted. */
export const REMAT = 127;

export const Phase = {edgeIn: 0, pieces: 1, constraints: 2, edgeOut: 3} as const;

const {fixed: FIXED, def: DEF, tied: TIED} = Constraint;

type Words = Int32Array<ArrayBuffer>;

export class Allocation {
  /** Location by operand. */
  opLoc: Words = new Int32Array(1024);
  /** Newest move in the gap before instruction k of the layout, 0 = none; `moveNext` leads to older ones. */
  moveHead: Words = new Int32Array(256);
  moveCount = 0;
  moveNext: Words = new Int32Array(256);
  movePhase: Words = new Int32Array(256);
  moveFrom: Words = new Int32Array(256);
  moveTo: Words = new Int32Array(256);
  moveVreg: Words = new Int32Array(256);
  slotUnits = 0;

  clear(f: MFunc): void {
    if (this.opLoc.length < f.opCount) this.opLoc = new Int32Array(f.opCount * 2);
    this.opLoc.fill(-1, 0, f.opCount);
    if (this.moveHead.length < f.orderLength + 1) this.moveHead = new Int32Array(f.orderLength * 2);
    this.moveHead.fill(0, 0, f.orderLength + 1);
    this.moveCount = 0;
    this.slotUnits = 0;
  }

  addMove(k: number, phase: number, from: number, to: number, vreg: number): void {
    if (from === to) return;
    const m = ++this.moveCount;
    if (m >= this.moveNext.length) {
      const length = m * 2;
      this.moveNext = grownWords(this.moveNext, length);
      this.movePhase = grownWords(this.movePhase, length);
      this.moveFrom = grownWords(this.moveFrom, length);
      this.moveTo = grownWords(this.moveTo, length);
      this.moveVreg = grownWords(this.moveVreg, length);
    }
    this.moveNext[m] = this.moveHead[k] as number;
    this.movePhase[m] = phase;
    this.moveFrom[m] = from;
    this.moveTo[m] = to;
    this.moveVreg[m] = vreg;
    this.moveHead[k] = m;
  }
}

export class Resolver {
  #f!: MFunc;
  #r!: Ranges;
  #scan!: LinearScan;
  #a!: Allocation;
  readonly #slots = new Slots();
  /** Pieces of the vreg at hand, by rising start. */
  #pieces: number[] = [];

  /** Fills `allocation` from a finished scan. */
  run(f: MFunc, r: Ranges, scan: LinearScan, allocation: Allocation): Allocation {
    this.#f = f;
    this.#r = r;
    this.#scan = scan;
    this.#a = allocation;
    allocation.clear(f);
    this.#slots.assign(f, scan);
    allocation.slotUnits = this.#slots.units;
    for (let v = 1; v <= f.vregCount; v++) if (scan.head[v] !== 0) this.#placeVreg(v);
    for (let k = 0; k < f.orderLength; k++) this.#constrain(k);
    this.#passArguments();
    return allocation;
  }

  /** Location of the slot where a vreg of the last function is from its definition on, -1: it is never in memory. */
  readonly slotOf = (v: number): number => {
    const unit = this.#slots.unit[v] as number;
    return unit < 0 ? unit : SLOT + unit;
  };

  /** Where a piece of the last function is. */
  readonly locationOf = (piece: number): number => {
    const place = this.#scan.place[piece] as number;
    if (place !== SPILLED) return place;
    const v = this.#scan.vreg[piece] as number;
    if (this.#f.remat[v] !== 0) return REMAT;
    assert((this.#slots.unit[v] as number) >= 0, `vreg ${v} has no slot`);
    return SLOT + (this.#slots.unit[v] as number);
  };

  /** Operands, moves between pieces and edge moves of one vreg. */
  #placeVreg(v: number): void {
    const scan = this.#scan;
    let before = 0;
    this.#pieces.length = 0;
    for (let piece = scan.head[v] as number; piece !== 0; piece = scan.sibling[piece] as number) {
      this.#pieces.push(piece);
      const location = this.locationOf(piece);
      for (let u = scan.useFrom[piece] as number; u < (scan.useTo[piece] as number); u++) {
        const operand = this.#r.useOp[u] as number;
        if (operand >= 0) this.#a.opLoc[operand] = location;
      }
      if (before !== 0) this.#joinPieces(v, before, piece, location);
      before = piece;
    }
    if (this.#pieces.length > 1) this.#joinEdges(v);
    if (scan.spilled[v] === 1 && this.#f.remat[v] === 0) this.#storeAtDefinition(v);
  }

  /** A move where one piece ends and the next begins in the middle of a block. */
  #joinPieces(v: number, before: number, piece: number, location: number): void {
    const scan = this.#scan;
    const at = scan.start[piece] as number;
    if (scan.end[before] !== at || this.#isBlockStart(at) || location >= REMAT) return;
    assert((at & 3) === 0, `a piece in a register begins in the middle of an instruction, at ${at}`);
    this.#a.addMove(at >> 2, Phase.pieces, this.locationOf(before), location, v);
  }

  #isBlockStart(position: number): boolean {
    return (position & 3) === 0 && this.#f.blockFirst[this.#r.blockOf[position >> 2] as number] === position >> 2;
  }

  /** Moves on the edges where a vreg leaves in one place and arrives in another. */
  #joinEdges(v: number): void {
    const [f, r, scan] = [this.#f, this.#r, this.#scan];
    for (const piece of this.#pieces) {
      const location = this.locationOf(piece);
      if (location >= REMAT) continue;
      for (let range = scan.firstRange[piece] as number; range !== 0; range = r.rangeNext[range] as number) {
        const [start, end] = [r.rangeStart[range] as number, r.rangeEnd[range] as number];
        let b = r.blockOf[start >> 2] as number;
        if (4 * (f.blockFirst[b] as number) < start) b++;
        for (; b < f.blockCount && 4 * (f.blockFirst[b] as number) < end; b++) this.#joinBlock(v, b, location);
      }
    }
  }

  #joinBlock(v: number, b: number, location: number): void {
    const [f, r] = [this.#f, this.#r];
    if (r.defBlock[v] === b && (r.defPos[v] as number) >= 4 * (f.blockFirst[b] as number)) return; // defined here
    for (let p = r.predStart[b] as number; p < (r.predStart[b + 1] as number); p++) {
      const pred = r.preds[p] as number;
      const from = this.#locationAt(4 * (f.blockFirst[pred + 1] as number) - 1);
      if (from !== location) this.#addEdgeMove(pred, b, from, location, v);
    }
  }

  /** Location of the vreg at hand at a position where it is live. */
  #locationAt(position: number): number {
    const scan = this.#scan;
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((scan.end[this.#pieces[middle] as number] as number) <= position) low = middle + 1;
      else high = middle;
    }
    const piece = this.#pieces[low] as number;
    assert(
      (scan.start[piece] as number) <= position && position < (scan.end[piece] as number),
      `vreg ${scan.vreg[piece]} is not live at ${position}`,
    );
    return this.locationOf(piece);
  }

  /** Edge moves stand at the end of a block with one successor, else at the start of one with one predecessor. */
  #addEdgeMove(pred: number, b: number, from: number, to: number, v: number): void {
    const f = this.#f;
    if ((f.succStart[pred + 1] as number) - (f.succStart[pred] as number) === 1) {
      this.#a.addMove((f.blockFirst[pred + 1] as number) - 1, Phase.edgeOut, from, to, v);
      return;
    }
    assert(
      (this.#r.predStart[b + 1] as number) - (this.#r.predStart[b] as number) === 1,
      `edge ${pred}-${b} is critical`,
    );
    this.#a.addMove(f.blockFirst[b] as number, Phase.edgeIn, from, to, v);
  }

  /** A value that is ever in memory is stored where it is born, unless it is born there. */
  #storeAtDefinition(v: number): void {
    const [r, scan] = [this.#r, this.#scan];
    const first = scan.head[v] as number;
    const place = scan.place[first] as number;
    if (place === SPILLED) return;
    const at = r.defPos[v] as number;
    if ((at & 3) === 0 && !this.#isBlockStart(at)) return; // a fixed definition: #constrain stores from the fixed register
    this.#a.addMove((at + 3) >> 2, Phase.pieces, place, SLOT + (this.#slots.unit[v] as number), v);
  }

  /** Moves of one instruction: fixed and tied uses in its gap, fixed definitions in the next one. */
  #constrain(k: number): void {
    const [f, a] = [this.#f, this.#a];
    const i = f.order[k] as number;
    for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
      const info = f.opInfo[o] as number;
      const register = (info & FIXED) - 1;
      if (register >= 0) {
        if ((info & DEF) === 0) a.addMove(k, Phase.constraints, a.opLoc[o] as number, register, f.opVreg[o] as number);
        else this.#leaveFixed(k + 1, register, o);
        a.opLoc[o] = register;
      } else if ((info & (TIED | DEF)) === (TIED | DEF)) {
        const use = tiedUse(f, i);
        a.addMove(k, Phase.constraints, a.opLoc[use] as number, a.opLoc[o] as number, f.opVreg[use] as number);
        a.opLoc[use] = a.opLoc[o] as number;
      }
    }
  }

  #leaveFixed(k: number, register: number, operand: number): void {
    const a = this.#a;
    const v = this.#f.opVreg[operand] as number;
    const head = this.#scan.head[v] as number;
    if (head === 0) return; // never used
    const location = this.locationOf(head);
    if (location !== REMAT) a.addMove(k, Phase.pieces, register, location, v);
    const unit = this.#slots.unit[v] as number;
    if (unit >= 0 && location !== SLOT + unit) a.addMove(k, Phase.pieces, register, SLOT + unit, v);
  }

  /** Block arguments to parameters, on every edge. */
  #passArguments(): void {
    const f = this.#f;
    for (let b = 0; b < f.blockCount; b++) {
      for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
        const target = f.edgeTarget[e] as number;
        const first = f.paramStart[target] as number;
        for (let n = f.argStart[e] as number; n < (f.argStart[e + 1] as number); n++) {
          const param = f.params[first + n - (f.argStart[e] as number)] as number;
          const piece = this.#scan.head[param] as number;
          if (piece === 0) continue;
          const arg = f.args[n] as number;
          this.#addEdgeMove(
            b,
            target,
            this.#argumentAt(arg, 4 * (f.blockFirst[b + 1] as number) - 1),
            this.locationOf(piece),
            arg,
          );
        }
      }
    }
  }

  #argumentAt(v: number, position: number): number {
    const scan = this.#scan;
    for (let piece = scan.head[v] as number; piece !== 0; piece = scan.sibling[piece] as number) {
      if (position < (scan.end[piece] as number)) return this.locationOf(piece);
    }
    assert(false, `argument ${v} is not live at ${position}`);
    return -1;
  }
}
