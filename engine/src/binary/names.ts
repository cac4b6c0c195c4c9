/**
 * The `name` custom section (spec appendix "Name Section"): debug names, for messages and listings only. It is never
 * wrong: a section that cannot be read gives the names that were read before.
 */
import {ByteReader} from '../base/bytes.ts';
import {Malformed} from '../base/errors.ts';
import type {Module} from '../wasm/module.ts';

export type NameMap = ReadonlyMap<number, string>;

/** Names by index; `locals`, `labels` and `fields` first by function or type. */
export interface Names {
  readonly module: string | null;
  readonly functions: NameMap;
  readonly locals: ReadonlyMap<number, NameMap>;
  readonly labels: ReadonlyMap<number, NameMap>;
  readonly types: NameMap;
  readonly tables: NameMap;
  readonly memories: NameMap;
  readonly globals: NameMap;
  readonly elements: NameMap;
  readonly data: NameMap;
  readonly fields: ReadonlyMap<number, NameMap>;
  readonly tags: NameMap;
}

type Draft = {-readonly [K in keyof Names]: Names[K]};

const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

/** Subsection id -> what it fills; the module's name has id 0. */
const flat = new Map([
  [1, 'functions'],
  [4, 'types'],
  [5, 'tables'],
  [6, 'memories'],
  [7, 'globals'],
  [8, 'elements'],
  [9, 'data'],
  [11, 'tags'],
] as const);
const nested = new Map([
  [2, 'locals'],
  [3, 'labels'],
  [10, 'fields'],
] as const);
const flatOf = (id: number) => flat.get(id as 1);
const nestedOf = (id: number) => nested.get(id as 2);

/** The names of a module; empty maps where it has none. */
export function namesOf(module: Module): Names {
  const none: NameMap = new Map();
  const noneNested: ReadonlyMap<number, NameMap> = new Map();
  const draft: Draft = {
    module: null,
    functions: none,
    locals: noneNested,
    labels: noneNested,
    types: none,
    tables: none,
    memories: none,
    globals: none,
    elements: none,
    data: none,
    fields: noneNested,
    tags: none,
  };
  const section = module.customs.find(({name}) => name === 'name');
  if (section !== undefined) readAll(new ByteReader(section.bytes, section.offset), draft);
  return draft;
}

function readAll(reader: ByteReader, draft: Draft): void {
  try {
    while (!reader.isAtEnd) readSubsection(reader, draft);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
}

function readSubsection(reader: ByteReader, draft: Draft): void {
  const id = reader.u8();
  const size = reader.u32();
  const offset = reader.base + reader.pos;
  const content = new ByteReader(reader.view(size), offset);
  const flatKey = flatOf(id);
  const nestedKey = nestedOf(id);
  if (id === 0) draft.module = readName(content);
  else if (flatKey !== undefined) draft[flatKey] = readMap(content, readName);
  else if (nestedKey !== undefined) draft[nestedKey] = readMap(content, (r) => readMap(r, readName));
}

function readMap<T>(reader: ByteReader, read: (reader: ByteReader) => T): ReadonlyMap<number, T> {
  const map = new Map<number, T>();
  for (let left = reader.u32(); left > 0; left--) map.set(reader.u32(), read(reader));
  return map;
}

function readName(reader: ByteReader): string {
  const bytes = reader.view(reader.u32());
  try {
    return decoder.decode(bytes);
  } catch {
    return reader.fail('malformed UTF-8 encoding');
  }
}
