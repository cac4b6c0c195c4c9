/**
 * The stored form of a case: its last module with one custom section `parallax.case` behind everything else, a JSON
 * document that holds the rest. It is a plain .wasm file that any engine loads, and it outlives the generator.
 */

import {ByteReader, ByteWriter} from '#engine/base/bytes.ts';
import {Malformed} from '#engine/base/errors.ts';
import {formatValue, parseValue} from '#engine/base/wire-value.ts';
import type {HostAction, HostScript} from '#engine/runtime/host-script.ts';
import type {Call, Case} from './case.ts';

const NAME = 'parallax.case';
const VERSION = 1;
const HEADER_BYTES = 8;

interface StoredCall extends Omit<Call, 'args'> {
  readonly args: readonly string[];
}

interface Envelope {
  readonly version: number;
  readonly root: string;
  readonly index: number;
  readonly generator: Case['generator'];
  readonly host: HostScript;
  readonly calls: readonly StoredCall[];
  /** The modules before the last one, base64. */
  readonly modules: readonly string[];
}

/** The case as a .wasm file. */
export function packCase({root, index, generator, modules, host, calls}: Case): Uint8Array {
  const main = modules.at(-1) ?? new Uint8Array();
  const envelope = {
    version: VERSION,
    root,
    index,
    generator,
    host,
    modules: modules.slice(0, -1).map((bytes) => Buffer.from(bytes).toString('base64')),
    calls: calls.map((call): StoredCall => ({...call, args: call.args.map(formatValue)})),
  };
  const section = new ByteWriter();
  section.u32(NAME.length);
  section.append(new TextEncoder().encode(NAME));
  section.append(new TextEncoder().encode(JSON.stringify(envelope, writeSpecial)));
  const content = section.toBytes();
  const whole = new ByteWriter();
  whole.append(main);
  whole.u8(0);
  whole.u32(content.length);
  whole.append(content);
  return whole.toBytes();
}

/** The case in a .wasm file. Throws Malformed when there is none, or one of a version that is not known. */
export function unpackCase(bytes: Uint8Array): Case {
  const {start, content} = findSection(bytes);
  const envelope = parse(content, start);
  if (envelope.version !== VERSION)
    throw new Malformed(`case of version ${envelope.version}, expected ${VERSION}`, start);
  const {root, index, generator, host} = envelope;
  const modules = [
    ...envelope.modules.map((text) => new Uint8Array(Buffer.from(text, 'base64'))),
    bytes.slice(0, start),
  ];
  const calls = envelope.calls.map((call): Call => ({...call, args: call.args.map(parseValue)}));
  if (calls.some(({module}) => !(module in modules)))
    throw new Malformed('case calls a module that it does not have', start);
  return {root, index, generator, modules, host, calls};
}

/** 64-bit integers of the host script stand as `{$bigint}`. */
function writeSpecial(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? {$bigint: `${value}`} : value;
}

function readSpecial(_: string, value: unknown): unknown {
  const big = (value as {$bigint?: unknown} | null)?.$bigint;
  return typeof big === 'string' ? BigInt(big) : value;
}

function findSection(bytes: Uint8Array): {start: number; content: Uint8Array} {
  const reader = new ByteReader(bytes, 0, HEADER_BYTES);
  while (reader.pos < bytes.length) {
    const start = reader.pos;
    const id = reader.u8();
    const content = reader.view(reader.u32());
    if (id === 0 && startsWithName(content)) return {start, content: content.subarray(1 + NAME.length)};
  }
  throw new Malformed(`no section ${NAME}: the module is not a stored case`, bytes.length);
}

function startsWithName(content: Uint8Array): boolean {
  return content[0] === NAME.length && new TextDecoder().decode(content.subarray(1, 1 + NAME.length)) === NAME;
}

function parse(content: Uint8Array, offset: number): Envelope {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(content), readSpecial) as Envelope;
    if (isEnvelope(value)) return value;
  } catch {
    // Falls through: the reason does not help, the offset does.
  }
  throw new Malformed(`section ${NAME} does not hold a case`, offset);
}

function isEnvelope(value: Partial<Envelope> | null): value is Envelope {
  if (value === null || typeof value !== 'object') return false;
  const {root, index, generator, host, calls, modules} = value;
  const named = typeof root === 'string' && typeof index === 'number' && typeof generator?.version === 'string';
  const listed = Array.isArray(calls) && Array.isArray(modules) && Array.isArray(host?.functions);
  return named && listed && host!.functions.every(({actions}) => Array.isArray(actions) && actions.every(isAction));
}

const actionKinds: ReadonlySet<HostAction['kind']> = new Set(['log', 'write', 'grow', 'call', 'trap']);
const isAction = (action: Partial<HostAction>): boolean => action.kind !== undefined && actionKinds.has(action.kind);
