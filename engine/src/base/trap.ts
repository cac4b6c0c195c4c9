/**
 * A trap on its way to the outcome: thrown by numeric functions, runtime operations and host functions, caught by whoever
 * runs the code. No Error, so that throwing one costs no stack trace; it never leaves the engine.
 */
import {type TrapCode, type TrapName, trapCode} from './traps.ts';

export class Trap {
  readonly code: TrapCode;
  /** Offset of the wasm instruction, when it trapped in a call that the host has made and passes on. */
  readonly offset: number | null;
  constructor(code: TrapCode, offset: number | null = null) {
    this.code = code;
    this.offset = offset;
  }
}

/** Ends the running call with this trap. */
export function trap(name: TrapName): never {
  throw new Trap(trapCode(name));
}
