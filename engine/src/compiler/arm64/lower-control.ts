/**
 * Control flow on AArch64: what lowering in general (backend/lower-control.ts) leaves to the target.
 */
import {VmContext} from '#engine/runtime/layout.ts';
import type {Area} from '../backend/lower-control.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {F32, F64, type Type, V128} from '../ir/types.ts';
import {FrameMode} from './builder.ts';
import {Inst} from './insts.ts';
import type {Arm64} from './lower.ts';
import {Pseudo} from './pseudo.ts';

/** Row that copies a whole stack slot of a type. */
function slotLoad(type: Type): number {
  return type === V128 ? Inst['ldr.q'] : type === F32 || type === F64 ? Inst['ldr.d'] : Inst['ldr.x'];
}

function slotStore(type: Type): number {
  return type === V128 ? Inst['str.q'] : type === F32 || type === F64 ? Inst['str.d'] : Inst['str.x'];
}

export function loadStack({l}: Arm64, area: Area, offset: number, type: Type, d: number): number {
  const i = l.inst(slotLoad(type));
  l.m.mode[i] = FrameMode[area];
  l.m.disp[i] = offset;
  l.def(d);
  return i;
}

export function storeStack({l}: Arm64, area: Area, offset: number, type: Type, from: number): void {
  const i = l.inst(slotStore(type));
  l.m.mode[i] = FrameMode[area];
  l.m.disp[i] = offset;
  l.read(from);
}

/** The address may wait in its slot. */
export function indirectCall({l}: Arm64, v: Value): number {
  const target = l.reg(v);
  const i = l.inst(Pseudo['call.m']);
  l.readAny(target);
  return i;
}

export function builtinCall({l, b}: Arm64, vmctx: number, offset: number): number {
  const [table, code] = [l.temp(RegClass.int), l.temp(RegClass.int)];
  b.one(Inst['ldr.x'], table, vmctx, VmContext.builtins);
  b.one(Inst['ldr.x'], code, table, offset);
  const i = l.inst(Pseudo['call.m']);
  l.readAny(code);
  return i;
}
