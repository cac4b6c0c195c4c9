/**
 * Moves on the back edge of a loop that ends in a branch. They would stand in a block of their own between the branch and
 * the header, and cost a jump each time round. Where nobody on the other way out of the branch reads what they overwrite,
 * they stand before the branch, their block is empty, and the branch goes to the header itself.
 */
import {defineRule, type Fuel} from '../../fuel.ts';
import {Constraint, InstFlag, type MFunc, RegClass} from '../mfunc.ts';
import type {LinearScan} from './allocate.ts';
import type {Ranges} from './ranges.ts';
import {type Allocation, Phase, SLOT} from './resolve.ts';

const RULE = defineRule('regalloc: moves of a back edge before its branch');
const {def: DEF} = Constraint;

/** A branch out of a loop or back to its header. */
interface Latch {
  /** Layout index of the branch, and the last position of its block. */
  readonly branch: number;
  readonly position: number;
  /** Layout index of the jump that the moves stand before. */
  readonly jump: number;
  /** First position on the other way. */
  readonly exit: number;
  isBlocked: boolean;
}

/** Where the resolver has put things. */
interface Places {
  /** Location of a piece. */
  readonly locationOf: (piece: number) => number;
  /** Location of the slot that holds a vreg from its definition on, -1: none. */
  readonly slotOf: (vreg: number) => number;
}

/** Moves what can be moved. */
export function moveBackEdges(f: MFunc, r: Ranges, scan: LinearScan, a: Allocation, places: Places, fuel: Fuel): void {
  const latches = latchesOf(f, a);
  if (latches.length === 0) return;
  for (let v = 1; v <= f.vregCount; v++) {
    const slot = places.slotOf(v);
    for (let piece = scan.head[v] as number; piece !== 0; piece = scan.sibling[piece] as number) {
      const location = places.locationOf(piece);
      for (let n = firstFrom(latches, scan.start[piece] as number); n < latches.length; n++) {
        const latch = latches[n] as Latch;
        if (latch.position >= (scan.end[piece] as number)) break;
        latch.isBlocked ||=
          (overwrites(f, a, latch, v, location) || overwrites(f, a, latch, v, slot)) &&
          isLiveAt(r, scan, piece, piece, latch.position) &&
          isLiveAt(r, scan, scan.head[v] as number, 0, latch.exit);
      }
    }
  }
  for (const latch of latches) if (!latch.isBlocked && fuel.allow(RULE)) moveUp(a, latch);
}

/** In layout order. */
function latchesOf(f: MFunc, a: Allocation): Latch[] {
  const latches: Latch[] = [];
  for (let b = 0; b < f.blockCount; b++) {
    const edge = f.succStart[b] as number;
    if ((f.succStart[b + 1] as number) - edge !== 2) continue;
    for (const side of [0, 1]) {
      const [between, other] = [f.edgeTarget[edge + side] as number, f.edgeTarget[edge + 1 - side] as number];
      if (!leadsBack(f, a, between, b) || (f.argStart[edge] as number) !== (f.argStart[edge + 2] as number)) continue;
      const latch = {
        branch: (f.blockFirst[b + 1] as number) - 1,
        position: 4 * (f.blockFirst[b + 1] as number) - 1,
        jump: f.blockFirst[between] as number,
        exit: 4 * (f.blockFirst[other] as number),
        isBlocked: false,
      };
      if (!suits(f, a, latch)) continue;
      latches.push(latch);
      break; // where both ways lead back, the moves of one would overwrite what those of the other have written
    }
  }
  return latches;
}

/** Whether a block is nothing but moves and a jump to a block that is not behind `latch`. */
function leadsBack(f: MFunc, a: Allocation, block: number, latch: number): boolean {
  const [first, edge] = [f.blockFirst[block] as number, f.succStart[block] as number];
  return (
    (f.blockFirst[block + 1] as number) - first === 1 &&
    a.moveHead[first] !== 0 &&
    (f.succStart[block + 1] as number) - edge === 1 &&
    (f.edgeTarget[edge] as number) <= latch
  );
}

/** The moves are of one phase, and the branch neither reads nor writes what they write, nor writes what they read. */
function suits(f: MFunc, a: Allocation, {branch, jump}: Latch): boolean {
  const i = f.order[branch] as number;
  if ((f.flags[i] as number) & InstFlag.call) return false;
  const phase = a.movePhase[a.moveHead[jump] as number];
  for (let m = a.moveHead[jump] as number; m !== 0; m = a.moveNext[m] as number) {
    if (a.movePhase[m] !== phase) return false;
    for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
      const location = a.opLoc[o] as number;
      if (location === a.moveTo[m] || ((f.opInfo[o] as number) & DEF && location === a.moveFrom[m])) return false;
    }
  }
  return true;
}

/** Index of the first latch whose position is not before another. */
function firstFrom(latches: readonly Latch[], position: number): number {
  let [low, high] = [0, latches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((latches[middle] as Latch).position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a move of the back edge writes a part of a place that holds vreg v. */
function overwrites(f: MFunc, a: Allocation, {jump}: Latch, v: number, location: number): boolean {
  for (let m = a.moveHead[jump] as number; m !== 0; m = a.moveNext[m] as number) {
    const to = a.moveTo[m] as number;
    if (location < to + units(f, a.moveVreg[m] as number, to) && to < location + units(f, v, location)) return true;
  }
  return false;
}

const units = (f: MFunc, v: number, location: number): number =>
  location >= SLOT && f.vregClass[v] === RegClass.vector ? 2 : 1;

/** Whether a vreg is live at a position, by the ranges of its pieces from one piece to another (0: to the last one). */
function isLiveAt(r: Ranges, scan: LinearScan, from: number, to: number, position: number): boolean {
  for (let piece = from; piece !== 0; piece = scan.sibling[piece] as number) {
    for (let range = scan.firstRange[piece] as number; range !== 0; range = r.rangeNext[range] as number)
      if ((r.rangeStart[range] as number) <= position && position < (r.rangeEnd[range] as number)) return true;
    if (piece === to) return false;
  }
  return false;
}

function moveUp(a: Allocation, {branch, jump}: Latch): void {
  for (let m = a.moveHead[jump] as number; m !== 0; m = a.moveNext[m] as number)
    a.addMove(branch, Phase.edgeOut, a.moveFrom[m] as number, a.moveTo[m] as number, a.moveVreg[m] as number);
  a.moveHead[jump] = 0;
}
