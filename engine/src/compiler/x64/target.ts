/**
 * The x86-64 target: lowering, allocation and emission of one function after the other, with columns that are kept between
 * functions. Not reentrant.
 */
import {CpuFeature} from '#engine/runtime/layout.ts';
import {type Names, printMFunc} from '../backend/print.ts';
import type {RegFile} from '../backend/regalloc/allocate.ts';
import {RegisterAllocator} from '../backend/regalloc/regalloc.ts';
import type {BackendOptions, BackendText, FunctionCode, Target} from '../backend/target.ts';
import {ruleName} from '../fuel.ts';
import type {Func} from '../ir/func.ts';
import {Emitter} from './emit.ts';
import {INST_COUNT, instNames} from './insts.ts';
import {X64} from './lower.ts';
import {pseudoName} from './pseudo.ts';
import {R8, R9, R10, R11, R12, R13, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, RSI, registerName, XMM0} from './regs.ts';
import {entryThunk, hostThunk} from './thunks.ts';

const INT = [RAX, RCX, RDX, RSI, RDI, R8, R9, R10, RBX, RBP, R11, R12, R13, R14, R15];
/** The last two are the scratches of moves. */
const FLOAT = Array.from({length: 14}, (_, n) => XMM0 + n);
/** Fewer integer registers than this cannot hold the operands of every instruction. */
const FEWEST = 6;

const lowering = new X64();
const allocator = new RegisterAllocator();
const emitter = new Emitter();

function registerFile({chaos}: BackendOptions): RegFile {
  const count = chaos.plan.registers;
  if (count === null) return {int: INT, float: FLOAT};
  const kept = Math.max(count, FEWEST);
  return {int: INT.slice(0, kept), float: FLOAT.slice(0, kept)};
}

/** Under chaos the CPU may be the baseline: SSE2 only. */
function featuresOf(options: BackendOptions): number {
  return options.chaos.plan.baselineCpu ? 0 : options.features;
}

const names: Names = {
  inst: (code) => (code < INST_COUNT ? (instNames[code] as string) : (pseudoName(code) as string)),
  register: (register) => registerName(register, 64),
  mode: (mode, scale, disp) =>
    `${['', 'base', 'base+index', 'index', 'pool', 'incoming', 'outgoing'][mode]}${scale === 0 ? '' : `*${1 << scale}`}${disp < 0 ? '' : '+'}${disp}`,
  rule: ruleName,
};

function compile(func: Func, options: BackendOptions): FunctionCode {
  const machine = lowering.run(func, options, featuresOf(options));
  const allocation = allocator.run(machine, registerFile(options), options.check);
  return emitter.run(machine, allocation, options.chaos);
}

function explain(func: Func, options: BackendOptions): BackendText {
  const machine = lowering.run(func, options, featuresOf(options));
  const lowered = printMFunc(machine, null, names);
  const allocation = allocator.run(machine, registerFile(options), options.check);
  const allocated = printMFunc(machine, allocation, names);
  emitter.a.listing = [];
  emitter.run(machine, allocation, options.chaos);
  const assembly = emitter.a.text();
  emitter.a.listing = null;
  return {lowered, allocated, assembly};
}

export const x64: Target = {
  name: 'x64',
  alignment: 16,
  compile,
  explain,
  entryThunk,
  hostThunk,
  patchCall(code, offset, callee) {
    const distance = callee - (offset + 4);
    new DataView(code.buffer, code.byteOffset).setInt32(offset, distance, true);
  },
};

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
