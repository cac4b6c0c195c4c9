/** From the options as users name them to those of the compiler; the only place that names the targets. */

import {arm64} from '#engine/compiler/arm64/target.ts';
import type {Target} from '#engine/compiler/backend/target.ts';
import type {CompileOptions} from '#engine/compiler/compile.ts';
import {x64} from '#engine/compiler/x64/target.ts';
import {CpuFeature} from '#engine/runtime/layout.ts';
import type {AotOptions} from '../options.ts';

const targets: Readonly<Record<'aot-x64' | 'aot-arm64', Target>> = {'aot-x64': x64, 'aot-arm64': arm64};

/** The target of an engine. */
export const targetOf = (key: 'aot-x64' | 'aot-arm64'): Target => targets[key];

/** Bits `1 << CpuFeature` of a set of features. */
export function featureBits(features: Iterable<keyof typeof CpuFeature>): number {
  let bits = 0;
  for (const feature of features) bits |= 1 << CpuFeature[feature];
  return bits;
}

/** Every decision is recorded, so that triage can name it; register allocation and SSA are checked in every compile. */
export function compileOptions(
  target: Target,
  {level, chaos, optFuel, disabledPasses, disabledRules, check = true}: AotOptions,
  features: number,
): CompileOptions {
  const fuel = {limit: optFuel ?? undefined, disabledPasses, disabledRules, record: true};
  return {target, level, features, chaosSeed: chaos, fuel, check};
}
