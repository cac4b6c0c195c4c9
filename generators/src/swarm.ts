/**
 * The swarm: what is drawn once per case, so that cases differ in kind and not only in detail. Weights of instructions,
 * productions and types, a pool of constants that operands share, whether traps are guarded, what happens to NaNs.
 */
import {present} from '#engine/base/assert.ts';
import {FEATURE} from '#engine/wasm/columns.ts';
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';
import type {Opcode} from '#engine/wasm/opcodes.ts';
import {EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, type ValueType} from '#engine/wasm/types.ts';
import {drawFeatures} from './feature-swarm.ts';
import {isMemoryAccess, producersOf, storesOf, typeSlot, valueTypes} from './instruction.ts';
import {expressionKinds, statementKinds} from './productions.ts';
import type {Rng} from './random.ts';
import {drawValue, type Words} from './values.ts';

const POOL_SIZE = 6;

export interface Swarm {
  /** Features that the campaign wants, and those of them that this case uses. */
  readonly wanted: FeatureSet;
  readonly features: FeatureSet;
  /** Number and vector types in use, the more frequent ones several times. */
  readonly numberTypes: readonly ValueType[];
  /** Types that locals, parameters and globals are drawn from: the number types and, with reference types, references. */
  readonly anyTypes: readonly ValueType[];
  /** By type slot: simple instructions, as often as they weigh. */
  readonly producers: readonly (readonly Opcode[])[];
  readonly stores: readonly (readonly Opcode[])[];
  /** By index in expressionKinds and statementKinds. */
  readonly expressions: readonly number[];
  readonly statements: readonly number[];
  /** Constants that recur: POOL_SIZE groups of four words by type slot. */
  readonly pool: readonly Words[];
  /** Percentage of trapping instructions that stand without a guard: 0 in cases that never trap. */
  readonly unguarded: number;
  /** Whether results of functions may be any NaN; everywhere else NaNs are made canonical. */
  readonly rawNans: boolean;
  /** Whether a memory exists. */
  readonly hasMemory: boolean;
  /** Deepest nesting of operands. */
  readonly depth: number;
}

interface Tables {
  readonly producers: readonly (readonly Opcode[])[];
  readonly stores: readonly (readonly Opcode[])[];
}

const tablesOf = new WeakMap<FeatureSet, Tables>();

/** The instructions of a feature set by type slot; made once. */
function tables(features: FeatureSet): Tables {
  const known = tablesOf.get(features);
  if (known !== undefined) return known;
  const made = {
    producers: valueTypes.map((type) => producersOf(type, features)),
    stores: valueTypes.map((type) => storesOf(type, features)),
  };
  tablesOf.set(features, made);
  return made;
}

/** How often an instruction stands in its list, by two random bits; a third of them is left out. */
const WEIGHTS = [0, 1, 1, 3] as const;

/** Features of few instructions, which would drown among the others of their type. */
const EMPHASIS: Partial<Record<Feature, number>> = {'wide-arithmetic': 8, 'relaxed-simd': 3};

function weigh(rng: Rng, ops: readonly Opcode[], hasMemory: boolean, calm: boolean): Opcode[] {
  const list: Opcode[] = [];
  const usable = hasMemory ? ops : ops.filter((op) => !isMemoryAccess(op));
  for (const op of usable) {
    const weight = (calm ? 1 : WEIGHTS[rng.next() & 3]!) * (EMPHASIS[FEATURE[op]!] ?? 1);
    for (let i = 0; i < weight; i++) list.push(op);
  }
  return list.length > 0 ? list : [...usable];
}

function drawTypes(rng: Rng, features: FeatureSet): ValueType[] {
  const wanted: ValueType[] = [I32];
  const weights: [ValueType, number][] = [
    [I32, 2],
    [I64, 3],
    [F32, 2],
    [F64, 2],
    [V128, features.has('simd') ? 3 : 0],
  ];
  for (const [type, most] of weights) for (let i = most === 0 ? 0 : rng.below(most + 1); i > 0; i--) wanted.push(type);
  return wanted;
}

function drawPool(rng: Rng, type: ValueType): Words {
  const words = new Int32Array(POOL_SIZE * 4);
  if (type >= V128 && type <= I32) for (let i = 0; i < POOL_SIZE; i++) drawValue(rng, type, words, i * 4);
  return words;
}

function drawWeights(rng: Rng, bases: readonly number[]): number[] {
  return bases.map((base) => base * (base < 6 && rng.oneIn(8) ? 0 : rng.between(1, 4)));
}

/** Draws the swarm of a case. A case in five may trap. */
export function drawSwarm(rng: Rng, wanted: FeatureSet): Swarm {
  const features = drawFeatures(rng, wanted);
  const {producers, stores} = tables(features);
  const hasMemory = !rng.oneIn(24);
  const calm = rng.oneIn(4);
  const numberTypes = drawTypes(rng, features);
  const references = features.has('reference-types') && rng.oneIn(2) ? [FUNCREF, EXTERNREF] : [];
  return {
    wanted,
    features,
    numberTypes,
    hasMemory,
    anyTypes: [...numberTypes, ...numberTypes, ...references],
    producers: producers.map((ops) => weigh(rng, ops, hasMemory, calm)),
    stores: stores.map((ops) => weigh(rng, ops, hasMemory, calm)),
    expressions: drawWeights(rng, weightsWithin(expressionWeights, features)),
    statements: drawWeights(rng, weightsWithin(statementWeights, features)),
    pool: valueTypes.map((type) => drawPool(rng, type)),
    unguarded: rng.oneIn(5) ? rng.pick([3, 10, 30]) : 0,
    rawNans: rng.oneIn(4),
    depth: rng.between(3, 6),
  };
}

/** Writes a constant of the pool of a type to out. */
export function poolValue(swarm: Swarm, rng: Rng, type: ValueType, out: Words): void {
  const pool = present(swarm.pool[typeSlot(type)], 'constant pool');
  const at = rng.below(POOL_SIZE) * 4;
  for (let i = 0; i < 4; i++) out[i] = pool[at + i]!;
}

type Kinds = readonly (readonly [name: string, weight: number])[];
const expressionWeights: Kinds = Object.entries(expressionKinds).map(([name, {weight}]) => [name, weight]);
const statementWeights: Kinds = Object.entries(statementKinds).map(([name, {weight}]) => [name, weight]);

/** Productions that need a feature. */
const needs: Readonly<Record<string, Feature>> = {
  aggregate: 'gc',
  reference: 'function-references',
  catching: 'exceptions',
  throwing: 'exceptions',
};

const weightsWithin = (kinds: Kinds, features: FeatureSet): number[] =>
  kinds.map(([name, weight]) => (needs[name] === undefined || features.has(needs[name]) ? weight : 0));
