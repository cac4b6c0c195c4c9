/**
 * Addresses of guarded accesses. Where the low bits of x are known to be zero, x + k with a smaller k cannot wrap: k joins
 * the offset, and accesses near each other have one address. A store that cannot reach over the end of memory in part says
 * so: its address is aligned, or another access has shown that all of it is there. Where the machine cannot add an index
 * and an offset at once, accesses with the same address share the sum of base and address.
 */
import {LowZeros} from '../analysis/low-zeros.ts';
import {defineRule} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {Ir, MemoryAccess, type OpCode} from '../ir/ops.ts';
import {I32, I64, TYPE_BYTES, type Type} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';

const {const: CONST, iadd: IADD, ior: IOR, extend_u: EXTEND_U, load: LOAD, store: STORE} = Ir;
const OFFSET = defineRule('addresses: constant into the offset');
const WHOLE = defineRule('addresses: store in whole');
const SUM = defineRule('addresses: shared sum of base and address');

/** Bytes of the accesses that do not say it by their type. */
const NARROW: Readonly<Record<number, number>> = {
  [Ir.load8_s]: 1,
  [Ir.load8_u]: 1,
  [Ir.load16_s]: 2,
  [Ir.load16_u]: 2,
  [Ir.load32_s]: 4,
  [Ir.load32_u]: 4,
  [Ir.store8]: 1,
  [Ir.store16]: 2,
  [Ir.store32]: 4,
};
const isStore = (op: OpCode): boolean => op >= STORE && op <= Ir.store32;
const isAccess = (op: OpCode): boolean => op >= LOAD && op <= Ir.store32;

/** Offsets that every access can hold beside a base, in bytes. */
const NEAR = 256;
const U32 = 2 ** 32;

/** Accesses of one address in one memory that stand in the way of each other, in order of dominance. */
interface Seen {
  readonly access: Value;
  readonly block: Block;
  /** Bytes from the address on that are there once it was done. */
  readonly extent: number;
}

const lowZeros = new LowZeros();

/** Needs `gvn` before: the same address is the same value then. */
export function simplifyAddresses(f: Func, {cfg, dominators, fuel, addsIndexAndOffset}: PassContext): void {
  if (!hasGuarded(f)) return;
  cfg.compute(f);
  dominators.compute(f, cfg);
  lowZeros.compute(f, cfg);
  const seen = new Map<Value, Seen[]>();
  for (let i = 0; i < cfg.blockCount; i++) {
    const b = dominators.at(i);
    for (let v = f.first(b); v !== NONE; v = f.next(v)) if (isGuarded(f, v)) visit(v, b);
  }
  if (addsIndexAndOffset) return;
  for (const [address, all] of seen) if (f.op(address) !== CONST) shareSums(address, all);

  function visit(v: Value, block: Block): void {
    takeConstants(v);
    const address = f.b(v);
    const all = seen.get(address) ?? [];
    const bytes = bytesOf(f, v);
    const offset = f.imm(v) >>> 0;
    const place = f.op(address) === CONST ? (f.imm(address) >>> 0) + offset : offset;
    const isAligned = place % bytes === 0 && (f.op(address) === CONST || 2 ** lowZeros.of(address) >= bytes);
    const isKnown = (): boolean =>
      all.some((one) => isSameMemory(f, one.access, v) && one.extent >= offset + bytes && dominates(one, block));
    if (isStore(f.op(v)) && bytes > 1 && (isAligned || isKnown()) && fuel.allow(WHOLE)) {
      f.setAux(v, MemoryAccess.whole(f.aux(v)));
    }
    all.push({access: v, block, extent: offset + bytes});
    seen.set(address, all);
  }

  /** What was seen stands in dominator order: within a block, before. */
  function dominates({block: earlier}: Seen, block: Block): boolean {
    return dominators.dominates(earlier, block);
  }

  function takeConstants(v: Value): void {
    for (;;) {
      const sum = f.b(v);
      const constant = f.op(sum) === IADD || f.op(sum) === IOR ? f.b(sum) : NONE;
      if (constant === NONE || f.op(constant) !== CONST) return;
      const k = f.imm(constant) >>> 0;
      const offset = (f.imm(v) >>> 0) + k;
      if (k >= 2 ** Math.min(lowZeros.of(f.a(sum)), 32) || offset >= U32 || !fuel.allow(OFFSET)) return;
      f.setB(v, f.a(sum));
      f.setImm(v, offset | 0);
    }
  }

  /** One sum for the first of them that would need one, and those that it dominates. */
  function shareSums(address: Value, all: readonly Seen[]): void {
    const wanting = all.filter(({access}) => wantsSum(f, access));
    while (wanting.length > 1) {
      const first = wanting.shift()!;
      const sharing = wanting.filter((one) => isSameMemory(f, one.access, first.access) && dominates(first, one.block));
      if (sharing.length === 0 || !fuel.allow(SUM)) continue;
      const sum = sumBefore(first.access, address);
      for (const {access} of [first, ...sharing]) {
        f.setA(access, sum);
        f.setB(access, zeroBefore(access));
      }
      for (const one of sharing) wanting.splice(wanting.indexOf(one), 1);
    }
  }

  function sumBefore(place: Value, address: Value): Value {
    f.setOrigin(f.wasmOffset(place), SUM);
    const wide = f.insertBefore(f.add(EXTEND_U, I64, address), place);
    return f.insertBefore(f.add(IADD, I64, f.a(place), wide), place);
  }

  function zeroBefore(place: Value): Value {
    f.setOrigin(f.wasmOffset(place), SUM);
    return f.insertBefore(f.add(CONST, I32), place);
  }
}

/** Whether an access needs the sum in a register: it has an offset, or it is a store that must be probed. */
function wantsSum(f: Func, v: Value): boolean {
  const offset = f.imm(v) >>> 0;
  return offset < NEAR && (offset > 0 || (isStore(f.op(v)) && bytesOf(f, v) > 1 && !MemoryAccess.isWhole(f.aux(v))));
}

const isSameMemory = (f: Func, v: Value, w: Value): boolean =>
  f.a(v) === f.a(w) && MemoryAccess.memory(f.aux(v)) === MemoryAccess.memory(f.aux(w));

const isGuarded = (f: Func, v: Value): boolean =>
  isAccess(f.op(v)) && !MemoryAccess.isChecked(f.aux(v)) && f.type(f.b(v)) === I32;

function bytesOf(f: Func, v: Value): number {
  const op = f.op(v);
  const type: Type = op === STORE ? f.type(f.c(v)) : f.type(v);
  return NARROW[op] ?? (TYPE_BYTES[type] as number);
}

function hasGuarded(f: Func): boolean {
  for (let b = 1; b <= f.blockCount; b++)
    for (let v = f.first(b as Block); v !== NONE; v = f.next(v)) if (isGuarded(f, v)) return true;
  return false;
}
