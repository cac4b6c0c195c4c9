/**
 * Registers of the wasm convention on x86-64 (backend/convention.ts). The machine pushes the return address, so that the
 * arguments begin 8 bytes above the stack pointer at entry, and SP + 8 is a multiple of 16 there.
 */
import {conventions} from '../backend/convention.ts';
import {R8, R9, R10, RAX, RBX, RCX, RDI, RDX, RSI, XMM0} from './regs.ts';

export const conventionOf = conventions({
  params: [RDI, RSI, RDX, RCX, R8, R9, R10, RBX],
  results: [RAX, RDX, RCX, RSI, RDI, R8, R9, R10],
  floats: Array.from({length: 8}, (_, n) => XMM0 + n),
});

/** Integer arguments of the C convention. */
export const C_ARGUMENTS = [RDI, RSI, RDX, RCX, R8, R9] as const;
