/**
 * A trap on its way to the outcome: thrown by numeric functions, runtime operations and host functions, caught by whoever
 * runs the code. No Error, so that throwing one costs no stack trace; it never leaves the engine.
 */
import {type TrapCode, type TrapName, trapCode} from './traps.ts';

export class Trap {
  readonly code: TrapCode;
  constructor(code: TrapCode) {
    this.code = code;
  }
}

/** Ends the running call with this trap. */
export function trap(name: TrapName): never {
  throw new Trap(trapCode(name));
}
