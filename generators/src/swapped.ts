/** Test support: modules in which instructions stand for others, as a compiler with a wrong lowering would make them. */
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {expressionOf, type Instruction} from '#engine/binary/instructions.ts';
import type {Module} from '#engine/wasm/module.ts';
import type {Case} from './case.ts';
import {instructionsOf} from './renumber.ts';
import {runInV8, seen} from './v8-run.ts';

declare const WebAssembly: {LinkError: new () => Error};

/** What stands for an instruction, or null for itself. */
export type Swap = (item: Instruction) => Instruction | null;

/** The module with its bodies swapped; null when nothing was. */
export function swappedModule(module: Module, swap: Swap): Module | null {
  let count = 0;
  const bodies = module.bodies.map((body) => ({
    ...body,
    code: expressionOf(
      instructionsOf(body.code).map((item) => {
        const other = swap(item);
        if (other !== null) count++;
        return other ?? item;
      }),
    ),
  }));
  return count === 0 ? null : {...module, bodies};
}

/** Whether the case shows in V8 that instructions were swapped; not when JavaScript cannot make its calls. */
export function isSeen(testCase: Case, swap: Swap): boolean {
  const bytes = swappedModules(testCase, swap);
  if (bytes === null) return false;
  try {
    return seen(runInV8(testCase)) !== seen(runInV8(testCase, bytes));
  } catch (error) {
    // A vector that crosses the boundary, endless recursion, an import that is no longer exported.
    if (error instanceof TypeError || error instanceof RangeError || error instanceof WebAssembly.LinkError)
      return false;
    throw error;
  }
}

function swappedModules(testCase: Case, swap: Swap): Uint8Array[] | null {
  let count = 0;
  const bytes = testCase.modules.map((original) => {
    const module = swappedModule(decode(original), swap);
    if (module === null) return original;
    count++;
    return encode(module);
  });
  return count > 0 ? bytes : null;
}
