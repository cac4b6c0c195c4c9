/**
 * Opt-fuel bisection: the compiler's optional decisions are numbered in the order in which it makes them, and with fuel n
 * only the first n are allowed. The decision at the boundary between right and wrong is the culprit: its rule id is for a
 * miscompile what a stack trace is for a crash.
 */

/** Compiles and runs the case with so much fuel (null: without limit). */
export type FuelProbe = (fuel: number | null) => {
  readonly diverges: boolean;
  /** Rule ids of the decisions that were allowed, in order. */
  readonly rules: readonly string[];
};

export type FuelBoundary =
  /** With `fuel` - 1 decisions the case is right, with `fuel` it is wrong. */
  | {readonly kind: 'rule'; readonly rule: string; readonly fuel: number}
  /** Wrong even without any optional decision: a mandatory lowering, the runtime, or the interpreter is at fault. */
  | {readonly kind: 'mandatory'}
  /** Right with all decisions: the divergence did not reproduce. */
  | {readonly kind: 'gone'};

/** Finds the boundary in about log2(decisions) runs. */
export function bisectFuel(probe: FuelProbe): FuelBoundary {
  const whole = probe(null);
  if (!whole.diverges) return {kind: 'gone'};
  if (probe(0).diverges) return {kind: 'mandatory'};
  let right = 0;
  let wrong = whole.rules.length;
  while (wrong - right > 1) {
    const middle = (right + wrong) >>> 1;
    if (probe(middle).diverges) wrong = middle;
    else right = middle;
  }
  const rule = whole.rules[wrong - 1];
  return rule === undefined ? {kind: 'mandatory'} : {kind: 'rule', rule, fuel: wrong};
}
