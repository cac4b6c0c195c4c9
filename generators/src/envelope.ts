/**
 * The stored form of a case: its last module, with a custom section `parallax.case` at the end that holds the rest as
 * JSON. So a stored case is a plain .wasm file that every tool reads, and it outlives the generator that made it.
 * `unpackCase(packCase(c))` is `c`, bytes included.
 */
import {Malformed} from '#engine/base/errors.ts';
import {ByteReader, ByteWriter, u32Length} from '#engine/base/bytes.ts';
import {formatValue, parseValue} from '#engine/base/wire-value.ts';
import type {HostAction, HostScript} from '#engine/runtime/host-script.ts';
import type {Call, Case} from './case.ts';

export const SECTION_NAME = 'parallax.case';
const SCHEMA = 1;

/** An action as JSON: values as text, 64-bit integers as decimal text. */
function packAction(action: HostAction): object {
  switch (action.kind) {
    case 'write': return {...action, value: action.value.toString()};
    case 'call': return {...action, args: action.args.map(formatValue)};
    default: return action;
  }
}

/** The bytes of a case. */
export function packCase({root, index, generator, modules, host, calls}: Case): Uint8Array {
  const main = modules.at(-1)!;
  const rest = {
    schema: SCHEMA, root, index, generator,
    modules: modules.slice(0, -1).map((bytes) => bytes.toBase64()),
    host: {seed: host.seed, functions: host.functions.map((item) => ({...item, actions: item.actions.map(packAction)}))},
    calls: calls.map(({module, name, args}) => ({module, name, args: args.map(formatValue)})),
  };
  const encoder = new TextEncoder();
  const name = encoder.encode(SECTION_NAME);
  const json = encoder.encode(JSON.stringify(rest));
  const writer = new ByteWriter(main.length + json.length + 32);
  writer.append(main);
  writer.u8(0);
  writer.u32(u32Length(name.length) + name.length + json.length);
  writer.u32(name.length);
  writer.append(name);
  writer.append(json);
  return writer.toBytes();
}

/** The last section, when it is ours: where it starts, and its JSON. Throws Malformed for bytes that are no sections. */
function findSection(bytes: Uint8Array): {start: number; json: Uint8Array} | null {
  const reader = new ByteReader(bytes, 0, 8);
  let found: {start: number; json: Uint8Array} | null = null;
  while (!reader.isAtEnd) {
    const start = reader.pos;
    const id = reader.u8();
    const size = reader.u32();
    const content = reader.view(size);
    found = id === 0 ? customOf(start, content) : null;
  }
  return found;
}

function customOf(start: number, content: Uint8Array): {start: number; json: Uint8Array} | null {
  const reader = new ByteReader(content);
  const name = new TextDecoder().decode(reader.view(reader.u32()));
  return name === SECTION_NAME ? {start, json: content.subarray(reader.pos)} : null;
}

/** Whether the bytes end in a case section. */
export function isPackedCase(bytes: Uint8Array): boolean {
  return bytes.length > 8 && findSection(bytes) !== null;
}

interface PackedCase {
  readonly schema: number;
  readonly root: string;
  readonly index: number;
  readonly generator: Case['generator'];
  readonly modules: readonly string[];
  readonly host: {readonly seed: number; readonly functions: HostScript['functions']};
  readonly calls: readonly {readonly module: number; readonly name: string; readonly args: readonly string[]}[];
}

function unpackAction(action: HostAction): HostAction {
  switch (action.kind) {
    case 'write': return {...action, value: BigInt(action.value)};
    case 'call': return {...action, args: (action.args as unknown as readonly string[]).map(parseValue)};
    default: return action;
  }
}

/** The case in the bytes; throws Malformed when they hold none, SyntaxError when its JSON is damaged. */
export function unpackCase(bytes: Uint8Array): Case {
  const section = findSection(bytes);
  if (section === null) throw new Malformed(`no section ${SECTION_NAME} at the end`, bytes.length);
  const packed = JSON.parse(new TextDecoder().decode(section.json)) as PackedCase;
  if (packed.schema !== SCHEMA) throw new Malformed(`case schema ${packed.schema}`, section.start);
  return {
    root: packed.root, index: packed.index, generator: packed.generator,
    modules: [...packed.modules.map((text) => Uint8Array.fromBase64(text)), bytes.slice(0, section.start)],
    host: {seed: packed.host.seed, functions: packed.host.functions.map((item) => ({...item, actions: item.actions.map(unpackAction)}))},
    calls: packed.calls.map(({module, name, args}): Call => ({module, name, args: args.map(parseValue)})),
  };
}
