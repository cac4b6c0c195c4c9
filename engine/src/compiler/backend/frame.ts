/**
 * The stack frame of a function, from the stack pointer upwards: outgoing arguments and results of calls, spill slots, room
 * for the arguments of tail calls, return address, own stack arguments, own stack results.
 */
import type {MFunc} from './mfunc.ts';

export interface Frame {
  /** Bytes between the stack pointer and the return address. */
  readonly size: number;
  /** Offset of the spill slots. */
  readonly slots: number;
}

/** Frame of an allocated function; keeps the stack pointer 16-aligned where anything needs it (x64: 8 mod 16 at entry). */
export function frameOf(f: MFunc, slotUnits: number): Frame {
  const used = f.outgoingBytes + 8 * slotUnits + f.tailBytes;
  const isEmpty = used === 0 && !f.hasCalls;
  return {size: isEmpty ? 0 : ((used + 15) & ~15) + 8, slots: f.outgoingBytes};
}
