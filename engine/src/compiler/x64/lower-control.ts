/**
 * Control flow on x86-64: what lowering in general (backend/lower-control.ts) leaves to the target.
 */
import {VmContext} from '#engine/runtime/layout.ts';
import type {Area} from '../backend/lower-control.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {F32, F64, type Type, V128} from '../ir/types.ts';
import {MEMORY} from './builder.ts';
import {Inst} from './insts.ts';
import type {X64} from './lower.ts';
import {Pseudo} from './pseudo.ts';
import {R11} from './regs.ts';

/** Row that copies a whole stack slot of a type. */
function slotLoad(type: Type): number {
  return type === V128 ? Inst['movups rm'] : type === F32 || type === F64 ? Inst['movsd rm'] : Inst['mov.q rm'];
}

function slotStore(type: Type): number {
  return type === V128 ? Inst['movups mr'] : type === F32 || type === F64 ? Inst['movsd mr'] : Inst['mov.q mr'];
}

function atStack({b}: X64, area: Area, offset: number): void {
  if (area === 'incoming') b.atIncoming(offset);
  else b.atOutgoing(offset);
}

export function loadStack(x: X64, area: Area, offset: number, type: Type, d: number): number {
  atStack(x, area, offset);
  return x.b.load(slotLoad(type), d, MEMORY);
}

export function storeStack(x: X64, area: Area, offset: number, type: Type, from: number): void {
  atStack(x, area, offset);
  x.b.store(slotStore(type), from);
}

/** A target in memory is called there. */
export function indirectCall(x: X64, v: Value): number {
  const {l, b} = x;
  const target = x.sunkLoad(v) ? MEMORY : l.reg(v);
  const i = l.inst(Pseudo['call.m']);
  b.rm(target);
  return i;
}

export function builtinCall({l, b}: X64, vmctx: number, offset: number): number {
  const table = l.temp(RegClass.int);
  b.atBase(vmctx, VmContext.builtins, 0);
  b.load(Inst['mov.q rm'], table, MEMORY);
  const i = l.inst(Pseudo['call.m']);
  b.atBase(table, offset, 0);
  b.takeMemory();
  return i;
}

/** The return address moves with the arguments. */
export function beforeTail({l, b}: X64): readonly (readonly [number, number])[] {
  const returnAddress = l.temp(RegClass.int);
  b.atIncoming(-8);
  b.load(Inst['mov.q rm'], returnAddress, MEMORY);
  return [[returnAddress, R11]];
}
