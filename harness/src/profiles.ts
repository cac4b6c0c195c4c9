/**
 * What is to be generated, as users name it: a profile (`swarm` draws one for each case, the others are one scenario each)
 * and features (`default`, `all`, or a list that is added to the
 * default ones; `-name` takes one away).
 */

import type {Feature} from '#engine/wasm/features.ts';
import {defaultFeatures, type GeneratorOptions, generatedFeatures} from '#generators/index.ts';
import {type ProfileName, profileNames} from '#generators/profiles.ts';

/** Which cases a seed means; a part of a campaign's identity. */
export interface Generation {
  readonly profile: string;
  /** Sorted. */
  readonly features: readonly Feature[];
}

export const profileChoices: readonly string[] = ['swarm', ...profileNames];
export const featureChoices: readonly string[] = [...generatedFeatures].filter((name) => !defaultFeatures.has(name));

/** The options of the generator; undefined when there is no such profile. */
export function generatorOptions({profile, features}: Generation): GeneratorOptions | undefined {
  const wanted = {features: new Set(features)};
  if (profile === 'swarm') return wanted;
  const name = profileNames.find((candidate): candidate is ProfileName => candidate === profile);
  return name === undefined ? undefined : {...wanted, profile: name};
}

/** Features from what a user says: `default`, `all`, `simd,gc`, `all,-threads`. Throws SyntaxError. */
export function parseFeatures(text: string): readonly Feature[] {
  const wanted = new Set<Feature>(defaultFeatures);
  for (const word of text.split(',').filter((part) => part !== '' && part !== 'default')) {
    const name = word.replace(/^-/, '') as Feature;
    const names = name === ('all' as string) ? [...generatedFeatures] : [name];
    if (names.some((each) => !generatedFeatures.has(each)))
      throw new SyntaxError(`no feature ${name}; there are ${featureChoices.join(', ')}, and all`);
    for (const each of names) {
      if (word.startsWith('-')) wanted.delete(each);
      else wanted.add(each);
    }
  }
  return [...wanted].sort();
}
