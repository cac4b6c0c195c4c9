/**
 * Runs SSA functions as they are written, on the meanings of `numeric/`: the oracle of rewrite rules and passes, and an
 * executor of goldens. Slow and plain. State and other functions belong to a `Machine`; pointers are bigints that only the
 * machine understands.
 *
 * Bits: signed numbers for i32 and f32, signed bigints for i64, f64 and references, unsigned ones for v128. A trap is thrown
 * as `Trap`, an exception as `Thrown`.
 */
import {assert} from '#engine/base/assert.ts';
import {Trap, trap} from '#engine/base/trap.ts';
import type {TrapCode} from '#engine/base/traps.ts';
import {AtomicAccess, atomicOperators, operatorMeanings} from './atomics.ts';
import {type Edge, ENTRY, type Func, isTried, type Value} from './func.ts';
import {meaningOf, vectorMeaning, type WideOp, wideMeanings} from './meaning.ts';
import {ARITY, type IrOp, MemoryAccess, opNames} from './ops.ts';
import {F32, F64, I32, I64, TYPE_BYTES, type Type, V128} from './types.ts';

export type Bits = number | bigint;

/** A wasm exception on its way to a landing pad; the machine knows what the reference means. */
export class Thrown extends Error {
  readonly exception: bigint;
  constructor(exception: bigint) {
    super('exception');
    this.exception = exception;
  }
}

export interface Machine {
  /** Little-endian unsigned number at an address. Throws Trap where the address is outside of linear memory. */
  read(address: bigint, bytes: number): bigint;
  /** `whole`: the store claims that it never reaches over the end of memory in part. */
  write(address: bigint, bytes: number, value: bigint, whole?: boolean): void;
  /** Own function by index. */
  call(index: number, args: readonly Bits[]): readonly Bits[];
  callCode(code: bigint, args: readonly Bits[]): readonly Bits[];
  callBuiltin(index: number, args: readonly Bits[]): bigint;
}

/** A machine without state, for functions that only compute. */
export const noMachine: Machine = {
  read: () => assert(false, 'no memory') as never,
  write: () => assert(false, 'no memory'),
  call: () => assert(false, 'no functions') as never,
  callCode: () => assert(false, 'no functions') as never,
  callBuiltin: () => assert(false, 'no builtins') as never,
};

/** Bits of a type from an unsigned or signed integer. */
export function bitsOf(type: Type, value: bigint): Bits {
  if (type === V128) return BigInt.asUintN(128, value);
  return type === I32 || type === F32 ? Number(BigInt.asIntN(32, value)) : BigInt.asIntN(64, value);
}

/** Only what is negative is shorter than v128. */
function unsigned(bits: Bits): bigint {
  if (typeof bits === 'number') return BigInt(bits >>> 0);
  return bits < 0n ? BigInt.asUintN(64, bits) : bits;
}

/** Calls a function. Steps beyond `steps` trap as out-of-fuel. `args` begin with the vmctx. */
export function evaluateFunc(
  f: Func,
  args: readonly Bits[],
  machine: Machine = noMachine,
  steps = 1_000_000,
): readonly Bits[] {
  return new Evaluation(f, machine, steps).run(args);
}

class Evaluation {
  readonly #f: Func;
  readonly #machine: Machine;
  readonly #values: Bits[];
  /** Results of the last call, for `result`. */
  readonly #results = new Map<Value, readonly Bits[]>();
  #steps: number;
  /** Exception that the last landing pad was entered with. */
  #landed = 0n;

  constructor(f: Func, machine: Machine, steps: number) {
    this.#f = f;
    this.#machine = machine;
    this.#steps = steps;
    this.#values = new Array<Bits>(f.valueCount + 1).fill(0);
  }

  run(args: readonly Bits[]): readonly Bits[] {
    const f = this.#f;
    assert(args.length === f.paramCount(ENTRY), `${args.length} arguments`);
    args.forEach((bits, i) => {
      this.#values[f.param(ENTRY, i)] = bits;
    });
    for (let v = f.first(ENTRY); ; ) {
      if (this.#steps-- === 0) trap('out-of-fuel');
      const name = opNames[f.op(v)]!;
      // biome-ignore format: one operation a line
      switch (name) {
        case 'jump': v = this.#follow(f.edge(v, 0)); continue;
        case 'br_if': v = this.#follow(f.edge(v, this.#i32(f.a(v)) !== 0 ? 0 : 1)); continue;
        case 'br_table': v = this.#follow(f.edge(v, Math.min(this.#i32(f.a(v)) >>> 0, f.edgeCount(v) - 1))); continue;
        case 'br_unwind': v = this.#follow(f.edge(v, 0)); continue;
        case 'return': return this.#list(v);
        case 'return_call': return this.#machine.call(f.imm(v), this.#list(v));
        case 'return_call_ref_code': return this.#machine.callCode(this.#i64(f.a(v)), this.#list(v));
        case 'trap': throw new Trap(f.imm(v) as TrapCode);
        case 'call': case 'call_ref_code': case 'call_builtin': v = this.#call(v, name); continue;
        default: this.#values[v] = this.#value(v, name);
      }
      v = f.next(v);
    }
  }

  /** A call, and what comes next: the instruction behind it, or the landing pad. */
  #call(v: Value, name: IrOp): Value {
    try {
      this.#values[v] = this.#value(v, name);
      return this.#f.next(v);
    } catch (error) {
      const end = this.#f.last(this.#f.block(v));
      if (!(error instanceof Thrown) || !isTried(this.#f, v)) throw error;
      this.#landed = error.exception;
      return this.#follow(this.#f.edge(end, 1));
    }
  }

  /** Goes along an edge: all arguments are read before any parameter is written. */
  #follow(e: Edge): Value {
    const f = this.#f;
    const target = f.edgeTarget(e);
    const args: Bits[] = [];
    for (let i = 0; i < f.argCount(e); i++) args.push(this.#values[f.arg(e, i)]!);
    args.forEach((bits, i) => {
      this.#values[f.param(target, i)] = bits;
    });
    return f.first(target);
  }

  #list(v: Value): Bits[] {
    const list: Bits[] = [];
    for (let i = 0; i < this.#f.listLength(v); i++) list.push(this.#values[this.#f.listItem(v, i)]!);
    return list;
  }
  #i32(v: Value): number {
    return this.#values[v] as number;
  }
  #i64(v: Value): bigint {
    return this.#values[v] as bigint;
  }

  #value(v: Value, name: IrOp): Bits {
    const f = this.#f;
    // biome-ignore format: one operation a line
    switch (name) {
      case 'const': return this.#constant(v);
      case 'select': return this.#values[this.#i32(f.a(v)) !== 0 ? f.b(v) : f.c(v)]!;
      case 'result': return this.#results.get(f.a(v))![f.imm(v)]!;
      case 'load': case 'load8_s': case 'load8_u': case 'load16_s': case 'load16_u': case 'load32_s': case 'load32_u':
        return this.#load(v, name);
      case 'store': case 'store8': case 'store16': case 'store32': return this.#store(v, name);
      case 'iadd128': case 'isub128': return this.#wide(v, name, this.#list(v));
      case 'imul_wide_s': case 'imul_wide_u': return this.#wide(v, name, [this.#values[f.a(v)]!, this.#values[f.b(v)]!]);
      case 'atomic_load': return this.#atomic(v, (old) => old);
      case 'atomic_store': this.#atomic(v, () => unsigned(this.#values[f.b(v)]!)); return 0;
      case 'atomic_rmw': return this.#atomic(v, (old) => operatorMeanings[atomicOperators[f.imm(v)]!](old, unsigned(this.#values[f.b(v)]!)));
      case 'atomic_cmpxchg': return this.#cmpxchg(v);
      case 'fence': return 0;
      case 'landing': return this.#landed;
      case 'bound': return this.#bound(v);
      case 'vm_load': return bitsOf(f.type(v), this.#machine.read(this.#i64(f.a(v)) + BigInt(f.imm(v) >>> 0), TYPE_BYTES[f.type(v)]!));
      case 'vm_load8_s': case 'vm_load8_u': case 'vm_load16_s': case 'vm_load16_u': {
        const bytes = accessBytes(name, I32);
        const bits = this.#machine.read(this.#i64(f.a(v)) + BigInt(f.imm(v) >>> 0), bytes);
        return Number(name.endsWith('_s') ? BigInt.asIntN(bytes * 8, bits) : bits);
      }
      case 'vm_store': case 'vm_store8': case 'vm_store16': {
        const bytes = accessBytes(name, f.type(f.b(v)));
        this.#machine.write(this.#i64(f.a(v)) + BigInt(f.imm(v) >>> 0), bytes, BigInt.asUintN(bytes * 8, unsigned(this.#values[f.b(v)]!)));
        return 0;
      }
      case 'vm_address': return this.#i64(f.a(v)) + BigInt(f.imm(v) >>> 0);
      case 'call': return this.#called(v, this.#machine.call(f.imm(v), this.#list(v)));
      case 'call_ref_code': return this.#called(v, this.#machine.callCode(this.#i64(f.a(v)), this.#list(v)));
      case 'call_builtin': return BigInt.asIntN(64, this.#machine.callBuiltin(f.imm(v), this.#list(v)));
      case 'trap_if':
        if (this.#i32(f.a(v)) !== 0) throw new Trap(f.imm(v) as TrapCode);
        return 0;
      default: return this.#numeric(v, name);
    }
  }

  #called(v: Value, results: readonly Bits[]): Bits {
    this.#results.set(v, results);
    return results[0] ?? 0;
  }

  #wide(v: Value, name: WideOp, operands: readonly Bits[]): Bits {
    const [a, b, c = 0n, d = 0n] = operands as readonly bigint[];
    return this.#called(v, wideMeanings[name](a!, b!, c, d));
  }

  #constant(v: Value): Bits {
    const f = this.#f;
    const type = f.type(v);
    if (type === V128) return f.vector(f.imm(v));
    return type === I32 || type === F32 ? f.imm(v) : f.imm64(v);
  }

  #numeric(v: Value, name: IrOp): Bits {
    const f = this.#f;
    const a = this.#values[f.a(v)]!;
    const onVectors = vectorMeaning(f, v);
    if (onVectors !== undefined)
      return onVectors(...[0, 1, 2].slice(0, ARITY[f.op(v)]).map((i) => this.#values[f.operand(v, i)]!));
    if (name === 'bitcast' && meaningOf(f.op(v), f.type(v), f.type(f.a(v))) === undefined) return a;
    const meaning = meaningOf(f.op(v), f.type(v), f.type(f.a(v)));
    assert(meaning !== undefined, `${name} has no meaning here`);
    return ARITY[f.op(v)] === 1 ? meaning(a) : meaning(a, this.#values[f.b(v)]!);
  }

  #address(v: Value): bigint {
    const f = this.#f;
    return this.#i64(f.a(v)) + unsigned(this.#values[f.b(v)]!) + BigInt(f.imm(v) >>> 0);
  }

  #load(v: Value, name: IrOp): Bits {
    const type = this.#f.type(v);
    const bytes = accessBytes(name, type);
    const bits = this.#checked(v, () => this.#machine.read(this.#address(v), bytes));
    return bitsOf(type, name.endsWith('_s') ? BigInt.asIntN(bytes * 8, bits) : bits);
  }

  #store(v: Value, name: IrOp): Bits {
    const value = this.#f.c(v);
    const bytes = accessBytes(name, this.#f.type(value));
    const bits = BigInt.asUintN(bytes * 8, unsigned(this.#values[value]!));
    const isWhole = MemoryAccess.isWhole(this.#f.aux(v));
    this.#checked(v, () => this.#machine.write(this.#address(v), bytes, bits, isWhole));
    return 0;
  }

  /** Does an access; a checked one must not trap. */
  #checked<T>(v: Value, access: () => T): T {
    if (!MemoryAccess.isChecked(this.#f.aux(v))) return access();
    try {
      return access();
    } catch (error) {
      assert(!(error instanceof Trap), `v${v} is a checked access and traps`);
      throw error;
    }
  }

  /** Replaces what an atomic access finds, and gives it. */
  #atomic(v: Value, replace: (old: bigint) => bigint): Bits {
    const f = this.#f;
    const bytes = AtomicAccess.bytes(f.aux(v));
    const pointer = BigInt.asUintN(64, this.#i64(f.a(v)));
    const old = this.#machine.read(pointer, bytes);
    this.#machine.write(pointer, bytes, BigInt.asUintN(bytes * 8, replace(old)));
    return bitsOf(f.type(v), old);
  }

  #cmpxchg(v: Value): Bits {
    const f = this.#f;
    const expected = BigInt.asUintN(AtomicAccess.bytes(f.aux(v)) * 8, unsigned(this.#values[f.b(v)]!));
    return this.#atomic(v, (old) => (old === expected ? unsigned(this.#values[f.c(v)]!) : old));
  }

  #bound(v: Value): bigint {
    const f = this.#f;
    const address = unsigned(this.#values[f.a(v)]!);
    const end = address + BigInt(f.aux(v) >>> 0) + BigInt(f.imm(v));
    if (end > unsigned(this.#values[f.b(v)]!)) trap('memory-out-of-bounds');
    return BigInt.asIntN(64, address);
  }
}

/** Bytes that an access touches: those that its name says, else all of the type. */
export function accessBytes(name: IrOp, type: Type): number {
  const bits = /\d+/.exec(name);
  if (bits !== null) return Number(bits[0]) / 8;
  return type === I64 || type === F64 ? 8 : TYPE_BYTES[type]!;
}
