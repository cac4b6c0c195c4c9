/**
 * Tracing: what each instruction consumed and produced. Bodies are prepared a second time for it (Mode.traced), with every
 * value in its own slot and a `trace` word before and after each instruction, so that it costs nothing when off.
 */
import {present} from '../base/assert.ts';
import type {Func} from '../runtime/func.ts';
import type {Ref} from '../runtime/values.ts';
import {F32, F64, V128} from '../wasm/types.ts';
import {machine as m} from './machine.ts';
import {Storage} from './operands.ts';
import {readBits} from './slots.ts';

/** Where a value stands while the instruction before or behind a `trace` word executes. */
export interface Cell {
  readonly storage: Storage;
  readonly slot: number;
}

/** What one `trace` word reports; `cells` is filled in once the instruction has been prepared. */
export interface TraceRecord {
  readonly phase: TraceEvent['phase'];
  readonly func: Func;
  readonly offset: number;
  readonly op: number;
  readonly access: TraceEvent['access'];
  cells: readonly Cell[];
}

export interface TraceEvent {
  /** `before`: values are the operands; `after`: the results. Instructions that leave for elsewhere have no `after`. */
  readonly phase: 'before' | 'after';
  readonly func: Func;
  /** Byte offset of the instruction in the module, and its opcode. */
  readonly offset: number;
  readonly op: number;
  /**
   * For loads and stores: memory index, static offset (unsigned, its low 32 bits), bytes. The address is the first
   * operand, the value written the last one.
   */
  readonly access: {readonly memory: number; readonly offset: number; readonly width: number} | null;
  /** Numbers as unsigned bits, references as they are; bottom of the stack first. */
  readonly values: readonly (bigint | Ref)[];
}

/** Told every event, in order of execution. It must not call into the interpreter. */
export type TraceListener = (event: TraceEvent) => void;

const TYPES = [F32, F64, V128] as const;

function valueOf({storage, slot}: Cell, fp: number, rp: number): bigint | Ref {
  return storage === Storage.ref ? m.refs[rp + slot]! : readBits(m.ints, present(TYPES[storage], 'storage'), fp + slot);
}

/** Reports one record to the listener of the running call. */
export function traceStep(index: number, fp: number, rp: number): void {
  const {phase, func, offset, op, access, cells} = present(m.traces[index], 'trace record');
  m.listener?.({phase, func, offset, op, access, values: cells.map((cell) => valueOf(cell, fp, rp))});
}
