/** Generator profiles as users name them: `swarm` draws one for each case, the others are one scenario each. */
import {type ProfileName, profileNames} from '#generators/profiles.ts';

export const profileChoices: readonly string[] = ['swarm', ...profileNames];

/** The options of the generator for a profile's name; undefined when there is no such profile. */
export function profileOption(name: string): {readonly profile?: ProfileName} | undefined {
  if (name === 'swarm') return {};
  const profile = profileNames.find((candidate) => candidate === name);
  return profile === undefined ? undefined : {profile};
}
