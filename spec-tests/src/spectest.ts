/**
 * The module `spectest` that scripts import from, as a wasm module of its own, so that no engine needs host functions.
 * Parts of later features are left out for engines that lack them.
 */
import {parseText} from '#engine/text.ts';
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';

const PARTS: readonly (readonly [Feature, string])[] = [
  [
    'mvp',
    `
    (func (export "print"))
    (func (export "print_i32") (param i32))
    (func (export "print_i64") (param i64))
    (func (export "print_f32") (param f32))
    (func (export "print_f64") (param f64))
    (func (export "print_i32_f32") (param i32 f32))
    (func (export "print_f64_f64") (param f64 f64))
    (global (export "global_i32") i32 (i32.const 666))
    (global (export "global_i64") i64 (i64.const 666))
    (global (export "global_f32") f32 (f32.const 666.6))
    (global (export "global_f64") f64 (f64.const 666.6))
    (table (export "table") 10 20 funcref)
    (memory (export "memory") 1 2)`,
  ],
  ['memory64', '(table (export "table64") i64 10 20 funcref)'],
  ['threads', '(memory (export "shared_memory") 1 2 shared)'],
];

const built = new Map<string, Uint8Array>();

/** The binary for a set of features. */
export async function spectestModule(features: FeatureSet): Promise<Uint8Array> {
  const parts = PARTS.filter(
    ([feature]) => features.has(feature) && (feature !== 'threads' || features.has('multi-memory')),
  );
  const text = `(module ${parts.map(([, part]) => part).join('\n')})`;
  const bytes = built.get(text) ?? (await parseText(text));
  built.set(text, bytes);
  return bytes;
}
