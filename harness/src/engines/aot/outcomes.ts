/** Outcomes of call ops: results by type, stops by the trap tables of the images that ran. */
import {type Image, trapAt} from '#engine/compiler/image.ts';
import {type BatchReply, stopOf, type TrapFacts} from '#engine/runner/runner.ts';
import type {FuncType, ValueType} from '#engine/wasm/types.ts';
import {type CallOutcome, trapped} from '../observation.ts';
import {fromSlots, toValue} from './values.ts';

/** What explains stops: images by code handle, payload types by tag handle. */
export interface Sources {
  readonly images: ReadonlyMap<number, Image>;
  readonly tags: readonly (readonly ValueType[])[];
}

/** Outcome of a call op; `type` gives the results. */
export function callOutcome(reply: BatchReply, op: number, type: FuncType, sources: Sources): CallOutcome {
  return reply.status(op) === 'ok'
    ? {kind: 'return', values: fromSlots(type.results, reply.slots(op))}
    : failedOutcome(reply, op, sources);
}

/** Outcome of an op that is not ok: a call, a segment write. */
export function failedOutcome(reply: BatchReply, op: number, {images, tags}: Sources): CallOutcome {
  const status = reply.status(op);
  switch (status) {
    case 'trap':
      return trapOutcome(reply.trap(op), images);
    case 'timeout':
      return {kind: 'timeout'};
    case 'exception':
      return exceptionOutcome(reply, op, tags);
    case 'resource':
      return {kind: 'exhaustion', resource: 'memory'};
    default:
      return {kind: 'crash', detail: `op is ${status}`};
  }
}

/** A trap, exhaustion, or a crash where no table explains the fault: miscompiled code. Addresses are left out: they change. */
function trapOutcome(facts: TrapFacts, images: Sources['images']): CallOutcome {
  const stop = stopOf(facts, (code, codeOffset, isReturn) => {
    const image = images.get(code);
    return image === undefined ? undefined : trapAt(image, codeOffset, isReturn);
  });
  switch (stop.kind) {
    case 'trap':
      return trapped(stop.trap, stop.offset);
    case 'exhaustion':
      return {kind: 'exhaustion', resource: 'stack'};
    case 'wild':
      return {
        kind: 'crash',
        detail: `wild fault: signal ${facts.signal} ${facts.code === null ? 'outside of compiled code' : 'in compiled code'}, fault in ${facts.fault}`,
      };
  }
}

function exceptionOutcome(reply: BatchReply, op: number, tags: Sources['tags']): CallOutcome {
  const {tag, slots} = reply.exception(op);
  const types = tags[tag];
  if (types === undefined || slots.length !== 2 * types.length)
    return {kind: 'crash', detail: `exception of unknown tag ${tag}`};
  return {kind: 'exception', payload: types.map((type, i) => toValue(type, slots[2 * i]!, slots[2 * i + 1]!))};
}
