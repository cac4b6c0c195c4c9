/**
 * A prepared body: where its words stand and the tables that lead back to the module.
 */
import type {Func} from '../runtime/func.ts';
import type {Instance} from '../runtime/instance.ts';

/** One catch clause of a try_table, resolved. */
export interface Clause {
  /** Tag index, or null for catch_all. */
  readonly tag: number | null;
  /** Whether the exception itself is pushed after the payload. */
  readonly withRef: boolean;
  /** Word index to go on at. */
  readonly target: number;
  /** Where payload goes: first word and first reference slot of the target's operands. */
  readonly slot: number;
  readonly refSlot: number;
}

/** Words [start, end) are covered by the clauses, tried in order. Inner handlers stand before outer ones. */
export interface Handler {
  readonly start: number;
  readonly end: number;
  readonly clauses: readonly Clause[];
}

export interface Code {
  readonly func: Func;
  readonly instance: Instance;
  /** Epoch of the machine in which the words are there. */
  readonly epoch: number;
  /** The words are [start, end) of the machine's code. */
  readonly start: number;
  readonly end: number;
  /** Word index of the first instruction, in the machine's code. */
  readonly entry: number;
  /** Words of the frame: parameters, locals, constants, operands, and room for the results. */
  readonly frameWords: number;
  /** Words of the locals that are no parameters: zero on entry. */
  readonly zeroFrom: number;
  readonly zeroTo: number;
  /** Byte offset of the instruction behind a word index: `marks` holds pairs (word index, offset), ascending. */
  readonly marks: Int32Array;
  readonly handlers: readonly Handler[];
  /** Executions of each straight run of instructions, in counted mode. */
  readonly counts: Float64Array;
  /** Byte offsets of the instructions of each run. */
  readonly runs: readonly (readonly number[])[];
}

/** Byte offset in the module of the instruction that the word at `pc` belongs to; null when it has none. */
export function offsetAt(code: Code, pc: number): number | null {
  const {marks} = code;
  let low = 0;
  let high = marks.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle * 2]! <= pc) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : marks[low * 2 - 1]!;
}
