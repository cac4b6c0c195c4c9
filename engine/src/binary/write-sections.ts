/**
 * The mirror of sections.ts: one writer per item of a section. Each writes LEBs and takes choices in the order in
 * which its reader does.
 */
import {assert} from '../base/assert.ts';
import type {
  Body,
  CustomSection,
  DataSegment,
  ElementSegment,
  Export,
  ExternKind,
  Global,
  Import,
  SegmentMode,
  Table,
} from '../wasm/module.ts';
import {
  type CompositeType,
  type FieldType,
  FUNCREF,
  type GlobalType,
  isPacked,
  type Limits,
  type MemoryType,
  type SubType,
  type TableType,
  type TagType,
} from '../wasm/types.ts';
import type {SectionWriter} from './section-writer.ts';
import {DEFAULT_PAGE_SIZE_LOG2, externKinds, FUNC_ELEMENTS, LimitsFlag, TypeForm} from './sections.ts';

/** A recursion group. */
export function writeRecGroup(writer: SectionWriter, types: readonly SubType[]): void {
  if (types.length !== 1 || writer.choose()) {
    writer.u8(TypeForm.rec);
    writer.u32(types.length);
  }
  for (const type of types) writeSubType(writer, type);
}

function writeSubType(writer: SectionWriter, {final, supertypes, composite}: SubType): void {
  const isPlain = final && supertypes.length === 0 && !writer.choose();
  if (!isPlain) {
    writer.u8(final ? TypeForm.subFinal : TypeForm.sub);
    writer.vector(supertypes, (w, index) => w.u32(index));
  }
  writeComposite(writer, composite);
}

function writeComposite(writer: SectionWriter, type: CompositeType): void {
  writer.u8(TypeForm[type.kind]);
  switch (type.kind) {
    case 'func':
      writer.vector(type.params, (w, param) => w.valueType(param));
      writer.vector(type.results, (w, result) => w.valueType(result));
      return;
    case 'struct':
      writer.vector(type.fields, writeField);
      return;
    case 'array':
      writeField(writer, type.element);
      return;
    default:
      return type satisfies never;
  }
}

function writeField(writer: SectionWriter, {type, mutable}: FieldType): void {
  if (isPacked(type)) writer.u8(type);
  else writer.valueType(type);
  writer.u8(mutable ? 1 : 0);
}

const externCode = (kind: ExternKind): number => externKinds.indexOf(kind);

export function writeImport(writer: SectionWriter, {module, name, type}: Import): void {
  writer.name(module);
  writer.name(name);
  writer.u8(externCode(type.kind));
  switch (type.kind) {
    case 'func':
      writer.u32(type.type);
      return;
    case 'table':
      writeTableType(writer, type.table);
      return;
    case 'memory':
      writeMemoryType(writer, type.memory);
      return;
    case 'global':
      writeGlobalType(writer, type.global);
      return;
    case 'tag':
      writeTagType(writer, type.tag);
      return;
    default:
      return type satisfies never;
  }
}

export function writeTable(writer: SectionWriter, {type, init}: Table): void {
  if (init !== null) writer.append([0x40, 0x00]);
  writeTableType(writer, type);
  if (init !== null) writer.expression(init);
}

function writeTableType(writer: SectionWriter, {element, limits, address}: TableType): void {
  writer.valueType(element);
  writer.u8(limitsFlags(limits, address));
  writeLimits(writer, limits);
}

const limitsFlags = ({max}: Limits, address: 'i32' | 'i64'): number =>
  (max === null ? 0 : LimitsFlag.max) | (address === 'i64' ? LimitsFlag.address64 : 0);

function writeLimits(writer: SectionWriter, {min, max}: Limits): void {
  writer.u64(min);
  if (max !== null) writer.u64(max);
}

export function writeMemoryType(writer: SectionWriter, {limits, address, shared, pageSizeLog2}: MemoryType): void {
  const hasPageSize = pageSizeLog2 !== DEFAULT_PAGE_SIZE_LOG2 || writer.choose();
  const flags =
    limitsFlags(limits, address) | (shared ? LimitsFlag.shared : 0) | (hasPageSize ? LimitsFlag.pageSize : 0);
  writer.u8(flags);
  writeLimits(writer, limits);
  if (hasPageSize) writer.u32(pageSizeLog2);
}

export function writeTagType(writer: SectionWriter, {type}: TagType): void {
  writer.u8(0);
  writer.u32(type);
}

function writeGlobalType(writer: SectionWriter, {type, mutable}: GlobalType): void {
  writer.valueType(type);
  writer.u8(mutable ? 1 : 0);
}

export function writeGlobal(writer: SectionWriter, {type, init}: Global): void {
  writeGlobalType(writer, type);
  writer.expression(init);
}

export function writeExport(writer: SectionWriter, {name, kind, index}: Export): void {
  writer.name(name);
  writer.u8(externCode(kind));
  writer.u32(index);
}

export function writeElement(writer: SectionWriter, segment: ElementSegment): void {
  const {mode, type, items} = segment;
  const forms = elementForms(segment);
  const form = forms.includes(segment.form ?? -1) ? segment.form! : forms[0]!;
  writer.u32(form);
  writeActiveMode(writer, mode, (form & 2) !== 0);
  const hasType = (form & 3) !== 0;
  if (items.kind === 'functions') {
    if (hasType) writer.u8(0);
    writer.vector(items.functions, (w, index) => w.u32(index));
  } else {
    if (hasType) writer.valueType(type);
    writer.vector(items.expressions, (w, expression) => w.expression(expression));
  }
}

/** The forms that can say what the segment is, the shortest first. */
function elementForms({mode, type, items}: ElementSegment): number[] {
  const base = items.kind === 'functions' ? 0 : 4;
  assert(base === 4 || type === FUNC_ELEMENTS, 'a segment that lists functions has the element type (ref func)');
  if (mode.kind === 'passive') return [base + 1];
  if (mode.kind === 'declarative') return [base + 3];
  const isPlain = mode.index === 0 && (base === 0 || type === FUNCREF);
  return isPlain ? [base, base + 2] : [base + 2];
}

function writeActiveMode(writer: SectionWriter, mode: SegmentMode, hasIndex: boolean): void {
  if (mode.kind !== 'active') return;
  if (hasIndex) writer.u32(mode.index);
  writer.expression(mode.offset);
}

/** A function body. */
export function writeBody(writer: SectionWriter, {locals, code}: Body): void {
  writer.sized(() => {
    writer.vector(locals, (w, {count, type}) => {
      w.u32(count);
      w.valueType(type);
    });
    writer.expression(code);
  });
}

export function writeData(writer: SectionWriter, {mode, bytes, form}: DataSegment): void {
  const hasIndex = mode.kind === 'active' && (mode.index !== 0 || form === 2);
  writer.u32(mode.kind === 'active' ? (hasIndex ? 2 : 0) : 1);
  writeActiveMode(writer, mode, hasIndex);
  writer.u32(bytes.length);
  writer.append(bytes);
}

export function writeCustom(writer: SectionWriter, {name, bytes}: CustomSection): void {
  writer.name(name);
  writer.append(bytes);
}
