/**
 * Instructions counted: a listing is what objdump printed of some functions, a profile is what the plugin of qemu wrote
 * (count-plugin.c). Nothing of either is believed without the other: an executed address within a listing must hold the
 * listed word.
 */
import {assert} from '#engine/base/assert.ts';
import {classOf, type InstructionClass, instructionClasses} from './classes.ts';

export interface Listed {
  readonly address: number;
  readonly word: number;
  readonly text: string;
}

/** By address: the word that stood there and how often it was executed. */
export type Profile = readonly {readonly address: number; readonly word: number; readonly count: number}[];

export type Tally = Readonly<Record<InstructionClass, number>>;
export interface Counted {
  readonly listed: Tally;
  readonly executed: Tally;
}

const FUNCTION = /^[0-9a-f]+ <(.+)>:$/;
const INSTRUCTION = /^\s*([0-9a-f]+):\t([0-9a-f]{8})\s+(.*?)\s*(?:\/\/.*)?$/;

/** Instructions of the functions whose symbol `wanted` takes. Padding (`nop`) and data are left out. */
export function parseListing(objdump: string, wanted: (symbol: string) => boolean): Listed[] {
  const listing: Listed[] = [];
  let inside = false;
  for (const line of objdump.split('\n')) {
    const symbol = FUNCTION.exec(line)?.[1];
    if (symbol !== undefined) inside = wanted(symbol);
    const match = inside ? INSTRUCTION.exec(line) : null;
    if (match === null) continue;
    const [, address, word, text] = match as unknown as [string, string, string, string];
    if (/^(nop|\.)/.test(text)) continue;
    listing.push({
      address: Number.parseInt(address, 16),
      word: Number.parseInt(word, 16),
      text: text.replace('\t', ' '),
    });
  }
  return listing;
}

export function parseProfile(text: string): Profile {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [address, word, count] = line.split(' ').map((field) => Number.parseInt(field, 16));
      assert(Number.isSafeInteger(address) && Number.isSafeInteger(count), `a line of a profile: ${line}`);
      return {address: address!, word: word!, count: count!};
    });
}

/**
 * What is to be added to listed addresses to get those of the profile, for code that was mapped somewhere: the shift that
 * most executed instructions agree on. Throws when nothing of the listing was executed.
 */
export function shiftOf(listing: readonly Listed[], profile: Profile): number {
  const listedAt = unique(listing);
  const votes = new Map<number, number>();
  for (const {address, word} of profile) {
    const listed = listedAt.get(word);
    if (listed !== undefined) votes.set(address - listed, (votes.get(address - listed) ?? 0) + 1);
  }
  const [best] = [...votes].toSorted(([, a], [, b]) => b - a);
  assert(best !== undefined, 'some listed instruction was executed');
  return best[0];
}

/** Address by word, of the words that are listed once. */
function unique(listing: readonly Listed[]): Map<number, number> {
  const count = new Map<number, number>();
  for (const {word} of listing) count.set(word, (count.get(word) ?? 0) + 1);
  return new Map(listing.filter(({word}) => count.get(word) === 1).map(({word, address}) => [word, address]));
}

/** Counts by class. Throws when what was executed at a listed address is not what is listed there. */
export function tally(listing: readonly Listed[], profile: Profile, shift: number): Counted {
  const executedAt = new Map(profile.map((row) => [row.address, row]));
  const zero = (): Record<InstructionClass, number> =>
    Object.fromEntries(instructionClasses.map((name) => [name, 0])) as Record<InstructionClass, number>;
  const [listed, executed] = [zero(), zero()];
  for (const {address, word, text} of listing) {
    const name = classOf(text);
    listed[name]++;
    const row = executedAt.get(address + shift);
    if (row === undefined) continue;
    assert(row.word === word, `${text} is listed at ${address.toString(16)}, executed was ${row.word.toString(16)}`);
    executed[name] += row.count;
  }
  return {listed, executed};
}

export const total = (counts: Tally): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export interface Cause {
  readonly name: InstructionClass;
  /** Instructions of ours more than the peer's, as a part of all of the peer's; mean over the kernels. */
  readonly excess: number;
  /** The kernel with the largest excess. */
  readonly worst: string;
}

/** Classes by what they add to our count beyond the peer's, largest first. Every kernel weighs the same. */
export function causes(pairs: readonly {readonly name: string; readonly ours: Tally; readonly peer: Tally}[]): Cause[] {
  const excessOf = ({ours, peer}: {ours: Tally; peer: Tally}, name: InstructionClass): number =>
    (ours[name] - peer[name]) / total(peer);
  return instructionClasses
    .map((name) => {
      const all = pairs.map((pair) => ({kernel: pair.name, excess: excessOf(pair, name)}));
      const worst = all.toSorted((a, b) => b.excess - a.excess)[0]!.kernel;
      return {name, excess: all.reduce((sum, {excess}) => sum + excess, 0) / all.length, worst};
    })
    .toSorted((a, b) => b.excess - a.excess);
}
