/**
 * What V8's errors mean: traps by wording, exhaustion, rejections, and V8's own limits, which are Unsupported.
 * V8 merges causes that the spec tells apart, so one wording may mean several traps.
 */
import {Unsupported, type WasmError} from '#engine/base/errors.ts';
import type {TrapName} from '#engine/base/traps.ts';
import type {Feature} from '#engine/wasm/features.ts';
import {JsApi} from './js-api.ts';
import type {CallOutcome} from './observation.ts';
import {Rejected} from './rejected.ts';

/** V8's trap messages and the traps that each may mean. `out of bounds` of segments is reported for either side. */
export const v8Traps = {
  unreachable: ['unreachable'],
  'memory access out of bounds': ['memory-out-of-bounds'],
  'operation does not support unaligned accesses': ['unaligned-atomic'],
  'Atomics.wait cannot be called in this context': ['expected-shared-memory'],
  'divide by zero': ['integer-divide-by-zero'],
  'remainder by zero': ['integer-divide-by-zero'],
  'divide result unrepresentable': ['integer-overflow'],
  'float unrepresentable in integer range': ['integer-overflow', 'invalid-conversion'],
  'table index is out of bounds': ['table-out-of-bounds', 'undefined-element'],
  'function signature mismatch': ['uninitialized-element', 'indirect-call-type', 'null-function'],
  'null function or function signature mismatch': ['uninitialized-element', 'indirect-call-type', 'null-function'],
  'dereferencing a null pointer': [
    'null-reference',
    'null-function',
    'null-structure',
    'null-array',
    'null-i31',
    'null-exception',
    'uninitialized-element',
  ],
  'illegal cast': ['cast-failure'],
  'array element access out of bounds': ['array-out-of-bounds'],
  'requested new array is too large': ['allocation-too-large'],
  // array.init_data and array.init_elem beyond both array and segment: the spec says that they trap, not how.
  'data segment out of bounds': ['memory-out-of-bounds', 'array-out-of-bounds'],
  'element segment out of bounds': ['table-out-of-bounds', 'array-out-of-bounds'],
  'rethrowing null value': ['null-exception', 'null-reference'],
} as const satisfies Record<string, readonly TrapName[]>;

/** Traps during instantiation carry positions in their messages. */
const instantiationTraps: readonly (readonly [RegExp, readonly TrapName[]])[] = [
  [/data segment \d+ is out of bounds/, ['memory-out-of-bounds', 'array-out-of-bounds']],
  [/table initializer \d+|element segment \d+ is out of bounds/, ['table-out-of-bounds', 'array-out-of-bounds']],
];

/** The traps that a RuntimeError may mean, undefined when the wording is unknown. */
export function trapsOf(message: string): readonly TrapName[] | undefined {
  if (Object.hasOwn(v8Traps, message)) return v8Traps[message as keyof typeof v8Traps];
  const bare = message.replace(/^WebAssembly\.Instance\(\): /, '');
  if (Object.hasOwn(v8Traps, bare)) return v8Traps[bare as keyof typeof v8Traps];
  return instantiationTraps.find(([wording]) => wording.test(bare))?.[1];
}

/** How a call ended that threw; undefined when the error is not V8's but the host's. */
export function outcomeOf(error: unknown): CallOutcome | undefined {
  if (error instanceof JsApi.RuntimeError) {
    const traps = trapsOf(error.message);
    return traps === undefined
      ? {kind: 'crash', detail: `unknown trap: ${error.message}`}
      : {kind: 'trap', traps, offset: null};
  }
  if (error instanceof RangeError) {
    if (/call stack/.test(error.message)) return {kind: 'exhaustion', resource: 'stack'};
    if (/memory|allocat|table/i.test(error.message)) return {kind: 'exhaustion', resource: 'memory'};
  }
  if (error instanceof JsApi.Exception) return {kind: 'exception', payload: null};
  return undefined;
}

/** Limits of V8 14.6 on sizes that the spec allows: a module above them is not wrong, V8 just cannot have it. */
export const v8Limits = {memory64Pages: 262_144n, tableElements: 10_000_000n} as const;

/** The largest memory of the spec with 64-bit addresses, in pages. */
const SPEC_MEMORY64_PAGES = 1n << 48n;

const SIZE_LIMIT = /(memory|table) size \((\d+) (?:pages|elements)\) is larger than implementation limit \((\d+) /;
/** Limits on the number and size of a module's parts, which the spec leaves to implementations (spec appendix 7.2). */
const PART_LIMIT = /[\w ]+ of \d+ exceeds internal limit of \d+|> maximum function size \d+/;

/** The error that a CompileError stands for. */
export function compileError(error: Error): WasmError {
  const offset = offsetOf(error.message);
  const message = error.message.replace(/^WebAssembly\.Module\(\): /, '').replace(/ @\+\d+$/, '');
  const limit = limitExceeded(message);
  return limit === undefined ? new Rejected(message, offset) : new Unsupported(`V8 limit: ${limit}`, offset);
}

/** Wordings with which V8 refuses proposals that it does not have. */
const missingFeatures: readonly (readonly [RegExp, Feature])[] = [
  [/^invalid memory limits flags 0x(?:8|9|a|b|c|d|e|f)\b/, 'custom-page-sizes'],
  [/invalid numeric opcode: 0xfc1[3-6]\b/, 'wide-arithmetic'],
];

/** The feature that V8 misses when it rejects a module with this message; undefined when it misses none. */
export function missingFeature(message: string): Feature | undefined {
  return missingFeatures.find(([wording]) => wording.test(message))?.[1];
}

function offsetOf(message: string): number | null {
  const offset = /@\+(\d+)/.exec(message)?.[1];
  return offset === undefined ? null : Number(offset);
}

function limitExceeded(message: string): string | undefined {
  const [, what, size = '0', limit = '0'] = SIZE_LIMIT.exec(message) ?? [];
  if (what === 'table' && BigInt(limit) === v8Limits.tableElements) return `tables of ${limit} elements`;
  const isMemory64 = what === 'memory' && BigInt(limit) === v8Limits.memory64Pages;
  if (isMemory64 && BigInt(size) <= SPEC_MEMORY64_PAGES) return `memories of ${limit} pages`;
  return PART_LIMIT.exec(message)?.[0];
}
