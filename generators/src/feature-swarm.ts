/**
 * Which of the wanted features one case uses: a part of them, so that cases differ in kind, that most suit engines which
 * lack a feature, and that no feature hides another. What all engines have is always in.
 */
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';
import type {Rng} from './random.ts';

interface Share {
  /** Percentage of the cases that use the feature, where it is wanted. */
  readonly percent: number;
  /** Features without which it means nothing. */
  readonly needs?: readonly Feature[];
}

/** Features that cases may go without; a row stands behind those that it needs. */
// biome-ignore format: a table
const shares = {
  'simd':                {percent: 60},
  'relaxed-simd':        {percent: 40, needs: ['simd']},
  'tail-calls':          {percent: 70},
  'extended-const':      {percent: 70},
  'function-references': {percent: 60},
  'gc':                  {percent: 80, needs: ['function-references']},
  'exceptions':          {percent: 50},
  'memory64':            {percent: 50},
  'multi-memory':        {percent: 50},
  'threads':             {percent: 35},
  'wide-arithmetic':     {percent: 12},
  'custom-page-sizes':   {percent: 12},
} as const satisfies Partial<Record<Feature, Share>>;

const rows = Object.entries(shares) as [Feature, Share][];
const drawnSets = new WeakMap<FeatureSet, Map<number, FeatureSet>>();

/** The features of a case. Equal draws give the identical set. */
export function drawFeatures(rng: Rng, wanted: FeatureSet): FeatureSet {
  let left = 0;
  rows.forEach(([name, {percent, needs = []}], bit) => {
    if (!wanted.has(name)) return;
    const isUsable = needs.every((other) => (left & bitOf(other)) === 0);
    if (!rng.percent(percent) || !isUsable) left |= 1 << bit;
  });
  if (left === 0) return wanted;
  const known = drawnSets.get(wanted) ?? new Map<number, FeatureSet>();
  drawnSets.set(wanted, known);
  const drawn = known.get(left) ?? new Set([...wanted].filter((name) => (left & bitOf(name)) === 0));
  known.set(left, drawn);
  return drawn;
}

/** The bit of a feature that may be left out, else 0. */
function bitOf(name: Feature): number {
  const at = rows.findIndex(([row]) => row === name);
  return at < 0 ? 0 : 1 << at;
}
