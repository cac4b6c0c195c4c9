/** The x86-64 target. */
import {CpuFeature} from '#engine/runtime/layout.ts';
import {makeTarget} from '../backend/make-target.ts';
import {Emitter} from './emit.ts';
import {INST_COUNT, instNames} from './insts.ts';
import {X64} from './lower.ts';
import {pseudoName} from './pseudo.ts';
import {
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  RSI,
  RSP,
  registerName,
  XMM0,
} from './regs.ts';
import {entryThunk, hostThunk} from './thunks.ts';

export const x64 = makeTarget({
  name: 'x64',
  alignment: 16,
  addsIndexAndOffset: true,
  lowering: new X64(),
  emitter: new Emitter(),
  registers: {
    int: [RAX, RCX, RDX, RSI, RDI, R8, R9, R10, RBX, RBP, R11, R12, R13, R14, R15],
    // The last two are the scratches of moves.
    float: Array.from({length: 14}, (_, n) => XMM0 + n),
    split: XMM0,
    stackPointer: RSP,
  },
  fewestRegisters: 6,
  names: {
    inst: (code) => (code < INST_COUNT ? (instNames[code] as string) : (pseudoName(code) as string)),
    register: (register) => registerName(register, 64),
    mode: (mode, scale, disp) =>
      `${['', 'base', 'base+index', 'index', 'pool', 'incoming', 'outgoing'][mode]}${scale === 0 ? '' : `*${1 << scale}`}${disp < 0 ? '' : '+'}${disp}`,
  },
  entryThunk,
  hostThunk,
  patchCall(code, offset, callee) {
    const distance = callee - (offset + 4);
    new DataView(code.buffer, code.byteOffset).setInt32(offset, distance, true);
  },
});

/** Features of the machines that we measure on: x86-64-v3. */
export const X64_V3 = [
  'sse3',
  'ssse3',
  'sse41',
  'sse42',
  'popcnt',
  'avx',
  'avx2',
  'bmi1',
  'bmi2',
  'lzcnt',
  'fma',
  'f16c',
].reduce((bits, name) => bits | (1 << CpuFeature[name as keyof typeof CpuFeature]), 0);
