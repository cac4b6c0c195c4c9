/**
 * A module refused by an engine that does not say whether it is malformed or invalid.
 */
import {Invalid, Malformed, Unsupported, WasmError} from '#engine/base/errors.ts';
import type {Observation} from './observation.ts';

export class Rejected extends WasmError {
  override name = 'Rejected';
}

/** Whether a compile error says that the bytes are not a module, as far as the engine can tell. */
export const mayBeMalformed = (error: unknown): boolean => error instanceof Malformed || error instanceof Rejected;

/** Whether a compile error says that the module does not validate, as far as the engine can tell. */
export const mayBeInvalid = (error: unknown): boolean => error instanceof Invalid || error instanceof Rejected;

/** What a case shows when a module does not compile. Errors that say nothing of the module are thrown on. */
export function rejection(error: unknown): Observation {
  if (error instanceof Unsupported) return {status: 'unsupported', feature: error.feature};
  if (!(error instanceof WasmError)) throw error;
  const kind = error instanceof Rejected ? 'either' : error instanceof Malformed ? 'malformed' : 'invalid';
  return {status: 'rejected', error: kind, message: error.message, offset: error.offset};
}
