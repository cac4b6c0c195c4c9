/**
 * The wasm convention, up to its registers (abi.ts of a target). No callee-saved registers; the vmctx is the first integer
 * argument. Integers and references go in one list of registers, floats and vectors in another, the rest on the stack.
 *
 *   stack   at entry, upwards: (what the machine pushed,) A bytes of arguments, results; A and the result area are multiples
 *           of 16. The callee drops the arguments, so that a tail call may pass more than it got: arguments end, and results
 *           begin, at the same place whoever the callee is
 *   i32     always zero-extended in its register or slot; the upper half of an f32's or f64's register is undefined
 */
import {F32, F64, type Signature, type Type, V128} from '../ir/types.ts';

/** Where each item of a list is: a register, or ~offset in its stack area. */
export interface Places {
  readonly at: readonly number[];
  /** Bytes of the stack area, a multiple of 16. */
  readonly bytes: number;
}

export interface Convention {
  readonly params: Places;
  readonly results: Places;
}

export interface ConventionRegisters {
  readonly params: readonly number[];
  readonly results: readonly number[];
  /** Of parameters and of results. */
  readonly floats: readonly number[];
}

function assign(types: readonly Type[], integers: readonly number[], floats: readonly number[]): Places {
  let [nextInteger, nextFloat, bytes] = [0, 0, 0];
  const at = types.map((type) => {
    const isFloat = type === F32 || type === F64 || type === V128;
    if (isFloat && nextFloat < floats.length) return floats[nextFloat++] as number;
    if (!isFloat && nextInteger < integers.length) return integers[nextInteger++] as number;
    if (type === V128) bytes = (bytes + 15) & ~15;
    const offset = bytes;
    bytes += type === V128 ? 16 : 8;
    return ~offset;
  });
  return {at, bytes: (bytes + 15) & ~15};
}

/** Places of parameters (the vmctx first) and results of a signature, by signature. */
export function conventions({params, results, floats}: ConventionRegisters): (signature: Signature) => Convention {
  const known = new WeakMap<Signature, Convention>();
  return (signature) => {
    let convention = known.get(signature);
    if (convention === undefined) {
      convention = {
        params: assign(signature.params, params, floats),
        results: assign(signature.results, results, floats),
      };
      known.set(signature, convention);
    }
    return convention;
  };
}

const bytesOf = (type: Type): number => (type === V128 ? 16 : 8);

/** Bytes of the slots of a list (native/README.md). */
export const slotBytes = (types: readonly Type[]): number =>
  types.reduce<number>((sum, type) => sum + bytesOf(type), 0);

/** Runs over a list with the place of each item in the convention and the offset of its slot. */
export function eachPlace(
  types: readonly Type[],
  at: readonly number[],
  run: (type: Type, place: number, slotOffset: number) => void,
): void {
  let offset = 0;
  types.forEach((type, n) => {
    run(type, at[n] as number, offset);
    offset += bytesOf(type);
  });
}
