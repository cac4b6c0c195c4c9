/**
 * Lowering of loads and stores. An address is a base and an index or an offset, never both: their sum is made where there are.
 *
 * A store that reaches over the end of memory may be done in part before it faults. A load of its last byte stands before
 * every guarded store of several bytes that is not known to be done in whole, so that memory is the same after a trap everywhere.
 */
import {trapCode} from '#engine/base/traps.ts';
import {RegClass} from '../backend/mfunc.ts';
import type {Value} from '../ir/func.ts';
import {Ir, MemoryAccess} from '../ir/ops.ts';
import {F32, F64, I32, type Type, V128} from '../ir/types.ts';
import {ZERO} from './builder.ts';
import {isArithmeticImmediate} from './immediates.ts';
import {Address, Cond, Inst, type InstName} from './insts.ts';
import type {Arm64, Lower} from './lower.ts';
import {trapIf} from './lower-conditions.ts';
import {type Widths, widths} from './operands.ts';
import {rules} from './rules.ts';

const MEMORY_TRAP = trapCode('memory-out-of-bounds');
const {const: CONST, ishl: ISHL, load: LOAD, vm_load: VM_LOAD, wrap: WRAP} = Ir;

/** An address as an access takes it: a shape (see `Address`), its base, and a register or an offset in bytes. */
export interface Place {
  readonly shape: number;
  readonly base: number;
  readonly index: number;
  readonly offset: number;
}

const atOffset = (base: number, offset: number, log2: number): Place => ({
  shape: offset >= 0 && offset % (1 << log2) === 0 ? Address.scaled : Address.unscaled,
  base,
  index: 0,
  offset,
});
const atIndex = (base: number, index: number, shape: number): Place => ({shape, base, index, offset: 0});

/** Whether an access of 1 << log2 bytes can hold an offset. */
const fitsOffset = (offset: number, log2: number): boolean =>
  offset < 256 || (offset % (1 << log2) === 0 && offset <= 4095 << log2);

/** Emits an access: a row without its addressing, which the place says. `register` is read or written. */
export function access(x: Arm64, row: number, isLoad: boolean, register: number, place: Place): number {
  const {b} = x;
  const shaped = row + place.shape;
  if (place.shape <= Address.unscaled)
    return isLoad
      ? b.one(shaped, register, place.base, place.offset)
      : b.readsTwo(shaped, register, place.base, place.offset);
  return isLoad
    ? b.two(shaped, register, place.base, place.index)
    : b.readsThree(shaped, register, place.base, place.index);
}

// ---- wasm accesses

/** Index register and the shape that extends it: a low word of 64 bits needs no instruction of its own. */
function indexOf(x: Arm64, address: Value): {register: number; isLow: boolean} {
  const {l, f} = x;
  const isLow = f.op(l.plain(address)) === WRAP && l.allow(rules.wrapped);
  return {register: isLow ? l.low(address) : l.reg(address), isLow};
}

/** The sum of base and index. */
function sumOf(x: Arm64, base: number, address: Value): number {
  const {l, b} = x;
  const index = indexOf(x, address);
  const sum = l.temp(RegClass.int);
  b.two(index.isLow ? Inst['add.x uxtw'] : Inst['add.x r'], sum, base, index.register);
  return sum;
}

/** address + offset, which do not wrap. */
function withOffset(x: Arm64, address: Value, offset: number): number {
  const {l, b} = x;
  const d = l.temp(RegClass.int);
  const index = l.reg(address);
  if (isArithmeticImmediate(offset)) b.one(Inst['add.x i'], d, index, offset);
  else b.two(Inst['add.x r'], d, index, b.constant(offset | 0, 0));
  return d;
}

/** The constant that an address with its offset is, null when it is none or too large. */
function constantAddress({l, f}: Arm64, v: Value): number | null {
  const address = l.plain(f.b(v));
  if (f.op(address) !== CONST || (f.type(address) !== I32 && f.aux(address) !== 0)) return null;
  const total = (f.imm(address) >>> 0) + (f.imm(v) >>> 0);
  return total <= 0x7fffffff ? total : null;
}

/** The place of an access of 1 << log2 bytes. */
export function placeOf(x: Arm64, v: Value, log2: number): Place {
  const {l, b, f} = x;
  const base = l.reg(f.a(v));
  const address = f.b(v);
  const offset = f.imm(v) >>> 0;
  const constant = constantAddress(x, v);
  if (constant !== null && l.allow(rules.address)) {
    if (fitsOffset(constant, log2)) return atOffset(base, constant, log2);
    return atIndex(base, b.constant(constant, 0), Address.x);
  }
  if (offset === 0) return indexPlace(x, base, address, log2);
  if (fitsOffset(offset, log2) && l.allow(rules.offset)) return atOffset(sumOf(x, base, address), offset, log2);
  return atIndex(base, withOffset(x, address, offset), Address.x);
}

function indexPlace(x: Arm64, base: number, address: Value, log2: number): Place {
  const {l, f} = x;
  const isScaled = log2 > 0 && !x.is32(address) && x.isPart(address, ISHL, address) && l.imm32(f.b(address)) === log2;
  if (isScaled && l.allow(rules.scaled)) return atIndex(base, l.reg(f.a(address)), Address.xs);
  const index = indexOf(x, address);
  return atIndex(base, index.register, index.isLow ? Address.uxtw : Address.x);
}

/** The place of a store, after its last byte was read where it may be done in part. */
export function placeOfStore(x: Arm64, v: Value, log2: number): Place {
  const {l, b, f} = x;
  if (log2 === 0 || MemoryAccess.isChecked(f.aux(v)) || MemoryAccess.isWhole(f.aux(v))) return placeOf(x, v, log2);
  const [base, offset] = basePlace(x, v, log2);
  const probe = b.one(Inst.ldrb, ZERO, base, offset + (1 << log2) - 1);
  l.m.trap[probe] = MEMORY_TRAP;
  return atOffset(base, offset, log2);
}

/** A register and an offset that the store and the load of its last byte both can hold. */
function basePlace(x: Arm64, v: Value, log2: number): readonly [base: number, offset: number] {
  const {l, b, f} = x;
  const base = l.reg(f.a(v));
  const offset = f.imm(v) >>> 0;
  const isNear = (distance: number): boolean => fitsOffset(distance, log2) && distance + (1 << log2) - 1 <= 4095;
  const constant = constantAddress(x, v);
  if (constant !== null && isNear(constant) && l.allow(rules.address)) return [base, constant];
  if (isNear(offset)) return [sumOf(x, base, f.b(v)), offset];
  const sum = l.temp(RegClass.int);
  b.two(Inst['add.x r'], sum, base, withOffset(x, f.b(v), offset));
  return [sum, 0];
}

/** Says how an access faults; checked ones cannot. */
export function guard({l, f}: Arm64, v: Value, i: number): void {
  l.m.trap[i] = MemoryAccess.isChecked(f.aux(v)) ? 0 : MEMORY_TRAP;
  l.m.wasm[i] = f.wasmOffset(v);
}

const log2Of = (type: Type): number => (type === V128 ? 4 : type === I32 || type === F32 ? 2 : 3);

function loadRow(type: Type): number {
  return type === I32
    ? Inst['ldr.w']
    : type === F32
      ? Inst['ldr.s']
      : type === F64
        ? Inst['ldr.d']
        : type === V128
          ? Inst['ldr.q']
          : Inst['ldr.x'];
}

function storeRow(type: Type): number {
  return type === I32
    ? Inst['str.w']
    : type === F32
      ? Inst['str.s']
      : type === F64
        ? Inst['str.d']
        : type === V128
          ? Inst['str.q']
          : Inst['str.x'];
}

const load: Lower = (x, v) => {
  const type = x.f.type(v);
  const d = x.l.reg(v);
  guard(x, v, access(x, loadRow(type), true, d, placeOf(x, v, log2Of(type))));
};

function narrowLoad(w: InstName, wide: InstName, log2: number): Lower {
  const rows: Widths = widths(w, wide);
  return (x, v) => {
    const d = x.l.reg(v);
    guard(x, v, access(x, x.row(rows, v), true, d, placeOf(x, v, log2)));
  };
}

/** An operand to be stored, of which the low bytes count. */
function stored(x: Arm64, v: Value, isNarrow: boolean): number {
  const {l} = x;
  if (l.classOf(v) !== RegClass.int) return l.reg(v);
  if (x.isZero(v) && l.allow(rules.zero)) return ZERO;
  return isNarrow || x.is32(v) ? l.low(v) : l.reg(v);
}

const store: Lower = (x, v) => {
  const value = x.f.c(v);
  const type = x.f.type(value);
  const register = stored(x, value, false);
  const place = placeOfStore(x, v, log2Of(type));
  guard(x, v, access(x, storeRow(type), false, register, place));
};

function narrowStore(name: InstName, log2: number): Lower {
  return (x, v) => {
    const register = stored(x, x.f.c(v), true);
    const place = placeOfStore(x, v, log2);
    guard(x, v, access(x, Inst[name], false, register, place));
  };
}

/** A sign extension done by the load of its operand; false when it cannot be. */
export function extendingLoad(x: Arm64, v: Value): boolean {
  const {l, f} = x;
  const from = f.a(v);
  if ((f.op(from) !== LOAD && f.op(from) !== VM_LOAD) || !l.isSinkable(from) || !l.allow(rules.extending)) return false;
  l.sink(from);
  const d = l.reg(v);
  if (f.op(from) === LOAD) guard(x, from, access(x, Inst.ldrsw, true, d, placeOf(x, from, 2)));
  else access(x, Inst.ldrsw, true, d, vmPlace(x, from, 2));
  return true;
}

/** Traps unless address + offset + bytes <= length; the value itself is the address. A carry counts as too large. */
const bound: Lower = (x, v) => {
  const {l, b, f} = x;
  const reach = (f.aux(v) >>> 0) + (f.imm(v) >>> 0);
  const isNarrow = x.is32(l.plain(f.a(v)));
  const [address, length, end] = [l.reg(f.a(v)), l.reg(f.b(v)), l.temp(RegClass.int)];
  const isImmediate = reach <= 0xffffff && isArithmeticImmediate(reach);
  const reachRegister = isImmediate ? 0 : b.constant(reach | 0, reach > 0xffffffff ? 1 : 0);
  if (isImmediate) b.one(isNarrow ? Inst['add.x i'] : Inst['adds.x i'], end, address, reach);
  else b.two(isNarrow ? Inst['add.x r'] : Inst['adds.x r'], end, address, reachRegister);
  if (isNarrow) b.readsTwo(Inst['cmp.x r'], end, length);
  else b.readsTwo(Inst['ccmp.x r'], end, length, HIGHER, Cond.cc);
  trapIf(x, Cond.hi, MEMORY_TRAP);
};

/** Flags under which `hi` holds. */
const HIGHER = 2;

// ---- runtime structures

function vmPlace(x: Arm64, v: Value, log2: number): Place {
  const {l, b, f} = x;
  const offset = f.imm(v) >>> 0;
  const base = l.reg(f.a(v));
  return fitsOffset(offset, log2) ? atOffset(base, offset, log2) : atIndex(base, b.constant(offset | 0, 0), Address.x);
}

const vm_load: Lower = (x, v) => {
  const type = x.f.type(v);
  const d = x.l.reg(v);
  access(x, loadRow(type), true, d, vmPlace(x, v, log2Of(type)));
};

const vm_store: Lower = (x, v) => {
  const value = x.f.b(v);
  const type = x.f.type(value);
  const register = stored(x, value, false);
  access(x, storeRow(type), false, register, vmPlace(x, v, log2Of(type)));
};

function vmNarrowLoad(row: InstName, log2: number): Lower {
  return (x, v) => {
    const d = x.l.reg(v);
    access(x, Inst[row], true, d, vmPlace(x, v, log2));
  };
}

function vmNarrowStore(row: InstName, log2: number): Lower {
  return (x, v) => {
    const register = stored(x, x.f.b(v), true);
    access(x, Inst[row], false, register, vmPlace(x, v, log2));
  };
}

const vm_address: Lower = (x, v) => {
  const {l, b, f} = x;
  const offset = f.imm(v) >>> 0;
  const [d, base] = [l.reg(v), l.reg(f.a(v))];
  if (isArithmeticImmediate(offset)) b.one(Inst['add.x i'], d, base, offset);
  else b.two(Inst['add.x r'], d, base, b.constant(offset | 0, 0));
};

// biome-ignore format: a table
export const memoryLowerings = {
  load, load8_s: narrowLoad('ldrsb.w', 'ldrsb.x', 0), load8_u: narrowLoad('ldrb', 'ldrb', 0),
  load16_s: narrowLoad('ldrsh.w', 'ldrsh.x', 1), load16_u: narrowLoad('ldrh', 'ldrh', 1),
  load32_s: narrowLoad('ldrsw', 'ldrsw', 2), load32_u: narrowLoad('ldr.w', 'ldr.w', 2),
  store, store8: narrowStore('strb', 0), store16: narrowStore('strh', 1), store32: narrowStore('str.w', 2),
  bound, vm_load, vm_store, vm_address,
  vm_load8_s: vmNarrowLoad('ldrsb.w', 0), vm_load8_u: vmNarrowLoad('ldrb', 0),
  vm_load16_s: vmNarrowLoad('ldrsh.w', 1), vm_load16_u: vmNarrowLoad('ldrh', 1),
  vm_store8: vmNarrowStore('strb', 0), vm_store16: vmNarrowStore('strh', 1),
} as const;
