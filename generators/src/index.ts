/**
 * The door of the generators: `generateCase(root, index)` makes any case of a campaign alone, `caseArbitrary` is the same
 * for fast-check, `describeCase` tells people what is in one. Same version, options and address: same bytes.
 */
import {Arbitrary, type Random, Stream, Value} from 'fast-check';
import {Unsupported} from '#engine/base/errors.ts';
import {formatValue} from '#engine/base/wire-value.ts';
import {encode} from '#engine/binary/encode.ts';
import type {Feature, FeatureSet} from '#engine/wasm/features.ts';
import {drawCalls} from './calls.ts';
import {type Case, caseAddress} from './case.ts';
import {drawHost} from './host.ts';
import {ModuleBuilder} from './module.ts';
import {type Profile, type ProfileName, profileNames, profiles} from './profiles.ts';
import {drawAddress, Rng} from './random.ts';
import {shrinkCase} from './shrink.ts';
import {drawSwarm} from './swarm.ts';

export {packCase, unpackCase} from './envelope.ts';
export {shrinkCase} from './shrink.ts';

/** Changes with everything that changes the case at an address. */
export const GENERATOR_VERSION = '6';

/** What is generated when nothing else is asked for: what all our engines run. */
export const defaultFeatures: FeatureSet = new Set<Feature>([
  'mvp',
  'mutable-globals',
  'sign-extension',
  'saturating-conversions',
  'multi-value',
  'bulk-memory',
  'reference-types',
]);

/** Features that can be generated. */
export const generatedFeatures: FeatureSet = new Set<Feature>([
  ...defaultFeatures,
  'simd',
  'tail-calls',
  'extended-const',
  'relaxed-simd',
  'memory64',
  'multi-memory',
  'threads',
  'wide-arithmetic',
  'custom-page-sizes',
  'function-references',
  'gc',
  'exceptions',
]);

export interface GeneratorOptions {
  /** Features that modules may use; defaultFeatures when absent. Throws Unsupported for one that cannot be generated. */
  readonly features?: FeatureSet;
  /** One profile for all cases; absent: drawn by weight. A sweep runs in order when its profile is named. */
  readonly profile?: ProfileName;
}

const weights = profileNames.map((name) => profiles[name].weight);

function checked(features: FeatureSet): FeatureSet {
  for (const name of features) if (!generatedFeatures.has(name)) throw new Unsupported(`generating ${name}`);
  return features;
}

/** The case at an address: root of 16 hexadecimal digits, index from 0. */
export function generateCase(root: string, index: number, options: GeneratorOptions = {}): Case {
  const features = options.features === undefined ? defaultFeatures : checked(options.features);
  const rng = Rng.ofCase(root, index);
  const drawn = profileNames[rng.weighted(weights)]!;
  const profile = options.profile ?? drawn;
  const m = new ModuleBuilder(rng, drawSwarm(rng, features));
  (profiles[profile] as Profile).make(m, options.profile === undefined ? rng.next() >>> 0 : index);
  const builders = m.before === null ? [m] : [m.before, m];
  for (const builder of builders) drawCalls(builder);
  const calls = m.before === null ? m.calls : rng.shuffle([...m.before.calls, ...m.calls]);
  const host = drawHost(m);
  return {
    root,
    index,
    generator: {version: GENERATOR_VERSION, profile},
    modules: builders.map((builder) => encode(builder.build())),
    host,
    calls,
  };
}

class CaseArbitrary extends Arbitrary<Case> {
  readonly #options: GeneratorOptions;

  constructor(options: GeneratorOptions) {
    super();
    this.#options = options;
  }

  generate(random: Random): Value<Case> {
    const {root, index} = drawAddress(random);
    return new Value(generateCase(root, index, this.#options), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Case {
    return typeof value === 'object' && value !== null && 'modules' in value && 'calls' in value && 'host' in value;
  }

  shrink(value: Case): Stream<Value<Case>> {
    return new Stream(values(value));
  }
}

function* values(testCase: Case): IterableIterator<Value<Case>> {
  for (const smaller of shrinkCase(testCase)) yield new Value(smaller, undefined);
}

/** Cases as fast-check values; shrinks are valid and smaller. */
export function caseArbitrary(options: GeneratorOptions = {}): Arbitrary<Case> {
  return new CaseArbitrary(options);
}

/** A case for people: address, profile, sizes, host functions, calls. One line each. */
export function describeCase(testCase: Case): string[] {
  const {generator, modules, host, calls} = testCase;
  return [
    `case ${caseAddress(testCase)}, profile ${generator.profile}, generator ${generator.version}`,
    `modules: ${modules.map(({length}) => `${length} bytes`).join(', ')}`,
    ...host.functions.map(
      ({name, params, results, actions}) =>
        `host ${name}(${params.join(' ')}) -> (${results.join(' ')}): ${actions.map(({kind}) => kind).join(', ')}`,
    ),
    ...calls.map(({name, args}) => `call ${name}(${args.map(formatValue).join(', ')})`),
  ];
}
