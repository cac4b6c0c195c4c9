/**
 * A module instance whose functions are SSA: the evaluator's machine over the interpreter's instance, so that both share
 * memories, tables, globals and linking. Pointers are tagged numbers in disjoint ranges; each kind of object has one.
 */
import {strict as assert} from 'node:assert';
import {Trap, trap} from '#engine/base/trap.ts';
import {trapCode} from '#engine/base/traps.ts';
import {type Facts, moduleFacts} from '#engine/compiler/frontend/facts.ts';
import {Translator} from '#engine/compiler/frontend/translate.ts';
import {Fuel} from '#engine/compiler/fuel.ts';
import {type Bits, bitsOf, evaluateFunc, type Machine} from '#engine/compiler/ir/eval.ts';
import {Func as Ssa} from '#engine/compiler/ir/func.ts';
import {irType} from '#engine/compiler/ir/types.ts';
import {Optimizer} from '#engine/compiler/passes.ts';
import {untimed} from '#engine/compiler/timer.ts';
import {invoke} from '#engine/interpreter/interpreter.ts';
import {copyMemory, copyTable, fillMemory, fillTable, initMemory, initTable} from '#engine/runtime/bulk.ts';
import {Func} from '#engine/runtime/func.ts';
import {Global} from '#engine/runtime/global.ts';
import type {Instance} from '#engine/runtime/instance.ts';
import {builtins, FuncRef, type InstanceLayout, MemoryDesc, TableDesc} from '#engine/runtime/layout.ts';
import type {Memory} from '#engine/runtime/memory.ts';
import {HostRef, hostRef, type Ref, type Value} from '#engine/runtime/values.ts';
import {F32, I32, isRef, type ValueType} from '#engine/wasm/types.ts';

const VMCTX = 1n << 60n;
const MEMORY_DESC = 1n << 50n;
const TABLE_DESC = 1n << 51n;
const TABLE_ENTRIES = 1n << 52n;
const GLOBAL_CELL = 1n << 53n;
const FUNC_REF = 1n << 54n;
const CODE = 1n << 55n;
const END = 1n << 56n;
const MEMORY_SHIFT = 44n;
const TABLE_SHIFT = 36n;
/** Calls deeper than this exhaust the stack. */
const MAX_DEPTH = 400;

const mask = (bytes: number, value: bigint): bigint => BigInt.asUintN(bytes * 8, value);

export class SsaInstance implements Machine {
  readonly #instance: Instance;
  readonly #facts: Facts;
  readonly #layout: InstanceLayout;
  readonly #functions = new Map<number, Ssa>();
  readonly #translator: Translator;
  readonly #optimizer: Optimizer;
  readonly #level: 0 | 2;
  /** Functions that were seen as references, by number of their address. */
  readonly #refs: Func[] = [];
  #depth = 0;

  constructor(instance: Instance, level: 0 | 2, fuel: Fuel = new Fuel()) {
    this.#instance = instance;
    this.#facts = moduleFacts(instance.module);
    this.#layout = this.#facts.layout;
    this.#translator = new Translator(this.#facts);
    this.#optimizer = new Optimizer(fuel, true, untimed);
    this.#level = level;
  }

  /** Calls a function of this instance. Throws Trap. */
  invoke(func: Func, args: readonly Value[]): Value[] {
    const results = this.#callFunc(
      func,
      args.map((value, i) => this.#bits(func.type.params[i]!, value)),
    );
    return results.map((bits, i) => this.#value(func.type.results[i]!, bits));
  }

  #ssa(index: number): Ssa {
    let f = this.#functions.get(index);
    if (f === undefined) {
      this.#functions.set(index, (f = new Ssa()));
      this.#translator.translate(f, index);
      this.#optimizer.run(f, this.#level);
    }
    return f;
  }

  // ---- values

  #bits(type: ValueType, value: Value): Bits {
    if (isRef(type)) return this.#refBits(value as Ref);
    return bitsOf(irType(type), value as bigint);
  }
  #value(type: ValueType, bits: Bits): Value {
    if (isRef(type)) return this.#refOf(bits as bigint);
    return type === I32 || type === F32 ? BigInt((bits as number) >>> 0) : BigInt.asUintN(64, bits as bigint);
  }
  #refBits(ref: Ref): bigint {
    if (ref === null) return 0n;
    if (typeof ref === 'number') return (BigInt(ref) << 1n) | 1n;
    if (ref instanceof HostRef) return (BigInt(ref.id) << 2n) | 2n;
    assert.ok(ref instanceof Func, 'a function');
    return FUNC_REF + BigInt(this.#refNumber(ref)) * 32n;
  }
  #refNumber(func: Func): number {
    const known = this.#refs.indexOf(func);
    return known >= 0 ? known : this.#refs.push(func) - 1;
  }
  #refOf(bits: bigint): Ref {
    if (bits === 0n) return null;
    if ((bits & 1n) === 1n) return Number(BigInt.asIntN(31, bits >> 1n));
    if ((bits & 3n) === 2n) return hostRef(Number(bits >> 2n));
    return this.#funcAt(bits);
  }
  /** Function behind a reference, which may also point into the vmctx. */
  #funcAt(address: bigint): Func {
    if (address >= VMCTX) {
      const own = Number(address - VMCTX - BigInt(this.#layout.functions)) / FuncRef.size;
      return this.#instance.funcs[own + this.#facts.importedFunctions]!;
    }
    return this.#refs[Number((address - FUNC_REF) / 32n)]!;
  }

  // ---- the machine

  call(index: number, args: readonly Bits[]): readonly Bits[] {
    return this.#callFunc(this.#instance.funcs[index]!, args.slice(1));
  }
  callCode(code: bigint, args: readonly Bits[]): readonly Bits[] {
    return this.#callFunc(this.#refs[Number(code - CODE)]!, args.slice(1));
  }
  #callFunc(func: Func, args: readonly Bits[]): readonly Bits[] {
    if (this.#depth >= MAX_DEPTH) trap('stack-overflow');
    if (func.instance !== this.#instance || func.index < this.#facts.importedFunctions)
      return this.#callOther(func, args);
    this.#depth++;
    try {
      return evaluateFunc(this.#ssa(func.index), [VMCTX, ...args], this);
    } finally {
      this.#depth--;
    }
  }
  #callOther(func: Func, args: readonly Bits[]): Bits[] {
    const outcome = invoke(
      func,
      args.map((bits, i) => this.#value(func.type.params[i]!, bits)),
    );
    if (outcome.kind === 'trap') throw new Trap(trapCode(outcome.trap));
    if (outcome.kind !== 'return') trap('stack-overflow');
    return outcome.values.map((value, i) => this.#bits(func.type.results[i]!, value));
  }

  read(address: bigint, bytes: number): bigint {
    if (address >= VMCTX) return mask(bytes, this.#readVmctx(Number(address - VMCTX)));
    if (address >= FUNC_REF && address < CODE) return mask(bytes, this.#readFuncRef(address));
    if (address >= GLOBAL_CELL && address < FUNC_REF)
      return mask(bytes, this.#readGlobal(Number(address - GLOBAL_CELL) / 16));
    if (address >= TABLE_ENTRIES && address < GLOBAL_CELL)
      return this.#refBits(this.#entry(address, (elements, i) => elements[i]!));
    if (address >= TABLE_DESC && address < TABLE_ENTRIES) return this.#readTable(Number(address - TABLE_DESC));
    if (address >= MEMORY_DESC && address < TABLE_DESC) return this.#readDescriptor(Number(address - MEMORY_DESC));
    const {bytes: memory, at} = this.#linear(address, bytes);
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(memory[at + i]!);
    return value;
  }

  write(address: bigint, bytes: number, value: bigint): void {
    if (address >= VMCTX) {
      const index = (Number(address - VMCTX) - this.#layout.globals) / 16;
      this.#writeGlobal(index + this.#layout.counts.importedGlobals, value);
    } else if (address >= GLOBAL_CELL && address < END) {
      this.#writeGlobal(Number(address - GLOBAL_CELL) / 16, value);
    } else if (address >= TABLE_ENTRIES && address < END) {
      this.#entry(address, (elements, i) => (elements[i] = this.#refOf(BigInt.asIntN(64, value))));
    } else {
      const {bytes: memory, at} = this.#linear(address, bytes);
      for (let i = 0; i < bytes; i++) memory[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    }
  }

  #linear(address: bigint, bytes: number): {bytes: Uint8Array; at: number} {
    const memory = this.#instance.memories[Number(address >> MEMORY_SHIFT) - 1]!;
    const at = Number(address & ((1n << MEMORY_SHIFT) - 1n));
    if (at + bytes > memory.byteLength) trap('memory-out-of-bounds');
    return {bytes: memory.bytes, at};
  }

  #readVmctx(offset: number): bigint {
    const {memories, tables, importedGlobals, importedFunctions, globals, types, functions} = this.#layout;
    if (offset >= functions) return this.#readFuncRef(VMCTX + BigInt(offset));
    if (offset >= types) return BigInt(this.#instance.typeIds[(offset - types) / 4]!);
    if (offset >= globals) return this.#readGlobal((offset - globals) / 16 + this.#layout.counts.importedGlobals);
    if (offset >= importedFunctions) return this.#refBits(this.#instance.funcs[(offset - importedFunctions) / 8]!);
    if (offset >= importedGlobals) return GLOBAL_CELL + BigInt((offset - importedGlobals) * 2);
    if (offset >= tables) return TABLE_DESC + BigInt((offset - tables) * 2);
    const index = BigInt(Math.floor((offset - memories) / 16));
    return (offset - memories) % 16 === 0 ? (index + 1n) << MEMORY_SHIFT : MEMORY_DESC + index * 16n;
  }

  #readFuncRef(address: bigint): bigint {
    const start = address >= VMCTX ? VMCTX + BigInt(this.#layout.functions) : FUNC_REF;
    const field = (address - start) % 32n;
    const func = this.#funcAt(address - field);
    if (field === BigInt(FuncRef.code)) return CODE + BigInt(this.#refNumber(func));
    return field === BigInt(FuncRef.typeId) ? BigInt(func.typeId) : VMCTX;
  }
  #readDescriptor(offset: number): bigint {
    const memory = this.#instance.memories[Math.floor(offset / 16)]!;
    assert.equal(offset % 16, MemoryDesc.byteLength);
    return BigInt(memory.byteLength);
  }
  #readTable(offset: number): bigint {
    const index = Math.floor(offset / 16);
    if (offset % 16 === TableDesc.length) return BigInt(this.#instance.tables[index]!.elements.length);
    return TABLE_ENTRIES + (BigInt(index) << TABLE_SHIFT);
  }
  #entry<T>(address: bigint, use: (elements: Ref[], index: number) => T): T {
    const offset = address - TABLE_ENTRIES;
    return use(
      this.#instance.tables[Number(offset >> TABLE_SHIFT)]!.elements,
      Number(offset & ((1n << TABLE_SHIFT) - 1n)) / 8,
    );
  }
  #readGlobal(index: number): bigint {
    const global = this.#instance.globals[index]!;
    const {value} = global;
    return typeof value === 'bigint' ? value : this.#refBits(value);
  }
  #writeGlobal(index: number, value: bigint): void {
    const global = this.#instance.globals[index]!;
    assert.ok(global instanceof Global);
    global.value = isRef(global.type.type) ? this.#refOf(BigInt.asIntN(64, value)) : value;
  }

  /** Nobody else is there: a wait is not equal (1) or timed out (2); `expected` null: nobody is notified (0). */
  #wait(memory: Memory, address: bigint, bytes: number, expected: Bits | null): bigint {
    const at = BigInt.asUintN(64, address);
    if (at % BigInt(bytes) !== 0n) trap('unaligned-atomic');
    if (at + BigInt(bytes) > BigInt(memory.byteLength)) trap('memory-out-of-bounds');
    if (expected === null) return 0n;
    if (!memory.type.shared) trap('expected-shared-memory');
    const view = new DataView(memory.bytes.buffer, Number(at), bytes);
    const found = bytes === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
    return found === BigInt(expected) ? 2n : 1n;
  }

  callBuiltin(index: number, [, ...args]: readonly Bits[]): bigint {
    const name = Object.entries(builtins).find(([, row]) => row.index === index)?.[0];
    const n = args.map((bits) => (typeof bits === 'number' ? bits >>> 0 : Number(BigInt.asUintN(64, bits))));
    const {memories, tables, data, elements} = this.#instance;
    switch (name) {
      case 'memoryGrow':
        return BigInt(memories[n[0]!]!.grow(n[1]!));
      case 'memoryFill':
        fillMemory(memories[n[0]!]!, n[1]!, n[2]!, n[3]!);
        return 0n;
      case 'memoryCopy':
        copyMemory(memories[n[0]!]!, memories[n[1]!]!, n[2]!, n[3]!, n[4]!);
        return 0n;
      case 'memoryInit':
        initMemory(memories[n[0]!]!, data[n[1]!]!, n[2]!, n[3]!, n[4]!);
        return 0n;
      case 'dataDrop':
        data[n[0]!] = new Uint8Array(0);
        return 0n;
      case 'tableGrow':
        return BigInt(tables[n[0]!]!.grow(n[2]!, this.#refOf(args[1] as bigint)));
      case 'tableFill':
        fillTable(tables[n[0]!]!, n[1]!, this.#refOf(args[2] as bigint), n[3]!);
        return 0n;
      case 'tableCopy':
        copyTable(tables[n[0]!]!, tables[n[1]!]!, n[2]!, n[3]!, n[4]!);
        return 0n;
      case 'tableInit':
        initTable(tables[n[0]!]!, elements[n[1]!]!, n[2]!, n[3]!, n[4]!);
        return 0n;
      case 'elemDrop':
        elements[n[0]!] = [];
        return 0n;
      case 'atomicWait32':
      case 'atomicWait64':
        return this.#wait(memories[n[0]!]!, args[1] as bigint, name === 'atomicWait32' ? 4 : 8, args[2]!);
      case 'atomicNotify':
        return this.#wait(memories[n[0]!]!, args[1] as bigint, 4, null);
      default:
        return assert.fail(`builtin ${name ?? index}`);
    }
  }
}
