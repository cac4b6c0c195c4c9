/**
 * The binary grammar under a set of features: which opcodes and types exist. Derived from the opcode table, once per set.
 *
 * SHAPE: what the immediates of an instruction look like in the bytes. Formats that differ only in meaning share one
 * shape (`local` and `func` are both one u32), so that readers switch over 18 shapes, not over 37 formats.
 */
import {assert} from '../base/assert.ts';
import {FEATURE, FORMAT, formats, INVALID, OPCODE_COUNT} from '../wasm/columns.ts';
import {type Feature, type FeatureSet, features} from '../wasm/features.ts';
import type {Immediate} from '../wasm/immediates.ts';

/** Immediates that are one u32 index or count. */
const indexKinds: ReadonlySet<Immediate> = new Set<Immediate>([
  'label',
  'func',
  'type',
  'table',
  'memory',
  'global',
  'local',
  'data',
  'elem',
  'tag',
  'field',
  'count',
]);

/** Every shape by name. Formats of one or two indices have `index` or `index index`; all others are named by their list. */
export const Shape = {
  none: 0,
  index: 1,
  i32: 2,
  memarg: 3,
  block_type: 4,
  'index index': 5,
  i64: 6,
  f32: 7,
  f64: 8,
  label_table: 9,
  value_types: 10,
  heap_type: 11,
  cast: 12,
  'block_type catches': 13,
  '16 bytes': 14,
  lane: 15,
  'memarg lane': 16,
  zero: 17,
} as const;

type ShapeName = keyof typeof Shape;

function shapeName(list: readonly Immediate[]): string {
  if (list.length === 0) return 'none';
  return list
    .map((kind) => (indexKinds.has(kind) ? 'index' : kind === 'v128' || kind === 'lanes' ? '16 bytes' : kind))
    .join(' ');
}

const shapeOfFormat = formats.map((list) => {
  const shape = Shape[shapeName(list) as ShapeName];
  assert(shape !== undefined, `format ${list.join(' ')} has no shape`);
  return shape;
});

export interface Grammar {
  readonly features: FeatureSet;
  /** Shape by opcode; INVALID for opcodes that are not in the features. */
  readonly shapes: Uint8Array;
}

const grammars = new WeakMap<FeatureSet, Grammar>();

/** The grammar of a feature set. Ask with the same set object: it is derived once per object. */
export function grammarOf(featureSet: FeatureSet): Grammar {
  const known = grammars.get(featureSet);
  if (known !== undefined) return known;
  const shapes = new Uint8Array(OPCODE_COUNT).fill(INVALID);
  for (let op = 0; op < OPCODE_COUNT; op++) {
    const feature = FEATURE[op];
    if (feature !== undefined && featureSet.has(feature)) shapes[op] = shapeOfFormat[FORMAT[op]!]!;
  }
  const grammar = {features: featureSet, shapes};
  grammars.set(featureSet, grammar);
  return grammar;
}

/** The grammar of everything: for code that has been decoded before. */
export const everything: Grammar = grammarOf(new Set(Object.keys(features) as Feature[]));
