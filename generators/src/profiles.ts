/**
 * The profiles: one row per scenario, with its share of the cases of a campaign and the shape that it is for
 * (S1-S18: the list of shapes that found bugs in engines). A scenario fills a module with entries.
 */
import type {ModuleBuilder} from './module.ts';
import {plain} from './scenarios/plain.ts';

export interface Profile {
  readonly weight: number;
  readonly title: string;
  /** `ordinal`: number of the case within a deterministic sweep. */
  readonly make: (m: ModuleBuilder, ordinal: number) => void;
}

export const profiles = {
  'plain': {weight: 24, title: 'random modules', make: plain},
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as ProfileName[];
