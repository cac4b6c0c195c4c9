/**
 * The wasm convention on x86-64. No callee-saved registers; the vmctx is the first integer argument (rdi).
 *
 *   arguments  integers and references rdi rsi rdx rcx r8 r9 r10 rbx, floats and vectors xmm0-7, the rest on the stack
 *   results    integers rax rdx rcx rsi rdi r8 r9 r10, floats xmm0-7, the rest on the stack
 *   stack      at entry, upwards: return address, A bytes of arguments, results; A and the result area are multiples of 16,
 *              SP + 8 is a multiple of 16. The callee drops the arguments, so that a tail call may pass more than it got:
 *              arguments end, and results begin, at the same place whoever the callee is
 *   i32        always zero-extended in its register or slot; the upper half of an f32's or f64's register is undefined
 */
import {F32, F64, type Signature, type Type, V128} from '../ir/types.ts';
import {R8, R9, R10, RAX, RBX, RCX, RDI, RDX, RSI, XMM0} from './regs.ts';

const ARGUMENTS = [RDI, RSI, RDX, RCX, R8, R9, R10, RBX];
const RESULTS = [RAX, RDX, RCX, RSI, RDI, R8, R9, R10];
const FLOATS = 8;
/** Integer arguments of the C convention. */
export const C_ARGUMENTS = [RDI, RSI, RDX, RCX, R8, R9] as const;

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

function assign(types: readonly Type[], integers: readonly number[]): Places {
  let [nextInteger, nextFloat, bytes] = [0, 0, 0];
  const at = types.map((type) => {
    const isFloat = type === F32 || type === F64 || type === V128;
    if (isFloat && nextFloat < FLOATS) return XMM0 + nextFloat++;
    if (!isFloat && nextInteger < integers.length) return integers[nextInteger++] as number;
    if (type === V128) bytes = (bytes + 15) & ~15;
    const offset = bytes;
    bytes += type === V128 ? 16 : 8;
    return ~offset;
  });
  return {at, bytes: (bytes + 15) & ~15};
}

const known = new WeakMap<Signature, Convention>();

/** Places of parameters (the vmctx first) and results of a signature. */
export function conventionOf(signature: Signature): Convention {
  let convention = known.get(signature);
  if (convention === undefined) {
    convention = {params: assign(signature.params, ARGUMENTS), results: assign(signature.results, RESULTS)};
    known.set(signature, convention);
  }
  return convention;
}
