/**
 * The feature flags: one row per proposal, in the order in which they joined the standard.
 * `wasm3` marks what WebAssembly 3.0 contains; the rest are proposals behind it, or withdrawn (`legacy-exceptions`).
 */
export const features = {
  mvp: {wasm3: true, title: 'WebAssembly 1.0'},
  'mutable-globals': {wasm3: true, title: 'Import and export of mutable globals'},
  'sign-extension': {wasm3: true, title: 'Sign-extension instructions'},
  'saturating-conversions': {wasm3: true, title: 'Non-trapping float-to-int conversions'},
  'multi-value': {wasm3: true, title: 'Multiple results and block parameters'},
  'bulk-memory': {wasm3: true, title: 'Bulk memory and table instructions'},
  'reference-types': {wasm3: true, title: 'Reference types'},
  simd: {wasm3: true, title: 'Fixed-width SIMD'},
  'relaxed-simd': {wasm3: true, title: 'Relaxed SIMD'},
  'tail-calls': {wasm3: true, title: 'Tail calls'},
  'extended-const': {wasm3: true, title: 'Extended constant expressions'},
  'function-references': {wasm3: true, title: 'Typed function references'},
  gc: {wasm3: true, title: 'Garbage collection'},
  exceptions: {wasm3: true, title: 'Exception handling with exnref'},
  memory64: {wasm3: true, title: '64-bit memories and tables'},
  'multi-memory': {wasm3: true, title: 'Multiple memories'},
  threads: {wasm3: false, title: 'Shared memories and atomics'},
  'wide-arithmetic': {wasm3: false, title: '128-bit addition, subtraction and wide multiplication'},
  'custom-page-sizes': {wasm3: false, title: 'Custom page sizes'},
  'custom-descriptors': {wasm3: false, title: 'Custom descriptors (not supported)'},
  'legacy-exceptions': {wasm3: false, title: 'Legacy exception handling (decoded only)'},
} as const satisfies Record<string, {wasm3: boolean; title: string}>;

export type Feature = keyof typeof features;

/** A set of features that a module may use. */
export type FeatureSet = ReadonlySet<Feature>;

const names = Object.keys(features) as Feature[];

/** Exactly WebAssembly 3.0. */
export const wasm3: FeatureSet = new Set(names.filter((name) => features[name].wasm3));

/** WebAssembly 3.0 and the proposals that this engine implements on top of it. */
export const supported: FeatureSet = new Set([...wasm3, 'threads', 'wide-arithmetic', 'custom-page-sizes']);

/** The set with some features added and others removed. */
export function withFeatures(
  base: FeatureSet,
  added: readonly Feature[],
  removed: readonly Feature[] = [],
): FeatureSet {
  const result = new Set([...base, ...added]);
  for (const name of removed) result.delete(name);
  return result;
}
