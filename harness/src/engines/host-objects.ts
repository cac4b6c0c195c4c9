/**
 * JS objects that stand for host references in JS engines: one per id, so that identity is kept.
 */
import type {WireValue} from '#engine/base/wire-value.ts';

export class HostObject {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

const objects: HostObject[] = [];

/** The object of an id. */
export function hostObject(id: number): HostObject {
  return (objects[id] ??= new HostObject(id));
}

/** What an externref seen from JS is. */
export function externValue(value: unknown): WireValue {
  if (value === null) return {kind: 'null'};
  return value instanceof HostObject ? {kind: 'extern', id: value.id} : {kind: 'externref'};
}
