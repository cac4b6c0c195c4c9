/**
 * Symbolic checker of register allocations; it does not know how they are made. It runs the allocated code on sets of names:
 *
 *   state      location -> set of vregs whose value it holds now (absent: unknown contents)
 *   lattice    per location, sets ordered by inclusion; join = intersection; start = everything ("not reached yet")
 *   use of v   its location must hold v, satisfy the operand's constraint and be of the right register file
 *   def of v   its location holds exactly v, and v is nowhere else (a loop may define v again)
 *   move       all moves of a phase read before any writes; the target holds what the source held
 *   remat      what can be computed again is a location of its own (-v) that always holds v
 *   call       after the uses, every register is unknown
 *   edge       a location that holds an argument then also holds the parameter; old parameters of the target are forgotten
 *
 * Iterated to the fixed point, then checked once more with complaints on. A complaint is a Bug.
 */
import {assert} from '#engine/base/assert.ts';
import {Constraint, InstFlag, type MFunc, RegClass} from '../mfunc.ts';
import type {RegFile} from './allocate.ts';
import {REGISTER_COUNT} from './ranges.ts';
import {type Allocation, Phase, REMAT, SLOT} from './resolve.ts';

const {fixed: FIXED, def: DEF, across: ACROSS, tied: TIED, any: ANY} = Constraint;

type Names = readonly number[];
type State = Map<number, Names>;

/** Throws Bug unless the allocation makes the function do what it says. */
export function checkAllocation(f: MFunc, allocation: Allocation, file: RegFile): void {
  new Checker(f, allocation, file).run();
}

class Checker {
  readonly #f: MFunc;
  readonly #a: Allocation;
  readonly #int: ReadonlySet<number>;
  readonly #float: ReadonlySet<number>;
  readonly #entry: (State | null)[];
  #complains = false;

  readonly #split: number;
  readonly #stackPointer: number;

  constructor(f: MFunc, allocation: Allocation, file: RegFile) {
    this.#split = file.split;
    this.#stackPointer = file.stackPointer;
    this.#f = f;
    this.#a = allocation;
    this.#int = new Set(file.int);
    this.#float = new Set(file.float);
    this.#entry = new Array<State | null>(f.blockCount).fill(null);
  }

  run(): void {
    const f = this.#f;
    const start: State = new Map();
    for (let v = 1; v <= f.vregCount; v++) if (f.remat[v] !== 0) start.set(-v, [v]);
    this.#entry[0] = start;
    const dirty = new Uint8Array(f.blockCount).fill(1);
    for (let again = true; again; ) {
      again = false;
      for (let b = 0; b < f.blockCount; b++) {
        if (dirty[b] === 0 || this.#entry[b] === null) continue;
        dirty[b] = 0;
        const state = this.#runBlock(b);
        for (let e = f.succStart[b] as number; e < (f.succStart[b + 1] as number); e++) {
          const target = f.edgeTarget[e] as number;
          if (!this.#join(target, this.#passEdge(e, state))) continue;
          dirty[target] = 1;
          again = true;
        }
      }
    }
    this.#complains = true;
    for (let b = 0; b < f.blockCount; b++) if (this.#entry[b] !== null) this.#runBlock(b);
  }

  #claim(holds: boolean, message: () => string): void {
    if (this.#complains && !holds) assert(false, `register allocation: ${message()}`);
  }

  #runBlock(b: number): State {
    const f = this.#f;
    const state: State = new Map(this.#entry[b]);
    for (let k = f.blockFirst[b] as number; k < (f.blockFirst[b + 1] as number); k++) {
      for (let phase = Phase.edgeIn as number; phase <= Phase.edgeOut; phase++) this.#runMoves(state, k, phase);
      this.#runInst(state, k);
    }
    return state;
  }

  #runMoves(state: State, k: number, phase: number): void {
    const a = this.#a;
    const writes: [number, Names, number][] = [];
    const targets = new Set<number>();
    for (let m = a.moveHead[k] as number; m !== 0; m = a.moveNext[m] as number) {
      if (a.movePhase[m] !== phase) continue;
      const [from, to, v] = [a.moveFrom[m] as number, a.moveTo[m] as number, a.moveVreg[m] as number];
      this.#claim(!targets.has(to), () => `two moves at ${k} to ${to}`);
      targets.add(to);
      this.#checkFile(v, to, k);
      if (from !== REMAT) this.#checkFile(v, from, k);
      else this.#claim(this.#f.remat[v] !== 0, () => `vreg ${v} cannot be computed again at ${k}`);
      writes.push([to, state.get(from === REMAT ? -v : from) ?? [], v]);
    }
    for (const [to, names, v] of writes) this.#write(state, to, names, v);
  }

  #runInst(state: State, k: number): void {
    const f = this.#f;
    const i = f.order[k] as number;
    const [from, to] = [f.opStart[i] as number, f.opStart[i + 1] as number];
    for (let o = from; o < to; o++) if (((f.opInfo[o] as number) & DEF) === 0) this.#checkUse(state, k, o);
    if (this.#complains) this.#checkSharing(i, k);
    if ((f.flags[i] as number) & InstFlag.call)
      for (let register = 0; register < 32; register++) state.delete(register);
    for (let o = from; o < to; o++) {
      if (((f.opInfo[o] as number) & DEF) === 0) continue;
      this.#checkPlace(k, o);
      const v = f.opVreg[o] as number;
      forget(state, v);
      if (f.remat[v] !== 0) state.set(-v, [v]);
      this.#write(state, this.#a.opLoc[o] as number, [v], v);
    }
  }

  #checkUse(state: State, k: number, o: number): void {
    const [v, location] = [this.#f.opVreg[o] as number, this.#a.opLoc[o] as number];
    this.#checkPlace(k, o);
    this.#claim(
      (state.get(location) ?? []).includes(v),
      () => `instruction ${k} reads vreg ${v} from ${location}, which holds ${(state.get(location) ?? []).join()}`,
    );
  }

  /** The location suits the constraint of the operand. */
  #checkPlace(k: number, o: number): void {
    const f = this.#f;
    const [v, info, location] = [f.opVreg[o] as number, f.opInfo[o] as number, this.#a.opLoc[o] as number];
    const register = (info & FIXED) - 1;
    if (register >= 0) {
      this.#claim(location === register, () => `operand of ${k} must be in ${register}, is in ${location}`);
      return;
    }
    this.#claim(
      location < REGISTER_COUNT || ((info & ANY) !== 0 && location >= SLOT),
      () => `operand of ${k} must be in a register, is in ${location}`,
    );
    this.#checkFile(v, location, k);
  }

  /** Registers are allocatable or demanded by an operand; the file suits the class. */
  #checkFile(v: number, location: number, k: number): void {
    if (!this.#complains) return;
    const isInt = this.#f.vregClass[v] === RegClass.int;
    if (location >= SLOT) {
      this.#claim(location < SLOT + this.#a.slotUnits, () => `slot ${location - SLOT} at ${k} is outside of the frame`);
    } else {
      this.#claim(
        location >= 0 && location < 2 * this.#split && isInt === location < this.#split,
        () => `vreg ${v} at ${k} is in ${location}, the wrong file`,
      );
      this.#claim(location !== this.#stackPointer, () => `vreg ${v} at ${k} is in the stack pointer`);
    }
  }

  /** Tied pairs share, and definitions do not overwrite what is read at the same time. */
  #checkSharing(i: number, k: number): void {
    const f = this.#f;
    const loc = (o: number): number => this.#a.opLoc[o] as number;
    for (let d = f.opStart[i] as number; d < (f.opStart[i + 1] as number); d++) {
      const defInfo = f.opInfo[d] as number;
      if ((defInfo & DEF) === 0) continue;
      for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
        const info = f.opInfo[o] as number;
        if (o === d) continue;
        if ((info & DEF) !== 0) this.#claim(loc(o) !== loc(d), () => `two definitions of ${k} share ${loc(o)}`);
        else if ((info & TIED) !== 0 && (defInfo & TIED) !== 0)
          this.#claim(loc(o) === loc(d), () => `tied operands of ${k} are in ${loc(d)} and ${loc(o)}`);
        else if ((info & ACROSS) !== 0 || (defInfo & (ACROSS | TIED)) !== 0) {
          this.#claim(loc(o) !== loc(d), () => `instruction ${k} overwrites ${loc(o)} before it is read`);
        }
      }
    }
    for (let o = f.opStart[i] as number; o < (f.opStart[i + 1] as number); o++) {
      const fixed = ((f.opInfo[o] as number) & FIXED) !== 0;
      const allowed = fixed || loc(o) >= SLOT || this.#int.has(loc(o)) || this.#float.has(loc(o));
      this.#claim(allowed, () => `register ${loc(o)} of ${k} is not allocatable`);
    }
  }

  #write(state: State, to: number, names: Names, v: number): void {
    if (names.length === 0) state.delete(to);
    else state.set(to, names);
    if (to < SLOT) return;
    const isWide = (name: number): boolean => this.#f.vregClass[name] === RegClass.vector;
    if (isWide(v)) state.delete(to + 1);
    if ((state.get(to - 1) ?? []).some(isWide)) state.delete(to - 1);
  }

  #passEdge(e: number, state: State): State {
    const f = this.#f;
    const target = f.edgeTarget[e] as number;
    const first = f.paramStart[target] as number;
    const params = f.params.subarray(first, f.paramStart[target + 1] as number);
    if (params.length === 0) return state;
    const args = f.args.subarray(f.argStart[e] as number, f.argStart[e + 1] as number);
    const passed: State = new Map();
    for (const [location, names] of state) {
      const kept = names.filter((name) => !params.includes(name));
      args.forEach((arg, n) => {
        if (names.includes(arg)) kept.push(params[n] as number);
      });
      if (kept.length > 0) passed.set(location, kept);
    }
    return passed;
  }

  /** Joins a state into a block's entry; true when the entry changed. */
  #join(b: number, state: State): boolean {
    const known = this.#entry[b];
    if (known === null || known === undefined) {
      this.#entry[b] = new Map(state);
      return true;
    }
    let changed = false;
    for (const [location, names] of known) {
      const kept = names.filter((name) => (state.get(location) ?? []).includes(name));
      if (kept.length === names.length) continue;
      changed = true;
      if (kept.length === 0) known.delete(location);
      else known.set(location, kept);
    }
    return changed;
  }
}

function forget(state: State, v: number): void {
  for (const [location, names] of state) {
    if (!names.includes(v)) continue;
    const kept = names.filter((name) => name !== v);
    if (kept.length === 0) state.delete(location);
    else state.set(location, kept);
  }
}
