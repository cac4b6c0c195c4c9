/**
 * Signatures of a divergence at five levels; the strongest available decides the bucket. Texts are stable: they are
 * hashed, stored and shown. Level 1 is never a bucket key, level 0 only limits how many are verified.
 */
import {createHash} from 'node:crypto';
import type {Divergence} from '../oracle/verdict.ts';

export const levels = {
  raw: 0, // known at once, unreduced: rate limit only
  observable: 1, // what differs, for display
  locus: 2, // the first diverging instruction
  skeleton: 3, // shape of the reduced case
  culprit: 4, // rule id of the compiler at the fuel boundary
} as const;

export type Level = keyof typeof levels;

export interface Signature {
  readonly level: Level;
  readonly text: string;
}

/** What triage learned about a divergence, beyond the observations. */
export interface Evidence {
  /** Rule id at the opt-fuel boundary, or of the mandatory lowering rule found wrong. */
  readonly rule: string | null;
  /** Mnemonic of the first instruction whose result differs, with the channel. */
  readonly locus: string | null;
}

/** Order in which levels are tried as bucket key. */
const bucketLevels: readonly Level[] = ['culprit', 'locus', 'raw'];

/** All signatures that the evidence supports, weakest first. */
export function signatures(divergence: Divergence, evidence: Evidence): Signature[] {
  const suspect = divergence.suspects.join(',');
  const result: Signature[] = [
    {level: 'raw', text: rawSignature(divergence)},
    {
      level: 'observable',
      text: `${rawSignature(divergence)} ¦ ${divergence.channel} ¦ ${shape(divergence.shown)}≠${shape(divergence.believed)}`,
    },
  ];
  if (evidence.locus !== null)
    result.push({level: 'locus', text: `${divergence.kind} ¦ ${suspect} ¦ ${evidence.locus}`});
  if (evidence.rule !== null) result.push({level: 'culprit', text: `${suspect} ¦ ${evidence.rule}`});
  return result;
}

/** Level 0: kind, partition, and what kind of thing differs. A crash adds its reason, numbers left out. */
export function rawSignature(divergence: Divergence): string {
  const detail = divergence.kind === 'crash' || divergence.kind === 'compile' ? ` ¦ ${shape(divergence.shown)}` : '';
  return `${divergence.kind} ¦ ${divergence.partition} ¦ ${divergence.channel.split(' ')[0]}${detail}`;
}

/** A text with its numbers taken out. */
function shape(text: string): string {
  return text.replace(/0x[0-9a-f]+|\d+/gi, 'N').slice(0, 160);
}

/** The signature that decides the bucket. */
export function bucketKey(all: readonly Signature[]): Signature {
  for (const level of bucketLevels) {
    const found = all.find((signature) => signature.level === level);
    if (found !== undefined) return found;
  }
  throw new RangeError('a divergence without a raw signature');
}

/** Hash under which a signature is stored. */
export function signatureHash({level, text}: Signature): Buffer {
  return createHash('sha256').update(`${levels[level]}\0${text}`).digest().subarray(0, 16);
}
