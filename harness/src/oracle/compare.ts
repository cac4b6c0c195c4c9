/**
 * Compares two observations of one step. Equal, legally different (by a row of divergences.ts), or different in a
 * channel. Resource limits do not differ from anything: they poison the rest of the case for their engine.
 */
import {bitsOf, formatValue, type WireValue, widths} from '#engine/base/wire-value.ts';
import type {NanLanes} from '#generators/case.ts';
import type {CallObservation, CallOutcome, StateDigest} from '../engines/observation.ts';
import type {LegalDifference} from './divergences.ts';
import {differOnlyInNans} from './nan.ts';

/** Where two engines differ: result k, a kind of ending, a trap's cause or place, a part of the state, the host calls. */
export type Channel =
  | {readonly kind: 'result'; readonly index: number}
  | {readonly kind: 'ending' | 'trap' | 'trap place' | 'exception' | 'trace' | 'exports'}
  | {readonly kind: 'memory' | 'global' | 'table'; readonly name: string};

export type Comparison =
  | {readonly same: true; readonly rule: LegalDifference | null}
  | {readonly same: false; readonly channel: Channel; readonly left: string; readonly right: string};

const SAME: Comparison = {same: true, rule: null};
const legally = (rule: LegalDifference): Comparison => ({same: true, rule});
const differ = (channel: Channel, left: string, right: string): Comparison => ({same: false, channel, left, right});

function sameValue(left: WireValue, right: WireValue): boolean {
  if (left.kind in widths && left.kind === right.kind) return bitsOf(left) === bitsOf(right);
  return formatValue(left) === formatValue(right);
}

function compareValue(left: WireValue, right: WireValue, channel: Channel, lanes: NanLanes = null): Comparison {
  if (sameValue(left, right)) return SAME;
  if (differOnlyInNans(left, right, lanes)) return legally('nan-payload');
  return differ(channel, formatValue(left), formatValue(right));
}

/** The first difference of a list of comparisons, else the first legal rule used, else same. */
function first(comparisons: Iterable<Comparison>): Comparison {
  let result = SAME;
  for (const comparison of comparisons) {
    if (!comparison.same) return comparison;
    if (comparison.rule !== null && result === SAME) result = comparison;
  }
  return result;
}

function* pairs<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (l: T, r: T, index: number) => Comparison,
): Iterable<Comparison> {
  if (left.length !== right.length) yield differ({kind: 'exports'}, `${left.length} items`, `${right.length} items`);
  else for (let index = 0; index < left.length; index++) yield compare(left[index]!, right[index]!, index);
}

/** Text of an outcome for people: `ok i32:1`, `trap integer-overflow`. */
export function describeOutcome(outcome: CallOutcome): string {
  switch (outcome.kind) {
    case 'return':
      return outcome.values.length === 0 ? 'ok' : `ok ${outcome.values.map(formatValue).join(' ')}`;
    case 'trap':
      return `trap ${outcome.traps.join('|')}`;
    case 'exhaustion':
      return `exhaustion ${outcome.resource}`;
    case 'exception':
      return `exception ${outcome.payload?.map(formatValue).join(' ') ?? ''}`.trimEnd();
    case 'crash':
      return `crash ${outcome.detail}`;
    case 'unsupported':
      return `unsupported ${outcome.feature}`;
    case 'timeout':
      return 'timeout';
  }
}

/** Whether the outcome is a limit of resources: nothing after it can be compared. */
export function isResourceLimit(outcome: CallOutcome): boolean {
  return outcome.kind === 'exhaustion' || outcome.kind === 'unsupported';
}

/** What the vectors of each result hold where NaNs may have any bits; absent: bits that nobody may choose. */
export type ResultLanes = readonly NanLanes[] | undefined;

/** Compares how a call ended in two engines. */
export function compareOutcomes(left: CallOutcome, right: CallOutcome, lanes?: ResultLanes): Comparison {
  if (left.kind === 'exhaustion' || right.kind === 'exhaustion') {
    const resource =
      left.kind === 'exhaustion' ? left.resource : (right as {resource: 'stack' | 'fuel' | 'memory'}).resource;
    return legally(({stack: 'stack-depth', fuel: 'fuel', memory: 'memory-limit'} as const)[resource]);
  }
  if (left.kind === 'unsupported' || right.kind === 'unsupported') return SAME;
  if (left.kind === 'return' && right.kind === 'return') {
    return first(
      pairs(left.values, right.values, (l, r, index) => compareValue(l, r, {kind: 'result', index}, lanes?.[index])),
    );
  }
  if (left.kind === 'trap' && right.kind === 'trap') return compareTraps(left, right);
  if (left.kind === 'exception' && right.kind === 'exception') return comparePayloads(left.payload, right.payload);
  if (left.kind === right.kind) return SAME;
  return differ({kind: 'ending'}, describeOutcome(left), describeOutcome(right));
}

type TrapOutcome = Extract<CallOutcome, {kind: 'trap'}>;

/** Engines that know where they trapped must agree on it; others are believed. */
function compareTraps(left: TrapOutcome, right: TrapOutcome): Comparison {
  const [causes, others] = [left.traps as readonly string[], right.traps as readonly string[]];
  const meet = causes.some((trap) => others.includes(trap));
  const isLegal = isAtomicTrap(causes, others) || isAtomicTrap(others, causes);
  if (!meet && !isLegal) return differ({kind: 'trap'}, causes.join('|'), others.join('|'));
  if (left.offset !== null && right.offset !== null && left.offset !== right.offset)
    return differ({kind: 'trap place'}, trapAt(left), trapAt(right));
  if (!meet) return legally('atomic-trap');
  return causes.length === others.length ? SAME : legally('trap-wording');
}

const trapAt = ({traps, offset}: TrapOutcome): string => `${traps.join('|')} at 0x${offset!.toString(16)}`;

const isAtomicTrap = (left: readonly string[], right: readonly string[]): boolean =>
  left.includes('unaligned-atomic') && right.includes('memory-out-of-bounds');

function comparePayloads(left: readonly WireValue[] | null, right: readonly WireValue[] | null): Comparison {
  if (left === null || right === null) return SAME;
  return first(pairs(left, right, (l, r) => compareValue(l, r, {kind: 'exception'})));
}

/** Compares exported state; the first differing item is named. */
export function compareStates(left: StateDigest, right: StateDigest): Comparison {
  return first([
    ...pairs(left.globals, right.globals, (l, r) => compareValue(l.value, r.value, {kind: 'global', name: l.name})),
    ...pairs(left.memories, right.memories, (l, r) =>
      digests({kind: 'memory', name: l.name}, l.bytes, l.digest, r.bytes, r.digest),
    ),
    ...pairs(left.tables, right.tables, (l, r) =>
      digests({kind: 'table', name: l.name}, l.length, l.digest, r.length, r.digest),
    ),
  ]);
}

function digests(channel: Channel, leftSize: number, left: number, rightSize: number, right: number): Comparison {
  if (leftSize === rightSize && left === right) return SAME;
  return differ(channel, `${leftSize}#${(left >>> 0).toString(16)}`, `${rightSize}#${(right >>> 0).toString(16)}`);
}

/** Compares a whole call: how it ended, the host calls it made, and the state it left. */
export function compareCalls(left: CallObservation, right: CallObservation, lanes?: ResultLanes): Comparison {
  const outcome = compareOutcomes(left.outcome, right.outcome, lanes);
  if (!outcome.same || isResourceLimit(left.outcome) || isResourceLimit(right.outcome)) return outcome;
  const trace = `${left.trace.count}#${left.trace.hash >>> 0}`;
  const other = `${right.trace.count}#${right.trace.hash >>> 0}`;
  if (trace !== other) return differ({kind: 'trace'}, trace, other);
  return first([compareStates(left.state, right.state), outcome]);
}

/** Text of a channel: `result 0`, `memory m0`, `trap`. */
export function describeChannel(channel: Channel): string {
  if (channel.kind === 'result') return `result ${channel.index}`;
  return 'name' in channel ? `${channel.kind} ${channel.name}` : channel.kind;
}
