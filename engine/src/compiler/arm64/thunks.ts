/**
 * Entry and host thunks (native/README.md): the C convention with slots on one side, the wasm convention on the other.
 */
import {trapCode} from '#engine/base/traps.ts';
import {builtins, VmContext} from '#engine/runtime/layout.ts';
import {eachPlace, slotBytes} from '../backend/convention.ts';
import type {FunctionCode} from '../backend/target.ts';
import {F32, type Signature, type Type, V128} from '../ir/types.ts';
import {conventionOf} from './abi.ts';
import {Assembler} from './assembler.ts';
import {V_SCRATCH} from './emit.ts';
import {Address, Cond, Inst} from './insts.ts';
import {LR, SP, V0, X0, X1, X2, X16, X17, X19, X29, ZR} from './regs.ts';

/** Access to [base + offset] of a slot or stack place; x16 serves for offsets that no instruction holds. */
function at(a: Assembler, row: number, register: number, base: number, offset: number): void {
  const scale =
    row === Inst['ldr.q'] || row === Inst['str.q'] ? 16 : row === Inst['str.s'] || row === Inst['ldr.s'] ? 4 : 8;
  if (offset % scale === 0 && offset / scale < 4096) return a.op(row + Address.scaled, register, base, offset);
  a.op(Inst['movz.x'], X16, offset & 0xffff, 0);
  a.op(Inst['movk.x'], X16, offset >>> 16, 16);
  a.op(row + Address.x, register, base, X16);
}

/** sp := sp + bytes */
function adjust(a: Assembler, bytes: number): void {
  const magnitude = Math.abs(bytes);
  const row = bytes < 0 ? Inst['sub.x i'] : Inst['add.x i'];
  if ((magnitude & 0xfff000) !== 0) a.op(row, SP, SP, magnitude & 0xfff000);
  if ((magnitude & 0xfff) !== 0) a.op(row, SP, SP, magnitude & 0xfff);
}

/** Loads a slot into its register, or copies it to its stack place through the scratch. */
function fromSlot(a: Assembler, type: Type, place: number, slots: number, offset: number, stack: number): void {
  const isVector = type === V128;
  if (place >= 0 && place < V0) return at(a, Inst['ldr.x'], place, slots, offset);
  const register = place >= 0 ? place : V_SCRATCH;
  at(a, isVector ? Inst['ldr.q'] : Inst['ldr.d'], register, slots, offset);
  if (place < 0) at(a, isVector ? Inst['str.q'] : Inst['str.d'], register, SP, stack + ~place);
}

/** Writes a value to its slot; the upper half of an f32's slot is zero. */
function toSlot(a: Assembler, type: Type, place: number, slots: number, offset: number, stack: number): void {
  if (place >= 0 && place < V0) return at(a, Inst['str.x'], place, slots, offset);
  const register = place >= 0 ? place : V_SCRATCH;
  const isVector = type === V128;
  if (place < 0)
    at(a, isVector ? Inst['ldr.q'] : type === F32 ? Inst['ldr.s'] : Inst['ldr.d'], register, SP, stack + ~place);
  if (type === F32) at(a, Inst['str.x'], ZR, slots, offset);
  at(a, isVector ? Inst['str.q'] : type === F32 ? Inst['str.s'] : Inst['str.d'], register, slots, offset);
}

/** Callee-saved pairs of the C convention, and where the frame keeps them. */
const SAVED: readonly (readonly [row: 'x' | 'd', first: number, offset: number])[] = [
  ['x', X29, 0],
  ['x', X19, 16],
  ['x', X19 + 2, 32],
  ['x', X19 + 4, 48],
  ['x', X19 + 6, 64],
  ['x', X19 + 8, 80],
  ['d', V0 + 8, 96],
  ['d', V0 + 10, 112],
  ['d', V0 + 12, 128],
  ['d', V0 + 14, 144],
];
const SAVED_BYTES = 176;
/** Where the pointer to the slots waits, behind what is saved. */
const SLOTS = 160;

/** `entry(vmctx, codePointer, u64 *slots)`. */
export function entryThunk(signature: Signature): FunctionCode {
  const a = new Assembler();
  const {params, results} = conventionOf(signature);
  adjust(a, -SAVED_BYTES);
  for (const [width, first, offset] of SAVED) a.op(Inst[`stp.${width}`], first, first + 1, SP, offset);
  a.op(Inst['str.x'], X2, SP, SLOTS);
  adjust(a, -(params.bytes + results.bytes));
  a.op(Inst['mov.x'], X29, X1);
  a.op(Inst['mov.x'], X17, X2);
  eachPlace(signature.params.slice(1), params.at.slice(1), (type, place, offset) =>
    fromSlot(a, type, place, X17, offset, 0),
  );
  a.op(Inst.blr, X29);
  at(a, Inst['ldr.x'], X17, SP, results.bytes + SLOTS);
  eachPlace(signature.results, results.at, (type, place, offset) => toSlot(a, type, place, X17, offset, 0));
  adjust(a, results.bytes);
  for (const [width, first, offset] of SAVED) a.op(Inst[`ldp.${width}`], first, first + 1, SP, offset);
  adjust(a, SAVED_BYTES);
  a.op(Inst.ret);
  return a.finish(null, true);
}

/** Spills the arguments to slots, calls hostCall(vmctx, slots), loads the results. */
export function hostThunk(signature: Signature): FunctionCode {
  const a = new Assembler();
  const {params, results} = conventionOf(signature);
  const wasm = signature.params.slice(1);
  const area = (Math.max(slotBytes(wasm), slotBytes(signature.results)) + 15) & ~15;
  const frame = area + 16; // the return address, and padding
  const overflow = a.label();
  a.frame = {returnAt: area, end: frame + params.bytes};
  a.op(Inst['ldr.x'], X16, X0, VmContext.stackLimit);
  a.op(Inst['mov.x sp'], X17, SP);
  a.op(Inst['sub.x i'], X17, X17, frame & 0xfff000);
  a.op(Inst['sub.x i'], X17, X17, frame & 0xfff);
  a.op(Inst['cmp.x r'], X17, X16);
  a.branch(Cond.cc, overflow);
  adjust(a, -frame);
  at(a, Inst['str.x'], LR, SP, area);
  eachPlace(wasm, params.at.slice(1), (type, place, offset) => toSlot(a, type, place, SP, offset, frame));
  a.op(Inst['mov.x sp'], X1, SP);
  a.op(Inst['ldr.x'], X16, X0, VmContext.builtins);
  a.op(Inst['ldr.x'], X16, X16, builtins.hostCall.offset);
  a.op(Inst.blr, X16);
  a.trapAt(a.offset, 0, 0);
  eachPlace(signature.results, results.at, (type, place, offset) =>
    fromSlot(a, type, place, SP, offset, frame + params.bytes),
  );
  at(a, Inst['ldr.x'], LR, SP, area);
  adjust(a, frame + params.bytes);
  a.op(Inst.ret);
  a.bind(overflow);
  const code = trapCode('stack-overflow');
  a.trapAt(a.offset, code, 0);
  a.op(Inst.udf, code);
  return a.finish(null, true);
}
