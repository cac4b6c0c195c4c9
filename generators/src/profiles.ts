/**
 * The profiles: one row per scenario, with its share of the cases of a campaign and the shape that it is for
 * (S1-S18: the list of shapes that found bugs in engines). A scenario fills a module with entries.
 */
import type {ModuleBuilder} from './module.ts';
import {atomics} from './scenarios/atomics.ts';
import {branches} from './scenarios/branches.ts';
import {dirty} from './scenarios/dirty.ts';
import {fusion} from './scenarios/fusion.ts';
import {grow} from './scenarios/grow.ts';
import {limbs} from './scenarios/limbs.ts';
import {linked} from './scenarios/linked.ts';
import {loops} from './scenarios/loops.ts';
import {memories} from './scenarios/memories.ts';
import {memoryEnd} from './scenarios/memory-end.ts';
import {pending} from './scenarios/pending.ts';
import {permutations} from './scenarios/permutations.ts';
import {plain} from './scenarios/plain.ts';
import {pressure} from './scenarios/pressure.ts';
import {single} from './scenarios/single.ts';
import {trapOrder} from './scenarios/trap-order.ts';
import {wide} from './scenarios/wide.ts';

export interface Profile {
  readonly weight: number;
  readonly title: string;
  /** `ordinal`: number of the case within a deterministic sweep. */
  readonly make: (m: ModuleBuilder, ordinal: number) => void;
}

// biome-ignore format: a table
export const profiles = {
  'plain': {weight: 24, title: 'random modules', make: plain},
  'operand-forms': {weight: 8, title: 'one instruction in all operand forms (S1, S2)', make: single},
  'fusion': {weight: 8, title: 'instructions that compilers join, and near misses (S3)', make: fusion},
  'pressure': {weight: 5, title: '20 to 40 live values (S4)', make: pressure},
  'dirty-bits': {weight: 5, title: 'i32 values with rubbish above them (S5)', make: dirty},
  'memory-end': {weight: 5, title: 'accesses to the last bytes of memory (S6)', make: memoryEnd},
  'permutations': {weight: 6, title: 'permuted multi-value branches and calls (S7)', make: permutations},
  'pending-locals': {weight: 5, title: 'local.get pending over local.set (S8)', make: pending},
  'wide-calls': {weight: 4, title: '10 to 40 parameters, directly and to the host (S9)', make: wide},
  'grow': {weight: 5, title: 'growth in loop, callee and host, then access (S10)', make: grow},
  'linked': {weight: 6, title: 'two modules that share all they can (S11)', make: linked},
  'trap-order': {weight: 5, title: 'which trap comes first (S12)', make: trapOrder},
  'loops': {weight: 4, title: 'hot loops of some thousand iterations (S13)', make: loops},
  'memories': {weight: 5, title: 'one place in several memories of either address type (S11, S15)', make: memories},
  'atomics': {weight: 4, title: 'atomic accesses of all widths to the same words', make: atomics},
  'limbs': {weight: 3, title: 'chains of wide arithmetic', make: limbs},
  'branches': {weight: 5, title: 'br_table, unreachable code, empty blocks (S16)', make: branches},
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as ProfileName[];
