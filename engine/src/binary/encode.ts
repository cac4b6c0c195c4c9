/**
 * Module to bytes (spec section 5.5). A decoded module gives the bytes that it was decoded from; a module made in
 * memory gives the shortest form. A module that was changed after decoding may keep its `encoding`: where that no
 * longer fits it is not followed.
 */
import type {Encoding, Module} from '../wasm/module.ts';
import {MAGIC, VERSION} from './decode.ts';
import {SectionWriter} from './section-writer.ts';
import {SectionId, sectionOrder} from './sections.ts';
import {
  writeBody,
  writeCustom,
  writeData,
  writeElement,
  writeExport,
  writeGlobal,
  writeImport,
  writeMemoryType,
  writeRecGroup,
  writeTable,
  writeTagType,
} from './write-sections.ts';

/** The binary format of a module. */
export function encode(module: Module): Uint8Array {
  const {encoding} = module;
  const isFitting = encoding !== undefined && fits(encoding, module);
  const sections = isFitting ? encoding.sections : defaultSections(module);
  const writer = new SectionWriter(isFitting ? encoding : undefined);
  writer.append(MAGIC);
  writer.append(VERSION);
  let customIndex = 0;
  for (const id of sections) {
    writer.u8(id);
    writer.sized(() => writeSection(writer, id, module, id === SectionId.custom ? customIndex++ : 0));
  }
  return writer.toBytes();
}

function writeSection(writer: SectionWriter, id: number, module: Module, customIndex: number): void {
  switch (id) {
    case SectionId.custom:
      return writeCustom(writer, module.customs[customIndex]!);
    case SectionId.type:
      return writer.vector(module.recGroups, (w, {start, length}) =>
        writeRecGroup(w, module.types.slice(start, start + length)),
      );
    case SectionId.import:
      return writer.vector(module.imports, writeImport);
    case SectionId.function:
      return writer.vector(module.functions, (w, type) => w.u32(type));
    case SectionId.table:
      return writer.vector(module.tables, writeTable);
    case SectionId.memory:
      return writer.vector(module.memories, writeMemoryType);
    case SectionId.tag:
      return writer.vector(module.tags, writeTagType);
    case SectionId.global:
      return writer.vector(module.globals, writeGlobal);
    case SectionId.export:
      return writer.vector(module.exports, writeExport);
    case SectionId.start:
      return writer.u32(module.start!);
    case SectionId.element:
      return writer.vector(module.elements, writeElement);
    case SectionId.dataCount:
      return writer.u32(module.dataCount!);
    case SectionId.code:
      return writer.vector(module.bodies, writeBody);
    case SectionId.data:
      return writer.vector(module.data, writeData);
    default:
      throw new RangeError(`section id ${id}`);
  }
}

/** Whether a section has something to say. */
function isNeeded(id: number, module: Module): boolean {
  switch (id) {
    case SectionId.type:
      return module.recGroups.length > 0;
    case SectionId.import:
      return module.imports.length > 0;
    case SectionId.function:
      return module.functions.length > 0;
    case SectionId.table:
      return module.tables.length > 0;
    case SectionId.memory:
      return module.memories.length > 0;
    case SectionId.tag:
      return module.tags.length > 0;
    case SectionId.global:
      return module.globals.length > 0;
    case SectionId.export:
      return module.exports.length > 0;
    case SectionId.start:
      return module.start !== null;
    case SectionId.element:
      return module.elements.length > 0;
    case SectionId.dataCount:
      return module.dataCount !== null;
    case SectionId.code:
      return module.bodies.length > 0;
    case SectionId.data:
      return module.data.length > 0;
    default:
      throw new RangeError(`section id ${id}`);
  }
}

/** The sections that say something, custom sections last. */
function defaultSections(module: Module): number[] {
  return [...sectionOrder.filter((id) => isNeeded(id, module)), ...module.customs.map(() => SectionId.custom)];
}

/** Whether the sections of an encoding can hold the module. Empty sections may stand there, but `start` has no empty form. */
function fits({sections}: Encoding, module: Module): boolean {
  const listed = new Set(sections);
  const hasAll = sectionOrder.every((id) => listed.has(id) || !isNeeded(id, module));
  const single = [SectionId.start, SectionId.dataCount];
  const hasNone = single.every((id) => !listed.has(id) || isNeeded(id, module));
  return hasAll && hasNone && sections.filter((id) => id === SectionId.custom).length === module.customs.length;
}
