/**
 * Exceptions: finds the handler, dropping frames on the way, and puts the payload where the handler wants it
 * (spec section 4.6.10.5).
 */
import type {ExnInstance} from '../runtime/exception.ts';
import type {Clause, Code} from './code.ts';
import {FRAME_WORDS, machine as m} from './machine.ts';
import {refCount, writeValues} from './slots.ts';

export interface Landing {
  readonly code: Code;
  readonly fp: number;
  readonly rp: number;
  readonly clause: Clause;
}

/** The clause that catches an exception thrown at word `pc`, null when none does. */
function clauseFor(code: Code, pc: number, exception: ExnInstance): Clause | null {
  for (const {start, end, clauses} of code.handlers) {
    if (pc < start || pc >= end) continue;
    for (const clause of clauses) {
      if (clause.tag === null || code.instance.tags[clause.tag] === exception.tag) return clause;
    }
  }
  return null;
}

function place(exception: ExnInstance, {tag, withRef, slot, refSlot}: Clause, fp: number, rp: number): void {
  const types = tag === null ? [] : exception.tag.type.params;
  if (tag !== null) writeValues(m, types, fp + slot, rp + refSlot, exception.payload);
  if (!withRef) return;
  const at = rp + refSlot + refCount(types);
  m.reserveRefs(at + 1);
  m.refs[at] = exception;
}

/**
 * Where control goes on after an exception at `pc` of a frame: in this frame or a caller's, not below `baseDepth`; null
 * when nobody here catches it. Sets `m.depth` to the depth of that frame.
 */
export function unwind(
  exception: ExnInstance,
  baseDepth: number,
  code: Code,
  pc: number,
  fp: number,
  rp: number,
): Landing | null {
  for (;;) {
    const clause = clauseFor(code, pc, exception);
    if (clause !== null) {
      place(exception, clause, fp, rp);
      return {code, fp, rp, clause};
    }
    if (m.depth === baseDepth) return null;
    m.depth -= 1;
    code = m.callers[m.depth]!;
    // The return address stands behind the call, whose words the handler covers.
    pc = m.frames[m.depth * FRAME_WORDS]! - 1;
    fp = m.frames[m.depth * FRAME_WORDS + 1]!;
    rp = m.frames[m.depth * FRAME_WORDS + 2]!;
  }
}
