/**
 * Modules through which values enter and leave a JS engine as bits, because JS can neither hold NaN payloads nor see
 * v128, exnref and what a GC reference is. Numbers lie in an imported memory, one 16-byte slot per parameter or result;
 * references pass as JS values. Three kinds: `callerModule` calls a function given as a reference, `readerModule` reads
 * globals, `hostModule` makes functions of exact types out of one JS function.
 */
import {ByteWriter} from '#engine/base/bytes.ts';
import type {HostFunction} from '#engine/runtime/host-script.ts';
import {
  ANYREF,
  EXTERNREF,
  F32,
  F64,
  type FuncType,
  type GlobalType,
  Heap,
  type HeapType,
  heapName,
  heapOf,
  heapTypes,
  I32,
  I64,
  isConcrete,
  isNullable,
  isRef,
  refType,
  V128,
  type ValueType,
} from '#engine/wasm/types.ts';
import type {ModuleShape, ShapeType} from './module-shape.ts';

export const SLOT_BYTES = 16;

/** How a value crosses. `any` stores its kind (see AnyKind) in the slot and passes as externref; `exn` stores 1 unless null. */
export type Crossing = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'func' | 'extern' | 'any' | 'exn';

/** What a reference of the `any` hierarchy is. */
export const AnyKind = {null: 0, i31: 1, struct: 2, array: 3, host: 4} as const;

const NUMERIC: Readonly<Record<number, Crossing>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
  [V128]: 'v128',
};

/** How values of a type cross; concrete types are looked up in `types`. */
export function crossing(type: ValueType, types: readonly ShapeType[]): Crossing {
  if (!isRef(type)) return NUMERIC[type] ?? 'i32';
  const heap = heapOf(type);
  if (isConcrete(heap)) return types[heap]?.kind === 'func' ? 'func' : 'any';
  return heapTypes[heapName(heap) ?? 'any'].top;
}

/** Whether values pass as JS values, in order, besides what their slot says. */
export const passesByValue = (kind: Crossing): boolean => kind === 'func' || kind === 'extern' || kind === 'any';

interface TypeTable {
  /** Entries of the type section so far, and the index that the next one gets. */
  readonly writer: ByteWriter;
  groups: number;
  next: number;
}

/** Starts with the types of the target module, so that its indices mean the same, or with none. */
function typeTable(shape: ModuleShape | null): TypeTable {
  const writer = new ByteWriter();
  if (shape === null) return {writer, groups: 0, next: 0};
  writer.append(shape.typeBytes);
  return {writer, groups: shape.groupCount, next: shape.types.length};
}

function addFuncType(table: TypeTable, params: readonly ValueType[], results: readonly ValueType[]): number {
  table.writer.u8(0x60);
  writeTypes(table.writer, params);
  writeTypes(table.writer, results);
  table.groups++;
  return table.next++;
}

function writeTypes(writer: ByteWriter, types: readonly ValueType[]): void {
  writer.u32(types.length);
  for (const type of types) writeValueType(writer, type);
}

function writeValueType(writer: ByteWriter, type: ValueType): void {
  if (!isRef(type)) return writer.u8(type);
  const heap = heapOf(type);
  if (isNullable(type) && !isConcrete(heap)) return writer.u8(heap + 0x80);
  writer.u8(isNullable(type) ? 0x63 : 0x64);
  writer.s33(heap);
}

function section(out: ByteWriter, id: number, write: (writer: ByteWriter) => void): void {
  const body = new ByteWriter();
  write(body);
  out.u8(id);
  out.u32(body.length);
  out.append(body.toBytes());
}

function name(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  writer.u32(bytes.length);
  writer.append(bytes);
}

interface BitsFunction {
  readonly type: number;
  readonly export: string;
  readonly body: Uint8Array;
}

interface Parts {
  readonly types: TypeTable;
  /** Writes the imports after the memory; `count` of them. */
  readonly imports: {readonly count: number; write(writer: ByteWriter): void};
  readonly importedFunctions: number;
  readonly functions: readonly BitsFunction[];
}

function assemble(parts: Parts): Uint8Array {
  const {types, imports, functions} = parts;
  const out = new ByteWriter(1024);
  out.append([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  section(out, 1, (writer) => {
    writer.u32(types.groups);
    writer.append(types.writer.toBytes());
  });
  section(out, 2, (writer) => {
    writer.u32(imports.count + 1);
    name(writer, '');
    name(writer, 'bits');
    writer.append([0x02, 0x00, 1]);
    imports.write(writer);
  });
  section(out, 3, (writer) => {
    writer.u32(functions.length);
    for (const {type} of functions) writer.u32(type);
  });
  section(out, 7, (writer) => {
    writer.u32(functions.length);
    functions.forEach((bits, index) => {
      name(writer, bits.export);
      writer.u8(0);
      writer.u32(parts.importedFunctions + index);
    });
  });
  section(out, 10, (writer) => {
    writer.u32(functions.length);
    for (const {body} of functions) {
      writer.u32(body.length);
      writer.append(body);
    }
  });
  return out.toBytes();
}

const LOAD: Readonly<Record<string, readonly number[]>> = {
  i32: [0x28, 2],
  i64: [0x29, 3],
  f32: [0x2a, 2],
  f64: [0x2b, 3],
  v128: [0xfd, 0, 4],
};
const STORE: Readonly<Record<string, readonly number[]>> = {
  i32: [0x36, 2],
  i64: [0x37, 3],
  f32: [0x38, 2],
  f64: [0x39, 3],
  v128: [0xfd, 11, 4],
};

/** Writes the code of one function. Locals: the parameters, then what `locals` asks for. */
class Code {
  readonly writer = new ByteWriter();
  readonly #locals: ValueType[] = [];
  readonly #params: number;
  readonly #shape: readonly ShapeType[];

  constructor(params: number, shape: readonly ShapeType[]) {
    this.#params = params;
    this.#shape = shape;
  }

  local(type: ValueType): number {
    return this.#params + this.#locals.push(type) - 1;
  }

  op(...bytes: number[]): void {
    this.writer.append(bytes);
  }

  indexed(opcode: number, index: number): void {
    this.writer.u8(opcode);
    this.writer.u32(index);
  }

  /** Pushes the number in a slot. */
  load(kind: Crossing, slot: number): void {
    this.op(0x41, 0, ...LOAD[kind]!);
    this.writer.u32(slot * SLOT_BYTES);
  }

  /** Stores a number from a local into a slot. */
  store(kind: Crossing, slot: number, local: number): void {
    this.op(0x41, 0);
    this.indexed(0x20, local);
    this.op(...STORE[kind]!);
    this.writer.u32(slot * SLOT_BYTES);
  }

  /** Pushes parameter `slot`: from its slot, or from the next wrapper parameter. Gives the parameters used up. */
  argument(type: ValueType, slot: number, param: number): number {
    const kind = crossing(type, this.#shape);
    if (kind === 'exn') this.nullOf(type);
    else if (passesByValue(kind)) this.indexed(0x20, param);
    else this.load(kind, slot);
    return passesByValue(kind) ? 1 : 0;
  }

  /** A null, the only exception reference that can come from outside; non-nullable ones cannot come at all. */
  private nullOf(type: ValueType): void {
    if (!isNullable(type)) return this.op(0x00);
    this.op(0xd0);
    this.writer.s33(heapOf(type));
  }

  /** Takes the results from the stack into slots, and pushes those that pass as values. */
  results(types: readonly ValueType[]): void {
    const locals = types.map((type) => this.local(type));
    for (const local of locals.toReversed()) this.indexed(0x21, local);
    for (const [slot, type] of types.entries()) this.#result(crossing(type, this.#shape), slot, locals[slot]!);
    this.op(0x0b);
  }

  #result(kind: Crossing, slot: number, local: number): void {
    if (kind === 'exn') return this.#storeNonNull(slot, local);
    if (kind === 'any') this.#storeAnyKind(slot, local);
    if (!passesByValue(kind)) return this.store(kind, slot, local);
    this.indexed(0x20, local);
    if (kind === 'any') this.op(0xfb, 0x1b);
  }

  #storeNonNull(slot: number, local: number): void {
    this.op(0x41, 0);
    this.indexed(0x20, local);
    this.op(0xd1, 0x45, ...STORE['i32']!);
    this.writer.u32(slot * SLOT_BYTES);
  }

  /** kind = non-null * 4 - i31 * 3 - struct * 2 - array * 1. */
  #storeAnyKind(slot: number, local: number): void {
    const wide = this.local(ANYREF);
    this.indexed(0x20, local);
    this.indexed(0x21, wide);
    this.op(0x41, 0, 0x41, AnyKind.host);
    this.indexed(0x20, wide);
    this.op(0xd1, 0x45, 0x6c);
    for (const [heap, less] of [
      [Heap.i31, 3],
      [Heap.struct, 2],
      [Heap.array, 1],
    ] as const)
      this.#lessWhen(wide, heap, less);
    this.op(...STORE['i32']!);
    this.writer.u32(slot * SLOT_BYTES);
  }

  #lessWhen(local: number, heap: HeapType, less: number): void {
    this.op(0x41, less);
    this.indexed(0x20, local);
    this.op(0xfb, 0x14);
    this.writer.s33(heap);
    this.op(0x6c, 0x6b);
  }

  /** The function body with its local declarations. */
  toBody(): Uint8Array {
    const body = new ByteWriter();
    body.u32(this.#locals.length);
    for (const type of this.#locals) {
      body.u32(1);
      writeValueType(body, type);
    }
    body.append(this.writer.toBytes());
    return body.toBytes();
  }
}

/** Types of the JS values that travel besides the slots. */
function valueTypes(types: readonly ValueType[], shape: readonly ShapeType[], isResult: boolean): ValueType[] {
  return types
    .filter((type) => passesByValue(crossing(type, shape)))
    .map((type) => (isResult && crossing(type, shape) === 'any' ? EXTERNREF : type));
}

/** Whether a function type means the same in every module, so that callers of it can be shared. */
export function isPortable(type: ShapeType): boolean {
  return (
    type.isPlain && [...type.params, ...type.results].every((value) => !isRef(value) || !isConcrete(heapOf(value)))
  );
}

/**
 * Exports `call`: (reference to a function of the type, the parameters that pass by value) -> results that do. With a
 * shape the type is `typeIndex` there; else any function of the type itself.
 */
export function callerModule(
  type: FuncType,
  within: {readonly shape: ModuleShape; readonly typeIndex: number} | null,
): Uint8Array {
  const types = typeTable(within?.shape ?? null);
  const shapeTypes = within?.shape.types ?? [];
  const target = within?.typeIndex ?? addFuncType(types, type.params, type.results);
  const callee = refType(target as HeapType, false);
  const params = [callee, ...valueTypes(type.params, shapeTypes, false)];
  const call = addFuncType(types, params, valueTypes(type.results, shapeTypes, true));
  const code = new Code(params.length, shapeTypes);
  let param = 1;
  type.params.forEach((valueType, slot) => {
    param += code.argument(valueType, slot, param);
  });
  code.indexed(0x20, 0);
  code.indexed(0x14, target);
  code.results(type.results);
  const functions = [{type: call, export: 'call', body: code.toBody()}];
  return assemble({types, imports: {count: 0, write: () => {}}, importedFunctions: 0, functions});
}

/** Imports globals `g.0`, `g.1`, ... and exports a function of each name that reads the global. */
export function readerModule(globals: readonly GlobalType[], shape: ModuleShape | null): Uint8Array {
  const types = typeTable(shape);
  const shapeTypes = shape?.types ?? [];
  const functions = globals.map(({type}, index): BitsFunction => {
    const code = new Code(0, shapeTypes);
    code.indexed(0x23, index);
    code.results([type]);
    return {
      type: addFuncType(types, [], valueTypes([type], shapeTypes, true)),
      export: `${index}`,
      body: code.toBody(),
    };
  });
  const write = (writer: ByteWriter): void =>
    globals.forEach(({type, mutable}, index) => {
      name(writer, 'g');
      name(writer, `${index}`);
      writer.u8(3);
      writeValueType(writer, type);
      writer.u8(mutable ? 1 : 0);
    });
  return assemble({types, imports: {count: globals.length, write}, importedFunctions: 0, functions});
}

/** Exports `kind`: (a reference of the `any` hierarchy as JS has it) -> the same; its AnyKind is in slot 0 then. */
export function kindModule(): Uint8Array {
  const types = typeTable(null);
  const code = new Code(1, []);
  code.indexed(0x20, 0);
  code.op(0xfb, 0x1a);
  code.results([ANYREF]);
  const type = addFuncType(types, [EXTERNREF], [EXTERNREF]);
  const functions = [{type, export: 'kind', body: code.toBody()}];
  return assemble({types, imports: {count: 0, write: () => {}}, importedFunctions: 0, functions});
}

const HOST_TYPES = {i32: I32, i64: I64, f32: F32, f64: F64} as const;

/**
 * Imports `host.call`: (function index) -> 1 to trap. Exports each function under its name, in its exact type: arguments
 * go to the slots, results are taken from them.
 */
export function hostModule(script: readonly Pick<HostFunction, 'name' | 'params' | 'results'>[]): Uint8Array {
  const types = typeTable(null);
  const imported = addFuncType(types, [I32], [I32]);
  const functions = script.map((host, index): BitsFunction => {
    const code = new Code(host.params.length, []);
    for (const [slot, kind] of host.params.entries()) code.store(kind, slot, slot);
    code.op(0x41);
    code.writer.s32(index);
    code.op(0x10, 0, 0x04, 0x40, 0x00, 0x0b);
    for (const [slot, kind] of host.results.entries()) code.load(kind, slot);
    code.op(0x0b);
    const type = addFuncType(
      types,
      host.params.map((kind) => HOST_TYPES[kind]),
      host.results.map((kind) => HOST_TYPES[kind]),
    );
    return {type, export: host.name, body: code.toBody()};
  });
  const write = (writer: ByteWriter): void => {
    name(writer, 'host');
    name(writer, 'call');
    writer.u8(0);
    writer.u32(imported);
  };
  return assemble({types, imports: {count: 1, write}, importedFunctions: 1, functions});
}
