/** The AArch64 target. */
import {CpuFeature} from '#engine/runtime/layout.ts';
import {makeTarget} from '../backend/make-target.ts';
import {patchCall} from './assembler.ts';
import {FrameMode, ZERO_SHIFT} from './builder.ts';
import {Emitter} from './emit.ts';
import {INST_COUNT, instNames} from './insts.ts';
import {Arm64} from './lower.ts';
import {pseudoName} from './pseudo.ts';
import {registerName, SP, V0, X19} from './regs.ts';
import {entryThunk, hostThunk} from './thunks.ts';

export const arm64 = makeTarget({
  name: 'arm64',
  alignment: 16,
  addsIndexAndOffset: false,
  lowering: new Arm64(),
  emitter: new Emitter(),
  registers: {
    // All but x16 and x17, which serve between instructions, the platform's x18, frame pointer, lr and sp.
    int: [...Array.from({length: 16}, (_, n) => n), ...Array.from({length: 10}, (_, n) => X19 + n)],
    // The last two are the scratches of moves.
    float: Array.from({length: 30}, (_, n) => V0 + n),
    split: V0,
    stackPointer: SP,
  },
  fewestRegisters: 6,
  names: {
    inst: (code) => (code < INST_COUNT ? (instNames[code] as string) : (pseudoName(code) as string)),
    register: (register) => registerName(register, register < V0 ? 64 : 128),
    mode: (mode, _scale, disp) => {
      const area = mode & ((1 << ZERO_SHIFT) - 1);
      if (area === 0) return `zero@${(mode >> ZERO_SHIFT).toString(2)}`;
      return `${area === FrameMode.incoming ? 'incoming' : 'outgoing'}${disp < 0 ? '' : '+'}${disp}`;
    },
  },
  entryThunk,
  hostThunk,
  patchCall,
});

/** Features of the machines that we measure on: ARMv8.4. */
export const ARM64_V84 = (1 << CpuFeature.lse) | (1 << CpuFeature.dotprod);
