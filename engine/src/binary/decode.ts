/**
 * Bytes to Module (spec section 5.5). Everything that the binary grammar says is checked, function bodies included;
 * what is wrong throws Malformed with the suite's words and the offset. Memory stays within a small multiple of the
 * input: no count is believed before its items have been read. Views of the input are kept, so it must not change.
 */
import {type FeatureSet, supported} from '../wasm/features.ts';
import type {
  Body,
  CustomSection,
  DataSegment,
  ElementSegment,
  Encoding,
  Export,
  Global,
  Import,
  Module,
  Table,
} from '../wasm/module.ts';
import type {MemoryType, RecGroup, SubType, TagType} from '../wasm/types.ts';
import {grammarOf} from './grammar.ts';
import {messages} from './messages.ts';
import {SectionReader} from './section-reader.ts';
import {
  type ItemSection,
  readBody,
  readCustom,
  readData,
  readElement,
  readExport,
  readGlobal,
  readImport,
  readMemoryType,
  readRecGroup,
  readTable,
  readTagType,
  SectionId,
  sectionOrder,
} from './sections.ts';

export const MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;
export const VERSION = [0x01, 0x00, 0x00, 0x00] as const;

/** The module while it is read. */
interface Draft {
  types: SubType[];
  recGroups: RecGroup[];
  imports: Import[];
  functions: number[];
  tables: Table[];
  memories: MemoryType[];
  tags: TagType[];
  globals: Global[];
  exports: Export[];
  start: number | null;
  elements: ElementSegment[];
  dataCount: number | null;
  bodies: Body[];
  data: DataSegment[];
  customs: CustomSection[];
  encoding: Encoding;
}

/** Decodes a module that may use the given features; throws Malformed. */
export function decode(bytes: Uint8Array, features: FeatureSet = supported): Module {
  return decodeWith(new SectionReader(bytes, grammarOf(features), {scansBodies: true}));
}

/**
 * The same without reading function bodies, which are taken as long as they say: for who reads every instruction next.
 * What is malformed inside of a body, a missing data count included, is left to find.
 */
export function decodeOutline(bytes: Uint8Array, features: FeatureSet): Module {
  return decodeWith(new SectionReader(bytes, grammarOf(features), {scansBodies: false}));
}

/** Where the n-th item of a section begins, in a module that decodes; null when there is none. */
export function itemOffset(
  bytes: Uint8Array,
  features: FeatureSet,
  section: ItemSection,
  index: number,
): number | null {
  const reader = new SectionReader(bytes, grammarOf(features), {scansBodies: false});
  const starts = new Map<number, number[]>();
  reader.starts = starts;
  decodeWith(reader);
  return starts.get(SectionId[section])?.[index] ?? null;
}

function decodeWith(reader: SectionReader): Module {
  readHeader(reader);
  const sections: number[] = [];
  const draft: Draft = {
    types: [],
    recGroups: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    tags: [],
    globals: [],
    exports: [],
    start: null,
    elements: [],
    dataCount: null,
    bodies: [],
    data: [],
    customs: [],
    encoding: {sections, padding: reader.padding, choices: reader.choices},
  };
  readSections(reader, draft, sections);
  checkCounts(reader, draft);
  return draft;
}

function readHeader(reader: SectionReader): void {
  expectBytes(reader, MAGIC, messages.magic);
  expectBytes(reader, VERSION, messages.version);
}

function expectBytes(reader: SectionReader, expected: readonly number[], message: string): void {
  const start = reader.take(expected.length);
  if (expected.some((byte, i) => reader.bytes[start + i] !== byte)) reader.fail(message, start);
}

/** Reads all sections; notes their ids in file order. */
function readSections(reader: SectionReader, draft: Draft, ids: number[]): void {
  let last = -1;
  while (!reader.isAtEnd) {
    const start = reader.pos;
    const id = reader.u8();
    if (!isSection(id, reader)) reader.fail(messages.sectionId, start);
    if (id !== SectionId.custom) {
      const place = sectionOrder.indexOf(id);
      if (place <= last) reader.fail(messages.trailingContent, start);
      last = place;
    }
    ids.push(id);
    reader.sized((r, end) => readSection(id, r, draft, end));
  }
}

function isSection(id: number, {grammar: {features}}: SectionReader): boolean {
  if (id === SectionId.tag) return features.has('exceptions');
  if (id === SectionId.dataCount) return features.has('bulk-memory');
  return id < SectionId.dataCount;
}

function readSection(id: number, reader: SectionReader, draft: Draft, end: number): void {
  switch (id) {
    case SectionId.custom:
      draft.customs.push(readCustom(reader, end));
      return;
    case SectionId.type:
      draft.recGroups = reader.vector((r) => readRecGroup(r, draft.types));
      return;
    case SectionId.import:
      draft.imports = reader.items(id, readImport);
      return;
    case SectionId.function:
      draft.functions = reader.items(id, (r) => r.u32());
      return;
    case SectionId.table:
      draft.tables = reader.items(id, readTable);
      return;
    case SectionId.memory:
      draft.memories = reader.items(id, readMemoryType);
      return;
    case SectionId.tag:
      draft.tags = reader.items(id, readTagType);
      return;
    case SectionId.global:
      draft.globals = reader.items(id, readGlobal);
      return;
    case SectionId.export:
      draft.exports = reader.items(id, readExport);
      return;
    case SectionId.start:
      reader.mark(id);
      draft.start = reader.u32();
      return;
    case SectionId.element:
      draft.elements = reader.items(id, readElement);
      return;
    case SectionId.dataCount:
      reader.mark(id);
      draft.dataCount = reader.u32();
      return;
    case SectionId.code:
      draft.bodies = reader.vector(readBody);
      return;
    case SectionId.data:
      draft.data = reader.items(id, readData);
      return;
    default:
      reader.fail(messages.sectionId);
  }
}

/** What sections must agree on (spec section 5.5.17). */
function checkCounts(reader: SectionReader, draft: Draft): void {
  const {functions, bodies, dataCount, data} = draft;
  if (functions.length !== bodies.length) reader.fail(messages.functionCount);
  if (dataCount !== null && dataCount !== data.length) reader.fail(messages.dataCount);
  if (dataCount === null && reader.namesData) reader.fail(messages.dataCountRequired);
}
