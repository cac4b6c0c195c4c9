/**
 * Profiles: how often each instruction of an instance was executed by calls with `profile` (interpreter.ts).
 */
import type {Instance} from '../runtime/instance.ts';
import type {Code} from './code.ts';
import {Mode} from './machine.ts';

/**
 * Executions by byte offset in the module, of every instruction of the functions that were called; instructions that
 * were never reached have zero, functions that were never called are not in it. After a trap, instructions between it
 * and the end of its straight run count as executed only where they cannot trap.
 */
export function executions(instance: Instance): Map<number, number> {
  const counts = new Map<number, number>();
  for (const func of instance.funcs) {
    const code = func.prepared[Mode.counted] as Code | undefined;
    if (func.instance !== instance || code === undefined) continue;
    code.runs.forEach((offsets, run) => {
      for (const offset of offsets) counts.set(offset, code.counts[run]!);
    });
  }
  return counts;
}
