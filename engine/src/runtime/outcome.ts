/**
 * How a call, or an instantiation, ended. Nothing that a program does is an exception of ours: it is one of these.
 */
import type {TrapName} from '../base/traps.ts';
import type {ExnInstance} from './exception.ts';
import type {Value} from './values.ts';

export type Outcome =
  | {readonly kind: 'return'; readonly values: readonly Value[]}
  /** `offset`: byte offset in the module of the instruction that trapped; null when no instruction did. */
  | {readonly kind: 'trap'; readonly trap: TrapName; readonly offset: number | null}
  /** The call stack (frames by their size) or the nesting of host calls is exhausted. */
  | {readonly kind: 'exhaustion'; readonly offset: number | null}
  /** An exception reached the host. */
  | {readonly kind: 'exception'; readonly exception: ExnInstance}
  /** The fuel given to the call was used up; the same fuel ends the same call at the same place. */
  | {readonly kind: 'out-of-fuel'; readonly offset: number | null};

/** A call that returned nothing. */
export const returned: Outcome = {kind: 'return', values: []};
