/**
 * Memories, tables and globals: accesses to linear memory, and the runtime structures of the vmctx (runtime/layout.ts).
 * Memories with 32-bit addresses and 64 KiB pages are guarded; all others get an explicit `bound`.
 */
import {trapCode} from '#engine/base/traps.ts';
import {
  type Builtin,
  builtins,
  globalPlace,
  MemoryDesc,
  memoryBaseOffset,
  memoryDescOffset,
  TableDesc,
  tableDescOffset,
} from '#engine/runtime/layout.ts';
import {WIDTH} from '#engine/wasm/columns.ts';
import type {AddressType} from '#engine/wasm/types.ts';
import {NONE, type Value} from '../ir/func.ts';
import {FieldClass, Ir, MemoryAccess, type OpCode} from '../ir/ops.ts';
import {I32, I64, irType, REF, type Type, VOID} from '../ir/types.ts';
import {isGuarded} from './facts.ts';
import {MEMORY_OP, OPERANDS, RESULT_TYPE} from './simple.ts';
import type {State} from './state.ts';

const {
  bound: BOUND,
  iadd: IADD,
  ishl: ISHL,
  ishr_u: ISHR_U,
  ilt_u: ILT_U,
  ige_u: IGE_U,
  wrap: WRAP,
  const: CONST,
  vm_store: VM_STORE,
  call_builtin: CALL_BUILTIN,
} = Ir;
const OUT_OF_BOUNDS = trapCode('memory-out-of-bounds');
const TABLE_OUT_OF_BOUNDS = trapCode('table-out-of-bounds');

// ---- linear memory

/** A load or store instruction. */
export function access(s: State): void {
  const opcode = s.reader.op;
  const isStore = OPERANDS[opcode] === 2;
  const value = isStore ? s.pop() : NONE;
  const op = MEMORY_OP[opcode] as OpCode;
  if (isStore) storeTo(s, op, s.pop(), value, WIDTH[opcode]!);
  else s.push(loadFrom(s, op, RESULT_TYPE[opcode] as Type, s.pop(), WIDTH[opcode]!));
}

/** The value of `bytes` bytes at an address plus the offset of the present instruction. */
export function loadFrom(s: State, op: OpCode, type: Type, address: Value, bytes: number): Value {
  return accessAt(s, op, type, address, NONE, bytes);
}

export function storeTo(s: State, op: OpCode, address: Value, value: Value, bytes: number): void {
  accessAt(s, op, VOID, address, value, bytes);
}

function accessAt(s: State, op: OpCode, type: Type, address: Value, value: Value, bytes: number): Value {
  const {memory} = s.reader;
  const base = s.base(memory, memoryBaseOffset(s.facts.layout, memory));
  if (isGuarded(s.facts.memories[memory]!))
    return s.emit(op, type, base, address, value, s.reader.low, MemoryAccess.pack(memory, false));
  const [checked, offset] = checkedAddress(s, memory, address, bytes);
  return s.emit(op, type, base, checked, value, offset, MemoryAccess.pack(memory, true));
}

/** The address behind a bounds check, and the offset that is still to be added. */
function checkedAddress(s: State, memory: number, address: Value, bytes: number): [Value, number] {
  const length = byteLength(s, memory);
  if (s.reader.high === 0) {
    const offset = s.reader.low;
    return [s.emit(BOUND, I64, address, length, NONE, bytes, offset), offset];
  }
  // An offset beyond 32 bits: the sum may wrap around.
  const offset = s.emit(CONST, I64, NONE, NONE, NONE, s.reader.low, s.reader.high);
  const sum = s.emit(IADD, I64, asIndex64(s, address, s.facts.memories[memory]!.address), offset);
  s.trapIf(s.emit(ILT_U, I32, sum, offset), OUT_OF_BOUNDS);
  return [s.emit(BOUND, I64, sum, length, NONE, bytes, 0), 0];
}

/** A whole effective address behind a bounds check. */
export function boundsChecked(s: State, memory: number, address: Value, bytes: number): Value {
  return s.emit(BOUND, I64, address, byteLength(s, memory), NONE, bytes, 0);
}

function byteLength(s: State, memory: number): Value {
  const descriptor = s.vmLoad(I64, s.vmctx, memoryDescOffset(s.facts.layout, memory), 'constant');
  return s.vmLoad(I64, descriptor, MemoryDesc.byteLength, 'memory_length');
}

/** A 64-bit amount as a value of the address type. */
export function asAddress(s: State, v: Value, type: AddressType): Value {
  return type === 'i64' ? v : s.emit(WRAP, I32, v);
}
/** A value of the address type as 64 bits. */
export function asIndex64(s: State, v: Value, type: AddressType): Value {
  return type === 'i64' ? v : s.extendU(v);
}

export function memorySize(s: State): void {
  const memory = s.facts.memories[s.reader.index]!;
  const length = byteLength(s, s.reader.index);
  const pages = memory.pageSizeLog2 === 0 ? length : s.emit(ISHR_U, I64, length, s.i64(memory.pageSizeLog2));
  s.push(asAddress(s, pages, memory.address));
}

/** A call of a C function; the vmctx goes first. */
export function callBuiltin(s: State, name: Builtin, operands: readonly Value[]): Value {
  const row = builtins[name];
  s.f.beginList();
  s.f.pushList(s.vmctx);
  for (const operand of operands) s.f.pushList(operand);
  return s.place(
    s.f.addList(CALL_BUILTIN, row.result === 'u64' ? I64 : row.result === 'ref' ? REF : VOID, NONE, row.index),
  );
}

export function memoryGrow(s: State): void {
  const {address} = s.facts.memories[s.reader.index]!;
  const delta = asIndex64(s, s.pop(), address);
  s.push(asAddress(s, callBuiltin(s, 'memoryGrow', [s.i32(s.reader.index), delta]), address));
}

export function memoryFill(s: State): void {
  const {address} = s.facts.memories[s.reader.index]!;
  const length = asIndex64(s, s.pop(), address);
  const value = s.pop();
  const start = asIndex64(s, s.pop(), address);
  callBuiltin(s, 'memoryFill', [s.i32(s.reader.index), start, value, length]);
}

const narrower = (a: AddressType, b: AddressType): AddressType => (a === 'i64' && b === 'i64' ? 'i64' : 'i32');

export function memoryCopy(s: State): void {
  const [to, from] = [s.reader.index, s.reader.index2];
  const [toType, fromType] = [s.facts.memories[to]!.address, s.facts.memories[from]!.address];
  const length = asIndex64(s, s.pop(), narrower(toType, fromType));
  const source = asIndex64(s, s.pop(), fromType);
  const target = asIndex64(s, s.pop(), toType);
  callBuiltin(s, 'memoryCopy', [s.i32(to), s.i32(from), target, source, length]);
}

export function memoryInit(s: State): void {
  const [segment, memory] = [s.reader.index, s.reader.index2];
  const length = s.extendU(s.pop());
  const offset = s.extendU(s.pop());
  const target = asIndex64(s, s.pop(), s.facts.memories[memory]!.address);
  callBuiltin(s, 'memoryInit', [s.i32(memory), s.i32(segment), target, offset, length]);
}

export function dataDrop(s: State): void {
  callBuiltin(s, 'dataDrop', [s.i32(s.reader.index)]);
}

// ---- tables

function descriptor(s: State, table: number): Value {
  return s.vmLoad(I64, s.vmctx, tableDescOffset(s.facts.layout, table), 'constant');
}

/** Address of a table entry; traps with `code` when the index is out of bounds. */
export function tableEntry(s: State, table: number, index: Value, code: number): Value {
  const index64 = asIndex64(s, index, s.facts.tables[table]!.address);
  const desc = descriptor(s, table);
  const length = s.vmLoad(I64, desc, TableDesc.length, 'table');
  s.trapIf(s.emit(IGE_U, I32, index64, length), code);
  const entries = s.vmLoad(I64, desc, TableDesc.entries, 'table');
  return s.emit(IADD, I64, entries, s.emit(ISHL, I64, index64, s.i64(3)));
}

export function tableGet(s: State): void {
  const entry = tableEntry(s, s.reader.index, s.pop(), TABLE_OUT_OF_BOUNDS);
  s.pushTyped(s.vmLoad(REF, entry, 0, 'table_entry'), s.facts.tables[s.reader.index]!.element);
}

export function tableSet(s: State): void {
  const value = s.pop();
  const entry = tableEntry(s, s.reader.index, s.pop(), TABLE_OUT_OF_BOUNDS);
  s.emit(VM_STORE, VOID, entry, value, NONE, 0, FieldClass.table_entry);
}

export function tableSize(s: State): void {
  const length = s.vmLoad(I64, descriptor(s, s.reader.index), TableDesc.length, 'table');
  s.push(asAddress(s, length, s.facts.tables[s.reader.index]!.address));
}

export function tableGrow(s: State): void {
  const {address} = s.facts.tables[s.reader.index]!;
  const delta = asIndex64(s, s.pop(), address);
  const value = s.pop();
  s.push(asAddress(s, callBuiltin(s, 'tableGrow', [s.i32(s.reader.index), value, delta]), address));
}

export function tableFill(s: State): void {
  const {address} = s.facts.tables[s.reader.index]!;
  const length = asIndex64(s, s.pop(), address);
  const value = s.pop();
  const start = asIndex64(s, s.pop(), address);
  callBuiltin(s, 'tableFill', [s.i32(s.reader.index), start, value, length]);
}

export function tableCopy(s: State): void {
  const [to, from] = [s.reader.index, s.reader.index2];
  const [toType, fromType] = [s.facts.tables[to]!.address, s.facts.tables[from]!.address];
  const length = asIndex64(s, s.pop(), narrower(toType, fromType));
  const source = asIndex64(s, s.pop(), fromType);
  const target = asIndex64(s, s.pop(), toType);
  callBuiltin(s, 'tableCopy', [s.i32(to), s.i32(from), target, source, length]);
}

export function tableInit(s: State): void {
  const [segment, table] = [s.reader.index, s.reader.index2];
  const length = s.extendU(s.pop());
  const offset = s.extendU(s.pop());
  const target = asIndex64(s, s.pop(), s.facts.tables[table]!.address);
  callBuiltin(s, 'tableInit', [s.i32(table), s.i32(segment), target, offset, length]);
}

export function elemDrop(s: State): void {
  callBuiltin(s, 'elemDrop', [s.i32(s.reader.index)]);
}

// ---- globals

/** Pointer to and offset of the cell of a global. */
function cell(s: State, index: number): [Value, number] {
  const {offset, imported} = globalPlace(s.facts.layout, index);
  return imported ? [s.vmLoad(I64, s.vmctx, offset, 'constant'), 0] : [s.vmctx, offset];
}

export function globalGet(s: State): void {
  const global = s.facts.globals[s.reader.index]!;
  const [pointer, offset] = cell(s, s.reader.index);
  s.pushTyped(s.vmLoad(irType(global.type), pointer, offset, global.mutable ? 'global' : 'constant'), global.type);
}

export function globalSet(s: State): void {
  const value = s.pop();
  const [pointer, offset] = cell(s, s.reader.index);
  s.emit(VM_STORE, VOID, pointer, value, NONE, offset, FieldClass.global);
}
