/**
 * Assertions about ourselves: always on, never caught below the harness. A failed one is a bug of ours, hence a finding.
 */
export class Bug extends Error {
  override name = 'Bug';
}

/** Throws Bug unless the claim holds. */
export function assert(claim: boolean, message: string): asserts claim {
  if (!claim) throw new Bug(message);
}

/** The value, which must not be undefined or null. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Bug(`missing ${what}`);
  return value;
}
