/**
 * Columns that validation derives from the opcode table at load, indexed by opcode: how an instruction is checked, what a
 * simple one pops and pushes, which ones are constant. Hot files re-bind them.
 */
import {assert} from '../base/assert.ts';
import {FEATURE, FORMAT, formats, NAME, OPCODE_COUNT, SIGNATURE, WIDTH} from '../wasm/columns.ts';
import type {FeatureSet} from '../wasm/features.ts';
import {type Mnemonic, Op} from '../wasm/opcodes.ts';

/** How an instruction is checked; irregular: its typing depends on context. */
export const Check = {
  irregular: 0,
  plain: 1,
  memarg: 2,
  memargLane: 3,
  lane: 4,
  shuffle: 5,
  localGet: 6,
  disabled: 7,
} as const;

const CHECK = new Uint8Array(OPCODE_COUNT);
/** Operands of a simple instruction, one byte each, the last one lowest; ADDRESS stands for the memory's address type. */
export const POPS = new Int32Array(OPCODE_COUNT);
/** Results of a simple instruction, one byte each, the first one lowest. */
export const PUSHES = new Int32Array(OPCODE_COUNT);
export const ADDRESS = 1;
/** The natural alignment as a power of two. */
export const NATURAL = Uint8Array.from(WIDTH, (width) => (width === 0 ? 0 : 31 - Math.clz32(width)));

function checkOf(op: number): number {
  const immediates = formats[FORMAT[op]!]!.join(' ');
  switch (immediates) {
    case 'memarg':
      return Check.memarg;
    case 'memarg lane':
      return Check.memargLane;
    case 'lane':
      return Check.lane;
    case 'lanes':
      return Check.shuffle;
    default:
      return Check.plain;
  }
}

for (let op = 0; op < OPCODE_COUNT; op++) {
  const signature = SIGNATURE[op];
  if (signature === null || signature === undefined) continue;
  assert(signature.operands.length <= 4 && signature.results.length <= 4, `${NAME[op]} fits packed columns`);
  CHECK[op] = checkOf(op);
  for (const type of signature.operands) POPS[op] = (POPS[op]! << 8) | (type ?? ADDRESS);
  PUSHES[op] = signature.results.reduceRight((packed, type) => (packed << 8) | type, 0);
}

CHECK[Op['local.get']] = Check.localGet;

const checksOfFeatures = new WeakMap<FeatureSet, Uint8Array>();

/** Check by opcode under a feature set: DISABLED for what it does not contain. Made once per set object. */
export function checksOf(features: FeatureSet): Uint8Array {
  const known = checksOfFeatures.get(features);
  if (known !== undefined) return known;
  const checks = CHECK.map((kind, op) =>
    FEATURE[op] !== undefined && features.has(FEATURE[op]) ? kind : Check.disabled,
  );
  checksOfFeatures.set(features, checks);
  return checks;
}

/** Instructions of constant expressions (spec section 3.4.13), 1 each; 2: those that `extended-const` added. */
export const CONSTANT = new Uint8Array(OPCODE_COUNT);
const constants: readonly Mnemonic[] = [
  'i32.const',
  'i64.const',
  'f32.const',
  'f64.const',
  'v128.const',
  'ref.null',
  'ref.func',
  'ref.i31',
  'global.get',
  'struct.new',
  'struct.new_default',
  'array.new',
  'array.new_default',
  'array.new_fixed',
  'any.convert_extern',
  'extern.convert_any',
  'end',
];
const extendedConstants: readonly Mnemonic[] = ['i32.add', 'i32.sub', 'i32.mul', 'i64.add', 'i64.sub', 'i64.mul'];
for (const name of constants) CONSTANT[Op[name]] = 1;
for (const name of extendedConstants) CONSTANT[Op[name]] = 2;
