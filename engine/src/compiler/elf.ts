/**
 * An image as a relocatable ELF64 object: `.text` with a symbol for each function and thunk, and DWARF 4 whose lines are
 * byte offsets in the wasm module, so that `objdump -dl` and `gdb` show which instruction each address came from.
 * Sources: System V ABI chapters 4 and 5, DWARF 4 sections 6.2 and 7.5.
 */
import {ByteWriter} from '../base/bytes.ts';
import {lineProgram} from './elf-lines.ts';
import type {Image} from './image.ts';

export interface ElfNames {
  /** File that the lines refer to. */
  readonly file: string;
  /** Symbol of each function defined in the module. */
  readonly functions: readonly string[];
}

const machines = {x64: 62, arm64: 183} as const satisfies Record<Image['target'], number>;
/** R_X86_64_64 and R_AARCH64_ABS64: the address of the symbol plus the addend. */
const absolute64 = {x64: 1, arm64: 257} as const satisfies Record<Image['target'], number>;

const SectionType = {null: 0, progbits: 1, symtab: 2, strtab: 3, rela: 4} as const;
const SectionFlag = {none: 0, code: 6 /* SHF_ALLOC | SHF_EXECINSTR */} as const;
const [STB_GLOBAL_FUNC, STT_NOTYPE, STT_SECTION, STT_FUNC] = [0x12, 0, 3, 2];
const ADDRESS_SIZE = 8;
const [HEADER_SIZE, SECTION_HEADER_SIZE, SYMBOL_SIZE, RELA_SIZE] = [64, 64, 24, 24];
/** Index of `.text` in the section table; its section symbol is symbol 1. */
const TEXT = 1;
const TEXT_SYMBOL = 1;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly link?: number;
  readonly info?: number;
  readonly entrySize?: number;
  readonly align: number;
}

/** The object file. Deterministic; symbols in the order of the image. */
export function elfObject(image: Image, names: ElfNames): Uint8Array {
  const symbols = symbolTable(image, names);
  const lines = lineProgram(image, names.file, machineUnit(image));
  const info = debugInfo(image, names.file);
  const [SYMTAB, STRTAB] = [2, 3];
  const rela = (name: string, target: number, offsets: readonly number[]): Section => ({
    name,
    type: SectionType.rela,
    flags: SectionFlag.none,
    bytes: relocations(image, offsets),
    link: SYMTAB,
    info: target,
    entrySize: RELA_SIZE,
    align: 8,
  });
  const plain = (name: string, bytes: Uint8Array): Section => ({
    name,
    type: SectionType.progbits,
    flags: SectionFlag.none,
    bytes,
    align: 1,
  });
  return file(image, [
    {name: '.text', type: SectionType.progbits, flags: SectionFlag.code, bytes: image.code, align: 64},
    {
      name: '.symtab',
      type: SectionType.symtab,
      flags: SectionFlag.none,
      bytes: symbols.table,
      link: STRTAB,
      info: symbols.locals,
      entrySize: SYMBOL_SIZE,
      align: 8,
    },
    {name: '.strtab', type: SectionType.strtab, flags: SectionFlag.none, bytes: symbols.strings, align: 1},
    plain('.debug_line', lines.bytes),
    rela('.rela.debug_line', 4, lines.addresses),
    plain('.debug_abbrev', abbreviations()),
    plain('.debug_info', info.bytes),
    rela('.rela.debug_info', 7, info.addresses),
  ]);
}

/** Bytes of the shortest instruction: the unit in which line programs count addresses. */
const machineUnit = ({target}: Image): number => (target === 'x64' ? 1 : 4);

/** Strings, each once, each ended by a zero byte; offset 0 is the empty one. */
class Strings {
  readonly #writer = new ByteWriter();
  constructor() {
    this.#writer.u8(0);
  }

  add(text: string): number {
    const offset = this.#writer.length;
    this.#writer.append(terminated(text));
    return offset;
  }

  toBytes(): Uint8Array {
    return this.#writer.toBytes();
  }
}

/** Local symbols (the section, the thunks) stand before the global ones, as the format wants it. */
function symbolTable(
  image: Image,
  names: ElfNames,
): {readonly table: Uint8Array; readonly strings: Uint8Array; readonly locals: number} {
  const strings = new Strings();
  const rows: Uint8Array[] = [symbol(0, 0, 0, 0, 0), symbol(0, STT_SECTION, TEXT, 0, 0)];
  const starts = [...image.functions, ...image.entryThunks, ...image.hostThunks, image.code.length].toSorted(
    (a, b) => a - b,
  );
  const endOf = (start: number): number => starts.find((next) => next > start) ?? image.code.length;
  const thunks = {entry: image.entryThunks, host: image.hostThunks};
  for (const [kind, offsets] of Object.entries(thunks)) {
    for (const [i, start] of offsets.entries())
      rows.push(symbol(strings.add(`${kind}_thunk.${i}`), STT_FUNC, TEXT, start, endOf(start) - start));
  }
  for (const [name, offset] of mappingSymbols(image)) rows.push(symbol(strings.add(name), STT_NOTYPE, TEXT, offset, 0));
  const locals = rows.length;
  for (const [i, start] of image.functions.entries()) {
    if (start < 0) continue;
    const size = image.functionEnds[i]! - start;
    rows.push(symbol(strings.add(names.functions[i] ?? `func.${i}`), STB_GLOBAL_FUNC, TEXT, start, size));
  }
  return {table: joined(rows), strings: strings.toBytes(), locals};
}

/** Where instructions and where data begin; only the ABI of AArch64 has such symbols (AAELF64 5.5.5). */
function* mappingSymbols({
  target,
  functions,
  functionData,
  functionEnds,
}: Image): Iterable<[name: string, offset: number]> {
  if (target !== 'arm64') return;
  yield ['$x', 0];
  for (const [i, start] of functions.entries()) {
    if (start < 0 || functionData[i] === functionEnds[i]) continue;
    yield ['$d', functionData[i]!];
    yield ['$x', functionEnds[i]!];
  }
}

function symbol(name: number, info: number, section: number, value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(SYMBOL_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, name, true);
  view.setUint8(4, info);
  view.setUint16(6, section, true);
  view.setBigUint64(8, BigInt(value), true);
  view.setBigUint64(16, BigInt(size), true);
  return bytes;
}

/** Addresses of `.text`, whose addends stand in the relocated words too. */
function relocations(image: Image, offsets: readonly number[]): Uint8Array {
  const type = (BigInt(TEXT_SYMBOL) << 32n) | BigInt(absolute64[image.target]);
  return joined(
    offsets.map((offset) => {
      const bytes = new Uint8Array(RELA_SIZE);
      const view = new DataView(bytes.buffer);
      view.setBigUint64(0, BigInt(offset), true);
      view.setBigUint64(8, type, true);
      return bytes;
    }),
  );
}

const [DW_TAG_compile_unit, DW_CHILDREN_no] = [0x11, 0];
const Attribute = {name: 0x03, stmtList: 0x10, lowPc: 0x11, highPc: 0x12, producer: 0x25} as const;
const Form = {addr: 0x01, data8: 0x07, string: 0x08, secOffset: 0x17} as const;

function abbreviations(): Uint8Array {
  const {producer, name, stmtList, lowPc, highPc} = Attribute;
  const pairs = [
    producer,
    Form.string,
    name,
    Form.string,
    stmtList,
    Form.secOffset,
    lowPc,
    Form.addr,
    highPc,
    Form.data8,
  ];
  return Uint8Array.of(1, DW_TAG_compile_unit, DW_CHILDREN_no, ...pairs, 0, 0, 0);
}

/** One compile unit that spans `.text`. */
function debugInfo(image: Image, file: string): {readonly bytes: Uint8Array; readonly addresses: readonly number[]} {
  const unit = new ByteWriter();
  unit.append([4, 0]); // version
  unit.fixed32(0); // offset of the abbreviations
  unit.append([ADDRESS_SIZE, 1 /* first abbreviation */]);
  unit.append(terminated('parallax'));
  unit.append(terminated(file));
  unit.fixed32(0); // offset of the line program
  const lowPc = unit.length;
  unit.fixed64(0n);
  unit.fixed64(BigInt(image.code.length));
  const bytes = new ByteWriter();
  bytes.fixed32(unit.length);
  bytes.append(unit.toBytes());
  return {bytes: bytes.toBytes(), addresses: [4 + lowPc]};
}

const terminated = (text: string): Uint8Array => new TextEncoder().encode(`${text.replaceAll('\0', '')}\0`);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.append(part);
  return writer.toBytes();
}

const aligned = (offset: number, alignment: number): number => Math.ceil(offset / alignment) * alignment;

/** Header, contents in order, and the section table, which begins with the null section and ends with the names. */
function file({target}: Image, sections: readonly Section[]): Uint8Array {
  const names = new Strings();
  const nameOffsets = sections.map(({name}) => names.add(name));
  const nameOfNames = names.add('.shstrtab');
  const last: Section = {name: '', type: SectionType.strtab, flags: SectionFlag.none, bytes: names.toBytes(), align: 1};
  const all = [...sections, last];
  let end = HEADER_SIZE;
  const offsets = all.map(({bytes, align}) => {
    const offset = aligned(end, align);
    end = offset + bytes.length;
    return offset;
  });
  const table = aligned(end, 8);
  const result = new Uint8Array(table + SECTION_HEADER_SIZE * (all.length + 1));
  result.set(fileHeader(machines[target], table, all.length + 1));
  for (const [i, section] of all.entries()) {
    result.set(section.bytes, offsets[i]);
    const header = sectionHeader(section, nameOffsets[i] ?? nameOfNames, offsets[i]!);
    result.set(header, table + SECTION_HEADER_SIZE * (i + 1));
  }
  return result;
}

function fileHeader(machine: number, sectionTable: number, sections: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2 /* 64 bit */, 1 /* little-endian */, 1 /* version */]);
  view.setUint16(16, 1 /* ET_REL */, true);
  view.setUint16(18, machine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(sectionTable), true);
  view.setUint16(52, HEADER_SIZE, true);
  view.setUint16(58, SECTION_HEADER_SIZE, true);
  view.setUint16(60, sections, true);
  view.setUint16(62, sections - 1, true);
  return bytes;
}

function sectionHeader(
  {type, flags, bytes, link = 0, info = 0, entrySize = 0, align}: Section,
  name: number,
  offset: number,
): Uint8Array {
  const header = new Uint8Array(SECTION_HEADER_SIZE);
  const view = new DataView(header.buffer);
  view.setUint32(0, name, true);
  view.setUint32(4, type, true);
  view.setBigUint64(8, BigInt(flags), true);
  view.setBigUint64(24, BigInt(offset), true);
  view.setBigUint64(32, BigInt(bytes.length), true);
  view.setUint32(40, link, true);
  view.setUint32(44, info, true);
  view.setBigUint64(48, BigInt(align), true);
  view.setBigUint64(56, BigInt(entrySize), true);
  return header;
}
