/**
 * Registers of the wasm convention on AArch64 (backend/convention.ts). Nothing is pushed by a call: the return address is in
 * lr, arguments begin at the stack pointer, which is always a multiple of 16.
 */
import {conventions} from '../backend/convention.ts';
import {V0, X0, X1, X2, X3, X4, X5, X6, X7} from './regs.ts';

/** Integer arguments of the C convention, and of ours. */
export const C_ARGUMENTS = [X0, X1, X2, X3, X4, X5, X6, X7] as const;

export const conventionOf = conventions({
  params: C_ARGUMENTS,
  results: C_ARGUMENTS,
  floats: Array.from({length: 8}, (_, n) => V0 + n),
});
