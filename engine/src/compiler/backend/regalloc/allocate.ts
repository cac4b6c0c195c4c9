/**
 * Linear scan (README.md): gives each piece of each interval a register or its vreg's stack slot, and cuts intervals where
 * one place does not do for the whole life. A piece is an interval here; the pieces of a vreg form a list in rising order.
 */
import {assert} from '#engine/base/assert.ts';
import {Constraint, grownWords, InstFlag, type MFunc, RegClass} from '../mfunc.ts';
import {type Ranges, REGISTER_COUNT, UseKind} from './ranges.ts';

/** What the allocator knows of a target. Registers are 0-31 in one space. */
export interface RegFile {
  /** Allocatable registers in order of preference, of the int file and of the float file. */
  readonly int: readonly number[];
  readonly float: readonly number[];
  /** Registers below this are the int file, those from here to its double the float file. */
  readonly split: number;
  readonly stackPointer: number;
}

/** Place of a piece: a register, or one of these. */
export const NOWHERE = -1;
export const SPILLED = -2;

const NEVER = 0x7fffffff;
const {def: DEF, fixed: FIXED, tied: TIED} = Constraint;
const {none: USE_NONE, any: USE_ANY, register: USE_REGISTER} = UseKind;

type Words = Int32Array<ArrayBuffer>;

export class LinearScan {
  pieceCount = 0;
  vreg: Words = new Int32Array(256);
  start: Words = new Int32Array(256);
  end: Words = new Int32Array(256);
  firstRange: Words = new Int32Array(256);
  useFrom: Words = new Int32Array(256);
  useTo: Words = new Int32Array(256);
  place: Words = new Int32Array(256);
  /** Next piece of the same vreg, 0 at the end. */
  sibling: Words = new Int32Array(256);
  /** First piece by vreg, 0 when it is never live. */
  head: Words = new Int32Array(256);
  /** 1 when a piece of the vreg is in memory. */
  spilled = new Uint8Array(256);

  #f!: MFunc;
  #r!: Ranges;
  #file!: RegFile;
  /** Registers of the machine: all are below. */
  #registerCount = REGISTER_COUNT;
  #split = new Uint8Array(256);
  /** The piece that a piece was cut from. */
  #parent: Words = new Int32Array(256);
  /** Range of a piece that covers or follows the current position. */
  #cursor: Words = new Int32Array(256);

  #heap: Words = new Int32Array(256);
  #heapLength = 0;
  readonly #active = new Int32Array(REGISTER_COUNT);
  #inactive: Words = new Int32Array(64);
  #inactiveLength = 0;
  readonly #blockedCursor = new Int32Array(REGISTER_COUNT);
  #callCursor = 0;
  readonly #free = new Int32Array(REGISTER_COUNT);
  readonly #next = new Int32Array(REGISTER_COUNT);
  /** Where an inactive piece or an active hole changes state next. */
  #nextEvent = 0;
  /** Where the first blocked range ends next. */
  #blockedEvent = 0;
  #hintParam: Words = new Int32Array(256);
  #hintTied: Words = new Int32Array(256);
  #paramBlock: Words = new Int32Array(256);

  /** Allocates a function; the result is in the columns. */
  run(f: MFunc, r: Ranges, file: RegFile): this {
    this.#reset(f, r, file);
    this.#collectHints();
    for (let v = 1; v <= f.vregCount; v++) if (r.first[v] !== 0) this.#addVreg(v);
    while (this.#heapLength > 0) {
      const piece = this.#pop();
      this.#advance(this.start[piece] as number);
      this.#allocate(piece);
    }
    return this;
  }

  // ---- set-up

  #reset(f: MFunc, r: Ranges, file: RegFile): void {
    this.#f = f;
    this.#r = r;
    this.#file = file;
    this.#registerCount = 2 * file.split;
    const vregs = f.vregCount + 2;
    if (this.head.length < vregs) {
      this.head = new Int32Array(vregs * 2);
      this.spilled = new Uint8Array(vregs * 2);
      this.#hintParam = new Int32Array(vregs * 2);
      this.#hintTied = new Int32Array(vregs * 2);
      this.#paramBlock = new Int32Array(vregs * 2);
    }
    this.head.fill(0, 0, vregs);
    this.spilled.fill(0, 0, vregs);
    this.#hintParam.fill(0, 0, vregs);
    this.#hintTied.fill(0, 0, vregs);
    this.#paramBlock.fill(-1, 0, vregs);
    this.pieceCount = 0;
    this.#heapLength = 0;
    this.#inactiveLength = 0;
    this.#active.fill(0);
    this.#blockedCursor.fill(0);
    this.#callCursor = 0;
    this.#nextEvent = 0;
    this.#blockedEvent = 0;
  }

  /** Who would like to share a register: tied pairs and moves, parameters and their arguments. */
  #collectHints(): void {
    const f = this.#f;
    for (let k = 0; k < f.orderLength; k++) {
      const i = f.order[k] as number;
      if ((f.flags[i] as number) & InstFlag.move)
        this.#hintTied[f.opVreg[f.opStart[i] as number] as number] = f.opVreg[(f.opStart[i] as number) + 1] as number;
      for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
        if (((f.opInfo[o] as number) & (TIED | DEF)) === (TIED | DEF)) {
          this.#hintTied[f.opVreg[o] as number] = f.opVreg[tiedUse(f, i)] as number;
        }
      }
    }
    for (let b = 0; b < f.blockCount; b++) {
      for (let p = f.paramStart[b] as number; p < (f.paramStart[b + 1] as number); p++)
        this.#paramBlock[f.params[p] as number] = b;
      for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
        const first = f.paramStart[f.edgeTarget[e] as number] as number;
        for (let a = f.argStart[e] as number; a < (f.argStart[e + 1] as number); a++) {
          this.#hintParam[f.args[a] as number] = f.params[first + a - (f.argStart[e] as number)] as number;
        }
      }
    }
  }

  #addVreg(v: number): void {
    const r = this.#r;
    const first = r.first[v] as number;
    let last = first;
    while (r.rangeNext[last] !== 0) last = r.rangeNext[last] as number;
    const piece = this.#addPiece(
      v,
      first,
      r.rangeEnd[last] as number,
      r.useStart[v] as number,
      r.useStart[v + 1] as number,
    );
    this.head[v] = piece;
    this.#push(piece);
  }

  #addPiece(v: number, range: number, end: number, from: number, to: number): number {
    const piece = ++this.pieceCount;
    if (piece >= this.vreg.length) this.#grow(piece * 2);
    this.vreg[piece] = v;
    this.start[piece] = this.#r.rangeStart[range] as number;
    this.end[piece] = end;
    this.firstRange[piece] = range;
    this.useFrom[piece] = from;
    this.useTo[piece] = to;
    this.place[piece] = NOWHERE;
    this.sibling[piece] = 0;
    this.#split[piece] = 0;
    this.#cursor[piece] = range;
    return piece;
  }

  #grow(length: number): void {
    this.vreg = grownWords(this.vreg, length);
    this.start = grownWords(this.start, length);
    this.end = grownWords(this.end, length);
    this.firstRange = grownWords(this.firstRange, length);
    this.useFrom = grownWords(this.useFrom, length);
    this.useTo = grownWords(this.useTo, length);
    this.place = grownWords(this.place, length);
    this.sibling = grownWords(this.sibling, length);
    this.#cursor = grownWords(this.#cursor, length);
    this.#parent = grownWords(this.#parent, length);
    const split = new Uint8Array(length);
    split.set(this.#split);
    this.#split = split;
  }

  // ---- heap of pieces by start (then by number, so that the order is total)

  #before(a: number, b: number): boolean {
    const difference = (this.start[a] as number) - (this.start[b] as number);
    return difference !== 0 ? difference < 0 : a < b;
  }

  #push(piece: number): void {
    if (this.#heapLength >= this.#heap.length) this.#heap = grownWords(this.#heap, this.#heapLength * 2);
    const heap = this.#heap;
    let at = this.#heapLength++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(piece, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = piece;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0] as number;
    const length = --this.#heapLength;
    const piece = heap[length] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      if (!this.#before(heap[child] as number, piece)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = piece;
    return top;
  }

  // ---- the sweep

  /** Retires pieces that ended, and moves pieces between active and inactive. */
  #advance(position: number): void {
    this.#advanceBlocked(position);
    if (position < this.#nextEvent) return;
    let event = NEVER;
    for (let register = 0; register < this.#registerCount; register++) {
      const piece = this.#active[register] as number;
      if (piece === 0) continue;
      if ((this.end[piece] as number) <= position) this.#active[register] = 0;
      else if (!this.#coversAt(piece, position)) {
        this.#active[register] = 0;
        this.#addInactive(piece);
      } else event = Math.min(event, this.#r.rangeEnd[this.#cursor[piece] as number] as number);
    }
    const inactive = this.#inactive;
    for (let n = 0; n < this.#inactiveLength; ) {
      const piece = inactive[n] as number;
      if ((this.end[piece] as number) <= position) inactive[n] = inactive[--this.#inactiveLength] as number;
      else if (this.#coversAt(piece, position)) {
        inactive[n] = inactive[--this.#inactiveLength] as number;
        this.#activate(piece);
        event = Math.min(event, this.#r.rangeEnd[this.#cursor[piece] as number] as number);
      } else {
        event = Math.min(event, this.#r.rangeStart[this.#cursor[piece] as number] as number);
        n++;
      }
    }
    this.#nextEvent = event;
  }

  #advanceBlocked(position: number): void {
    if (position >= this.#blockedEvent) this.#skipBlocked(position);
    const {calls, callCount} = this.#r;
    while (this.#callCursor < callCount && (calls[this.#callCursor] as number) < position) this.#callCursor++;
  }

  /** Moves the cursors of blocked registers behind what has ended. */
  #skipBlocked(position: number): void {
    let event = NEVER;
    for (let register = 0; register < this.#registerCount; register++) {
      const blocked = this.#r.blocked[register]!;
      let at = this.#blockedCursor[register] as number;
      while (at < blocked.length && (blocked.at[at + 1] as number) <= position) at += 2;
      this.#blockedCursor[register] = at;
      if (at < blocked.length) event = Math.min(event, blocked.at[at + 1] as number);
    }
    this.#blockedEvent = event;
  }

  #addInactive(piece: number): void {
    if (this.#inactiveLength >= this.#inactive.length)
      this.#inactive = grownWords(this.#inactive, this.#inactiveLength * 2);
    this.#inactive[this.#inactiveLength++] = piece;
  }

  #activate(piece: number): void {
    const register = this.place[piece] as number;
    assert(this.#active[register] === 0, `register ${register} is taken by two pieces`);
    this.#active[register] = piece;
  }

  /** Whether a piece is live at a position; moves its cursor to the range at or after it. */
  #coversAt(piece: number, position: number): boolean {
    const r = this.#r;
    let range = this.#cursor[piece] as number;
    while ((r.rangeEnd[range] as number) <= position && r.rangeNext[range] !== 0) range = r.rangeNext[range] as number;
    this.#cursor[piece] = range;
    return (r.rangeStart[range] as number) <= position && position < (r.rangeEnd[range] as number);
  }

  // ---- one piece

  #registers(piece: number): readonly number[] {
    return this.#f.vregClass[this.vreg[piece] as number] === RegClass.int ? this.#file.int : this.#file.float;
  }

  #allocate(piece: number): void {
    const start = this.start[piece] as number;
    // A piece that begins in the middle of an instruction was cut there because nothing is free: it waits in memory.
    const waits = this.#split[piece] === 1 && (start & 3) !== 0;
    if (!waits) {
      this.#computeFree(piece);
      if (this.#tryFree(piece)) return;
    }
    const need = this.#nextNeed(piece, start);
    if (waits || need >= this.#farthest(piece)) this.#spillFrom(piece, need);
    else this.#evictFor(piece);
  }

  /** `#free[register]`: the position up to which the register is not taken by anything that meets the piece. */
  #computeFree(piece: number): void {
    const free = this.#free;
    const start = this.start[piece] as number;
    const call = this.#nextCall(piece);
    for (const register of this.#registers(piece)) {
      free[register] = this.#active[register] !== 0 ? start : Math.min(call, this.#nextBlocked(register, piece));
    }
    if (this.#split[piece] === 0) return; // SSA: a whole interval never meets one that has a hole at its definition
    for (let n = 0; n < this.#inactiveLength; n++) {
      const other = this.#inactive[n] as number;
      const register = this.place[other] as number;
      if ((free[register] as number) > start)
        free[register] = Math.min(free[register] as number, this.#meeting(piece, other));
    }
  }

  /** First position where two pieces are both live. */
  #meeting(piece: number, other: number): number {
    const r = this.#r;
    let a = this.firstRange[piece] as number;
    let b = this.#cursor[other] as number;
    while (a !== 0 && b !== 0) {
      if ((r.rangeEnd[a] as number) <= (r.rangeStart[b] as number)) a = r.rangeNext[a] as number;
      else if ((r.rangeEnd[b] as number) <= (r.rangeStart[a] as number)) b = r.rangeNext[b] as number;
      else return Math.max(r.rangeStart[a] as number, r.rangeStart[b] as number);
      if (a !== 0 && (r.rangeStart[a] as number) >= (this.end[piece] as number)) return NEVER;
    }
    return NEVER;
  }

  /** First position in the piece where an instruction takes the register. */
  #nextBlocked(register: number, piece: number): number {
    const r = this.#r;
    const blocked = r.blocked[register]!;
    let at = this.#blockedCursor[register] as number;
    let range = this.firstRange[piece] as number;
    const end = this.end[piece] as number;
    while (at < blocked.length && range !== 0) {
      const from = blocked.at[at] as number;
      if (from >= end) return NEVER;
      if ((r.rangeEnd[range] as number) <= from) range = r.rangeNext[range] as number;
      else if ((blocked.at[at + 1] as number) <= (r.rangeStart[range] as number)) at += 2;
      else return Math.max(from, r.rangeStart[range] as number);
    }
    return NEVER;
  }

  /** First call in the piece. */
  #nextCall(piece: number): number {
    const r = this.#r;
    let at = this.#callCursor;
    let range = this.firstRange[piece] as number;
    const end = this.end[piece] as number;
    while (at < r.callCount && range !== 0) {
      const call = r.calls[at] as number;
      if (call >= end) return NEVER;
      if ((r.rangeEnd[range] as number) <= call) range = r.rangeNext[range] as number;
      else if (call < (r.rangeStart[range] as number)) at = this.#callAfter(r.rangeStart[range] as number, at);
      else return call;
    }
    return NEVER;
  }

  /** Index of the first call at or after a position, from index `low` on. */
  #callAfter(position: number, low: number): number {
    let high = this.#r.callCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#r.calls[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes a free register, cutting the piece where the register ends to be free. */
  #tryFree(piece: number): boolean {
    const free = this.#free;
    const end = this.end[piece] as number;
    let best = -1;
    let bestFree = this.start[piece] as number;
    for (const register of this.#registers(piece)) {
      const until = free[register] as number;
      if (until > bestFree && bestFree < end) {
        best = register;
        bestFree = until;
      }
    }
    if (best < 0) return false;
    let cut = bestFree < end ? this.#cutBefore(piece, bestFree) : end;
    const hint = this.#hint(piece);
    if (hint >= 0) {
      // A hint wins when it lasts as long as the best would, or at least half of that.
      const isLong = (free[hint] as number) >= Math.max(cut, (this.start[piece] as number) + 1);
      const isHalf =
        !isLong && bestFree < end && (free[hint] as number) * 2 >= bestFree + (this.start[piece] as number);
      const shorter = isHalf ? this.#cutBefore(piece, free[hint] as number) : -1;
      if ((isLong && cut >= 0) || shorter >= 0) best = hint;
      if (shorter >= 0) cut = shorter;
    }
    if (cut < 0) return false;
    if (cut < end) this.#push(this.#splitAt(piece, cut));
    this.place[piece] = best;
    this.#activate(piece);
    this.#nextEvent = Math.min(this.#nextEvent, this.#r.rangeEnd[this.#cursor[piece] as number] as number);
    return true;
  }

  /** A register that would save a move, -1 when there is none that is at all free. */
  #hint(piece: number): number {
    const f = this.#f;
    const v = this.vreg[piece] as number;
    const start = this.start[piece] as number;
    // The piece before this one, so that a cut costs nothing.
    if (this.#split[piece] === 1) {
      const before = this.place[this.#parent[piece] as number] as number;
      if (this.#usable(before, piece)) return before;
    }
    for (
      let u = this.useFrom[piece] as number;
      u < (this.useTo[piece] as number) && u < (this.useFrom[piece] as number) + 4;
      u++
    ) {
      const operand = this.#r.useOp[u] as number;
      const fixed = operand < 0 ? -1 : ((f.opInfo[operand] as number) & FIXED) - 1;
      if (this.#usable(fixed, piece)) return fixed;
    }
    const tied = this.#hintTied[v] as number;
    if (tied !== 0 && this.#usable(this.#placeAt(tied, start - 1), piece)) return this.#placeAt(tied, start - 1);
    const param = this.#hintParam[v] as number;
    if (
      param !== 0 &&
      this.head[param] !== 0 &&
      this.#usable(this.place[this.head[param] as number] as number, piece)
    ) {
      return this.place[this.head[param] as number] as number;
    }
    return this.#argumentHint(piece, v);
  }

  /** Register of an argument of a block parameter, from a predecessor that is allocated already. */
  #argumentHint(piece: number, v: number): number {
    const f = this.#f;
    const b = this.#paramBlock[v] as number;
    if (b < 0 || this.#split[piece] === 1) return -1;
    let index = 0;
    while (f.params[(f.paramStart[b] as number) + index] !== v) index++;
    for (let p = this.#r.predStart[b] as number; p < (this.#r.predStart[b + 1] as number); p++) {
      const pred = this.#r.preds[p] as number;
      for (let e = f.succStart[pred] as number; e < (f.succStart[pred + 1] as number); e++) {
        if (f.edgeTarget[e] !== b) continue;
        const place = this.#placeAt(
          f.args[(f.argStart[e] as number) + index] as number,
          4 * (f.blockFirst[pred + 1] as number) - 1,
        );
        if (this.#usable(place, piece)) return place;
      }
    }
    return -1;
  }

  #usable(register: number, piece: number): boolean {
    return (
      register >= 0 &&
      this.#registers(piece).includes(register) &&
      (this.#free[register] as number) > (this.start[piece] as number)
    );
  }

  /** Where a vreg is at a position: a register, SPILLED or NOWHERE. */
  #placeAt(v: number, position: number): number {
    for (let piece = this.head[v] as number; piece !== 0; piece = this.sibling[piece] as number) {
      if (position < (this.end[piece] as number))
        return (this.start[piece] as number) <= position ? (this.place[piece] as number) : NOWHERE;
    }
    return NOWHERE;
  }

  // ---- cutting

  /**
   * Where to cut a piece that cannot keep its place from `limit` on: in a gap at most at `limit`, or exactly at `limit` when
   * a register is needed between; -1 when nothing would be left in front.
   */
  #cutBefore(piece: number, limit: number): number {
    const start = this.start[piece] as number;
    const gap = limit & ~3;
    if ((start & 3) !== 0 && limit < ((start + 4) & ~3)) return -1; // a definition needs its register to the end of the instruction
    const isCall = this.#isCall(limit);
    const last = this.#lastUseBefore(piece, limit, isCall ? USE_NONE : USE_ANY);
    // What a call drives into memory is read from its register up to its last use, even as an argument of the call.
    if (isCall && last >= gap && last >= start) return last + 1 < limit || last === gap ? last + 1 : limit;
    if (last >= gap && last >= start) return limit;
    if (gap <= start) return -1;
    const cut = this.#earliestCut(Math.max(start, last) + 1, gap);
    // Such a value also leaves its register to the result of its last use.
    return cut - 2 === last && last > start && isCall ? last + 1 : cut;
  }

  #isCall(position: number): boolean {
    const at = this.#callAfter(position, 0);
    return at < this.#r.callCount && this.#r.calls[at] === position;
  }

  /** The first gap in [low, high] of least loop depth: what is in memory afterwards gives its register back early. */
  #earliestCut(low: number, high: number): number {
    const f = this.#f;
    const first = (low + 3) & ~3;
    if (first >= high) return high;
    const highBlock = this.#blockAt(high);
    let b = this.#blockAt(first);
    let best = first;
    let depth = f.loopDepth[b] as number;
    for (let n = 0; b < highBlock && depth > 0 && n < 256; n++) {
      b++;
      if ((f.loopDepth[b] as number) >= depth) continue;
      best = 4 * (f.blockFirst[b] as number);
      depth = f.loopDepth[b] as number;
    }
    return Math.min(best, high);
  }

  /** Position of the last use before `limit` of at least a kind, -1 when there is none. */
  #lastUseBefore(piece: number, limit: number, kind: number): number {
    const r = this.#r;
    let last = -1;
    for (
      let u = this.useFrom[piece] as number;
      u < (this.useTo[piece] as number) && (r.usePos[u] as number) < limit;
      u++
    ) {
      if ((r.useKind[u] as number) >= kind) last = r.usePos[u] as number;
    }
    return last;
  }

  /** The latest gap in [low, high] of least loop depth: a block start when it lies in a shallower loop than `high`. */
  #bestCut(low: number, high: number): number {
    const f = this.#f;
    const lowBlock = this.#blockAt(low);
    let b = this.#blockAt(high);
    let best = high & ~3;
    let depth = f.loopDepth[b] as number;
    for (let n = 0; b > lowBlock && depth > 0 && n < 256; n++) {
      // The start of block b is on the way; the code before it has the depth of block b - 1.
      const before = f.loopDepth[b - 1] as number;
      if (before < depth) {
        best = 4 * (f.blockFirst[b] as number);
        depth = before;
      }
      b--;
    }
    return best >= low ? best : high & ~3;
  }

  #blockAt(position: number): number {
    const k = Math.min(position >> 2, this.#f.orderLength - 1);
    return this.#r.blockOf[k] as number;
  }

  /** Cuts a piece; the tail is returned, without a place and not yet queued. */
  #splitAt(piece: number, at: number): number {
    const r = this.#r;
    assert(
      at > (this.start[piece] as number) && at < (this.end[piece] as number),
      `cut at ${at} outside of ${this.start[piece]}-${this.end[piece]}`,
    );
    let range = this.firstRange[piece] as number;
    let before = 0;
    while ((r.rangeEnd[range] as number) <= at) {
      before = range;
      range = r.rangeNext[range] as number;
    }
    let tail = range;
    if ((r.rangeStart[range] as number) < at) {
      tail = r.addRange(at, r.rangeEnd[range] as number, r.rangeNext[range] as number);
      r.rangeEnd[range] = at;
      r.rangeNext[range] = 0;
      before = range;
    } else {
      r.rangeNext[before] = 0;
    }
    const use = this.#firstUseAt(piece, at);
    const child = this.#addPiece(
      this.vreg[piece] as number,
      tail,
      this.end[piece] as number,
      use,
      this.useTo[piece] as number,
    );
    this.#split[child] = 1;
    this.#parent[child] = piece;
    this.end[piece] = r.rangeEnd[before] as number;
    this.useTo[piece] = use;
    this.sibling[child] = this.sibling[piece] as number;
    this.sibling[piece] = child;
    if ((this.#cursor[piece] as number) === tail || (r.rangeStart[this.#cursor[piece] as number] as number) >= at)
      this.#cursor[piece] = before;
    return child;
  }

  #firstUseAt(piece: number, position: number): number {
    let low = this.useFrom[piece] as number;
    let high = this.useTo[piece] as number;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#r.usePos[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // ---- memory

  /** Position of the next use at or after `position` for which the value should be in a register. */
  #nextNeed(piece: number, position: number): number {
    const r = this.#r;
    const to = this.useTo[piece] as number;
    for (let u = this.#firstUseAt(piece, position); u < to; u++) {
      const kind = r.useKind[u] as number;
      if (kind === USE_REGISTER) return r.usePos[u] as number;
      if (kind === USE_ANY && this.#isWorthLoading(piece, u)) return r.usePos[u] as number;
    }
    return NEVER;
  }

  /** A use that could read memory is better served by a load when the register will be used again before a call, or in a loop. */
  #isWorthLoading(piece: number, u: number): boolean {
    const r = this.#r;
    if (u + 1 >= (this.useTo[piece] as number)) return false;
    const call = this.#callAfter(r.usePos[u] as number, 0);
    return call >= r.callCount || (r.calls[call] as number) > (r.usePos[u + 1] as number);
  }

  /** Leaves a piece in memory up to its next need. */
  #spillFrom(piece: number, need: number): void {
    const start = this.start[piece] as number;
    if (need !== NEVER && need < (this.end[piece] as number)) {
      const latest = need & ~3;
      assert(latest > start, `vreg ${this.vreg[piece]} needs a register at ${need}, none can be freed`);
      const call = this.#lastCallBefore(latest);
      this.#push(this.#splitAt(piece, this.#bestCut(Math.max(start + 1, call + 1), latest)));
    }
    this.place[piece] = SPILLED;
    this.spilled[this.vreg[piece] as number] = 1;
  }

  #lastCallBefore(position: number): number {
    const at = this.#callAfter(position, 0) - 1;
    return at < 0 ? -1 : (this.#r.calls[at] as number);
  }

  /** Fills `#next` (next use of whoever holds each register, 0 when it cannot go) and returns the largest. */
  #farthest(piece: number): number {
    const start = this.start[piece] as number;
    const next = this.#next;
    let farthest = -1;
    for (const register of this.#registers(piece)) {
      const other = this.#active[register] as number;
      next[register] = other === 0 ? NEVER : this.#distance(other, start);
    }
    if (this.#split[piece] === 1) {
      for (let n = 0; n < this.#inactiveLength; n++) {
        const other = this.#inactive[n] as number;
        const register = this.place[other] as number;
        if (this.#sameFile(other, piece) && this.#meeting(piece, other) !== NEVER)
          next[register] = Math.min(next[register] as number, this.#distance(other, start));
      }
    }
    for (const register of this.#registers(piece)) {
      if (this.#blockedSoon(register, piece)) next[register] = -1;
      farthest = Math.max(farthest, next[register] as number);
    }
    return farthest;
  }

  #sameFile(other: number, piece: number): boolean {
    return this.#registers(other) === this.#registers(piece);
  }

  /** Next use of a piece that holds a register, -1 when it is used, or just being defined, before the next gap. */
  #distance(other: number, start: number): number {
    const born = this.start[other] as number;
    if ((born & 3) !== 0 && (born & ~3) === (start & ~3)) return -1;
    const need = this.#nextUse(other, start);
    return need < ((start + 4) & ~3) ? -1 : need;
  }

  #nextUse(piece: number, position: number): number {
    const r = this.#r;
    for (let u = this.#firstUseAt(piece, position); u < (this.useTo[piece] as number); u++) {
      if (r.useKind[u] !== USE_NONE) return r.usePos[u] as number;
    }
    return NEVER;
  }

  /** True when an instruction takes the register before the piece could do anything with it. */
  #blockedSoon(register: number, piece: number): boolean {
    const start = this.start[piece] as number;
    const limit = Math.min(this.#nextBlocked(register, piece), this.#nextCall(piece));
    return (limit < (this.end[piece] as number) && this.#cutBefore(piece, limit) < 0) || limit <= start;
  }

  /** Takes the register with the farthest next use from its holders. */
  #evictFor(piece: number): void {
    const start = this.start[piece] as number;
    const next = this.#next;
    let best = -1;
    for (const register of this.#registers(piece)) {
      if (best < 0 || (next[register] as number) > (next[best] as number)) best = register;
    }
    assert(
      best >= 0 && (next[best] as number) >= 0,
      `no register can be freed for vreg ${this.vreg[piece]} at ${start}`,
    );
    const holder = this.#active[best] as number;
    if (holder !== 0) {
      this.#active[best] = 0;
      this.#evict(holder, start);
    }
    for (let n = 0; n < this.#inactiveLength; ) {
      const other = this.#inactive[n] as number;
      if (this.place[other] !== best || this.#meeting(piece, other) === NEVER) n++;
      else {
        this.#inactive[n] = this.#inactive[--this.#inactiveLength] as number;
        this.#requeueTail(other, start);
      }
    }
    const limit = Math.min(this.#nextBlocked(best, piece), this.#nextCall(piece));
    if (limit < (this.end[piece] as number)) this.#push(this.#splitAt(piece, this.#cutBefore(piece, limit)));
    this.place[piece] = best;
    this.#activate(piece);
    this.#nextEvent = Math.min(this.#nextEvent, this.#r.rangeEnd[this.#cursor[piece] as number] as number);
  }

  /** From `position` on, an active piece is in memory until its next need. */
  #evict(piece: number, position: number): void {
    const tail = position > (this.start[piece] as number) ? this.#splitAt(piece, position) : piece;
    this.#spillFrom(tail, this.#nextNeed(tail, position));
  }

  /** What is left of a piece that has a hole at `position` looks for a new place. */
  #requeueTail(piece: number, position: number): void {
    this.#push(this.#splitAt(piece, position));
  }
}

/** The tied use of an instruction that has one. */
export function tiedUse(f: MFunc, inst: number): number {
  for (let o = f.opStart[inst] as number; o < (f.opStart[inst + 1] as number); o++) {
    if (((f.opInfo[o] as number) & (TIED | DEF)) === TIED) return o;
  }
  throw new Error(`instruction ${inst} has no tied use`);
}
