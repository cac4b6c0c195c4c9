/**
 * Vote and blame. At the first step where engines differ they are grouped by agreement; engines of one family are one
 * voice; the group with most voices is right, ties go to trust; everybody else is a suspect. An engine that met a limit
 * of resources is not heard from there on. A crash is its own finding and needs no vote.
 */
import {assert} from '#engine/base/assert.ts';
import type {Call} from '#generators/case.ts';
import {type EngineKey, engineKeys} from '../engines/keys.ts';
import type {CallObservation, Observation, Observations} from '../engines/observation.ts';
import {
  type Channel,
  type Comparison,
  compareCalls,
  compareOutcomes,
  describeChannel,
  describeOutcome,
  isResourceLimit,
  type ResultLanes,
} from './compare.ts';
import type {LegalDifference} from './divergences.ts';

export type DivergenceKind = 'value' | 'state' | 'trap' | 'validate' | 'link' | 'compile' | 'crash' | 'timeout';

/** A disagreement, or the death of an engine, with who is believed to be wrong. */
export interface Divergence {
  readonly kind: DivergenceKind;
  /** -1: instantiation or earlier; else the index of the call. */
  readonly step: number;
  readonly suspects: readonly EngineKey[];
  /** Groups of agreeing engines, the believed one last: `{aot-x64}≠{interpreter,v8}`. */
  readonly partition: string;
  readonly channel: string;
  /** What the suspects showed and what was believed, for people. */
  readonly shown: string;
  readonly believed: string;
}

export type Verdict =
  | {readonly kind: 'agree'; readonly compared: number; readonly legal: readonly LegalDifference[]}
  | {readonly kind: 'differ'; readonly divergence: Divergence; readonly legal: readonly LegalDifference[]}
  /** Fewer than two voices could be heard. */
  | {readonly kind: 'unsupported'; readonly features: readonly string[]};

interface Voice {
  readonly key: EngineKey;
  readonly observation: Observation;
}

/** Judges what the engines showed for one case; `calls` of the case say in which results NaN lanes may have any bits. */
export function judge(observations: Observations, calls: readonly Pick<Call, 'lanes'>[] = []): Verdict {
  const voices = (Object.keys(observations) as EngineKey[])
    .sort()
    .map((key) => ({key, observation: observations[key]!}))
    .filter(({observation}) => observation.status !== 'unsupported');
  const died = voices.find(({observation}) => observation.status === 'crash');
  if (died !== undefined) return crash(died, voices);
  if (familiesOf(voices.map(({key}) => key)).size < 2)
    return {kind: 'unsupported', features: unsupportedFeatures(observations)};
  return judgeSteps(voices, calls);
}

function unsupportedFeatures(observations: Observations): string[] {
  const features = Object.values(observations).flatMap((o) => (o.status === 'unsupported' ? [o.feature] : []));
  return [...new Set(features)].sort();
}

function crash(died: Voice, voices: readonly Voice[]): Verdict {
  assert(died.observation.status === 'crash', 'crash of a dead engine');
  const {detail} = died.observation;
  const others = voices.filter((voice) => voice !== died).map(({key}) => key);
  const kind = detail.startsWith('compile') ? 'compile' : 'crash';
  const partition = partitionText([[died.key], others]);
  return {
    kind: 'differ',
    legal: [],
    divergence: {kind, step: -1, suspects: [died.key], partition, channel: 'process', shown: detail, believed: 'alive'},
  };
}

function judgeSteps(voices: readonly Voice[], calls: readonly Pick<Call, 'lanes'>[]): Verdict {
  const legal = new Set<LegalDifference>();
  const early = vote(voices, compareEarly, legal, -1, describeEarly);
  if (early !== null) return {kind: 'differ', divergence: early, legal: [...legal]};
  let heard = voices.filter(
    ({observation}) => observation.status === 'ran' && !isResourceLimit(observation.instantiation),
  );
  const steps = Math.max(0, ...heard.map(({observation}) => callsOf(observation).length));
  for (let step = 0; step < steps; step++) {
    const divergence = vote(
      heard,
      (l, r) => compareStep(l, r, step, calls[step]?.lanes),
      legal,
      step,
      (o) => describeStep(o, step),
    );
    if (divergence !== null) return {kind: 'differ', divergence, legal: [...legal]};
    heard = heard.filter(({observation}) => continues(observation, step));
    if (familiesOf(heard.map(({key}) => key)).size < 2) return {kind: 'agree', compared: step + 1, legal: [...legal]};
  }
  return {kind: 'agree', compared: steps, legal: [...legal]};
}

function callsOf(observation: Observation): readonly CallObservation[] {
  return observation.status === 'ran' ? observation.calls : [];
}

function continues(observation: Observation, step: number): boolean {
  const call = callsOf(observation)[step];
  return call !== undefined && !isResourceLimit(call.outcome) && call.outcome.kind !== 'timeout';
}

/** Compares acceptance, linking and instantiation. */
function compareEarly(left: Observation, right: Observation): Comparison {
  if (left.status === 'ran' && right.status === 'ran') return compareOutcomes(left.instantiation, right.instantiation);
  if (left.status === right.status) return {same: true, rule: null};
  return {same: false, channel: {kind: 'ending'}, left: describeEarly(left), right: describeEarly(right)};
}

function compareStep(left: Observation, right: Observation, step: number, lanes: ResultLanes): Comparison {
  const l = callsOf(left)[step];
  const r = callsOf(right)[step];
  if (l !== undefined && r !== undefined) return compareCalls(l, r, lanes);
  if (l === r) return {same: true, rule: null};
  return {same: false, channel: {kind: 'ending'}, left: describeStep(left, step), right: describeStep(right, step)};
}

function describeEarly(observation: Observation): string {
  switch (observation.status) {
    case 'ran':
      return describeOutcome(observation.instantiation);
    case 'rejected':
      return `rejected: ${observation.message}`;
    case 'unlinkable':
      return `unlinkable: ${observation.message}`;
    case 'unsupported':
      return `unsupported: ${observation.feature}`;
    case 'crash':
      return `crash: ${observation.detail}`;
    case 'timeout':
      return 'timeout';
  }
}

function describeStep(observation: Observation, step: number): string {
  const call = callsOf(observation)[step];
  return call === undefined ? 'no call' : describeOutcome(call.outcome);
}

type Compare = (left: Observation, right: Observation) => Comparison;

/** Groups the voices by agreement with the most trusted of each group; null when all agree. */
function vote(
  voices: readonly Voice[],
  compare: Compare,
  legal: Set<LegalDifference>,
  step: number,
  describe: (o: Observation) => string,
): Divergence | null {
  const groups: Voice[][] = [];
  let difference: Extract<Comparison, {same: false}> | null = null;
  for (const voice of [...voices].sort(byTrust)) {
    const home = groups.find(([head]) => {
      const comparison = compare(head!.observation, voice.observation);
      if (!comparison.same) difference ??= comparison;
      else if (comparison.rule !== null) legal.add(comparison.rule);
      return comparison.same;
    });
    if (home === undefined) groups.push([voice]);
    else home.push(voice);
  }
  if (groups.length < 2) return null;
  assert(difference !== null, 'groups differ without a difference');
  return blame(groups, (difference as {channel: Channel}).channel, step, describe, difference);
}

const byTrust = (a: Voice, b: Voice): number =>
  engineKeys[b.key].trust - engineKeys[a.key].trust || (a.key < b.key ? -1 : 1);

function familiesOf(keys: readonly EngineKey[]): Set<string> {
  return new Set(keys.map((key) => engineKeys[key].family));
}

/** Voices first, then the trust of the most trusted member. */
function weight(group: readonly Voice[]): number {
  return familiesOf(group.map(({key}) => key)).size * 1000 + Math.max(...group.map(({key}) => engineKeys[key].trust));
}

function blame(
  groups: Voice[][],
  channel: Channel,
  step: number,
  describe: (o: Observation) => string,
  difference: Extract<Comparison, {same: false}>,
): Divergence {
  const ranked = [...groups].sort((a, b) => weight(a) - weight(b));
  const believed = ranked.at(-1)!;
  const suspects = ranked
    .slice(0, -1)
    .flat()
    .map(({key}) => key)
    .sort();
  const shownBy = ranked[0]![0]!.observation;
  return {
    kind: kindOf(shownBy, believed[0]!.observation, channel, step),
    step,
    suspects,
    partition: partitionText(ranked.map((group) => group.map(({key}) => key))),
    channel: describeChannel(channel),
    shown: detailed(describe(shownBy), describe(believed[0]!.observation), difference, true),
    believed: detailed(describe(believed[0]!.observation), describe(shownBy), difference, false),
  };
}

/** State differences do not show in the outcome's text: then the differing digests are shown. */
function detailed(mine: string, other: string, {left, right}: {left: string; right: string}, suspect: boolean): string {
  return mine === other ? `${mine} (${suspect ? right : left})` : mine;
}

function kindOf(shown: Observation, believed: Observation, channel: Channel, step: number): DivergenceKind {
  const statuses = [shown.status, believed.status];
  if (statuses.includes('rejected')) return 'validate';
  if (statuses.includes('unlinkable')) return 'link';
  if (statuses.includes('timeout')) return 'timeout';
  const endings = [shown, believed].map(
    (o) => (step < 0 ? (o.status === 'ran' ? o.instantiation : undefined) : callsOf(o)[step]?.outcome)?.kind,
  );
  if (endings.includes('crash')) return 'crash';
  if (endings.includes('timeout')) return 'timeout';
  if (channel.kind === 'result') return 'value';
  return channel.kind === 'ending' || /trap|exception/.test(channel.kind) ? 'trap' : 'state';
}

function partitionText(groups: readonly (readonly EngineKey[])[]): string {
  return groups.map((keys) => `{${[...keys].sort().join(',')}}`).join('≠');
}
