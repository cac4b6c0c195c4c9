/** Which engines a command uses: those that were named, which must be here, or those of a default that are. */
import type {EngineKey} from '../engines/keys.ts';
import {engineStatus} from '../engines/open.ts';
import {UserError} from './exit-codes.ts';

/** Throws UserError that says what is missing when an engine that was named is not here. */
export function enginesHere(named: readonly EngineKey[], otherwise: readonly EngineKey[]): readonly EngineKey[] {
  if (named.length === 0) return otherwise.filter((key) => engineStatus(key).available);
  for (const key of named) {
    const status = engineStatus(key);
    if (!status.available) throw new UserError('environment', `${key} is not available: ${status.reason}`);
  }
  return named;
}
