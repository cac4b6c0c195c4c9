/**
 * A case: the unit that campaigns run, store and reduce. Everything that decides its outcome is in it.
 * Stored form: the main module with a custom section `parallax.case` (JSON) that holds the rest, so that a stored case
 * is a plain .wasm file and outlives the generator (see envelope.ts).
 */
import type {WireValue} from '#engine/base/wire-value.ts';
import type {HostScript} from '#engine/runtime/host-script.ts';

/** Lanes in which a vector may hold NaNs of any bits that a float operation may return; null: its bits are exact. */
export type NanLanes = 'f32x4' | 'f64x2' | null;

/** One call to make: an export of module `module` (index in Case.modules) with argument bits. */
export interface Call {
  readonly module: number;
  readonly name: string;
  readonly args: readonly WireValue[];
  /** By result, for vectors; absent: all are exact. */
  readonly lanes?: readonly NanLanes[];
}

export interface Case {
  /** Root seed of the campaign, 16 hexadecimal digits, and the index under it: the case's address is `root:index`. */
  readonly root: string;
  readonly index: number;
  readonly generator: {readonly version: string; readonly profile: string};
  /** Binary modules in instantiation order; module k is registered under the import name `m<k>`, the host as `host`. */
  readonly modules: readonly Uint8Array[];
  readonly host: HostScript;
  readonly calls: readonly Call[];
}

/** The address by which a case can be made again: `root:index`. */
export function caseAddress({root, index}: Case): string {
  return `${root}:${index}`;
}
