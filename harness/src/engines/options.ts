/** Options of the AOT engines: the triage contract of the compiler as users name it. */
export interface AotOptions {
  readonly level: 0 | 2;
  /** Seed of the perturbations that must not change meaning; null: none. */
  readonly chaos: number | null;
  /** Optional decisions that are allowed; null: all. */
  readonly optFuel: number | null;
  readonly disabledPasses: readonly string[];
  readonly disabledRules: readonly string[];
  /** False: SSA and register allocation are not checked. Only benches leave the checks out. */
  readonly check?: boolean;
  /** Garbage is collected at every allocation, and the heap checked. */
  readonly gcStress?: boolean;
}

export const defaultAotOptions: AotOptions = {
  level: 2,
  chaos: null,
  optFuel: null,
  disabledPasses: [],
  disabledRules: [],
};

/** Text form for engine versions and bundles: `-O2 --chaos 7`. */
export function describeAotOptions({
  level,
  chaos,
  optFuel,
  disabledPasses,
  disabledRules,
  gcStress,
}: AotOptions): string {
  const parts = [`-O${level}`];
  if (chaos !== null) parts.push(`--chaos ${chaos}`);
  if (gcStress === true) parts.push('--gc-stress');
  if (optFuel !== null) parts.push(`--opt-fuel ${optFuel}`);
  for (const pass of disabledPasses) parts.push(`--disable-pass ${pass}`);
  for (const rule of disabledRules) parts.push(`--disable-rule ${rule}`);
  return parts.join(' ');
}
