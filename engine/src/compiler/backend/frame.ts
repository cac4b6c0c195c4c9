/**
 * The stack frame of a function, from the stack pointer upwards: outgoing arguments and results of calls, what the function
 * saves of a caller's registers, spill slots, room for the arguments of tail calls, what the machine pushed at the call, own
 * stack arguments, own stack results.
 */
import type {UnwindFrame} from '../unwind.ts';
import type {MFunc} from './mfunc.ts';

/** What differs between machines. */
export interface FrameShape {
  /** Bytes that a call pushes. */
  readonly pushed: number;
  /** Bytes that a function with calls saves in its frame. */
  readonly saved: number;
}

export interface Frame {
  /** Bytes between the stack pointer and what the call pushed. */
  readonly size: number;
  /** Offset of what is saved. */
  readonly saved: number;
  /** Offset of the spill slots. */
  readonly slots: number;
}

/** Frame of an allocated function; keeps the stack pointer 16-aligned where anything needs it. */
export function frameOf(f: MFunc, slotUnits: number, {pushed, saved}: FrameShape): Frame {
  const slots = f.outgoingBytes + (f.hasCalls ? saved : 0);
  const used = slots + 8 * slotUnits + f.tailBytes;
  const isEmpty = used === 0 && !f.hasCalls;
  return {size: isEmpty ? 0 : ((used + 15) & ~15) + pushed, saved: f.outgoingBytes, slots};
}

/** The frame as unwinding sees it: what is saved begins with the return address, unless the call pushed that. */
export function unwindFrame({size, saved}: Frame, f: MFunc, shape: FrameShape): UnwindFrame {
  return {returnAt: shape.pushed > 0 ? size : saved, end: size + shape.pushed + f.incomingBytes};
}
