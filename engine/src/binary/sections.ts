/**
 * What stands in each section: one reader per item (spec section 5.5 and 5.3). Whether an index exists and a type
 * makes sense is for `valid/` to say; here stands only what the grammar says.
 */
import type {
  Body,
  CustomSection,
  DataSegment,
  ElementSegment,
  Export,
  ExternKind,
  Global,
  Import,
  ImportType,
  LocalGroup,
  SegmentMode,
  Table,
} from '../wasm/module.ts';
import {
  type CompositeType,
  type FieldType,
  FUNCREF,
  type GlobalType,
  Heap,
  I8,
  I16,
  type Limits,
  type MemoryType,
  type RecGroup,
  refType,
  type SubType,
  type TableType,
  type TagType,
  type ValueType,
} from '../wasm/types.ts';
import {failAt, isDescriptorForm, isExactFuncKind} from './descriptors.ts';
import {messages} from './messages.ts';
import type {SectionReader} from './section-reader.ts';

/** Section ids; `custom` may stand anywhere, the others once, in the order of `sectionOrder`. */
export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** Sections that hold items, or one. */
export type ItemSection = Exclude<keyof typeof SectionId, 'custom' | 'code'>;

/** The order in which sections must stand (spec section 5.5.2). */
export const sectionOrder: readonly number[] = [
  SectionId.type,
  SectionId.import,
  SectionId.function,
  SectionId.table,
  SectionId.memory,
  SectionId.tag,
  SectionId.global,
  SectionId.export,
  SectionId.start,
  SectionId.element,
  SectionId.dataCount,
  SectionId.code,
  SectionId.data,
];

/** First bytes of type definitions. */
export const TypeForm = {func: 0x60, struct: 0x5f, array: 0x5e, sub: 0x50, subFinal: 0x4f, rec: 0x4e} as const;
/** Bits of limits flags. */
export const LimitsFlag = {max: 1, shared: 2, address64: 4, pageSize: 8} as const;
/** External kinds by their code, in imports and exports alike. */
export const externKinds = ['func', 'table', 'memory', 'global', 'tag'] as const satisfies readonly ExternKind[];
/** Log2 of the page size where none is written. */
export const DEFAULT_PAGE_SIZE_LOG2 = 16;
/** Element type of segments that list function indices. */
export const FUNC_ELEMENTS = refType(Heap.func, false);

/** A type section entry: a recursion group or a single type. Types go to `types`, in order. */
export function readRecGroup(reader: SectionReader, types: SubType[]): RecGroup {
  const start = types.length;
  let length = 1;
  const isGroup = reader.peek() === TypeForm.rec && reader.grammar.features.has('gc');
  if (isGroup) {
    reader.u8();
    length = reader.u32();
  }
  if (length === 1) reader.choose(isGroup);
  for (let i = 0; i < length; i++) {
    reader.mark(SectionId.type);
    types.push(readSubType(reader));
  }
  return {start, length};
}

function readSubType(reader: SectionReader): SubType {
  const form = reader.peek();
  const isExplicit = (form === TypeForm.sub || form === TypeForm.subFinal) && reader.grammar.features.has('gc');
  if (!isExplicit) {
    reader.choose(false);
    return {final: true, supertypes: [], composite: readComposite(reader)};
  }
  reader.u8();
  const supertypes = reader.vector((r) => r.u32());
  const final = form === TypeForm.subFinal;
  if (final && supertypes.length === 0) reader.choose(true);
  return {final, supertypes, composite: readComposite(reader)};
}

function readComposite(reader: SectionReader): CompositeType {
  const form = reader.u8();
  const hasGc = reader.grammar.features.has('gc');
  if (form === TypeForm.func) {
    return {kind: 'func', params: reader.vector((r) => r.valueType()), results: reader.vector((r) => r.valueType())};
  }
  if (form === TypeForm.struct && hasGc) return {kind: 'struct', fields: reader.vector(readField)};
  if (form === TypeForm.array && hasGc) return {kind: 'array', element: readField(reader)};
  const message = form >= 0x80 ? messages.tooLong : messages.definitionType;
  return failAt(reader, reader.grammar, message, reader.pos - 1, isDescriptorForm(form));
}

function readField(reader: SectionReader): FieldType {
  const type = readStorageType(reader);
  return {type, mutable: readMutability(reader)};
}

function readStorageType(reader: SectionReader): ValueType {
  const code = reader.peek();
  if (code !== I8 && code !== I16) return reader.valueType(messages.storageType);
  reader.u8();
  return code === I8 ? I8 : I16;
}

function readMutability(reader: SectionReader): boolean {
  return reader.byteBelow(2, messages.mutability) === 1;
}

export function readImport(reader: SectionReader): Import {
  return {module: reader.name(), name: reader.name(), type: readImportType(reader)};
}

function readImportType(reader: SectionReader): ImportType {
  const code = reader.u8();
  const kind = externKinds[code];
  switch (kind) {
    case 'func':
      return {kind, type: reader.u32()};
    case 'table':
      return {kind, table: readTableType(reader)};
    case 'memory':
      return {kind, memory: readMemoryType(reader)};
    case 'global':
      return {kind, global: readGlobalType(reader)};
    case 'tag':
      if (reader.grammar.features.has('exceptions')) return {kind, tag: readTagType(reader)};
  }
  return failAt(reader, reader.grammar, messages.importKind, reader.pos - 1, isExactFuncKind(code));
}

/** A table; the form 0x40 0x00 has an initial value. */
export function readTable(reader: SectionReader): Table {
  if (reader.peek() !== 0x40 || !reader.grammar.features.has('function-references')) {
    return {type: readTableType(reader), init: null};
  }
  reader.u8();
  reader.byteBelow(1, messages.zeroByte);
  return {type: readTableType(reader), init: reader.expression()};
}

function readTableType(reader: SectionReader): TableType {
  const element = reader.refType();
  const flags = readLimitsFlags(reader, LimitsFlag.max | address64(reader));
  return {element, address: addressOf(flags), limits: readLimits(reader, flags)};
}

export function readMemoryType(reader: SectionReader): MemoryType {
  const {features} = reader.grammar;
  const shared = features.has('threads') ? LimitsFlag.shared : 0;
  const pageSize = features.has('custom-page-sizes') ? LimitsFlag.pageSize : 0;
  const flags = readLimitsFlags(reader, LimitsFlag.max | address64(reader) | shared | pageSize);
  return {
    address: addressOf(flags),
    shared: (flags & LimitsFlag.shared) !== 0,
    limits: readLimits(reader, flags),
    pageSizeLog2: readPageSize(reader, flags),
  };
}

const address64 = (reader: SectionReader): number =>
  reader.grammar.features.has('memory64') ? LimitsFlag.address64 : 0;
const addressOf = (flags: number) => ((flags & LimitsFlag.address64) === 0 ? 'i32' : 'i64');

function readLimitsFlags(reader: SectionReader, allowed: number): number {
  const flags = reader.u8();
  return (flags & ~allowed) === 0 ? flags : reader.fail(messages.limitsFlags, reader.pos - 1);
}

/** Both bounds are u64 whatever the address type; validation compares them with what the address type allows. */
function readLimits(reader: SectionReader, flags: number): Limits {
  return {min: reader.u64(), max: (flags & LimitsFlag.max) === 0 ? null : reader.u64()};
}

function readPageSize(reader: SectionReader, flags: number): number {
  if ((flags & LimitsFlag.pageSize) === 0) {
    reader.choose(false);
    return DEFAULT_PAGE_SIZE_LOG2;
  }
  const start = reader.pos;
  const log2 = reader.u32();
  if (log2 >= 64) reader.fail(messages.pageSize, start);
  if (log2 === DEFAULT_PAGE_SIZE_LOG2) reader.choose(true);
  return log2;
}

export function readTagType(reader: SectionReader): TagType {
  reader.byteBelow(1, messages.zeroByte);
  return {type: reader.u32()};
}

function readGlobalType(reader: SectionReader): GlobalType {
  return {type: reader.valueType(), mutable: readMutability(reader)};
}

export function readGlobal(reader: SectionReader): Global {
  return {type: readGlobalType(reader), init: reader.expression()};
}

export function readExport(reader: SectionReader): Export {
  const name = reader.name();
  const kind = externKinds[reader.u8()];
  if (kind === undefined || (kind === 'tag' && !reader.grammar.features.has('exceptions'))) {
    return reader.fail(messages.exportKind, reader.pos - 1);
  }
  return {name, kind, index: reader.u32()};
}

/**
 * An element segment. Bits of the form: 1 passive or declarative, 2 explicit table index (active) or declarative,
 * 4 expressions instead of function indices. Forms 0 and 4 leave the type out.
 */
export function readElement(reader: SectionReader): ElementSegment {
  const start = reader.pos;
  const form = reader.u32();
  if (form > (reader.grammar.features.has('bulk-memory') ? 7 : 0)) reader.fail(messages.elementForm, start);
  const mode = readElementMode(reader, form);
  const hasType = (form & 3) !== 0;
  if ((form & 4) === 0) {
    if (hasType) reader.byteBelow(1, messages.elementKind);
    return {mode, type: FUNC_ELEMENTS, items: {kind: 'functions', functions: reader.vector((r) => r.u32())}, form};
  }
  const type = hasType ? reader.refType() : FUNCREF;
  return {mode, type, items: {kind: 'expressions', expressions: reader.vector((r) => r.expression())}, form};
}

function readElementMode(reader: SectionReader, form: number): SegmentMode {
  switch (form & 3) {
    case 1:
      return {kind: 'passive'};
    case 3:
      return {kind: 'declarative'};
    default:
      return {kind: 'active', index: (form & 2) === 0 ? 0 : reader.u32(), offset: reader.expression()};
  }
}

/** A function body. */
export function readBody(reader: SectionReader): Body {
  const offset = reader.pos;
  return reader.sized((r, end) => ({locals: readLocals(r), code: r.bodyExpression(end), offset}));
}

function readLocals(reader: SectionReader): LocalGroup[] {
  const start = reader.pos;
  const locals = reader.vector((r) => ({count: r.u32(), type: r.valueType()}));
  const total = locals.reduce((sum, {count}) => sum + count, 0);
  if (total > 0xffff_ffff) reader.fail(messages.tooManyLocals, start);
  return locals;
}

export function readData(reader: SectionReader): DataSegment {
  const start = reader.pos;
  const form = reader.u32();
  if (form > (reader.grammar.features.has('bulk-memory') ? 2 : 0)) reader.fail(messages.dataForm, start);
  const mode: SegmentMode =
    form === 1
      ? {kind: 'passive'}
      : {kind: 'active', index: form === 2 ? reader.u32() : 0, offset: reader.expression()};
  return {mode, bytes: reader.view(reader.u32()), form};
}

/** The content of a custom section that ends at `end`. */
export function readCustom(reader: SectionReader, end: number): CustomSection {
  const name = reader.name();
  if (reader.pos > end) reader.fail(messages.unexpectedEnd, end);
  const offset = reader.pos;
  return {name, bytes: reader.view(end - offset), offset};
}
