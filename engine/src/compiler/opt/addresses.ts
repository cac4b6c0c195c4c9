/**
 * Addresses of guarded accesses. Where the low bits of x are known to be zero, x + k with a smaller k cannot wrap: k joins
 * the offset, and accesses near each other have one address. An access of bytes that another one has shown to be there
 * cannot fault: lengths are multiples of 64 KiB, so one of an aligned block shows all of it. An aligned store cannot reach
 * over the end in part. Where the machine does not add index and offset at once, accesses with the same address share the
 * sum of base and address.
 */
import {LowZeros} from '../analysis/low-zeros.ts';
import {defineRule} from '../fuel.ts';
import {type Block, type Func, NONE, type Value} from '../ir/func.ts';
import {Ir, MemoryAccess, type OpCode} from '../ir/ops.ts';
import {I32, I64, TYPE_BYTES, type Type} from '../ir/types.ts';
import type {PassContext} from '../passes.ts';

const {const: CONST, iadd: IADD, ior: IOR, extend_u: EXTEND_U, load: LOAD, store: STORE} = Ir;
const OFFSET = defineRule('addresses: constant into the offset');
const COVERED = defineRule('addresses: access behind another');
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

/** An access that was seen. */
interface Seen {
  readonly access: Value;
  readonly block: Block;
  /** Bytes from the address on that are there once it was done. */
  readonly extent: number;
}

/** Where an access begins: so many bytes from an address whose low bits are zero; constants are counted from address 0. */
interface Place {
  readonly address: Value;
  readonly distance: number;
  readonly zeros: number;
}

/** Low zeros of the length of every guarded memory: a page is 64 KiB. */
const PAGE_ZEROS = 16;

const lowZeros = new LowZeros();

/** Needs `gvn` before: the same address is the same value then. */
export function simplifyAddresses(f: Func, context: PassContext): void {
  if (hasGuarded(f)) new Addresses(f, context).run();
}

class Addresses {
  readonly #f: Func;
  readonly #context: PassContext;
  /** By address, in an order in which what dominates stands before: accesses that no other has covered. */
  readonly #seen = new Map<Value, Seen[]>();
  /** By address, in the same order: accesses that want the sum of base and address. */
  readonly #wanting = new Map<Value, Seen[]>();

  constructor(f: Func, context: PassContext) {
    this.#f = f;
    this.#context = context;
  }

  run(): void {
    const f = this.#f;
    const {cfg, dominators} = this.#context;
    cfg.compute(f);
    dominators.compute(f, cfg);
    lowZeros.compute(f, cfg);
    for (let i = 0; i < cfg.blockCount; i++) {
      const b = dominators.at(i);
      for (let v = f.first(b); v !== NONE; v = f.next(v)) if (isGuarded(f, v)) this.#visit(v, b);
    }
    for (const [address, wanting] of this.#wanting) this.#shareSums(address, wanting);
  }

  #visit(v: Value, block: Block): void {
    const f = this.#f;
    const {fuel} = this.#context;
    this.#takeConstants(v);
    const {address, distance, zeros} = this.#placeOf(v);
    const all = this.#seen.get(address) ?? [];
    const bytes = bytesOf(f, v);
    const end = distance + bytes;
    const isCovered = all.some(
      (one) => one.extent >= end && isSameMemory(f, one.access, v) && this.#dominates(one, block),
    );
    const isAligned = distance % bytes === 0 && 2 ** zeros >= bytes;
    if (isCovered && fuel.allow(COVERED)) f.setAux(v, MemoryAccess.checked(f.aux(v)));
    else if (isStore(f.op(v)) && bytes > 1 && isAligned && fuel.allow(WHOLE)) f.setAux(v, MemoryAccess.whole(f.aux(v)));
    const seen = {access: v, block, extent: Math.ceil(end / 2 ** zeros) * 2 ** zeros};
    if (!isCovered) this.#seen.set(address, [...all, seen]); // what is covered shows nothing new
    if (!this.#context.addsIndexAndOffset && address !== NONE && wantsSum(f, v)) this.#want(address, seen);
  }

  #want(address: Value, seen: Seen): void {
    const wanting = this.#wanting.get(address);
    if (wanting === undefined) this.#wanting.set(address, [seen]);
    else wanting.push(seen);
  }

  #placeOf(v: Value): Place {
    const f = this.#f;
    const [address, offset] = [f.b(v), f.imm(v) >>> 0];
    if (f.op(address) === CONST) return {address: NONE, distance: (f.imm(address) >>> 0) + offset, zeros: PAGE_ZEROS};
    return {address, distance: offset, zeros: Math.min(lowZeros.of(address), PAGE_ZEROS)};
  }

  #dominates({block: earlier}: Seen, block: Block): boolean {
    return this.#context.dominators.dominates(earlier, block);
  }

  /** x + k or x | k as address, where k has only bits that are zero in x. */
  #takeConstants(v: Value): void {
    const f = this.#f;
    for (;;) {
      const sum = f.b(v);
      const constant = f.op(sum) === IADD || f.op(sum) === IOR ? f.b(sum) : NONE;
      if (constant === NONE || f.op(constant) !== CONST) return;
      const k = f.imm(constant) >>> 0;
      const offset = (f.imm(v) >>> 0) + k;
      const fits = k < 2 ** Math.min(lowZeros.of(f.a(sum)), 32) && offset < U32;
      if (!fits || !this.#context.fuel.allow(OFFSET)) return;
      f.setB(v, f.a(sum));
      f.setImm(v, offset | 0);
    }
  }

  /** One sum for the first of them that would need one, and those that it dominates. */
  #shareSums(address: Value, all: readonly Seen[]): void {
    const f = this.#f;
    let wanting = all;
    while (wanting.length > 1) {
      const [first, ...rest] = wanting as [Seen, ...Seen[]];
      const isSharing = (one: Seen): boolean =>
        isSameMemory(f, one.access, first.access) && this.#dominates(first, one.block);
      const sharing = rest.filter(isSharing);
      wanting = rest.filter((one) => !sharing.includes(one));
      if (sharing.length > 0 && this.#context.fuel.allow(SUM)) this.#share(address, [first, ...sharing]);
    }
  }

  #share(address: Value, accesses: readonly Seen[]): void {
    const f = this.#f;
    const place = accesses[0]!.access;
    f.setOrigin(f.wasmOffset(place), SUM);
    const wide = f.insertBefore(f.add(EXTEND_U, I64, address), place);
    const sum = f.insertBefore(f.add(IADD, I64, f.a(place), wide), place);
    for (const {access} of accesses) {
      f.setA(access, sum);
      f.setB(access, f.insertBefore(f.add(CONST, I32), access));
    }
  }
}

/** Whether an access needs the sum in a register: it has an offset, or it is a store that must be probed. */
function wantsSum(f: Func, v: Value): boolean {
  const [offset, aux] = [f.imm(v) >>> 0, f.aux(v)];
  const isProbed = isStore(f.op(v)) && bytesOf(f, v) > 1 && !MemoryAccess.isWhole(aux) && !MemoryAccess.isChecked(aux);
  return offset < NEAR && (offset > 0 || isProbed);
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
