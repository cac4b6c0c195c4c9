/**
 * What can be wrong with a decoded module, in the words of the official suite's assert_invalid (spec section 3). The suite
 * compares by prefix, so that words may follow. Each message stands here once.
 */
import type {Feature} from '../wasm/features.ts';

/** The index spaces, in the words that follow `unknown`. */
export type IndexSpace =
  | 'type'
  | 'function'
  | 'table'
  | 'memory'
  | 'global'
  | 'tag'
  | 'local'
  | 'label'
  | 'field'
  | 'elem segment'
  | 'data segment';

export const messages = {
  typeMismatch: 'type mismatch',
  alignment: 'alignment must not be larger than natural',
  atomicAlignment: 'alignment must be equal to natural for an atomic operation',
  offset: 'offset out of range',
  lane: 'invalid lane index',
  resultArity: 'invalid result arity',
  constant: 'constant expression required',
  immutableGlobal: 'immutable global',
  immutableField: 'immutable field',
  immutableArray: 'immutable array',
  arrayTypes: 'array types do not match',
  arrayData: 'array type is not numeric or vector',
  undeclaredFunction: 'undeclared function reference',
  uninitializedLocal: 'uninitialized local',
  duplicateExport: 'duplicate export name',
  start: 'start function',
  tagResult: 'non-empty tag result type',
  limits: 'size minimum must not be greater than maximum',
  tableSize: 'table size must be at most 2^32 - 1 elements',
  sharedMaximum: 'shared memory must have maximum',
  pageSize: 'invalid custom page size',
} as const;

export const unknown = (space: IndexSpace, index: number): string => `unknown ${space} ${index}`;

/** Types are written as the text format has them. */
export const mismatch = (
  what: 'instruction' | 'block',
  required: readonly string[],
  present: readonly string[],
): string => `${messages.typeMismatch}: ${what} requires [${required.join(' ')}] but stack has [${present.join(' ')}]`;

export const wrongKind = (kind: 'function' | 'structure' | 'array', index: number): string =>
  `non-${kind} type ${index}`;

export const subtype = (sub: number, sup: number): string => `sub type ${sub} does not match super type ${sup}`;

/** `most` in pages, `bytes` in words. */
export const memorySize = (most: bigint, bytes: string): string =>
  `memory size must be at most ${most} pages (${bytes})`;

export const disabled = (what: string, feature: Feature): string =>
  `${what} requires the feature ${feature}, which is disabled`;
