/**
 * The state that running code shares: one value stack for numbers, one for references, the stack of frames, the prepared
 * code, the meter. Numbers live in one buffer seen through three views; a slot is two words. There is one machine a thread:
 * nested calls (host functions calling back) go on where the caller stopped, and V8 compiles the addresses of the arrays
 * into the interpreter's loop because they never change.
 */

import {Lanes} from '../numeric/lanes.ts';
import type {RelaxedProfile} from '../numeric/relaxed-profile.ts';
import type {Instance} from '../runtime/instance.ts';
import type {Ref} from '../runtime/values.ts';
import type {Code} from './code.ts';
import type {TraceListener, TraceRecord} from './trace.ts';
import {Word} from './words.ts';

/** What a body is prepared for; each mode has its own prepared form, so that what is off costs nothing. */
export const Mode = {plain: 0, metered: 1, counted: 2, traced: 3} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** Words of the value stack: 16 MiB, committed by the operating system as it is touched. */
const STACK_WORDS = 4 * 2 ** 20;
/** Frames on the stack, whatever their size. */
export const MAX_DEPTH = 100_000;
/** Words of `frames` per frame: return word index, frame pointer, reference frame pointer. */
export const FRAME_WORDS = 3;
/** Words of prepared code: 128 MiB of address space. */
const CODE_WORDS = 32 * 2 ** 20;
/** Prepared code above this is forgotten when no code is running. */
const CODE_RESET = 8 * 2 ** 20;
/** Calls from host functions back into the interpreter, which use the JS stack. */
export const MAX_NESTING = 100;

/** Where a `return` stands. */
export const RETURN_AT = 0;

export class Machine {
  readonly ints = new Int32Array(STACK_WORDS);
  readonly floats = new Float32Array(this.ints.buffer);
  readonly doubles = new Float64Array(this.ints.buffer);
  /** The value stack again, as lanes of vectors. */
  readonly lanes = new Lanes(this.ints.buffer);
  /** Prepared code of all functions: `pc` is an index into this. */
  readonly code = new Int32Array(CODE_WORDS);
  readonly refs: Ref[] = [];
  readonly frames = new Int32Array(MAX_DEPTH * FRAME_WORDS);
  /** The code of each caller, parallel to `frames`. */
  readonly callers: Code[] = [];
  /** Words that frames may use. */
  readonly limit = STACK_WORDS;

  depth = 0;
  nesting = 0;
  /** First free word and reference slot while a host function runs. */
  top = 0;
  refTop = 0;
  mode: Mode = Mode.plain;
  /** Instructions left in metered mode. */
  fuel = 0;
  /** What `trace` words report, and to whom. */
  readonly traces: TraceRecord[] = [];
  listener: TraceListener | null = null;
  /** Whose code is running; set whenever control enters another instance. */
  instance: Instance | null = null;
  /** Byte offset of the instruction at which the last run failed. */
  failedAt: number | null = null;

  /** First free word of `code`; word 0 is a `return`. */
  codeTop = 1;
  /** Prepared code of another epoch is gone. */
  epoch = 0;
  /** What relaxed vector instructions do; deterministic where it says nothing. */
  relaxed: RelaxedProfile = {};

  /** Forgets all prepared code when there is much of it. Only while nothing runs. */
  reclaimCode(): void {
    if (this.codeTop < CODE_RESET) return;
    this.codeTop = 1;
    this.epoch += 1;
    this.traces.length = 0;
  }

  /** Forgets all prepared code, which may have been prepared for another profile. Only while nothing runs. */
  chooseRelaxed(profile: RelaxedProfile): void {
    this.relaxed = profile;
    this.codeTop = 1;
    this.epoch += 1;
  }

  /** Makes reference slots up to `top` exist. */
  reserveRefs(top: number): void {
    while (this.refs.length < top) this.refs.push(null);
  }
}

export const machine = new Machine();
machine.code[RETURN_AT] = Word['return'];
