/**
 * The words of a body being prepared: instructions, forward references, and the marks that lead back to offsets.
 * Remembers the last instruction, so that the next one may change or take it back; a bound label forgets it.
 */
import {assert} from '../base/assert.ts';
import {Unsupported} from '../base/errors.ts';
import type {Machine} from './machine.ts';
import {layouts, wordNames} from './words.ts';

/** What the first operand of an instruction is: nothing written, a word slot, or a reference slot. */
export const Writes = {nothing: 0, words: 1, refs: 2} as const;
export const WRITES = Uint8Array.from(wordNames, (name) => {
  const first = layouts[name][0];
  return first === 'd' ? Writes.words : first === 'r' ? Writes.refs : Writes.nothing;
});

const NONE = -1;

/** Marks of the body at hand, for all bodies: one is prepared at a time. */
let spareMarks = new Int32Array(256);

export class Emitter {
  readonly #machine: Machine;
  /** The machine's code; this body's words start at `start`. */
  readonly words: Int32Array;
  readonly start: number;
  length: number;
  /** Word index of the last instruction, NONE behind a label. */
  last = NONE;
  #marks = spareMarks;
  #markCount = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.words = machine.code;
    this.start = machine.codeTop;
    this.length = machine.codeTop;
  }

  /** Starts an instruction; its operands follow by `operand`. */
  op(word: number): void {
    this.last = this.length;
    this.operand(word);
  }

  operand(value: number): void {
    if (this.length === this.words.length) throw new Unsupported('prepared code of this size');
    this.words[this.length++] = value;
  }

  op1(word: number, a: number): void {
    this.op(word);
    this.operand(a);
  }
  op2(word: number, a: number, b: number): void {
    this.op1(word, a);
    this.operand(b);
  }
  op3(word: number, a: number, b: number, c: number): void {
    this.op2(word, a, b);
    this.operand(c);
  }
  op4(word: number, a: number, b: number, c: number, d: number): void {
    this.op3(word, a, b, c);
    this.operand(d);
  }

  /** The number of the last instruction, NONE when there is none to be seen. */
  lastWord(): number {
    return this.last === NONE ? NONE : this.words[this.last]!;
  }

  /** Whether the last instruction writes this slot. */
  lastWrites(slot: number, kind: number): boolean {
    return this.last !== NONE && WRITES[this.words[this.last]!] === kind && this.words[this.last + 1] === slot;
  }

  /** Takes the last instruction back. Its operands stay readable in `words` until the next one is emitted. */
  dropLast(): void {
    assert(this.last !== NONE, 'an instruction to drop');
    this.length = this.last;
    this.last = NONE;
  }

  /** The next word may be reached from elsewhere: what stands before it must not change any more. */
  bindHere(): number {
    this.last = NONE;
    return this.length;
  }

  /** Says that the instruction emitted next belongs to this byte offset. */
  mark(offset: number): void {
    if (this.#markCount + 2 > this.#marks.length) {
      const marks = new Int32Array(this.#marks.length * 2);
      marks.set(this.#marks);
      this.#marks = spareMarks = marks;
    }
    this.#marks[this.#markCount++] = this.length;
    this.#marks[this.#markCount++] = offset;
  }

  /** Makes the words part of the machine's code. */
  finish(): void {
    this.#machine.codeTop = this.length;
  }

  finishedMarks(): Int32Array {
    return this.#marks.slice(0, this.#markCount);
  }
}
