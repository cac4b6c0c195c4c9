/**
 * Vector kernels by the number that prepared code carries: those of numeric/semantics.ts, then what else relaxed
 * instructions may do.
 */
import {present} from '../base/assert.ts';
import type {Kernel} from '../numeric/lanes.ts';
import {behaviours} from '../numeric/relaxed.ts';
import type {RelaxedProfile} from '../numeric/relaxed-profile.ts';
import {kernels} from '../numeric/semantics.ts';

const numbers = new Map(Object.keys(kernels).map((name, number) => [name, number]));
export const KERNELS: Kernel[] = Object.values(kernels);
/** Number of behaviour 1 of each relaxed instruction; the others follow. */
const alternatives = new Map(
  Object.entries(behaviours).map(([name, list]) => [name, KERNELS.push(...list.slice(1)) - list.length + 1]),
);

/** Whether an instruction is done by a kernel. */
export const hasKernel = (name: string): boolean => numbers.has(name);

/** The number of the kernel that does an instruction, relaxed ones as the profile says. */
export function kernelNumber(name: string, profile: RelaxedProfile): number {
  const behaviour = (profile as Readonly<Record<string, number>>)[name] ?? 0;
  return behaviour === 0 ? present(numbers.get(name), name) : present(alternatives.get(name), name) + behaviour - 1;
}
