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
import {Cond, Inst} from './insts.ts';
import {R11, R12, R13, R14, R15, RAX, RBP, RBX, RDI, RDX, RSI, RSP, XMM_SCRATCH} from './regs.ts';

const SAVED = [RBX, RBP, R12, R13, R14, R15];

/** Loads a slot into its register, or copies it to its stack place; the scratch serves for both. */
function fromSlot(a: Assembler, type: Type, place: number, slots: number, offset: number, stack: number): void {
  const isVector = type === V128;
  if (place >= 0 && place < 16) return a.rm(Inst['mov.q rm'], place, slots, offset);
  const register = place >= 0 ? place : XMM_SCRATCH;
  a.rm(isVector ? Inst['movups rm'] : Inst['movsd rm'], register, slots, offset);
  if (place < 0) a.rm(isVector ? Inst['movups mr'] : Inst['movsd mr'], register, RSP, stack + ~place);
}

/** Writes a value to its slot; the upper half of an f32's slot is zero. */
function toSlot(a: Assembler, type: Type, place: number, slots: number, offset: number, stack: number): void {
  if (place >= 0 && place < 16) return a.rm(Inst['mov.q mr'], place, slots, offset);
  const register = place >= 0 ? place : XMM_SCRATCH;
  if (place < 0)
    a.rm(
      type === V128 ? Inst['movups rm'] : type === F32 ? Inst['movss rm'] : Inst['movsd rm'],
      register,
      RSP,
      stack + ~place,
    );
  if (type === V128) return a.rm(Inst['movups mr'], register, slots, offset);
  if (type === F32) {
    a.rm(Inst['mov.q mi32'], 0, slots, offset, 0);
    return a.rm(Inst['movss mr'], register, slots, offset);
  }
  a.rm(Inst['movsd mr'], register, slots, offset);
}

/** `entry(vmctx, codePointer, u64 *slots)`. The pointer to the slots waits above the results, in our own frame. */
export function entryThunk(signature: Signature): FunctionCode {
  const a = new Assembler();
  const {params, results} = conventionOf(signature);
  for (const register of SAVED) a.opcodeRegister(Inst['push.q o'], register);
  // Six registers and the return address: the stack pointer is 8 mod 16 here.
  const area = params.bytes + results.bytes;
  const frame = area + 8;
  a.r(Inst['sub.q mi32'], RSP, frame);
  a.rm(Inst['mov.q mr'], RDX, RSP, area);
  a.rr(Inst['mov.q rm'], RAX, RSI);
  a.rr(Inst['mov.q rm'], R11, RDX);
  eachPlace(signature.params.slice(1), params.at.slice(1), (type, place, offset) => {
    fromSlot(a, type, place, R11, offset, 0);
  });
  a.r(Inst['call.q m'], RAX);
  a.rm(Inst['mov.q rm'], R11, RSP, results.bytes);
  eachPlace(signature.results, results.at, (type, place, offset) => toSlot(a, type, place, R11, offset, 0));
  a.r(Inst['add.q mi32'], RSP, results.bytes + 8);
  for (const register of SAVED.toReversed()) a.opcodeRegister(Inst['pop.q o'], register);
  a.plain(Inst.ret);
  return a.finish(null, true);
}

/** Spills the arguments to slots, calls hostCall(vmctx, slots), loads the results. */
export function hostThunk(signature: Signature): FunctionCode {
  const a = new Assembler();
  const {params, results} = conventionOf(signature);
  const wasm = signature.params.slice(1);
  const bytes = Math.max(slotBytes(wasm), slotBytes(signature.results));
  const frame = ((bytes + 15) & ~15) + 8;
  const overflow = a.label();
  a.frame = {returnAt: frame, end: frame + 8 + params.bytes};
  a.rm(Inst['lea.q rm'], RAX, RSP, -frame);
  a.rm(Inst['cmp.q rm'], RAX, RDI, VmContext.stackLimit);
  a.branch(Cond.b, overflow);
  a.r(Inst['sub.q mi32'], RSP, frame);
  eachPlace(wasm, params.at.slice(1), (type, place, offset) => toSlot(a, type, place, RSP, offset, frame + 8));
  a.rr(Inst['mov.q rm'], RSI, RSP);
  a.rm(Inst['mov.q rm'], RAX, RDI, VmContext.builtins);
  a.rm(Inst['call.q m'], 0, RAX, builtins.hostCall.offset);
  a.trapAt(a.offset, 0, 0);
  eachPlace(signature.results, results.at, (type, place, offset) =>
    fromSlot(a, type, place, RSP, offset, frame + 8 + params.bytes),
  );
  a.r(Inst['add.q mi32'], RSP, frame);
  if (params.bytes === 0) a.plain(Inst.ret);
  else a.plain(Inst['ret i16'], params.bytes);
  a.bind(overflow);
  a.trapAt(a.offset, trapCode('stack-overflow'), 0);
  a.plain(Inst.ud2);
  return a.finish(null, true);
}
