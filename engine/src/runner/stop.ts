/**
 * What the raw facts of a trap mean, with the trap table of the image that ran. Whatever the table does not explain is
 * wild: the code is miscompiled, or the runner is corrupt, and it must be restarted either way.
 */
import {type TrapName, trapName, traps} from '#engine/base/traps.ts';
import type {TrapFacts} from './reply.ts';

/**
 * Trap code (base/traps.ts) and wasm offset of an exact code offset; undefined when the code cannot trap there. `isReturn`:
 * what trapped is the builtin that was to return there, not the instruction there.
 */
export type TrapLookup = (
  code: number,
  codeOffset: number,
  isReturn: boolean,
) => {readonly code: number; readonly wasmOffset: number} | undefined;

export type Stop =
  /** `offset`: of the wasm instruction in its module, null when no instruction of ours trapped. */
  | {readonly kind: 'trap'; readonly trap: TrapName; readonly offset: number | null}
  | {readonly kind: 'exhaustion'; readonly offset: number | null}
  | {readonly kind: 'wild'; readonly detail: string};

const SIGSEGV = 11;
const SIGBUS = 7;
const MEMORY = traps['memory-out-of-bounds'].code;

function described(facts: TrapFacts): string {
  const place = facts.code === null ? 'outside of code' : `code ${facts.code} + 0x${facts.codeOffset.toString(16)}`;
  const cause = facts.signal === 0 ? `builtin, trap code ${facts.trapCode}` : `signal ${facts.signal}`;
  return `${cause} at ${place}, fault ${facts.fault} 0x${facts.address.toString(16)}`;
}

function named(code: number, offset: number | null, facts: TrapFacts): Stop {
  const trap = trapName(code);
  if (trap === undefined) return {kind: 'wild', detail: described(facts)};
  return trap === 'stack-overflow' ? {kind: 'exhaustion', offset} : {kind: 'trap', trap, offset};
}

/** Meaning of the facts of a record with status `trap`. */
export function stopOf(facts: TrapFacts, lookup: TrapLookup): Stop {
  if (facts.origin === 'wild') return {kind: 'wild', detail: described(facts)};
  if (facts.origin === 'operation' || facts.code === null) return named(facts.trapCode, null, facts);
  const entry = lookup(facts.code, facts.codeOffset, facts.origin === 'builtin');
  if (facts.origin === 'builtin') return named(facts.trapCode, entry?.wasmOffset ?? null, facts);
  if (facts.fault === 'stack') return {kind: 'exhaustion', offset: entry?.wasmOffset ?? null};
  const accessed = facts.signal === SIGSEGV || facts.signal === SIGBUS;
  const unexplained = entry === undefined || (entry.code === MEMORY && accessed && facts.fault !== 'memory');
  return unexplained ? {kind: 'wild', detail: described(facts)} : named(entry.code, entry.wasmOffset, facts);
}
