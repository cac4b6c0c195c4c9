/**
 * The operand stack while a body is prepared. Each operand owns a slot, given by its place on the stack; until somebody
 * needs it there, it may just stand for a local or a constant, so that `local.get` and `const` cost nothing at run time.
 * A local that is written first has the operands that stand for it copied to their own slots (`flushLocal`).
 */
import {assert} from '../base/assert.ts';
import {F32, I32, isRef, V128, type ValueType} from '../wasm/types.ts';
import type {Emitter} from './emitter.ts';
import {Word} from './words.ts';

const {copy32: COPY32, copy64: COPY64, copy128: COPY128, copy_ref: COPY_REF, const32: CONST32, const64: CONST64} = Word;

/** How a value is stored: one word of a slot, a slot, two slots, or a reference slot. */
export const Storage = {word: 0, slot: 1, vector: 2, ref: 3} as const;
export type Storage = (typeof Storage)[keyof typeof Storage];
const COPY = [COPY32, COPY64, COPY128, COPY_REF] as const;

export function storageOf(type: ValueType): Storage {
  if (isRef(type)) return Storage.ref;
  if (type === I32 || type === F32) return Storage.word;
  return type === V128 ? Storage.vector : Storage.slot;
}

/** Where an operand is: in its own slot, in a local, or nowhere yet, being a constant. */
export const Place = {own: 0, local: 1, constant: 2} as const;
export type Place = (typeof Place)[keyof typeof Place];

const WORDS = [2, 2, 4, 0] as const;

/** Constants kept in frame slots, filled on entry: for functions with loops. */
interface ConstantSlot {
  readonly low: number;
  readonly high: number;
  readonly wide: boolean;
}

export class Operands {
  readonly emitter: Emitter;
  count = 0;
  readonly place: Place[] = [];
  readonly storage: Storage[] = [];
  /** Own slot: word offset, or reference slot. */
  readonly slot: number[] = [];
  /** Local index, or low word of the constant. */
  readonly low: number[] = [];
  readonly high: number[] = [];

  readonly localSlot: number[] = [];
  readonly localStorage: Storage[] = [];
  /** Operands that stand for each local, and in all. */
  readonly #aliases: number[] = [];
  #aliasCount = 0;

  /** Fewest operands since it was last set: how deep an instruction has reached. */
  lowest = 0;
  wordTop = 0;
  refTop = 0;
  maxWords = 0;
  maxRefs = 0;

  readonly constants: ConstantSlot[] = [];
  /** Loops that are open: only there a constant is worth a slot of its own. */
  loopDepth = 0;
  #constantBase = 0;
  #constantRoom = 0;

  constructor(emitter: Emitter) {
    this.emitter = emitter;
  }

  addLocal(type: ValueType): void {
    const storage = storageOf(type);
    this.localStorage.push(storage);
    this.localSlot.push(storage === Storage.ref ? this.refTop++ : this.wordTop);
    this.wordTop += WORDS[storage];
    this.#aliases.push(0);
  }

  /** Ends the locals; keeps room for this many constants between them and the operands. */
  startOperands(constantRoom: number): void {
    this.#constantBase = this.wordTop;
    this.#constantRoom = constantRoom;
    this.wordTop += constantRoom * 2;
    this.#note();
  }

  #note(): void {
    if (this.wordTop > this.maxWords) this.maxWords = this.wordTop;
    if (this.refTop > this.maxRefs) this.maxRefs = this.refTop;
  }

  /** Makes the frame at least this large. */
  require(words: number, refs: number): void {
    this.maxWords = Math.max(this.maxWords, words);
    this.maxRefs = Math.max(this.maxRefs, refs);
  }

  #push(place: Place, storage: Storage, low: number, high: number): number {
    const i = this.count++;
    const slot = storage === Storage.ref ? this.refTop++ : this.wordTop;
    this.wordTop += WORDS[storage];
    this.place[i] = place;
    this.storage[i] = storage;
    this.slot[i] = slot;
    this.low[i] = low;
    this.high[i] = high;
    this.#note();
    return slot;
  }

  /** Pushes a result; returns the slot that an instruction has to write it to. */
  push(storage: Storage): number {
    return this.#push(Place.own, storage, 0, 0);
  }

  pushLocal(local: number): void {
    this.#push(Place.local, this.localStorage[local]!, local, 0);
    this.#aliases[local]! += 1;
    this.#aliasCount += 1;
  }

  pushConstant(storage: Storage, low: number, high: number): void {
    this.#push(Place.constant, storage, low, high);
  }

  #unalias(i: number): void {
    if (this.place[i] !== Place.local) return;
    this.#aliases[this.low[i]!]! -= 1;
    this.#aliasCount -= 1;
  }

  /** Removes the top operand; its index stays valid until the next push. */
  pop(): number {
    assert(this.count > 0, 'an operand');
    const i = --this.count;
    if (i < this.lowest) this.lowest = i;
    this.#unalias(i);
    if (this.storage[i] === Storage.ref) this.refTop = this.slot[i]!;
    else this.wordTop = this.slot[i]!;
    return i;
  }

  /** Drops operands down to a height. */
  truncate(height: number): void {
    while (this.count > height) this.pop();
  }

  /** The slot to read an operand from; a constant is brought into one. */
  read(i: number): number {
    switch (this.place[i]!) {
      case Place.own:
        return this.slot[i]!;
      case Place.local:
        return this.localSlot[this.low[i]!]!;
      case Place.constant:
        return this.#constantSlot(i) ?? this.#materialize(i);
    }
  }

  #constantSlot(i: number): number | null {
    const low = this.low[i]!;
    const high = this.high[i]!;
    const wide = this.storage[i] === Storage.slot;
    let at = this.constants.findIndex((known) => known.low === low && known.high === high && (known.wide || !wide));
    if (at < 0) {
      if (this.loopDepth === 0 || this.constants.length >= this.#constantRoom) return null;
      at = this.constants.push({low, high, wide}) - 1;
    }
    return this.#constantBase + at * 2;
  }

  #materialize(i: number): number {
    const slot = this.slot[i]!;
    this.moveTo(i, slot);
    this.place[i] = Place.own;
    return slot;
  }

  /** Emits what brings an operand into a slot of its storage. Nothing when it is there. */
  moveTo(i: number, slot: number): void {
    const storage = this.storage[i]!;
    if (this.place[i] === Place.constant) {
      if (storage === Storage.word) this.emitter.op2(CONST32, slot, this.low[i]!);
      else this.emitter.op3(CONST64, slot, this.low[i]!, this.high[i]!);
      return;
    }
    const source = this.place[i] === Place.own ? this.slot[i]! : this.localSlot[this.low[i]!]!;
    if (source !== slot) this.emitter.op2(COPY[storage], slot, source);
  }

  /** Whether the operand is in this slot already. */
  isAt(i: number, slot: number): boolean {
    return this.place[i] === Place.own && this.slot[i] === slot;
  }

  /** Brings an operand that is still on the stack into its own slot. */
  flush(i: number): void {
    if (this.place[i] === Place.own) return;
    this.moveTo(i, this.slot[i]!);
    this.#unalias(i);
    this.place[i] = Place.own;
  }

  /** Brings the top operands into their own slots. */
  flushTop(count: number): void {
    for (let i = this.count - count; i < this.count; i += 1) this.flush(i);
  }

  /** Brings everything but constants into its own slot: before control can reach a place in two ways. */
  flushLocals(): void {
    if (this.#aliasCount === 0) return;
    for (let i = 0; i < this.count; i += 1) if (this.place[i] === Place.local) this.flush(i);
  }

  /** Before a local is written. */
  flushLocal(local: number): void {
    if (this.#aliases[local] === 0) return;
    for (let i = 0; i < this.count; i += 1) if (this.place[i] === Place.local && this.low[i] === local) this.flush(i);
  }

  isAliased(local: number): boolean {
    return this.#aliases[local] !== 0;
  }

  /** Emits the code that fills the constant slots. */
  emitConstants(): void {
    this.constants.forEach(({low, high}, i) => {
      this.emitter.op3(CONST64, this.#constantBase + i * 2, low, high);
    });
  }

  /** Whether the operand is a constant that a 32-bit immediate can hold, sign-extended. */
  isImmediate(i: number): boolean {
    if (this.place[i] !== Place.constant) return false;
    return this.storage[i] === Storage.word || this.high[i] === this.low[i]! >> 31;
  }
}
