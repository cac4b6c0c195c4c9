/**
 * Digests of what a table holds, the same in every engine: per element a tag and a payload. Identity of references does
 * not cross: functions, structures and arrays count by kind alone.
 */
import {slotsDigest} from '#engine/base/digest.ts';
import type {WireKind, WireValue} from '#engine/base/wire-value.ts';

const TAGS: Readonly<Partial<Record<WireKind, number>>> = {
  null: 0,
  func: 1,
  extern: 2,
  host: 2,
  i31: 3,
  struct: 4,
  array: 5,
  exn: 6,
  any: 7,
  externref: 8,
};

/** Digest of references in table order. */
export function refsDigest(refs: readonly WireValue[]): number {
  const words = new Uint32Array(refs.length * 2);
  refs.forEach((ref, index) => {
    words[index * 2] = TAGS[ref.kind] ?? 9;
    words[index * 2 + 1] = 'id' in ref ? ref.id : 'value' in ref ? ref.value : 0;
  });
  return slotsDigest(words);
}
