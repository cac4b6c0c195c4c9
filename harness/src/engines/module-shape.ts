/**
 * What crossing the border of a foreign engine needs to know of a module: its types and what it imports, exports and
 * declares limits for. Reads modules that another engine accepted, with none of our decoder, so that a bug there stays
 * visible. Types that it does not know throw Unsupported.
 */
import {ByteReader} from '#engine/base/bytes.ts';
import {Unsupported} from '#engine/base/errors.ts';
import type {ExternKind} from '#engine/wasm/module.ts';
import {
  abstractHeap,
  concreteHeap,
  type FuncType,
  type GlobalType,
  type Limits,
  refType,
  type ValueType,
} from '#engine/wasm/types.ts';

export interface ShapeType {
  readonly kind: 'func' | 'struct' | 'array';
  /** Types of a function type; empty for the others. */
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Alone in its group, final, without supertypes: the same type as any other that is written like it. */
  readonly isPlain: boolean;
}

export interface ShapeLimits extends Limits {
  readonly is64: boolean;
  readonly isShared: boolean;
}

export interface ShapeImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
}

export interface ShapeExport {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}

/** Index spaces list imports first. */
export interface ShapeTable extends ShapeLimits {
  /** Element type, a reference type. */
  readonly element: ValueType;
}

export interface ModuleShape {
  /** Entries (recursive groups) of the type section, and its bytes behind that count. */
  readonly groupCount: number;
  readonly typeBytes: Uint8Array;
  readonly types: readonly ShapeType[];
  readonly imports: readonly ShapeImport[];
  /** Type index per function. */
  readonly functions: readonly number[];
  readonly globals: readonly GlobalType[];
  readonly memories: readonly ShapeLimits[];
  readonly tables: readonly ShapeTable[];
  readonly exports: readonly ShapeExport[];
}

/** The function type of a type index. */
export function functionType(shape: ModuleShape, typeIndex: number): FuncType {
  const type = shape.types[typeIndex];
  if (type?.kind !== 'func') throw new TypeError(`type ${typeIndex} is no function type`);
  return {kind: 'func', params: type.params, results: type.results};
}

const KINDS: readonly ExternKind[] = ['func', 'table', 'memory', 'global', 'tag'];
const REF = 0x64;
const REF_NULL = 0x63;
const EXPRESSION_FREE_TABLE = 0x40;

type Draft = {-readonly [K in keyof ModuleShape]: ModuleShape[K] extends readonly (infer T)[] ? T[] : ModuleShape[K]};

/** Reads the shape. The module must be valid, or at least well-formed up to its export section. */
export function moduleShape(bytes: Uint8Array): ModuleShape {
  const shape: Draft = {
    groupCount: 0,
    typeBytes: new Uint8Array(),
    types: [],
    imports: [],
    functions: [],
    globals: [],
    memories: [],
    tables: [],
    exports: [],
  };
  const reader = new ByteReader(bytes, 0, 8);
  while (!reader.isAtEnd) {
    const id = reader.u8();
    const size = reader.u32();
    const end = reader.pos + size;
    readSection(id, new ByteReader(bytes.subarray(0, end), 0, reader.pos), shape);
    reader.pos = end;
  }
  return shape;
}

function readSection(id: number, reader: ByteReader, shape: Draft): void {
  switch (id) {
    case 1:
      return readTypes(reader, shape);
    case 2:
      return repeat(reader, () => readImport(reader, shape));
    case 3:
      return repeat(reader, () => shape.functions.push(reader.u32()));
    case 4:
      return repeat(reader, () => shape.tables.push(readTable(reader)));
    case 5:
      return repeat(reader, () => shape.memories.push(readLimits(reader)));
    case 6:
      return readGlobals(reader, shape);
    case 7:
      return repeat(reader, () =>
        shape.exports.push({name: readName(reader), kind: readKind(reader), index: reader.u32()}),
      );
    default:
  }
}

function repeat(reader: ByteReader, read: () => unknown): void {
  for (let count = reader.u32(); count > 0; count--) read();
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true});

function readName(reader: ByteReader): string {
  const bytes = reader.view(reader.u32());
  let text = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return utf8.decode(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

function readKind(reader: ByteReader): ExternKind {
  const code = reader.u8();
  const kind = KINDS[code];
  if (kind === undefined) throw new Unsupported(`external kind 0x${code.toString(16)}`, reader.pos - 1);
  return kind;
}

function readImport(reader: ByteReader, shape: Draft): void {
  const module = readName(reader);
  const name = readName(reader);
  const kind = readKind(reader);
  shape.imports.push({module, name, kind});
  switch (kind) {
    case 'func':
      shape.functions.push(reader.u32());
      break;
    case 'table':
      shape.tables.push(readTable(reader));
      break;
    case 'memory':
      shape.memories.push(readLimits(reader));
      break;
    case 'global':
      shape.globals.push({type: readValueType(reader), mutable: reader.u8() === 1});
      break;
    case 'tag':
      reader.u8();
      reader.u32();
      break;
    default:
      kind satisfies never;
  }
}

function readTypes(reader: ByteReader, shape: Draft): void {
  shape.groupCount = reader.u32();
  shape.typeBytes = reader.bytes.subarray(reader.pos);
  for (let group = 0; group < shape.groupCount; group++) {
    const isGroup = reader.peek() === 0x4e;
    if (isGroup) reader.u8();
    for (let count = isGroup ? reader.u32() : 1; count > 0; count--) shape.types.push(readSubType(reader, !isGroup));
  }
}

function readSubType(reader: ByteReader, isAlone: boolean): ShapeType {
  let isPlain = isAlone;
  if (reader.peek() === 0x50 || reader.peek() === 0x4f) {
    const isFinal = reader.u8() === 0x4f;
    isPlain &&= isFinal && reader.peek() === 0;
    repeat(reader, () => reader.u32());
  }
  const form = reader.u8();
  switch (form) {
    case 0x60:
      return {kind: 'func', params: readValueTypes(reader), results: readValueTypes(reader), isPlain};
    case 0x5f:
      repeat(reader, () => readField(reader));
      return {kind: 'struct', params: [], results: [], isPlain};
    case 0x5e:
      readField(reader);
      return {kind: 'array', params: [], results: [], isPlain};
    default:
      throw new Unsupported(`type form 0x${form.toString(16)}`, reader.pos - 1);
  }
}

function readField(reader: ByteReader): void {
  const packed = reader.peek();
  if (packed === 0x78 || packed === 0x77) reader.u8();
  else readValueType(reader);
  reader.u8();
}

function readValueTypes(reader: ByteReader): ValueType[] {
  const types: ValueType[] = [];
  repeat(reader, () => types.push(readValueType(reader)));
  return types;
}

function readValueType(reader: ByteReader): ValueType {
  const byte = reader.peek();
  if (byte >= 0x7b && byte <= 0x7f) return reader.u8() as ValueType;
  const isLong = byte === REF || byte === REF_NULL;
  if (isLong) reader.u8();
  const code = reader.s33();
  const heap = code >= 0 ? concreteHeap(code) : abstractHeap(code);
  if (heap === undefined || (!isLong && code >= 0))
    throw new Unsupported(`value type 0x${byte.toString(16)}`, reader.pos);
  return refType(heap, byte !== REF);
}

function readTable(reader: ByteReader): ShapeTable {
  const hasInit = reader.peek() === EXPRESSION_FREE_TABLE;
  if (hasInit) reader.take(2);
  const element = readValueType(reader);
  const limits = readLimits(reader);
  if (hasInit) skipExpression(reader);
  return {...limits, element};
}

/** Flags: 1 maximum, 2 shared, 4 64-bit, 8 page size. */
function readLimits(reader: ByteReader): ShapeLimits {
  const flags = reader.u8();
  const min = reader.u64();
  const max = (flags & 1) !== 0 ? reader.u64() : null;
  if ((flags & 8) !== 0) reader.u32();
  return {min, max, is64: (flags & 4) !== 0, isShared: (flags & 2) !== 0};
}

function readGlobals(reader: ByteReader, shape: Draft): void {
  repeat(reader, () => {
    shape.globals.push({type: readValueType(reader), mutable: reader.u8() === 1});
    skipExpression(reader);
  });
}

/** Steps over a constant expression and its `end`. */
function skipExpression(reader: ByteReader): void {
  for (;;) {
    const opcode = reader.u8();
    switch (opcode) {
      case 0x0b:
        return;
      case 0x41:
        reader.s32();
        break;
      case 0x42:
        reader.s64Halves();
        break;
      case 0x43:
        reader.take(4);
        break;
      case 0x44:
        reader.take(8);
        break;
      case 0x23:
      case 0xd2:
        reader.u32();
        break;
      case 0xd0:
        reader.s33();
        break;
      case 0x6a:
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break;
      case 0xfd:
        reader.u32();
        reader.take(16);
        break;
      case 0xfb:
        skipGcImmediates(reader);
        break;
      default:
        throw new Unsupported(`constant instruction 0x${opcode.toString(16)}`, reader.pos - 1);
    }
  }
}

/** Immediates of the constant instructions behind 0xFB: `struct.new` to `array.new_fixed`, conversions, `ref.i31`. */
function skipGcImmediates(reader: ByteReader): void {
  const code = reader.u32();
  const count = code === 8 ? 2 : [0, 1, 6, 7].includes(code) ? 1 : 0;
  for (let i = 0; i < count; i++) reader.u32();
  if (count === 0 && ![0x1a, 0x1b, 0x1c].includes(code))
    throw new Unsupported(`constant instruction 0xfb ${code}`, reader.pos);
}
